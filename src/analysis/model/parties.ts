// The ends of a connection as policies see them: pods whose labels are known or guessed, the node, the API server, addresses, names, the world.
import type { ClusterModel, NamespaceView } from './cluster-model';
import type { Labels } from './fields';
import type { PodGroup } from './pods';
import type { AddressRange } from './ranges';
import type { Requirement } from './selector';
import type { LabelLookup, Three } from './three';

/** Pods: those of a template, or ones that are known by their labels only. */
export interface PodParty {
  readonly is: 'pods';
  /** Undefined when nobody knows where they run; empty when their document leaves it to whoever applies it. */
  readonly namespace: string | undefined;
  /** A label of the pods: null when they do not have it, undefined when nobody knows. */
  readonly label: LabelLookup;
  /** A label of their namespace. */
  readonly namespaceLabel: LabelLookup;
  readonly serviceAccount: string | undefined;
  /** The template, when the documents have it: it says which ports have names. */
  readonly group?: PodGroup;
  readonly name: string;
}

export type Party =
  | PodParty
  /** The node that the other end runs on: the kubelet's probes, for instance. */
  | { readonly is: 'host'; readonly name: string }
  /** Some node, or a pod in the network of its node. */
  | { readonly is: 'node'; readonly name: string; readonly group?: PodGroup }
  | { readonly is: 'apiserver'; readonly name: string }
  /** The proxy of Cilium's own ingress and gateway. */
  | { readonly is: 'cilium-ingress'; readonly name: string }
  /** An address outside of the cluster. */
  | { readonly is: 'address'; readonly range: AddressRange; readonly name: string }
  /** A DNS name outside of the cluster. */
  | { readonly is: 'name'; readonly host: string; readonly name: string }
  /** Any address outside of the cluster. */
  | { readonly is: 'world'; readonly name: string }
  /** Whoever: asked when only the port matters. */
  | { readonly is: 'anyone'; readonly name: string };

/** Whoever calls. */
export const ANYONE: Party = { is: 'anyone', name: 'anyone' };

/** Labels that controllers and webhooks put on pods by themselves, so that nobody knows whether a template's pods have them. */
const ADDED = new RegExp(`^(?:${[
  'pod-template-hash', 'controller-revision-hash', 'pod-template-generation', 'statefulset\\.kubernetes\\.io/', 'apps\\.kubernetes\\.io/', 'batch\\.kubernetes\\.io/', 'job-name$', 'controller-uid$',
  'topology\\.', '(?:security|service|sidecar|ambient)\\.istio\\.io/', 'istio\\.io/', 'linkerd\\.io/', 'rollouts-pod-template-hash',
].join('|')})`);

/** Whether controllers and webhooks put a label on pods by themselves. */
export function isAddedLabel(key: string): boolean {
  return ADDED.test(key);
}

/** The pods of a template, as one and the same party. */
export function partyOfPods(cluster: ClusterModel, group: PodGroup): Party {
  const known = cluster.derive(parties);
  let party = known.get(group);
  if (!party) known.set(group, (party = group.hostNetwork ? { is: 'node', name: group.entry.toString(), group } : new TemplateParty(cluster, group)));
  return party;
}

function parties(): Map<PodGroup, Party> {
  return new Map();
}

/** The pods of a template that have addresses of their own. */
class TemplateParty implements PodParty {
  readonly is = 'pods' as const;
  readonly group: PodGroup;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly namespaceLabel: LabelLookup;

  constructor(cluster: ClusterModel, group: PodGroup) {
    this.group = group;
    this.namespace = group.namespace;
    this.serviceAccount = group.serviceAccount;
    this.namespaceLabel = lookupOf(cluster, group.namespace);
  }

  get name(): string {
    return this.group.entry.toString();
  }

  readonly label: LabelLookup = (key) => this.group.labels[key] ?? (ADDED.test(key) ? undefined : null);
}

/** The labels of a namespace that pods are in: one lookup for all of them. */
function lookupOf(cluster: ClusterModel, namespace: string): LabelLookup {
  const known = cluster.derive(lookups);
  let lookup = known.get(namespace);
  if (!lookup) known.set(namespace, (lookup = namespaceLookup(cluster, namespace)));
  return lookup;
}

function lookups(): Map<string, LabelLookup> {
  return new Map();
}

/** Pods that somebody else makes. `exact`: they have these labels and no others, besides what controllers add. */
export function partyOfLabels(
  cluster: ClusterModel, name: string, namespace: string | undefined, labels: Labels,
  { exact = false, serviceAccount }: { readonly exact?: boolean; readonly serviceAccount?: string } = {},
): PodParty {
  return {
    is: 'pods', name, namespace, serviceAccount, namespaceLabel: namespaceLookup(cluster, namespace),
    label: (key) => labels[key] ?? (exact && !ADDED.test(key) ? null : undefined),
  };
}

/** The labels of a namespace: all of them when it is declared, otherwise only its name. */
export function namespaceLookup(cluster: ClusterModel, name: string | undefined): LabelLookup {
  if (name === undefined || name === '') return () => undefined;
  const view = cluster.namespace(name);
  return (key) => {
    if (key === 'kubernetes.io/metadata.name') return name;
    const value = view?.labels[key];
    return value ?? (isWhole(view) ? null : undefined);
  };
}

/** Whether pods run in a namespace. What is left open in two documents of one system is taken to be the same. */
export function inNamespace(party: PodParty, namespace: string): Three {
  if (party.namespace === undefined) return undefined;
  return party.namespace === namespace || (party.namespace === '' || namespace === '' ? undefined : false);
}

/** Namespaces that only the model names may carry labels that it does not say. */
function isWhole(view: NamespaceView | undefined): boolean {
  return view?.entry !== undefined;
}

/** Whether labels meet requirements of Kubernetes. */
export function meetsRequirements(requirements: readonly Requirement[], label: LabelLookup): Three {
  let answer: Three = true;
  for (const requirement of requirements) {
    const value = label(requirement.key);
    if (value === undefined) answer = undefined;
    else if (!meets(requirement, value)) return false;
  }
  return answer;
}

function meets({ operator, values }: Requirement, value: string | null): boolean {
  switch (operator) {
    case 'In': return value !== null && values.includes(value);
    case 'NotIn': return value === null || !values.includes(value);
    case 'Exists': return value !== null;
    default: return value === null;
  }
}
