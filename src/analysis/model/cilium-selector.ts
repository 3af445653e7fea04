// Selectors of endpoints as Cilium's policies read them: by labels of pods, of their namespace and account, or by a reserved identity (cilium/cilium pkg/policy/api/selector.go).
import type { Fields } from './fields';
import { list, record } from './fields';
import type { PodParty } from './parties';
import { meetsRequirements } from './parties';
import type { Requirement } from './selector';
import { requirementsByName } from './selector';
import type { Three } from './three';
import { all } from './three';

export const NAMESPACE_KEY: string = 'io.kubernetes.pod.namespace';
export const NAMESPACE_LABELS: string = 'io.cilium.k8s.namespace.labels.';
export const SERVICE_ACCOUNT_KEY: string = 'io.cilium.k8s.policy.serviceaccount';
export const CLUSTER_KEY: string = 'io.cilium.k8s.policy.cluster';

/** A selector of endpoints, taken apart by what its keys are about. */
export interface CiliumSelector {
  /** Undefined: something in it is not followed. */
  readonly requirements: readonly Requirement[] | undefined;
  /** Nothing but this reserved identity: `reserved:host`. */
  readonly reserved?: string;
  /** The namespace that a policy of a namespace means when its selector names none. */
  readonly namespace?: string;
}

export function ciliumSelector(namespace: string | undefined, selector: Fields): CiliumSelector {
  const requirements = requirementsByName(selector, withoutSource);
  if (!requirements) return UNKNOWN;
  const reserved = requirements.find(({ key }) => key.startsWith('reserved:'));
  if (reserved) return { requirements: undefined, reserved: reserved.key.slice('reserved:'.length) };
  let named = namespace === undefined;
  for (const { key } of requirements) {
    if (key.includes(':') && /^[a-z-]+:/.test(key)) return UNKNOWN;
    named ||= key === NAMESPACE_KEY || key.startsWith(NAMESPACE_LABELS);
  }
  return named ? { requirements } : { requirements, namespace: namespace! };
}

const UNKNOWN: CiliumSelector = { requirements: undefined };

function withoutSource(key: string): string {
  return key.startsWith('k8s:') || key.startsWith('any:') ? key.slice(4) : key;
}

/** Whether a selector means a reserved identity. */
export function isReserved(selector: Fields): boolean {
  const { matchLabels, matchExpressions } = record(selector);
  if (list(matchExpressions).length > 0) return ciliumSelector(undefined, selector).reserved !== undefined;
  for (const key in record(matchLabels)) if (withoutSource(key).startsWith('reserved:')) return true;
  return false;
}

/** Whether a key asks for something else than a label of pods. */
export function isSpecial(key: string): boolean {
  return key.startsWith('io.cilium.k8s.') || key === NAMESPACE_KEY;
}

/** Whether a selector means these pods. */
export function meetsCilium({ requirements, reserved, namespace }: CiliumSelector, party: PodParty): Three {
  if (reserved !== undefined) return reserved === 'all' ? true : false;
  const there: Three = namespace === undefined ? true : party.namespace === undefined ? undefined : party.namespace === namespace ? true : party.namespace === '' || namespace === '' ? undefined : false;
  if (there === false) return false;
  if (!requirements) return undefined;
  return all([there, meetsRequirements(requirements, (key) => {
    if (key === NAMESPACE_KEY) return party.namespace === '' ? undefined : party.namespace;
    if (key.startsWith(NAMESPACE_LABELS)) return party.namespaceLabel(key.slice(NAMESPACE_LABELS.length));
    if (key === SERVICE_ACCOUNT_KEY) return party.serviceAccount;
    return key === CLUSTER_KEY || key.startsWith('io.cilium.k8s.') ? undefined : party.label(key);
  })]);
}
