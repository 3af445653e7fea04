// Every rule: its failing fixture is found with the words and the field that it promises, its near miss is not, and both are documents that the API server would take.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../../src/analysis';
import { parseText, validate } from '../../../src/analysis';
import type { AnalysisInput } from '../../../src/analysis/input';
import type { Rule, RuleFixture } from '../../../src/analysis/rules/rule';

const FOLDER = join(__dirname, '../../../src/analysis/rules');
// eslint-disable-next-line @typescript-eslint/no-require-imports
const rules = readdirSync(FOLDER).filter((file) => /^NS\d{4}\.ts$/.test(file)).sort().map((file) => (require(join(FOLDER, file)) as { rule: Rule }).rule);

function systemOf({ documents = '', clusters = {}, terraform, files = {}, model }: RuleFixture): AnalysisInput {
  const parsed = parseText(documents, 'fixture.yaml');
  expect(parsed.findings).toEqual([]);
  const ofClusters = Object.entries(clusters).flatMap(([cluster, text]) => parseText(text, `${cluster}.yaml`).documents.map((document) => ({ ...document, cluster })));
  return {
    documents: [...parsed.documents, ...ofClusters],
    ...(terraform === undefined ? {} : { terraform: [{ content: JSON.parse(terraform) as Record<string, unknown>, file: 'cdk.tf.json' }] }),
    files: Object.entries(files).map(([name, text]) => ({ format: name.slice(0, name.indexOf(':')), file: name.slice(name.indexOf(':') + 1), text })),
    ...(model === undefined ? {} : { models: [model] }),
  };
}

function ask(rule: Rule, fixture: RuleFixture): Finding[] {
  const { id, class: ruleClass, title, subjects, needs } = rule;
  return validate(systemOf(fixture), {
    profile: 'production', rules: [{ id, class: ruleClass, title, subjects, ...(needs && { needs }), load: () => rule }], ...(fixture.targets === undefined ? {} : { targets: fixture.targets }),
    ...(fixture.base === undefined ? {} : { base: parseText(fixture.base, 'base.yaml').documents }),
  }).filter((finding) => finding.severity !== 'info' || finding.id === id);
}

test.each(rules.map((rule) => [rule.id, rule] as const))('%s speaks of its failing fixture', (_, rule) => {
  const findings = ask(rule, rule.failing);
  expect(findings.map(({ id, message, where }) => `${id} ${where.field ?? ''}: ${message}`)).not.toEqual([]);
  expect(findings.filter(({ id }) => id !== rule.id).map(({ id, message, where }) => `${id} ${where.field ?? ''}: ${message}`)).toEqual([]);
  if (rule.failing.says !== undefined) expect(findings.map(({ message }) => message).join('\n')).toContain(rule.failing.says);
  if (rule.failing.field !== undefined) expect(findings.map(({ where }) => where.field)).toContain(rule.failing.field);
});

test.each(rules.map((rule) => [rule.id, rule] as const))('%s passes its near miss', (_, rule) => {
  expect(ask(rule, rule.passing).map(({ id, message, where }) => `${id} ${where.field ?? ''}: ${message}`)).toEqual([]);
});

test.each(rules.map((rule) => [rule.id, rule] as const))('%s says what it is in whole sentences', (_, rule) => {
  expect([rule.title, rule.sees, rule.why, rule.fix].filter((words) => words.trim().length < 10)).toEqual([]);
  expect(rule.title).not.toMatch(/\.$/);
  // One is said by the schemas, which know the fields.
  expect([rule.subjects.length > 0, Boolean(rule.check ?? rule.checkWorld)]).toEqual(rule.id === 'NS0086' ? [false, false] : [true, true]);
});
