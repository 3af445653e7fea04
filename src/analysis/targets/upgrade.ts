// May I upgrade? The same documents on the lines that run and on others: what must change, what is deprecated there, what the rules say only there.
import type { Finding } from '../../core/finding';
import type { System, Targets } from '../../core/targets';
import { KNOWN_LINES } from '../../core/targets';
import { check } from '../check';
import type { CheckInput, CheckOptions } from '../check';
import type { ClusterTargets } from '../report/report';
import { isOpen } from '../report/report';
import { SchemaStore } from '../schema/store';
import { groupVersion } from '../schema/validator';
import { parseLine, productName } from './lines';
import { mergeTargets } from './merge';

/** The version of a system in a cluster, before and after. */
export interface LineChange {
  /** @default - the one implicit cluster */
  readonly cluster?: string;
  /** As on the command line: `gateway-api`. */
  readonly system: string;
  readonly from: string;
  readonly to: string;
}

/** Findings that one step mends. */
export interface UpgradeStep {
  readonly id: string;
  /** The step, or the message where there is none. */
  readonly fix: string;
  readonly findings: readonly Finding[];
}

export interface UpgradePlan {
  readonly toolVersion: string;
  readonly documents: number;
  readonly changes: readonly LineChange[];
  /** Refused there, and not here. */
  readonly mustChange: readonly UpgradeStep[];
  /** Taken there, with a warning that is not given here. */
  readonly deprecated: readonly UpgradeStep[];
  /** What rules say there, and not here. */
  readonly rules: readonly UpgradeStep[];
  /** What could be checked here, and cannot there. */
  readonly unchecked: readonly Finding[];
  /** Findings that the upgrade itself mends. */
  readonly solved: readonly Finding[];
  /** Errors on both lines. */
  readonly standing: readonly Finding[];
}

/** The newest known line of every system; channels stay as they are. */
export function latestTargets(): Targets {
  const newest = Object.fromEntries((Object.keys(KNOWN_LINES) as System[]).map((system) => [system, KNOWN_LINES[system].at(-1)!]));
  return { ...newest, gatewayApi: { version: newest.gatewayApi! } };
}

/**
 * Compares a system on its targets with the same system on others.
 *
 * @param to the lines to go to; systems that are not named stay
 * @throws NetstackError for targets that are not known
 */
export function planUpgrade(input: CheckInput, options: CheckOptions, to: Targets): UpgradePlan {
  const overrideTargets = mergeTargets(options.overrideTargets, to);
  const before = check(input, options);
  const after = check(input, { ...options, ...(overrideTargets === undefined ? {} : { overrideTargets }) });
  const here = before.findings.filter(isOpen);
  const there = after.findings.filter(isOpen);
  const added = without(there, here);
  const of = (test: (finding: Finding) => boolean): readonly UpgradeStep[] => steps(added.filter(test));
  return {
    toolVersion: after.toolVersion,
    documents: after.documents,
    changes: changesOf(before.targets ?? [], after.targets ?? []),
    mustChange: of(isRefused),
    deprecated: of(isWarned),
    rules: of((finding) => !isRefused(finding) && !isWarned(finding) && finding.severity !== 'info'),
    unchecked: added.filter(({ id }) => id === UNKNOWN),
    solved: without(here, there).filter(({ severity }) => severity !== 'info'),
    standing: there.filter((finding) => finding.severity === 'error' && !added.includes(finding)),
  };
}

/** The systems whose kinds stand among the documents; Kubernetes always does. */
export function systemsInUse({ documents }: CheckInput, schemas: SchemaStore = SchemaStore.shipped()): ReadonlySet<string> {
  const systems = new Set<string>([productName('kubernetes')]);
  for (const { object } of documents) {
    for (const { lines, unserved = [] } of Object.values(schemas.kind(groupVersion(object.apiVersion).group, object.kind)?.versions ?? {})) {
      for (const line of [...lines, ...unserved]) systems.add(productName(parseLine(line).system));
    }
  }
  return systems;
}

const UNKNOWN = 'NS0023';

/** What the API server decides stands under the ids up to NS0029. */
const DECIDED = /^NS00[12]\d$/;

function isRefused({ id, severity }: Finding): boolean {
  return severity === 'error' && DECIDED.test(id);
}

/** Taken, with a warning. */
function isWarned({ id, severity }: Finding): boolean {
  return severity === 'warning' && DECIDED.test(id);
}

/** The findings of `some` that `others` do not have: the same id at the same field is the same, in whatever words. */
function without(some: readonly Finding[], others: readonly Finding[]): Finding[] {
  const counts = new Map<string, number>();
  for (const finding of others) counts.set(keyOf(finding), (counts.get(keyOf(finding)) ?? 0) + 1);
  return some.filter((finding) => {
    const key = keyOf(finding);
    const left = counts.get(key) ?? 0;
    if (left > 0) counts.set(key, left - 1);
    return left === 0;
  });
}

function keyOf(finding: Finding): string {
  const { cluster, object, field, file } = finding.where;
  const what = object ? [object.kind, object.namespace ?? '', object.name ?? ''] : [file ?? ''];
  return [finding.id, cluster ?? '', groupVersion(object?.apiVersion ?? '').group, ...what, field ?? ''].join('\n');
}

function steps(findings: readonly Finding[]): UpgradeStep[] {
  const groups = new Map<string, { readonly id: string; readonly fix: string; readonly findings: Finding[] }>();
  for (const finding of findings) {
    const fix = finding.fix ?? finding.message;
    const key = `${finding.id}\n${fix}`;
    const known = groups.get(key);
    if (known) known.findings.push(finding);
    else groups.set(key, { id: finding.id, fix, findings: [finding] });
  }
  return [...groups.values()].sort((a, b) => b.findings.length - a.findings.length);
}

function changesOf(before: readonly ClusterTargets[], after: readonly ClusterTargets[]): LineChange[] {
  return after.flatMap(({ cluster, versions }) => {
    const old = before.find((one) => one.cluster === cluster)?.versions ?? {};
    return Object.entries(versions).filter(([system, version]) => old[system] !== undefined && old[system] !== version)
      .map(([system, version]) => ({ ...(cluster === undefined ? {} : { cluster }), system, from: old[system]!, to: version }));
  });
}
