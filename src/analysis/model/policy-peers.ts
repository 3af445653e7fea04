// Peers of network policies that are told by labels: which pods of which namespaces they mean.
import type { FieldPath } from '../documents/document';
import { ciliumKey, podKey } from './cilium-keys';
import type { ClusterModel } from './cluster-model';
import { each } from './each';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import type { PodGroup } from './pods';
import type { Requirement } from './selector';
import { requirementsOf } from './selector';
import { ciliumRequirements } from './selections';

/** One peer. */
export interface PolicyPeer {
  readonly entry: Entry;
  /** What the peer asks of pods; empty where it asks nothing. */
  readonly pods: readonly Requirement[];
  /** A LabelSelector of namespaces; undefined means the policy's own. */
  readonly namespaces: Fields;
  /** The namespace that it speaks of, where it needs no search: by its name, or the policy's own. */
  readonly home: string | undefined;
  readonly path: FieldPath;
  readonly namespacesPath: FieldPath;
  /** The rule of a direction (`ingress`, `egressDeny`) that the peer is of: `2`, or `1.2` in `specs[1]`. Undefined for one of another direction. */
  ruleKey(direction: string): string | undefined;
  /** Whether pods that it means are in its home, as most are: asked before the peer is taken apart. */
  finds(cluster: ClusterModel): boolean;
  /** The pods of a namespace that it means; undefined where it asks for no label by value. */
  podsIn(cluster: ClusterModel, namespace: string): readonly PodGroup[] | undefined;
}

/** Where a peer stands: few are ever asked for their path. */
abstract class PlacedPeer {
  readonly entry: Entry;
  /** The number of the list of `specs`; undefined in `spec`. */
  private readonly spec: number | undefined;
  private readonly side: Side;
  private readonly rule: number;
  private readonly peer: number;

  constructor(entry: Entry, spec: number | undefined, side: Side, rule: number, peer: number) {
    this.entry = entry;
    this.spec = spec;
    this.side = side;
    this.rule = rule;
    this.peer = peer;
  }

  ruleKey(direction: string): string | undefined {
    if (this.side.direction !== direction) return undefined;
    return this.spec === undefined ? String(this.rule) : `${this.spec}.${this.rule}`;
  }

  get path(): FieldPath {
    return [...this.spec === undefined ? ['spec'] : ['specs', this.spec], this.side.direction, this.rule, this.side.end, this.peer];
  }
}

/** A peer with one selector for its pods and one for their namespaces. */
class LabelPeer extends PlacedPeer implements PolicyPeer {
  readonly pods: readonly Requirement[];
  readonly namespaces: Fields;
  private readonly podSelector: Fields;
  private readonly podsAt: FieldPath;
  private readonly namespacesAt: FieldPath;

  constructor(
    entry: Entry, side: Side, rule: number, peer: number, pods: readonly Requirement[], podSelector: Fields, namespaces: Fields, podsAt: FieldPath, namespacesAt: FieldPath,
  ) {
    super(entry, undefined, side, rule, peer);
    this.pods = pods;
    this.podSelector = podSelector;
    this.namespaces = namespaces;
    this.podsAt = podsAt;
    this.namespacesAt = namespacesAt;
  }

  override get path(): FieldPath {
    return [...super.path, ...this.podsAt];
  }

  get namespacesPath(): FieldPath {
    return [...super.path, ...this.namespacesAt];
  }

  get home(): string | undefined {
    if (this.namespaces === undefined) return this.entry.namespace;
    const { matchLabels, matchExpressions } = record(this.namespaces);
    return matchExpressions === undefined ? onlyValue(matchLabels, 'kubernetes.io/metadata.name') : undefined;
  }

  finds(cluster: ClusterModel): boolean {
    const { home } = this;
    const { matchLabels, matchExpressions } = record(this.podSelector);
    return home !== undefined && list(matchExpressions).length === 0 && cluster.hasPodWith(home, matchLabels, itself);
  }

  podsIn(cluster: ClusterModel, namespace: string): readonly PodGroup[] | undefined {
    return byValue(cluster, namespace, this.pods);
  }
}

/** An endpoint of Cilium, whose one selector speaks of both. It is taken apart when it is asked. */
class CiliumPeer extends PlacedPeer implements PolicyPeer {
  readonly home: string | undefined;
  private readonly selector: Fields;
  private known: { readonly pods: readonly Requirement[]; readonly namespaces: Fields } | undefined;

  constructor(entry: Entry, spec: number | undefined, side: Side, rule: number, peer: number, selector: Fields) {
    super(entry, spec, side, rule, peer);
    this.selector = selector;
    this.home = homeOf(entry, selector);
    this.known = undefined;
  }

  get pods(): readonly Requirement[] {
    return this.read().pods;
  }

  get namespaces(): Fields {
    return this.read().namespaces;
  }

  get namespacesPath(): FieldPath {
    return this.path;
  }

  finds(cluster: ClusterModel): boolean {
    const { home } = this;
    return home !== undefined && cluster.hasPodWith(home, record(this.selector).matchLabels, podKey);
  }

  podsIn(cluster: ClusterModel, namespace: string): readonly PodGroup[] | undefined {
    const { matchLabels, matchExpressions } = record(this.selector);
    return list(matchExpressions).length > 0 ? byValue(cluster, namespace, this.pods) : cluster.selectWith(namespace, matchLabels, podKey);
  }

  private read(): NonNullable<CiliumPeer['known']> {
    if (this.known) return this.known;
    const { requirements, namespace, namespaceLabels } = ciliumRequirements(this.selector)!;
    const where = namespaceLabels.length === 0 ? namespace : [...namespace, ...namespaceLabels];
    return (this.known = { pods: requirements, namespaces: where.length === 0 ? undefined : { matchExpressions: where } });
  }
}

/** The one namespace that an endpoint speaks of. */
function homeOf(entry: Entry, selector: Fields): string | undefined {
  const { matchLabels, matchExpressions } = record(selector);
  if (list(matchExpressions).length > 0) return undefined;
  let home: string | undefined;
  const labels = record(matchLabels);
  for (const key in labels) {
    const { about } = ciliumKey(key);
    if (about === 'namespaceLabels' || (about === 'namespace' && home !== undefined)) return undefined;
    if (about === 'namespace') home = String(labels[key]);
  }
  return home ?? entry.namespace;
}

/** A list of peers in the rules of a direction. */
interface Side {
  readonly direction: string;
  readonly end: string;
}

const SIDES: readonly Side[] = [{ direction: 'ingress', end: 'from' }, { direction: 'egress', end: 'to' }];
const CILIUM_SIDES: readonly Side[] = [
  { direction: 'ingress', end: 'fromEndpoints' }, { direction: 'ingressDeny', end: 'fromEndpoints' }, { direction: 'egress', end: 'toEndpoints' }, { direction: 'egressDeny', end: 'toEndpoints' },
];

/** Kinds with peers, as `group/Kind`. */
export const PEER_KINDS: readonly string[] = ['networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
  'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy'];

/** The peers of a cluster's policies: `cluster.derive(policyPeers)`. */
export function policyPeers(cluster: ClusterModel): readonly PolicyPeer[] {
  const peers: PolicyPeer[] = [];
  for (const entry of cluster.objects('networking.k8s.io', 'NetworkPolicy')) {
    for (const side of SIDES) {
      eachPeer(entry.spec, side, (peer, i, j) => {
        const { podSelector, namespaceSelector } = record(peer);
        const pods = podSelector === undefined ? NOTHING : requirementsOf(podSelector);
        if (pods) peers.push(new LabelPeer(entry, side, i, j, pods, podSelector, namespaceSelector, podSelector === undefined ? NOTHING : ['podSelector'], ['namespaceSelector']));
      });
    }
  }
  for (const kind of ['AdminNetworkPolicy', 'BaselineAdminNetworkPolicy', 'ClusterNetworkPolicy']) {
    for (const entry of cluster.objects('policy.networking.k8s.io', kind)) {
      for (const side of SIDES) {
        eachPeer(entry.spec, side, (peer, i, j) => {
          const { pods, namespaces } = record(peer);
          const { podSelector, namespaceSelector } = record(pods);
          const requirements = podSelector === undefined ? NOTHING : requirementsOf(podSelector);
          if (pods !== undefined && requirements) peers.push(new LabelPeer(entry, side, i, j, requirements, podSelector, namespaceSelector, ['pods', 'podSelector'], ['pods', 'namespaceSelector']));
          if (namespaces !== undefined) peers.push(new LabelPeer(entry, side, i, j, NOTHING, undefined, namespaces, ['namespaces'], ['namespaces']));
        });
      }
    }
  }
  each(cluster.objects('cilium.io', 'CiliumNetworkPolicy'), addCilium, peers);
  return peers;
}

function addCilium(entry: Entry, peers: PolicyPeer[]): void {
  addEndpoints(entry, entry.spec, undefined, peers);
  if (entry.object.specs !== undefined) list(entry.object.specs).forEach((spec, i) => addEndpoints(entry, spec, i, peers));
}

function addEndpoints(entry: Entry, spec: Fields, index: number | undefined, peers: PolicyPeer[]): void {
  for (const side of CILIUM_SIDES) {
    const rules = list(record(spec)[side.direction]);
    for (let i = 0; i < rules.length; i++) {
      const endpoints = list(record(rules[i])[side.end]);
      for (let j = 0; j < endpoints.length; j++) if (isOfPods(endpoints[j])) peers.push(new CiliumPeer(entry, index, side, i, j, endpoints[j]));
    }
  }
}

const NOTHING: readonly never[] = [];

function eachPeer(spec: Fields, { direction, end }: Side, read: (peer: Fields, rule: number, index: number) => void): void {
  list(record(spec)[direction]).forEach((rule, i) => list(record(rule)[end]).forEach((peer, j) => read(peer, i, j)));
}

/** Whether an endpoint means pods, and can be read. */
function isOfPods(selector: Fields): boolean {
  const { matchLabels, matchExpressions } = record(selector);
  if (list(matchExpressions).length > 0) return ciliumRequirements(selector) !== undefined;
  for (const key in record(matchLabels)) if (ciliumKey(key).about === 'other') return false;
  return true;
}

function byValue(cluster: ClusterModel, namespace: string, pods: readonly Requirement[]): readonly PodGroup[] | undefined {
  return pods.some(({ operator }) => operator === 'In') ? cluster.selectBy(namespace, pods) : undefined;
}

function itself(key: string): string {
  return key;
}

/** The value of a label, where it is the only one. */
function onlyValue(labels: Fields, name: string): string | undefined {
  for (const key in record(labels)) if (key !== name) return undefined;
  return text(record(labels)[name]);
}
