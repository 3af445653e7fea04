import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Ajv from 'ajv';
import { compareWithBase, renderSarif } from '../../../src/analysis';
import type { Report } from '../../../src/analysis';
import { accepted, everything, foreign, mine, placeless, report, stdin } from './scene';

/** The schema of SARIF 2.1.0 is of draft 4: what it says otherwise than draft 7 are its names. */
const schema = JSON.parse(readFileSync(join(dirname(require.resolve('@microsoft/jest-sarif/package.json')), 'lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8')) as Record<string, unknown>;
delete schema.$schema;
delete schema.id;
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
ajv.addFormat('uri', /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]*$/i);
ajv.addFormat('uri-reference', /^[^\s<>"{}|\\^`]*$/);
ajv.addFormat('date-time', /^\d{4}-\d{2}-\d{2}T/);
const validate = ajv.compile(schema);

interface Result { readonly [key: string]: unknown; readonly ruleId: string; readonly level: string; readonly locations?: unknown[]; readonly relatedLocations?: unknown[] }
interface Run {
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
  readonly results: readonly Result[];
  readonly invocations: readonly [object];
}
interface Log { readonly runs: readonly [Run] }
const log = (given: Report): Log => JSON.parse(renderSarif(given)) as Log;

test.each<[string, Report]>([
  ['findings of every form', report(everything)], ['none', report([])], ['notes', report([mine], { unchecked: [{ what: 'Foo of example.com/v1', reason: 'No schema is known' }], hidden: [foreign] })],
  ['against an earlier state', compareWithBase(report([mine, foreign, accepted]), [foreign, stdin])],
])('fits the schema of SARIF 2.1.0: %s', (_, given) => {
  expect(validate(log(given)) ? [] : validate.errors).toEqual([]);
});

test('the schema refuses what is no SARIF', () => {
  expect(validate({ ...log(report([mine])), version: '2.0.0' })).toBe(false);
  expect(validate({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results: [{ message: { text: 'x' }, level: 'fatal' }] }] })).toBe(false);
});

test("the line of the program stands first, the manifest's is related; without a program the manifest's stands first", () => {
  const [own, other] = log(report([mine, { ...foreign, severity: 'warning' }])).runs[0].results;
  expect(own).toMatchObject({
    ruleId: 'NS0033', level: 'warning', message: { text: 'Service shop/cart: No pod of namespace shop has the labels app=cart. Fix: give the Service the labels of the pods that it is for' },
    locations: [{ physicalLocation: { artifactLocation: { uri: 'infra/shop.ts' }, region: { startLine: 17 } }, logicalLocations: [{ fullyQualifiedName: 'v1 Service shop/cart spec.selector' }, { fullyQualifiedName: 'prod/shop/cart' }] }],
    relatedLocations: [{ physicalLocation: { artifactLocation: { uri: 'dist/shop.k8s.yaml' }, region: { startLine: 41, startColumn: 5 } } }],
  });
  expect(other!.locations).toMatchObject([{ physicalLocation: { artifactLocation: { uri: 'k8s/a%20b/%C3%A4.yaml' }, region: { startLine: 7 } } }]);
  expect(other!.relatedLocations).toBeUndefined();
});

test('standard input has no place, the rules are described once, what is accepted is suppressed', () => {
  const { tool: { driver: { rules } }, results } = log(report([stdin, mine, mine, accepted, placeless])).runs[0];
  expect(results.find(({ ruleId }) => ruleId === 'NS0012')!.locations).toEqual([{ logicalLocations: [expect.objectContaining({ name: 'cart' })] }]);
  expect(rules.map(({ id }) => id)).toEqual(['NS0012', 'NS0023', 'NS0033']);
  expect(rules[2]).toMatchObject({ shortDescription: { text: 'A Service selects no pods' }, defaultConfiguration: { level: 'warning' }, properties: { class: 'risk' } });
  expect(results.filter(({ suppressions }) => suppressions)).toMatchObject([{ suppressions: [{ kind: 'inSource', justification: 'the pods come with Helm' }] }]);
});

test('an earlier state gives states', () => {
  const states = log(compareWithBase(report([mine, foreign]), [foreign, stdin])).runs[0].results.map(({ ruleId, baselineState }) => `${ruleId} ${String(baselineState)}`);
  expect(states.sort()).toEqual(['NS0011 unchanged', 'NS0012 absent', 'NS0033 new']);
});

test('of more results than GitHub keeps, the most severe are listed, and the rest is counted', () => {
  const many = Array.from({ length: 5_100 }, (_, i) => ({ ...mine, where: { ...mine.where, line: i + 1 } }));
  const { results, invocations } = log(report([...many, foreign])).runs[0];
  expect(results).toHaveLength(5000);
  expect(results[0]!.ruleId).toBe('NS0011');
  expect(invocations[0]).toMatchObject({ toolExecutionNotifications: [{ message: { text: '101 findings are not listed' } }] });
});
