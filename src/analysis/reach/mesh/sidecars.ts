// What callers in the mesh know of: their Sidecar's `egress.hosts`, and what becomes of everything else (`outboundTrafficPolicy`).
// What is not known is passed through as it is, without a certificate, or refused under REGISTRY_ONLY (pilot/pkg/model/sidecar.go).
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import { labelsOf, list, record, text } from '../../model/fields';
import { meshOf } from '../../model/mesh';
import { destinationRulesOf, isExported, matchesWildcard } from '../../model/mesh-destinations';
import { NamespacedSelectors } from '../../model/mesh-selectors';
import type { MeshService } from '../../model/mesh-services';
import { meshServicesOf } from '../../model/mesh-services';
import type { PodGroup } from '../../model/pods';
import { covers, parseRange } from '../../model/ranges';
import { namespaceOf } from '../cni/kubernetes';
import type { Endpoint } from '../endpoints';
import { setFact } from '../endpoints';
import type { PeerTerm, Policy, PortMatch, Rule } from '../rules';
import { EVERYONE } from '../rules';
import type { Selector } from '../selector';
import { both } from '../selector';
import { BYPASSING } from './bypass';
import { groupOf, MESH } from './members';
import { EVERY_PORT, matching, portSet } from './port-sets';
import type { PortSet } from './port-sets';
import type { ScopedHost } from './scoped-hosts';
import { HostLists, KnownHosts, names } from './scoped-hosts';

/** The fact that tells callers by their Sidecar. */
const SCOPE = 'mesh.scope';
/** The same, for those whose Sidecar leaves out some host. */
export const LIMITED = 'mesh.limited';
/** The ports at which Services lead to pods. */
const SERVED = 'mesh.served';
/** Who has no Sidecar for them knows everything. */
const EVERYTHING = '*';

export const REGISTRY_TIER = 'registry';

/** A Sidecar whose list of hosts leaves something out, or that refuses what is left out. */
interface Scope {
  readonly id: string;
  readonly entry: Entry;
  /** Undefined for everything. */
  readonly hosts: readonly ScopedHost[] | undefined;
  readonly refuses: boolean;
}

class Sidecars {
  readonly scopes: readonly Scope[];
  /** Those that do not know everything, by what they know. */
  readonly limited: HostLists<Scope> = new HostLists();
  readonly someIsLimited: boolean;
  readonly byId: ReadonlyMap<string, Scope>;
  /** What the mesh says of hosts that nobody knows. */
  readonly refusesByDefault: boolean;
  private readonly selecting: NamespacedSelectors<Scope> = new NamespacedSelectors();
  private readonly wide: Map<string, Scope[]> = new Map();

  constructor(cluster: ClusterModel) {
    const { given, rootNamespace } = meshOf(cluster).config;
    this.refusesByDefault = record(record(given).outboundTrafficPolicy).mode === 'REGISTRY_ONLY';
    this.scopes = cluster.objects('networking.istio.io', 'Sidecar').map((entry): Scope => {
      const hosts = list(entry.spec.egress).flatMap((listener) => list(record(listener).hosts)).map((one) => hostOf(String(one), entry.namespace));
      const mode = text(record(entry.spec.outboundTrafficPolicy).mode);
      return {
        id: `${entry.namespace}/${entry.name}`, entry, refuses: mode === undefined ? this.refusesByDefault : mode === 'REGISTRY_ONLY',
        hosts: hosts.length === 0 || hosts.some(([namespace, host]) => namespace === '*' && host === '*') ? undefined : hosts,
      };
    });
    this.someIsLimited = this.scopes.some(({ hosts }) => hosts !== undefined);
    for (const scope of this.scopes) for (const host of scope.hosts ?? []) this.limited.add(host, scope);
    this.byId = new Map(this.scopes.map((scope) => [scope.id, scope]));
    for (const scope of this.scopes) {
      const labels = labelsOf(record(scope.entry.spec.workloadSelector).labels);
      const { namespace } = scope.entry;
      if (Object.keys(labels).length > 0) this.selecting.add(namespace, labels, scope);
      else this.wide.set(namespace, [...this.wide.get(namespace) ?? [], scope]);
    }
    this.root = rootNamespace;
  }

  private readonly root: string;

  /** The Sidecar for pods; `unknown` where two have the same claim. */
  of(group: Pick<PodGroup, 'namespace' | 'labels'>): Scope | 'unknown' | undefined {
    for (const found of [this.selecting.of(group.namespace, group.labels), this.wide.get(group.namespace) ?? [], this.wide.get(this.root) ?? []]) {
      if (found.length > 0) return found.length === 1 ? found[0]! : 'unknown';
    }
    return undefined;
  }
}

function hostOf(given: string, home: string): ScopedHost {
  const slash = given.indexOf('/');
  const [namespace, host] = slash < 0 ? ['*', given] : [given.slice(0, slash), given.slice(slash + 1)];
  return [namespace === '.' ? home : namespace, host];
}

function build(cluster: ClusterModel): Sidecars {
  return new Sidecars(cluster);
}

/** Writes who is limited by which Sidecar. */
export function markScopes(cluster: ClusterModel, endpoints: readonly Endpoint[]): void {
  const sidecars = cluster.derive(build);
  if (sidecars.scopes.length === 0 && !sidecars.refusesByDefault) return;
  for (const endpoint of endpoints) {
    if (endpoint.facts[MESH] !== 'sidecar') continue;
    const scope = sidecars.of(groupOf(endpoint));
    setFact(endpoint, SCOPE, scope === undefined ? EVERYTHING : scope === 'unknown' ? undefined : scope.id);
    if (scope === 'unknown') setFact(endpoint, LIMITED, undefined);
    else if (scope?.hosts !== undefined) setFact(endpoint, LIMITED, scope.id);
    if (endpoint.group !== undefined) setFact(endpoint, SERVED, servedPorts(cluster, endpoint.group).join());
  }
}

function servedPorts(cluster: ClusterModel, group: PodGroup): PortSet {
  return portSet(meshServicesOf(cluster).inFrontOf(group).flatMap((service) => service.ports.filter(({ protocol }) => protocol === 'TCP').map((port) => service.targetOf(port, group) ?? 0)));
}

/** What Sidecars wrote that know a Service in front of some pods, or the pods by their addresses. The pods of other limited Sidecars call them without a certificate. */
export interface Knowing {
  /** Tells it from others. */
  readonly id: string;
  readonly keys: readonly string[];
  readonly port: number;
}

/** Undefined where every Sidecar knows everything. */
export function knowingOf(cluster: ClusterModel, group: PodGroup, port: number): Knowing | undefined {
  const { limited, someIsLimited } = cluster.derive(build);
  if (!someIsLimited) return undefined;
  const keys = [...new Set(meshServicesOf(cluster).inFrontOf(group).flatMap(({ namespace, host }) => limited.keysOf(namespace, host)))].sort();
  return { id: `${keys.join(' ')}${certifying(cluster, port).length === 0 ? '' : `:${port}`}`, keys, port };
}

/** Whose Sidecar is limited and knows them. */
export function knowingPods(cluster: ClusterModel, { keys, port }: Knowing): Selector {
  const { limited } = cluster.derive(build);
  const scopes = new Set([...keys.flatMap((key) => [...limited.of(key)]), ...certifying(cluster, port)]);
  return { is: 'in', field: 'fact', key: LIMITED, values: [...scopes].map(({ id }) => id) };
}

/** Whether a caller calls some pods by a host that its Sidecar knows. */
export function knowsPods(cluster: ClusterModel, from: Endpoint, group: PodGroup, port: number): boolean {
  const scope = cluster.derive(build).byId.get(from.facts[LIMITED] ?? '');
  const knowing = scope && knowingOf(cluster, group, port);
  return knowing === undefined || knowing.keys.some((key) => cluster.derive(build).limited.of(key).has(scope!)) || certifying(cluster, port).includes(scope!);
}

/** Limited Sidecars that have their pods show their certificate to a port of every pod, by a ServiceEntry for the addresses of pods and a DestinationRule for it. */
function certifying(cluster: ClusterModel, port: number): readonly Scope[] {
  const byPort = cluster.derive(certifyingByPort);
  let scopes = byPort.get(port);
  if (!scopes) byPort.set(port, (scopes = certifyingAt(cluster, port)));
  return scopes;
}

function certifyingByPort(): Map<number, readonly Scope[]> {
  return new Map();
}

function certifyingAt(cluster: ClusterModel, port: number): readonly Scope[] {
  const pods = cluster.facts.podCidrs.map(parseRange).filter((range) => range !== undefined);
  if (pods.length === 0) return NO_SCOPES;
  const entries = cluster.objects('networking.istio.io', 'ServiceEntry').filter(({ spec }) => {
    const ranges = list(spec.addresses).map(parseRange).filter((range) => range !== undefined);
    return text(spec.resolution) === 'NONE' && list(spec.ports).some((named) => record(named).number === port) && pods.every((home) => ranges.some((range) => covers(range, home)));
  });
  if (entries.length === 0) return NO_SCOPES;
  return cluster.derive(build).scopes.filter((scope) => scope.hosts !== undefined && entries.some((one) => certifies(cluster, scope, one)));
}

const NO_SCOPES: readonly Scope[] = [];

function certifies(cluster: ClusterModel, scope: Scope, one: Entry): boolean {
  const home = scope.entry.namespace;
  return isExported(one, home) && hostsKnown(scope, one).some((host) => {
    const rules = destinationRulesOf(cluster).forClient(host, home, one.namespace);
    return rules.length > 0 && rules.every((rule) => record(record(rule.spec.trafficPolicy).tls).mode === 'ISTIO_MUTUAL');
  });
}

/** The hosts of a ServiceEntry that the pods of a Sidecar know. */
function hostsKnown(scope: Scope | undefined, entry: Entry): readonly string[] {
  return hostsOf(entry).filter((host) => scope?.hosts === undefined || scope.hosts.some((wanted) => names(wanted, entry.namespace, host)));
}

function hostsOf(entry: Entry): readonly string[] {
  return list(entry.spec.hosts).map((one) => String(one).toLowerCase());
}

/** The policies of callers that may call what is registered, and nothing else. */
export function registryPolicies(cluster: ClusterModel, endpoints: readonly Endpoint[]): readonly Policy[] {
  const sidecars = cluster.derive(build);
  const policies: Policy[] = [];
  const refusing = sidecars.scopes.filter(({ refuses }) => refuses);
  const { entry } = meshOf(cluster).config;
  if (refusing.length === 0 && !(sidecars.refusesByDefault && entry !== undefined)) return policies;
  const served = new Map<string, PortSet>();
  for (const { group } of endpoints) if (group !== undefined) served.set(servedPorts(cluster, group).join(), servedPorts(cluster, group));
  const add = (by: Entry, id: string, scope: Scope | undefined, path: Policy['path']): void => {
    const subject: Selector = { is: 'in', field: 'fact', key: SCOPE, values: [id] };
    const whole = { entry: by, direction: 'egress', tier: REGISTRY_TIER, order: 0, hostNetwork: 'in', path } as const;
    policies.push({ ...whole, subject, closes: true, closesPorts: matching(EVERY_PORT), status: 502, rules: registered(cluster, scope, served, path) });
    // What the sidecar leaves alone goes by ports of Services and addresses, of which pods know nothing.
    const rule: Rule = { action: 'allow', path, peers: EVERYONE, ports: matching(EVERY_PORT), unknown: 'annotations of the caller take some of its calls away from its sidecar' };
    policies.push({ ...whole, subject: both(subject, BYPASSING), closes: false, rules: [rule] });
  };
  for (const scope of refusing) add(scope.entry, scope.id, scope, ['spec', 'outboundTrafficPolicy', 'mode']);
  if (sidecars.refusesByDefault) add(entry!, EVERYTHING, undefined, []);
  return policies;
}

function registered(cluster: ClusterModel, scope: Scope | undefined, served: ReadonlyMap<string, PortSet>, path: Rule['path']): readonly Rule[] {
  const allow = (peers: PeerTerm, ports?: readonly PortMatch[]): Rule => ({ action: 'allow', path, peers, ...ports !== undefined && { ports } });
  const pods = (where: Selector): PeerTerm => ({ is: 'pods', where, hostNetwork: 'in' });
  const rules: Rule[] = [{ ...allow({ is: 'entity', name: 'kube-apiserver' }) }];
  const whole = scope?.hosts === undefined ? undefined : scope.hosts.filter(([, host]) => host === '*').map(([namespace]) => namespace);
  if (whole === undefined || whole.length > 0) {
    for (const [value, ports] of served) {
      if (ports.length === 0) continue;
      const where: Selector = { is: 'in', field: 'fact', key: SERVED, values: [value] };
      rules.push(allow(pods(whole === undefined ? where : both({ is: 'in', field: 'namespace', key: '', values: whole }, where)), matching(ports)));
    }
  }
  if (whole !== undefined) {
    for (const service of cluster.derive(servicesByHost).named(scope!.hosts!.filter(([, host]) => host !== '*'))) {
      if (whole.includes(service.namespace)) continue;
      const labels = labelsOf(service.entry.spec.selector);
      const where = both({ is: 'in', field: 'namespace', key: '', values: [namespaceOf(service.entry)] }, ...Object.entries(labels).map(([key, value]): Selector => ({ is: 'in', field: 'label', key, values: [value] })));
      const ports = service.ports.filter(({ protocol }) => protocol === 'TCP').map(({ target }): PortMatch => (typeof target === 'number' ? { protocol: 'TCP', from: target, to: target } : { protocol: 'TCP', name: target }));
      rules.push(allow(pods(where), ports));
    }
  }
  const entries = scope?.hosts === undefined ? cluster.objects('networking.istio.io', 'ServiceEntry') : cluster.derive(entriesByHost).named(scope.hosts);
  for (const one of entries) rules.push(...outside(scope, one));
  return rules;
}

/** Services with pods of their own. */
function servicesByHost(cluster: ClusterModel): KnownHosts<MeshService> {
  const hosts = new KnownHosts<MeshService>();
  for (const service of meshServicesOf(cluster).all) if (!service.withoutSelector) hosts.add(service.namespace, service.host, service);
  return hosts;
}

function entriesByHost(cluster: ClusterModel): KnownHosts<Entry> {
  const hosts = new KnownHosts<Entry>();
  for (const entry of cluster.objects('networking.istio.io', 'ServiceEntry')) for (const host of hostsOf(entry)) hosts.add(entry.namespace, host, entry);
  return hosts;
}

/** What a ServiceEntry makes known: names outside, and addresses. */
function outside(scope: Scope | undefined, entry: Entry): readonly Rule[] {
  const home = scope?.entry.namespace;
  if (home !== undefined && !isExported(entry, home)) return [];
  const hosts = hostsKnown(scope, entry);
  if (hosts.length === 0) return [];
  const ports = list(entry.spec.ports).map((port) => record(port).number as unknown).filter((number): number is number => typeof number === 'number');
  const ranges = [...list(entry.spec.addresses), ...list(entry.spec.endpoints).map((one) => record(one).address as unknown)].map(parseRange).filter((range) => range !== undefined);
  const peers: readonly PeerTerm[] = [
    ...hosts.map((host): PeerTerm => ({ is: 'name', pattern: host, test: (name) => name === host || matchesWildcard(name, host) })),
    ...ranges.map((range): PeerTerm => ({ is: 'block', range, except: [], pods: 'out' })),
  ];
  return [{ action: 'allow', path: ['spec', 'outboundTrafficPolicy', 'mode'], peers: { is: 'any', of: peers }, ports: matching(portSet(ports)) }];
}
