// Selectors of endpoints as Cilium's policies read them: by labels of pods, of their namespace and account, or by a reserved identity (cilium/cilium pkg/policy/api/selector.go).
import type { Fields } from './fields';
import { list, record } from './fields';
import type { PodParty } from './parties';
import { inNamespace, meetsRequirements } from './parties';
import type { Requirement } from './selector';
import { requirementsByName } from './selector';
import type { Three } from './three';
import { all } from './three';

export const NAMESPACE_KEY: string = 'io.kubernetes.pod.namespace';
const NAMESPACE_LABELS: string = 'io.cilium.k8s.namespace.labels.';
const SERVICE_ACCOUNT_KEY: string = 'io.cilium.k8s.policy.serviceaccount';

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
  const requirements = requirementsByName(selector, writtenKey);
  if (!requirements) return UNKNOWN;
  const reserved = requirements.find(isReserved);
  if (reserved) return { requirements: undefined, reserved: keyWithoutSource(reserved.key).name };
  let named = namespace === undefined;
  for (const { key } of requirements) {
    const { about } = keyWithoutSource(key);
    if (about === 'other') return UNKNOWN;
    named ||= about === 'namespace' || about === 'namespaceLabels';
  }
  return named ? { requirements } : { requirements, namespace: namespace! };
}

function isReserved({ key }: Requirement): boolean {
  return keyWithoutSource(key).about === 'reserved';
}

function writtenKey(key: string): string {
  return policyKey(key).written;
}

const UNKNOWN: CiliumSelector = { requirements: undefined };

/** What a key of a selector asks for, and the name of it. */
export interface PolicyKey {
  /** `unknown`: what the documents do not say of pods. `other`: labels of another source than Kubernetes. */
  readonly about: 'pods' | 'namespace' | 'namespaceLabels' | 'account' | 'unknown' | 'reserved' | 'other';
  readonly name: string;
  /** The key without the word for the labels of Kubernetes. */
  readonly written: string;
}

/** Keys as selectors have them. A system has few and thousands of selectors, so that each is read once. */
function policyKey(key: string): PolicyKey {
  let known = KEYS.get(key);
  if (!known) KEYS.set(key, (known = keyWithoutSource(key.startsWith('k8s:') || key.startsWith('any:') ? key.slice(4) : key)));
  return known;
}

/** Keys of requirements, which have lost the word for the labels of Kubernetes. */
export function keyWithoutSource(key: string): PolicyKey {
  let known = WITHOUT_SOURCE.get(key);
  if (!known) WITHOUT_SOURCE.set(key, (known = readKey(key)));
  return known;
}

const KEYS: Map<string, PolicyKey> = new Map();
const WITHOUT_SOURCE: Map<string, PolicyKey> = new Map();

function readKey(key: string): PolicyKey {
  if (key.startsWith('reserved:')) return { about: 'reserved', name: key.slice('reserved:'.length), written: key };
  if (/^[a-z-]+:/.test(key)) return { about: 'other', name: key, written: key };
  if (key.startsWith(NAMESPACE_LABELS)) return { about: 'namespaceLabels', name: key.slice(NAMESPACE_LABELS.length), written: key };
  const about = key === NAMESPACE_KEY ? 'namespace' : key === SERVICE_ACCOUNT_KEY ? 'account' : key.startsWith('io.cilium.k8s.') ? 'unknown' : 'pods';
  return { about, name: key, written: key };
}

/** Whether the key of a requirement asks for something else than a label of pods. */
export function isSpecial(key: string): boolean {
  return keyWithoutSource(key).about !== 'pods';
}

/** The reserved identity that a selector means, as the first of its keys has it. */
export function reservedOf(selector: Fields): string | undefined {
  const { matchLabels, matchExpressions } = record(selector);
  if (list(matchExpressions).length > 0) return ciliumSelector(undefined, selector).reserved;
  for (const key in record(matchLabels)) {
    const { about, name } = policyKey(key);
    if (about === 'reserved') return name;
  }
  return undefined;
}

/** Whether a selector means these pods. */
export function meetsCilium({ requirements, reserved, namespace }: CiliumSelector, party: PodParty): Three {
  if (reserved !== undefined) return reserved === 'all';
  const there = namespace === undefined ? true : inNamespace(party, namespace);
  if (there === false) return false;
  return requirements && all([there, meetsRequirements(requirements, (key) => valueOf(keyWithoutSource(key), party))]);
}

/** The same of a selector as it is written, without an identity: most have a few labels, and are asked once. */
export function meetsWritten(namespace: string | undefined, selector: Fields, party: PodParty): Three {
  const { matchLabels, matchExpressions } = record(selector);
  if (list(matchExpressions).length > 0) return meetsCilium(ciliumSelector(namespace, selector), party);
  const labels = record(matchLabels);
  let named = namespace === undefined;
  for (const key in labels) {
    const { about } = policyKey(key);
    if (about === 'other') return undefined;
    named ||= about === 'namespace' || about === 'namespaceLabels';
  }
  let answer: Three = named ? true : inNamespace(party, namespace!);
  if (answer === false) return false;
  for (const key in labels) {
    const value = valueOf(policyKey(key), party);
    if (value === undefined) answer = undefined;
    else if (value !== String(labels[key])) return false;
  }
  return answer;
}

function valueOf({ about, name }: PolicyKey, party: PodParty): string | null | undefined {
  switch (about) {
    case 'namespace': return party.namespace === '' ? undefined : party.namespace;
    case 'namespaceLabels': return party.namespaceLabel(name);
    case 'account': return party.serviceAccount;
    case 'pods': return party.label(name);
    default: return undefined;
  }
}
