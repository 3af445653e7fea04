import * as fc from 'fast-check';
import { parse } from 'yaml';
import { Duration } from '../../src/core/duration';
import type { AlertingRule, RuleFile } from '../../src/formats/prometheus';
import { printRuleFile, promqlRegex, promqlString, templateText } from '../../src/formats/prometheus';
import { sentence } from '../core/sentence';
import { anyText, expectReadBack, printedOrRefused } from './hostile';
import { templateOutput } from './readers';
import { rules } from './scenario';

interface Parsed {
  readonly groups: readonly { readonly rules: readonly { readonly expr: string; readonly labels: Record<string, string>; readonly annotations: Record<string, string> }[] }[];
}

const alert = (more: Partial<AlertingRule>): RuleFile => ({ groups: [{ name: 'g', rules: [{ alert: 'A', expr: 'up == 0', ...more }] }] });
const firstRule = (file: string): Parsed['groups'][0]['rules'][0] => (parse(file, { schema: 'yaml-1.1' }) as Parsed).groups[0].rules[0];

test('the rule file of the scenario', () => expect(printRuleFile(rules)).toMatchSnapshot());

test('an expression of several lines keeps them', () => {
  expect(firstRule(printRuleFile({ groups: [{ name: 'g', rules: [{ record: 'a:b', expr: ['sum(a)', '  /', 'sum(b)'] }] }] })).expr).toBe('sum(a)\n  /\nsum(b)');
});

test('a label named as a truth value stays a label', () => {
  expect(firstRule(printRuleFile(alert({ labels: { on: 'a', severity: 'page' } }))).labels).toEqual({ on: 'a', severity: 'page' });
});

test('annotations and labels show the very same text, braces included', () => {
  expectReadBack((text) => printRuleFile(alert({ annotations: { summary: text } })), (file) => templateOutput(firstRule(file).annotations.summary));
  expectReadBack((text) => printRuleFile(alert({ labels: { team: text } })), (file) => templateOutput(firstRule(file).labels.team));
});

test('a text in front of an action and behind it stays a text', () => {
  fc.assert(fc.property(anyText, anyText, (before, after) => {
    const text = printedOrRefused(() => templateText([before, { template: '$value' }, after], 'here'));
    if (text === undefined) return;
    // The one action that is no string: cut it out where the template puts it, between the two texts.
    const parts = text.split('{{ $value }}');
    expect(parts).toHaveLength(2);
    expect(templateOutput(parts[0])).toBe(before);
    expect(templateOutput(parts[1])).toBe(after);
    expect(parts[0].endsWith('{')).toBe(false);
  }));
});

test('labels of recording rules are no templates and stay as they are', () => {
  expectReadBack((text) => printRuleFile({ groups: [{ name: 'g', rules: [{ record: 'a:b', expr: 'up', labels: { team: text } }] }] }), (file) => firstRule(file).labels.team);
});

test('PromQL strings and regular expressions hold exactly the text', () => {
  expectReadBack(promqlString, (literal) => JSON.parse(literal) as string);
  expectReadBack(promqlRegex, (literal) => {
    const pattern = JSON.parse(literal) as string;
    return pattern.replace(/\\(.)/g, '$1');
  });
  expect(promqlRegex('a.b|c')).toBe('"a\\\\.b\\\\|c"');
});

test.each<[string, () => unknown, string]>([
  ['a label with a hyphen', () => printRuleFile(alert({ labels: { 'a-b': 'x' } })),
    '"a-b" is no label name (group g, alert A, labels, <here>): use letters, digits and _, without __ in front, at most 255 characters.'],
  ['a metric name with a hyphen', () => printRuleFile({ groups: [{ name: 'g', rules: [{ record: 'a-b', expr: 'up' }] }] }),
    '"a-b" is no metric name (group g, record a-b, <here>): use letters, digits, _ and :, at most 255 characters.'],
  ['two groups of one name', () => printRuleFile({ groups: [...alert({}).groups, ...alert({}).groups] }),
    'The group "g" appears twice (rule file, <here>): keep one.'],
  ['an expression that does not close', () => printRuleFile(alert({ expr: 'sum(rate(x[5m])' })),
    'The expression "sum(rate(x[5m])" lacks ) (group g, alert A, expr, <here>): check its brackets.'],
  ['an expression that closes too much', () => printRuleFile(alert({ expr: 'up) or vector(1' })),
    'The expression "up) or vector(1" closes a bracket that is not open (group g, alert A, expr, <here>): check its brackets.'],
  ['an open string', () => printRuleFile(alert({ expr: 'up{job="a}' })),
    'A string of the expression "up{job=\\"a}" is not closed (group g, alert A, expr, <here>): close it with the quote that opens it.'],
  ['an action with braces', () => printRuleFile(alert({ annotations: { summary: [{ template: '$value }} {{ .x' }] } })),
    '"$value }} {{ .x" is no template action (group g, alert A, annotations, summary, <here>): write what stands between the braces, such as $labels.job or $value | humanizePercentage.'],
  ['the label alertname', () => printRuleFile(alert({ labels: { alertname: 'x' } })),
    'The label alertname is the alert\'s own name (group g, alert A, <here>): remove it.'],
  ['a line break in an annotation', () => printRuleFile(alert({ annotations: { summary: 'a\nb' } })),
    'The text "a\\nb" holds a line break, NUL or other control character (group g, alert A, annotations, summary, <here>): remove it: it could add a directive of its own to the file.'],
  ['a duration that is none', () => printRuleFile(alert({ for: 300 as never })),
    'Prometheus needs a duration of whole milliseconds (group g, alert A, for, <here>): pass a Duration such as Duration.seconds(5).'],
])('%s is refused in one sentence', (_name, action, message) => {
  expect(sentence(action)).toBe(message);
});

test('durations are printed in Prometheus\' own grammar', () => {
  expect(printRuleFile(alert({ for: Duration.millis(4700) }))).toContain('for: 4s700ms\n');
});
