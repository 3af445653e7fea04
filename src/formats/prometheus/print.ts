// Prints a Prometheus rule file as YAML text. Every scalar of a user is quoted, so no text can be read as a number, a date, a key or a comment.
import { prometheusDuration } from '../duration';
import { refuse } from '../refuse';
import { byText, checkedInteger, checkedName, checkedText, checkedUnique, joinedLines } from '../text';
import type { AlertingRule, RecordingRule, Rule, RuleFile, RuleGroup } from './model';
import { METRIC_NAME, RULE_NAME, expressionLines, labelName, templateText, yamlKey, yamlText } from './scalar';

/** Prints a rule file. @throws NetstackError for what Prometheus would refuse to load */
export function printRuleFile(file: RuleFile): string {
  if (file.groups.length === 0) refuse('rule file', 'It has no group', 'add one');
  checkedUnique(file.groups.map((group) => group.name), 'group', 'rule file');
  return joinedLines(['groups:', ...file.groups.flatMap(groupLines)], 'rule file');
}

function groupLines(group: RuleGroup): string[] {
  const where = `group ${checkedName(group.name, 'group', RULE_NAME)}`;
  if (group.rules.length === 0) refuse(where, 'It has no rule', 'add one');
  checkedUnique(group.rules.map((rule) => JSON.stringify([nameOf(rule), rule.labels ?? {}])), 'rule with the same name and labels', where);
  return [
    `  - name: ${yamlText(group.name)}`,
    ...group.interval ? [`    interval: ${prometheusDuration(group.interval, `${where}, interval`)}`] : [],
    ...group.limit === undefined ? [] : [`    limit: ${checkedInteger(group.limit, 0, 1_000_000_000, `${where}, limit`)}`],
    '    rules:',
    ...group.rules.flatMap((rule) => indentItem(ruleLines(rule, where))),
  ];
}

function nameOf(rule: Rule): string {
  return 'record' in rule ? rule.record : rule.alert;
}

function ruleLines(rule: Rule, group: string): string[] {
  return 'record' in rule ? recordingLines(rule, `${group}, record ${rule.record}`) : alertingLines(rule, `${group}, alert ${rule.alert}`);
}

function recordingLines(rule: RecordingRule, where: string): string[] {
  const labels = map('labels', rule.labels, where, (value, place) => checkedText(value, place, { empty: true }));
  return [`record: ${yamlText(checkedName(rule.record, where, METRIC_NAME))}`, ...exprLines(rule, where), ...labels];
}

function alertingLines(rule: AlertingRule, where: string): string[] {
  if (rule.labels && Object.hasOwn(rule.labels, 'alertname')) refuse(where, 'The label alertname is the alert\'s own name', 'remove it');
  return [
    `alert: ${yamlText(checkedName(rule.alert, where, RULE_NAME))}`,
    ...exprLines(rule, where),
    ...rule.for ? [`for: ${prometheusDuration(rule.for, `${where}, for`)}`] : [],
    ...rule.keepFiringFor ? [`keep_firing_for: ${prometheusDuration(rule.keepFiringFor, `${where}, keep_firing_for`)}`] : [],
    ...map('labels', rule.labels, where, templateText),
    ...map('annotations', rule.annotations, where, templateText),
  ];
}

function exprLines(rule: Rule, where: string): string[] {
  const lines = expressionLines(rule.expr, `${where}, expr`);
  return lines.length === 1 ? [`expr: ${yamlText(lines[0])}`] : ['expr: |-', ...lines.map((line) => `  ${line}`)];
}

function map<T>(key: string, values: { readonly [label: string]: T } | undefined, where: string, print: (value: T, where: string) => string): string[] {
  const entries = Object.entries(values ?? {}).filter(([, value]) => value !== undefined).sort(([a], [b]) => byText(a, b));
  if (entries.length === 0) return [];
  return [`${key}:`, ...entries.map(([label, value]) => `  ${yamlKey(labelName(label, `${where}, ${key}`))}: ${yamlText(print(value, `${where}, ${key}, ${label}`))}`)];
}

/** A list item: the first line behind a dash, the others below it. */
function indentItem([first, ...rest]: string[]): string[] {
  return [`      - ${first}`, ...rest.map((line) => `        ${line}`)];
}
