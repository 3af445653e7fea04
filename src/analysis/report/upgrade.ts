// The pre-flight of an upgrade, for people and as data.
import { createColors } from 'picocolors';
import type { Finding } from '../../core/finding';
import type { LineChange, UpgradePlan, UpgradeStep } from '../targets/upgrade';
import { findingJson } from './json';
import { fileOf, nameOf, visible } from './report';
import type { TextOptions } from './text';
import { wrap } from './text';

/** Prints the plan for people, with a line end. Each step once, with the objects that it is for; the last line is the summary. */
export function renderUpgrade(plan: UpgradePlan, { color = false, width = 80 }: TextOptions = {}): string {
  const paint = createColors(color);
  const lines = (text: string, indent: string, next: string = indent): string => wrap(visible(text), width - indent.length, width - next.length)
    .map((line, i) => `${i === 0 ? indent : next}${line}`).join('\n');
  const object = ({ where }: Finding): string => {
    const name = where.object ? nameOf(where.object) : where.file ?? '';
    const field = where.field === 'apiVersion' ? undefined : where.field;
    return lines([name, where.cluster && `(${where.cluster})`, field, where.source, fileOf(where)].filter((part) => part !== undefined).join('  '), '     ', '       ');
  };
  const step = ({ id, fix, findings }: UpgradeStep, i: number): string => {
    const text: string[] = [lines(`${i + 1}. ${fix}  [${id}]`, ' ', '    ')];
    for (const [message, same] of byMessage(findings)) {
      if (message !== fix) text.push(lines(message, '    '));
      text.push(...same.map(object));
    }
    return text.join('\n');
  };
  const section = (title: string, steps: readonly UpgradeStep[]): string[] => (steps.length === 0 ? [] : [paint.bold(`── ${title} ──`), ...steps.map(step)]);
  return [
    printChanges(plan.changes).map((change) => lines(change, '', '  ')).join('\n'),
    ...section('Must change', plan.mustChange), ...section('Deprecated there', plan.deprecated), ...section('Rules that speak there', plan.rules),
    ...(plan.unchecked.length === 0 ? [] : [paint.bold('── Cannot be checked there ──'), ...plan.unchecked.map(({ message }) => lines(message, ' '))]),
    lines(upgradeSummary(plan), ''),
  ].join('\n\n') + '\n';
}

/** A change of several clusters once; their names only where they differ. */
function printChanges(changes: readonly LineChange[]): string[] {
  const all = new Set(changes.map(({ cluster }) => cluster));
  const groups = new Map<string, (string | undefined)[]>();
  for (const { cluster, system, from, to } of changes) {
    const change = `${system} ${from} -> ${to}`;
    groups.set(change, [...(groups.get(change) ?? []), cluster]);
  }
  return [...groups].map(([change, clusters]) => (clusters.length === all.size ? change : `${change} (${clusters.map((cluster) => cluster ?? 'no cluster').join(', ')})`));
}

/** `150 documents: 3 changes that must be made in 2 steps, 1 deprecation, nothing new from rules` */
export function upgradeSummary({ documents, mustChange, deprecated, rules, solved, standing }: UpgradePlan): string {
  const count = (steps: readonly UpgradeStep[]): number => steps.reduce((sum, { findings }) => sum + findings.length, 0);
  const [must, old, said] = [count(mustChange), count(deprecated), count(rules)];
  const parts = [
    must === 0 ? 'nothing must change' : `${must} ${must === 1 ? 'field' : 'fields'} must change, in ${mustChange.length} ${mustChange.length === 1 ? 'step' : 'steps'}`,
    old === 0 ? 'nothing is newly deprecated' : `${old} ${old === 1 ? 'object is' : 'objects are'} newly deprecated`,
    said === 0 ? 'no rule has more to say' : `rules have ${said} more ${said === 1 ? 'finding' : 'findings'}`,
    ...(solved.length === 0 ? [] : [`${solved.length} ${solved.length === 1 ? 'finding goes' : 'findings go'} with the upgrade`]),
    ...(standing.length === 0 ? [] : [`${standing.length} ${standing.length === 1 ? 'error stands' : 'errors stand'} on both (netstack validate lists ${standing.length === 1 ? 'it' : 'them'})`]),
  ];
  return `${documents} ${documents === 1 ? 'document' : 'documents'}: ${parts.join(', ')}`;
}

/** Prints the plan as JSON, with a line end: `netstack/upgrade/v1`. */
export function renderUpgradeJson(plan: UpgradePlan): string {
  const step = ({ id, fix, findings }: UpgradeStep): object => ({ id, fix, findings: findings.map(findingJson) });
  return `${JSON.stringify({
    schema: 'netstack/upgrade/v1', toolVersion: plan.toolVersion, documents: plan.documents, changes: plan.changes,
    mustChange: plan.mustChange.map(step), deprecated: plan.deprecated.map(step), rules: plan.rules.map(step), unchecked: plan.unchecked.map(findingJson),
    solved: plan.solved.map(findingJson), standing: plan.standing.map(findingJson),
  }, undefined, 2)}\n`;
}

function byMessage(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const known = groups.get(finding.message);
    if (known) known.push(finding);
    else groups.set(finding.message, [finding]);
  }
  return groups;
}
