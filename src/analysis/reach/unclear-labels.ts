// Pods of one owner are one workload, also where their labels differ. Of a label by which some selector of the documents tells them apart nobody can say what the workload has:
// which of its pods is asked is not known. Labels that no selector tells apart are as good as equal.
import type { ClusterModel } from '../model/cluster-model';
import type { Labels } from '../model/fields';
import { list, record } from '../model/fields';
import { POD_KINDS } from '../model/pods';
import type { Requirement } from '../model/selector';
import { matches } from '../model/selector';

/** What pods of one owner have of the labels in which they differ: nothing, or one of some values. */
export type Differing = Map<string, Set<string | undefined>>;

/** Notes in what a pod differs from the first pod of its owner. */
export function compareLabels(first: Labels, other: Labels, into: Differing | undefined): Differing | undefined {
  let found = into;
  for (const labels of [first, other]) {
    for (const key of Object.keys(labels)) {
      if (first[key] === other[key]) continue;
      found ??= new Map();
      const values = found.get(key);
      if (values) values.add(other[key]);
      else found.set(key, new Set([first[key], other[key]]));
    }
  }
  return found;
}

/** The labels by which selectors of the documents tell the pods apart. */
export function unclearAmong(cluster: ClusterModel, differing: Differing): ReadonlySet<string> {
  const asked = cluster.derive(askedOfLabels);
  const unclear = new Set<string>();
  for (const [key, values] of differing) {
    if (asked.requirements.get(key)?.some((one) => !agree(one, values)) === true || isInTexts(asked, key)) unclear.add(key);
  }
  return unclear;
}

/** Owners differ in the same few labels: each is looked for once. */
function isInTexts({ texts, inTexts }: AskedOfLabels, key: string): boolean {
  let known = inTexts.get(key);
  if (known === undefined) inTexts.set(key, (known = texts.some((text) => text.includes(key))));
  return known;
}

function agree(requirement: Requirement, values: ReadonlySet<string | undefined>): boolean {
  let first: boolean | undefined;
  for (const value of values) {
    const met = matches(value === undefined ? {} : { [requirement.key]: value }, [requirement]);
    if (first !== undefined && met !== first) return false;
    first = met;
  }
  return true;
}

interface AskedOfLabels {
  readonly requirements: Map<string, Requirement[]>;
  /** Selectors that are written as texts. */
  readonly texts: string[];
  /** Whether a label is in one of the texts. */
  readonly inTexts: Map<string, boolean>;
}

/** What the documents ask of labels anywhere: more than is asked of these pods, and nothing less. */
function askedOfLabels(cluster: ClusterModel): AskedOfLabels {
  const asked: AskedOfLabels = { requirements: new Map(), texts: [], inTexts: new Map() };
  const seen = new Set<string>();
  const withPods = new Set(POD_KINDS);
  for (const { group, kind, spec } of cluster.entries) if (!withPods.has(`${group}/${kind}`)) gather(spec, asked, seen);
  return asked;
}

/** Maps of labels, by the names of their fields. */
const MAPS: ReadonlySet<string> = new Set(['matchLabels', 'selector', 'labels']);

function gather(value: unknown, asked: AskedOfLabels, seen: Set<string>): void {
  if (Array.isArray(value)) {
    for (const one of value) gather(one, asked, seen);
    return;
  }
  for (const [name, child] of Object.entries(record(value))) {
    if (typeof child === 'string') {
      if (/selector$/i.test(name)) asked.texts.push(child);
      continue;
    }
    if (typeof child !== 'object' || child === null) continue;
    if (name === 'matchExpressions') {
      for (const { key, operator, values } of list(child).map(record)) if (typeof key === 'string') enter({ key: labelOf(key), operator: operator as Requirement['operator'], values: list(values).map(String) }, asked, seen);
    } else {
      if (MAPS.has(name)) for (const [key, one] of Object.entries(record(child))) if (typeof one === 'string') enter({ key: labelOf(key), operator: 'In', values: [one] }, asked, seen);
      gather(child, asked, seen);
    }
  }
}

/** Cilium writes where a label is from. */
function labelOf(key: string): string {
  return key.replace(/^(?:k8s|any)[:.]/, '');
}

function enter(requirement: Requirement, { requirements }: AskedOfLabels, seen: Set<string>): void {
  const { key, operator, values } = requirement;
  const text = `${key}\u0001${operator}\u0001${values.join('\u0002')}`;
  if (seen.has(text)) return;
  seen.add(text);
  const known = requirements.get(key);
  if (known) known.push(requirement);
  else requirements.set(key, [requirement]);
}
