// The validator of the product and the tests' own reading of schemas must agree about the generated objects: two readings of one contract, for every line that serves a kind.
import { SchemaStore } from '../../src/analysis/schema/store';
import { ObjectValidator } from '../../src/analysis/schema/validator';
import { parseLine } from '../../src/analysis/targets/lines';
import { resolveTargets } from '../../src/core/targets';
import { parse, readCommitted } from '../../tools/imports/committed';
import { Shapes } from '../../tools/imports/shape';
import { sample } from './sample';

const schemas = parse(readCommitted());
const validators = new Map<string, ObjectValidator>();

/** The validator of a cluster that runs the line. */
function validatorOf(text: string): ObjectValidator {
  let known = validators.get(text);
  if (!known) {
    const { system, version, channel } = parseLine(text);
    const targets = resolveTargets(channel === undefined ? { [system]: version } : { gatewayApi: { version, channel } });
    validators.set(text, (known = new ObjectValidator(SchemaStore.shipped(), targets)));
  }
  return known;
}

/** What values mean together is not in the shape of a schema: rules in CEL and the API server's own code are held against the server itself. */
const BEYOND_SHAPES: ReadonlySet<string> = new Set(['NS0016', 'NS0020']);

/** What is found in a minimal and a full object of every kind of every version that a line serves. */
function judgeAll(spoil: (object: Record<string, unknown>) => Record<string, unknown>): { readonly found: unknown[][]; readonly checked: number } {
  const found: unknown[][] = [];
  let checked = 0;
  for (const [label, group] of schemas.groups) {
    const shapes = new Shapes(group.nodes);
    for (const [kind, { scope, versions }] of Object.entries(schemas.index.groups[label]!.kinds)) {
      for (const [version, { lines }] of Object.entries(versions)) {
        for (const line of lines) {
          const apiVersion = group.group ? `${group.group}/${version}` : version;
          const validator = validatorOf(line);
          const checks = validator.checksOf(apiVersion, kind);
          for (const mode of ['minimal', 'full'] as const) {
            checked++;
            // Of two systems that bring the same kind either may be asked.
            if (checks === undefined || !lines.includes(checks.schema.line)) {
              found.push([line, apiVersion, kind, 'is not served']);
              continue;
            }
            const body = sample(group.kinds[kind]![version]![checks.schema.line]!.schema, group.nodes, shapes, mode);
            const metadata = { name: 'a', ...(scope === 'Namespaced' ? { namespace: 'ns' } : {}) };
            const problem = validator.problems({ apiVersion, kind, metadata, ...spoil(body) }, checks).find(({ id }) => !BEYOND_SHAPES.has(id));
            if (problem) found.push([line, apiVersion, kind, mode, problem.path, problem.message]);
          }
        }
      }
    }
  }
  return { found, checked };
}

test('the validator accepts a minimal and a full object of every kind of every line', () => {
  const { found, checked } = judgeAll((body) => body);
  expect(found).toEqual([]);
  expect(checked).toBe(1200);
});

test('it refuses every one of them whose spec is a number', () => {
  const { found, checked } = judgeAll((body) => ({ ...body, spec: 7 }));
  expect(checked).toBe(1200);
  expect(found).toHaveLength(checked);
});
