// Who talks: the pods of every template, and workloads that the program knows by name only. Pods of one owner are one endpoint.
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { list, record } from '../model/fields';
import type { Labels } from '../model/fields';
import type { PodGroup } from '../model/pods';
import type { Protocol } from './flow';
import type { Differing } from './unclear-labels';
import { compareLabels, unclearAmong } from './unclear-labels';

export interface NamedPort {
  readonly number: number;
  readonly protocol: Protocol;
}

export interface Endpoint {
  /** `shop/web[Deployment]`; two workloads of one name and kind are told apart by their documents only. */
  readonly name: string;
  readonly namespace: string;
  readonly workload: string;
  readonly kind: string;
  readonly labels: Labels;
  /** There may be labels beside those that are known: of pods that a controller makes. */
  readonly moreLabels?: boolean | undefined;
  /** Labels of which its pods have different values, where a selector tells them apart by these. */
  readonly unclearLabels?: ReadonlySet<string> | undefined;
  readonly namespaceLabels: Labels;
  /** Its namespace has an object, so that it has no labels but these. */
  readonly namespaceIsKnown: boolean;
  /** Undefined when nobody knows. */
  readonly serviceAccount: string | undefined;
  readonly hostNetwork: boolean;
  /** What a port's name means in these pods: mostly one number, several where containers of one name differ by protocol. */
  readonly namedPorts: ReadonlyMap<string, readonly NamedPort[]>;
  /** Absent: an identity only, whose pods are not among the documents. */
  readonly group?: PodGroup | undefined;
  readonly entry?: Entry | undefined;
  /** Further pods of the same owner. */
  readonly replicas?: readonly Entry[] | undefined;
  /** What layers have found out about it with {@link setFact}, as far as selectors ask: `mesh` is `sidecar`. Undefined values are not known. */
  readonly facts: Facts;
}

type Facts = Readonly<Record<string, string | undefined>>;

/** Of those about whom nobody has found out anything: of most, where there is no mesh. */
export const NO_FACTS: Facts = Object.freeze({});

/** Notes what a layer has found out. */
export function setFact(endpoint: Endpoint, key: string, value: string | undefined): void {
  const known = endpoint as { facts: Record<string, string | undefined> };
  if (known.facts === NO_FACTS) known.facts = {};
  known.facts[key] = value;
}

/** The pods of a template, or of an owner. There are tens of thousands: their names are put together when somebody asks. */
class EndpointOfPods implements Endpoint {
  readonly namespace: string;
  readonly workload: string;
  readonly kind: string;
  labels: Labels;
  unclearLabels: ReadonlySet<string> | undefined = undefined;
  replicas: Entry[] | undefined = undefined;
  readonly namespaceLabels: Labels;
  readonly namespaceIsKnown: boolean;
  readonly serviceAccount: string;
  readonly hostNetwork: boolean;
  readonly namedPorts: ReadonlyMap<string, readonly NamedPort[]>;
  readonly group: PodGroup;
  readonly facts: Facts = NO_FACTS;

  constructor({ namespaceLabels, namespaceIsKnown }: NamespaceFacts, group: PodGroup, workload: string, kind: string) {
    this.namespace = home(group);
    this.workload = workload;
    this.kind = kind;
    this.labels = group.labels;
    this.namespaceLabels = namespaceLabels;
    this.namespaceIsKnown = namespaceIsKnown;
    this.serviceAccount = group.serviceAccount;
    this.hostNetwork = group.hostNetwork;
    this.namedPorts = namedPortsOf(group);
    this.group = group;
  }

  get name(): string {
    return `${this.namespace}/${this.workload}[${this.kind}]`;
  }

  get entry(): Entry {
    return this.group.entry;
  }

  /** Forgets labels that are not those of every pod. */
  blur(unclear: ReadonlySet<string>): void {
    this.unclearLabels = unclear;
    this.labels = Object.fromEntries(Object.entries(this.labels).filter(([key]) => !unclear.has(key)));
  }
}

/** The pods of an owner, and in what their labels differ. */
interface Owned {
  readonly endpoint: EndpointOfPods;
  differing: Differing | undefined;
}

/** The endpoints of a cluster, in the order of their documents: `cluster.derive(endpointsOf)`. */
export function endpointsOf(cluster: ClusterModel): readonly Endpoint[] {
  const endpoints: Endpoint[] = [];
  const owned = new Map<string, Owned>();
  let templates: ReadonlySet<string> | undefined;
  const namespaces = new Map<string, NamespaceFacts>();
  const factsOf = (name: string): NamespaceFacts => {
    let facts = namespaces.get(name);
    if (!facts) namespaces.set(name, (facts = namespaceOf(cluster, name)));
    return facts;
  };
  for (const group of cluster.pods) {
    const owner = group.entry.kind === 'Pod' ? ownerOf(group.entry) : undefined;
    if (owner) {
      // The template of the owner stands for its pods; further pods of one owner are the same workload.
      const key = `${group.namespace}/${owner.name}/${owner.kind}`;
      templates ??= templatesOf(cluster);
      if (templates.has(key)) continue;
      const known = owned.get(key);
      if (known) {
        known.differing = compareLabels(known.endpoint.labels, group.labels, known.differing);
        (known.endpoint.replicas ??= []).push(group.entry);
        continue;
      }
      const endpoint = new EndpointOfPods(factsOf(home(group)), group, owner.name, owner.kind);
      owned.set(key, { endpoint, differing: undefined });
      endpoints.push(endpoint);
      continue;
    }
    endpoints.push(new EndpointOfPods(factsOf(home(group)), group, group.entry.name, group.entry.kind));
  }
  for (const { endpoint, differing } of owned.values()) {
    const unclear = differing && unclearAmong(cluster, differing);
    if (unclear && unclear.size > 0) endpoint.blur(unclear);
  }
  for (const { kind, namespace = '', name, labels, serviceAccount } of cluster.facts.external) {
    if (kind !== 'Workload') continue;
    endpoints.push({
      name: `${namespace}/${name}[External]`, namespace, workload: name, kind: 'External', labels: labels ?? {}, ...namespaceOf(cluster, namespace),
      serviceAccount, hostNetwork: false, namedPorts: NO_PORTS, facts: NO_FACTS,
    });
  }
  return endpoints;
}

/** Templates of pods, by namespace, name and kind. */
function templatesOf({ pods }: ClusterModel): ReadonlySet<string> {
  const templates = new Set<string>();
  for (const { entry } of pods) if (entry.kind !== 'Pod') templates.add(`${entry.namespace}/${entry.name}/${entry.kind}`);
  return templates;
}

type NamespaceFacts = Pick<Endpoint, 'namespaceLabels' | 'namespaceIsKnown'>;

/** What is known of a namespace. */
export function namespaceOf(cluster: ClusterModel, name: string): NamespaceFacts {
  const view = cluster.namespace(name);
  return { namespaceLabels: view?.labels ?? { 'kubernetes.io/metadata.name': name }, namespaceIsKnown: view?.entry !== undefined };
}

const NO_PORTS: ReadonlyMap<string, readonly NamedPort[]> = new Map();

/** Its controller, or else whoever is named first. Pods that a node runs from its own files are owned by the node, and no replicas of one another. */
function ownerOf({ object }: Entry): { readonly name: string; readonly kind: string } | undefined {
  let first: { readonly name: string; readonly kind: string } | undefined;
  for (const one of list(record(object.metadata).ownerReferences)) {
    const { name, kind, controller } = record(one);
    if (typeof name !== 'string' || typeof kind !== 'string' || kind === 'Node') continue;
    if (controller === true) return { name, kind };
    first ??= { name, kind };
  }
  return first;
}

/** Documents without a namespace go where they are applied; it is called as kubectl calls it. */
function home({ namespace }: PodGroup): string {
  return namespace === '' ? 'default' : namespace;
}

function namedPortsOf({ ports }: PodGroup): ReadonlyMap<string, readonly NamedPort[]> {
  let named: Map<string, NamedPort[]> | undefined;
  for (const { name, number, protocol } of ports) {
    if (name === undefined) continue;
    named ??= new Map();
    const known = named.get(name);
    if (known === undefined) named.set(name, [{ number, protocol: protocol as Protocol }]);
    else if (!known.some((one) => one.number === number && one.protocol === protocol)) known.push({ number, protocol: protocol as Protocol });
  }
  return named ?? NO_PORTS;
}
