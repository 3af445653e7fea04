// Label selectors of Kubernetes over things that have labels, by an index instead of a walk.
// NotIn and DoesNotExist also match where the key is absent; an empty selector matches all, an absent one nothing (apimachinery pkg/labels).
import type { Fields, Labels } from './fields';
import { list, record } from './fields';

export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** The requirements of a `LabelSelector` (matchLabels, matchExpressions); undefined for an operator that is not known. */
export function requirementsOf(selector: Fields): readonly Requirement[] | undefined {
  return requirementsByName(selector, itself);
}

/** The same of a language whose keys say more than the name of a label. */
export function requirementsByName(selector: Fields, nameOf: (key: string) => string): readonly Requirement[] | undefined {
  const { matchLabels, matchExpressions } = record(selector);
  const requirements = ofMap(matchLabels, nameOf);
  for (const expression of list(matchExpressions)) {
    const { key, operator, values } = record(expression);
    if (typeof key !== 'string' || !OPERATORS.has(operator)) return undefined;
    requirements.push({ key: nameOf(key), operator: operator as Requirement['operator'], values: list(values).map(String) });
  }
  return requirements;
}

const OPERATORS: ReadonlySet<unknown> = new Set(['In', 'NotIn', 'Exists', 'DoesNotExist']);

function itself(key: string): string {
  return key;
}

/** The namespaces that a selector lists by their names, which needs no search; undefined where it asks for anything else. */
export function namespacesByName(selector: Fields): readonly string[] | undefined {
  const { matchLabels, matchExpressions } = record(selector);
  const [expression, ...more] = list(matchExpressions);
  if (expression !== undefined) {
    const { key, operator, values } = record(expression);
    return more.length === 0 && matchLabels === undefined && key === NAME && operator === 'In' ? list(values).map(String) : undefined;
  }
  const labels = record(matchLabels);
  for (const key in labels) if (key !== NAME) return undefined;
  return typeof labels[NAME] === 'string' ? [labels[NAME]] : undefined;
}

const NAME = 'kubernetes.io/metadata.name';

/** The requirements of a plain map of labels, as `Service.spec.selector` has it. */
export function requirementsOfMap(map: Fields): Requirement[] {
  return ofMap(map, itself);
}

function ofMap(map: Fields, nameOf: (key: string) => string): Requirement[] {
  const fields = record(map);
  const keys = Object.keys(fields);
  const requirements = new Array<Requirement>(keys.length);
  for (let i = 0; i < keys.length; i++) requirements[i] = { key: nameOf(keys[i]!), operator: 'In', values: [String(fields[keys[i]!])] };
  return requirements;
}

/** Whether labels meet every requirement. */
export function matches(labels: Labels, requirements: readonly Requirement[]): boolean {
  for (const { key, operator, values } of requirements) {
    const has = Object.hasOwn(labels, key);
    const value = has && values.includes(labels[key]!);
    if (operator === 'In' ? !value : operator === 'NotIn' ? value : (operator === 'Exists') !== has) return false;
  }
  return true;
}

const FEW = 4;
const NOTHING: readonly never[] = [];

/** Things with labels, found by one of their labels first. */
export class LabelIndex<T extends { readonly labels: Labels }> {
  readonly all: readonly T[];
  /** By key and value: texts made of both would cost more than the search. */
  private labels: Map<string, Map<string, T[]>> | undefined;
  private readonly known: Map<string, readonly T[]> = new Map();

  constructor(all: readonly T[]) {
    this.all = all;
  }

  /** Made when it is first asked: many are only walked through. */
  private get byLabel(): Map<string, Map<string, T[]>> {
    if (this.labels) return this.labels;
    const byLabel = new Map<string, Map<string, T[]>>();
    for (const one of this.all) {
      const { labels } = one;
      for (const key in labels) {
        let values = byLabel.get(key);
        if (!values) byLabel.set(key, (values = new Map()));
        const found = values.get(labels[key]!);
        if (found) found.push(one);
        else values.set(labels[key]!, [one]);
      }
    }
    return (this.labels = byLabel);
  }

  /** What meets every requirement; equal questions about many are answered once. */
  select(requirements: readonly Requirement[]): readonly T[] {
    if (requirements.length === 0) return this.all;
    const [only] = requirements;
    // Most selectors are one label: the index has the answer.
    if (requirements.length === 1 && only!.operator === 'In' && only!.values.length === 1) return this.carrying(only!.key, only!.values[0]!);
    const candidates = this.candidates(requirements);
    // To look at a few costs less than to remember the question.
    if (candidates.length <= FEW) return candidates.length === 0 ? candidates : candidates.filter((one) => matches(one.labels, requirements));
    const key = requirements.map(({ key: label, operator, values }) => `${label} ${operator} ${values.join(',')}`).join(';');
    let answer = this.known.get(key);
    if (!answer) this.known.set(key, (answer = candidates.filter((one) => matches(one.labels, requirements))));
    return answer;
  }

  /** What carries every label of a map. */
  selectByMap(map: Fields): readonly T[] {
    let count = 0;
    let name = '';
    const labels = record(map);
    for (const key in labels) {
      count++;
      name = key;
    }
    return count === 0 ? this.all : count === 1 ? this.carrying(name, String(labels[name])) : this.select(requirementsOfMap(map));
  }

  /** Whether one thing carries every label of a map. Keys of which `nameOf` knows no label ask nothing. */
  hasWith(map: Fields, nameOf: (key: string) => string | undefined): boolean {
    return (this.selectWith(map, nameOf) ?? this.all).length > 0;
  }

  /** The things that carry every label of a map; undefined where its keys name none. */
  selectWith(map: Fields, nameOf: (key: string) => string | undefined): readonly T[] | undefined {
    const labels = record(map);
    let best: readonly T[] | undefined;
    let asked = 0;
    for (const key in labels) {
      const name = nameOf(key);
      if (name === undefined) continue;
      asked++;
      const found = this.carrying(name, String(labels[key]));
      if (best === undefined || found.length < best.length) best = found;
    }
    return best === undefined || asked === 1 || best.length === 0 ? best : best.filter((one) => carriesAll(one.labels, labels, nameOf));
  }

  private carrying(key: string, value: string): readonly T[] {
    return this.byLabel.get(key)?.get(value) ?? NOTHING;
  }

  private candidates(requirements: readonly Requirement[]): readonly T[] {
    let best: readonly T[] = this.all;
    for (const { key, operator, values } of requirements) {
      if (operator !== 'In') continue;
      const found = values.length === 1 ? this.carrying(key, values[0]!) : values.flatMap((value) => this.carrying(key, value));
      if (found.length < best.length) best = found;
    }
    return best;
  }
}

function carriesAll(own: Labels, labels: Readonly<Record<string, Fields>>, nameOf: (key: string) => string | undefined): boolean {
  for (const key in labels) {
    const name = nameOf(key);
    if (name !== undefined && (!Object.hasOwn(own, name) || own[name] !== String(labels[key]))) return false;
  }
  return true;
}
