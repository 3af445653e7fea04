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
  const { matchLabels, matchExpressions } = record(selector);
  const requirements = requirementsOfMap(matchLabels);
  for (const expression of list(matchExpressions)) {
    const { key, operator, values } = record(expression);
    if (typeof key !== 'string' || !['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(operator as string)) return undefined;
    requirements.push({ key, operator: operator as Requirement['operator'], values: list(values).map(String) });
  }
  return requirements;
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
  const fields = record(map);
  const requirements: Requirement[] = [];
  for (const key in fields) requirements.push({ key, operator: 'In', values: [String(fields[key])] });
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

/** Things with labels, found by one of their labels first. */
export class LabelIndex<T extends { readonly labels: Labels }> {
  readonly all: readonly T[];
  private readonly byLabel: Map<string, T[]> = new Map();
  private readonly known: Map<string, readonly T[]> = new Map();

  constructor(all: readonly T[]) {
    this.all = all;
    for (const one of all) {
      for (const key in one.labels) {
        const label = `${key}=${one.labels[key]!}`;
        const found = this.byLabel.get(label);
        if (found) found.push(one);
        else this.byLabel.set(label, [one]);
      }
    }
  }

  /** What meets every requirement; equal questions about many are answered once. */
  select(requirements: readonly Requirement[]): readonly T[] {
    if (requirements.length === 0) return this.all;
    const [only] = requirements;
    // Most selectors are one label: the index has the answer.
    if (requirements.length === 1 && only!.operator === 'In' && only!.values.length === 1) return this.byLabel.get(`${only!.key}=${only!.values[0]!}`) ?? [];
    const candidates = this.candidates(requirements);
    // To look at a few costs less than to remember the question.
    if (candidates.length <= FEW) return candidates.filter((one) => matches(one.labels, requirements));
    const key = requirements.map(({ key: label, operator, values }) => `${label} ${operator} ${values.join(',')}`).join(';');
    let answer = this.known.get(key);
    if (!answer) this.known.set(key, (answer = candidates.filter((one) => matches(one.labels, requirements))));
    return answer;
  }

  private candidates(requirements: readonly Requirement[]): readonly T[] {
    let best: readonly T[] = this.all;
    for (const { key, operator, values } of requirements) {
      if (operator !== 'In') continue;
      const found = values.length === 1 ? this.byLabel.get(`${key}=${values[0]!}`) ?? [] : values.flatMap((value) => this.byLabel.get(`${key}=${value}`) ?? []);
      if (found.length < best.length) best = found;
    }
    return best;
  }
}
