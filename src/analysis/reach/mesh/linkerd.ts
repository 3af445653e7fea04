// Linkerd's proxies: Servers with what authorizes their callers, and the default policies of all other ports (linkerd2 policy-controller/k8s/index/src/inbound/index.rs).
import yaml from 'js-yaml';
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import { list, record, text } from '../../model/fields';
import type { LinkerdServer } from '../../model/mesh-linkerd';
import { holds, linkerdOf } from '../../model/mesh-linkerd';
import type { PodGroup } from '../../model/pods';
import { LabelIndex, requirementsOf } from '../../model/selector';
import type { FieldPath } from '../../documents/document';
import type { Endpoint } from '../endpoints';
import { setFact } from '../endpoints';
import type { NotModelled, PeerTerm, Policy, Rule } from '../rules';
import { EVERYONE } from '../rules';
import type { Selector } from '../selector';
import { clientsOfDefault, clientsOfPolicy, clientsOfServerAuthorization } from './linkerd-clients';
import type { ServerRoutes } from './linkerd-routes';
import { routesOfServers } from './linkerd-routes';
import { LINKERD } from './members';
import { FORBIDDEN } from './policy-reader';
import type { PortSet } from './port-sets';
import { EVERY_PORT, matching, meet, portSet, without } from './port-sets';

export const LINKERD_TIER = 'linkerd';
/** The fact that tells pods by their Servers and defaults. */
const SERVED_BY = 'mesh.linkerd.servers';
const GROUP = 'policy.linkerd.io';
const DEFAULT_POLICY = 'config.linkerd.io/default-inbound-policy';
const NO_ROUTE = 404;

/** What holds at the ports that no Server is for. */
interface Default {
  /** Undefined when nobody says. */
  readonly policy: string | undefined;
  readonly by: Entry | undefined;
  readonly path: FieldPath;
}

/** What pods with one value of the fact have in common. */
interface Inbound {
  readonly id: string;
  readonly servers: ReadonlyArray<readonly [LinkerdServer, PortSet]>;
  readonly fallback: Default;
  /** Ports before which no proxy stands. */
  readonly skipped: PortSet;
  /** Ports at which the default asks for a certificate. */
  readonly identified: PortSet;
  /** Paths of probes by port: they are let through from everywhere. */
  readonly probes: ReadonlyArray<readonly [number, string]>;
}

export function linkerdPolicies(cluster: ClusterModel, endpoints: readonly Endpoint[]): readonly Policy[] {
  const byKey = new Map<string, Inbound>();
  for (const endpoint of endpoints) {
    if (endpoint.group === undefined || endpoint.facts[LINKERD] === undefined) continue;
    const inbound = read(cluster, endpoint.group);
    const { by } = inbound.fallback;
    const key = [
      ...inbound.servers.map(([{ entry }, ports]) => `${entry.toString()} ${ports.join(' ')}`), inbound.fallback.policy, by?.toString(), inbound.skipped.join(' '), inbound.identified.join(' '), inbound.probes.join(' '),
    ].join('\u0001');
    let known = byKey.get(key);
    if (!known) byKey.set(key, (known = { ...inbound, id: `l${byKey.size}` }));
    setFact(endpoint, SERVED_BY, known.id);
  }
  const writer = new Writer(cluster);
  return [...byKey.values()].flatMap((inbound) => writer.policiesOf(inbound));
}

function read(cluster: ClusterModel, group: PodGroup): Omit<Inbound, 'id'> {
  const linkerd = linkerdOf(cluster);
  const numbers = (name: string): readonly number[] => group.ports.filter((port) => port.name === name && port.protocol === 'TCP').map(({ number }) => number);
  const servers = linkerd.serversBefore(group)
    .map((server) => [server, portSet(typeof server.port === 'number' ? [server.port] : numbers(server.port))] as const).filter(([, ports]) => ports.length > 0);
  const annotation = (key: string): string | undefined => group.annotations[key] ?? cluster.namespace(group.namespace)?.entry?.annotations[key];
  return {
    servers, fallback: defaultOf(cluster, group), skipped: portsIn(annotation('config.linkerd.io/skip-inbound-ports')), identified: portsIn(annotation('config.linkerd.io/proxy-require-identity-inbound-ports')),
    probes: probesOf(group, numbers),
  };
}

function portsIn(given: string | undefined): PortSet {
  const ranges = (given ?? '').split(',').map((one) => one.trim()).filter((one) => one !== '');
  return ranges.length === 0 ? [] : portSet(Array.from({ length: 65535 }, (_, at) => at + 1).filter((port) => ranges.some((range) => holds(range, port))));
}

function probesOf({ spec }: PodGroup, numbers: (name: string) => readonly number[]): ReadonlyArray<readonly [number, string]> {
  return list(spec.containers).map(record).flatMap((container) => ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((name) => {
    const { path, port } = record(record(container[name]).httpGet);
    const ports = typeof port === 'number' ? [port] : numbers(String(port));
    return text(path) === undefined ? [] : ports.map((number) => [number, path as string] as const);
  }));
}

function defaultOf(cluster: ClusterModel, group: PodGroup): Default {
  const own = group.annotations[DEFAULT_POLICY];
  if (own !== undefined) return { policy: own, by: group.entry, path: [...group.metadataPath, 'annotations', DEFAULT_POLICY] };
  const namespace = cluster.namespace(group.namespace)?.entry;
  const said = namespace?.annotations[DEFAULT_POLICY];
  if (said !== undefined) return { policy: said, by: namespace, path: ['metadata', 'annotations', DEFAULT_POLICY] };
  const installed = cluster.derive(installation);
  return installed ?? { policy: undefined, by: namespace ?? group.entry, path: [] };
}

/** What the installation says, where the documents have it. */
function installation(cluster: ClusterModel): Default | undefined {
  const config = cluster.objects('', 'ConfigMap').find(({ name, object }) => name === 'linkerd-config' && text(record(object.data).values) !== undefined);
  if (config === undefined) return undefined;
  try {
    const values = record(yaml.load(String(record(config.object.data).values)));
    return { policy: text(record(values.proxy).defaultInboundPolicy) ?? 'all-unauthenticated', by: config, path: ['data', 'values'] };
  } catch {
    return { policy: undefined, by: config, path: ['data', 'values'] };
  }
}

class Writer {
  private readonly routes: ReadonlyMap<string, ServerRoutes>;
  /** By namespace, kind and name of what they are for. */
  private readonly authorizations: Map<string, { readonly entry: Entry; readonly clients: PeerTerm }[]> = new Map();

  constructor(cluster: ClusterModel) {
    this.routes = routesOfServers(cluster);
    const add = (key: string, entry: Entry, clients: PeerTerm | undefined): void => {
      if (clients !== undefined) this.authorizations.set(key, [...this.authorizations.get(key) ?? [], { entry, clients }]);
    };
    for (const entry of cluster.objects(GROUP, 'AuthorizationPolicy')) {
      const { kind, name } = record(entry.spec.targetRef);
      add(`${entry.namespace}/${String(kind)}/${String(name)}`, entry, clientsOfPolicy(cluster, entry));
    }
    const servers = new LabelIndex(cluster.objects(GROUP, 'Server').map((entry) => ({ entry, labels: entry.labels })));
    for (const entry of cluster.objects(GROUP, 'ServerAuthorization')) {
      const { name, selector } = record(entry.spec.server);
      const chosen = text(name) !== undefined ? [] : servers.select(requirementsOf(selector ?? {}) ?? []).filter((one) => one.entry.namespace === entry.namespace);
      const names = text(name) !== undefined ? [String(name)] : chosen.map((one) => one.entry.name);
      for (const one of names) add(`${entry.namespace}/Server/${one}`, entry, clientsOfServerAuthorization(cluster, entry));
    }
  }

  policiesOf(inbound: Inbound): readonly Policy[] {
    const subject: Selector = { is: 'in', field: 'fact', key: SERVED_BY, values: [inbound.id] };
    const policies: Policy[] = [];
    let free = without(EVERY_PORT, inbound.skipped);
    inbound.servers.forEach(([server, all], index) => {
      const own = inbound.servers.reduce((left, [, ports], at) => (at === index ? left : without(left, ports)), all);
      const clashing = without(without(all, own), inbound.skipped);
      const ports = without(own, inbound.skipped);
      free = without(free, all);
      // Which of two Servers for one port counts depends on the order in which they came.
      if (clashing.length > 0) policies.push(made(server.entry, subject, clashing, [unknown(['spec', 'port'], clashing, 'several Servers are for this port')], false));
      if (ports.length > 0) policies.push(...this.ofServer(server, ports, subject, inbound));
    });
    return [...policies, ...this.ofDefault(inbound, without(free, inbound.identified), subject, false), ...this.ofDefault(inbound, meet(free, inbound.identified), subject, true)];
  }

  private ofServer({ entry, protocol, accessPolicy }: LinkerdServer, ports: PortSet, subject: Selector, inbound: Inbound): readonly Policy[] {
    const http = protocol !== 'opaque' && protocol !== 'TLS';
    const routes = http ? this.routes.get(`${entry.namespace}/${entry.name}`) : undefined;
    const allow = (peers: PeerTerm, path: FieldPath, requests: Rule['requests']): Rule => ({ action: 'allow', path, peers, ports: matching(ports), ...requests && { requests }, ...http && { status: FORBIDDEN } });
    const own = clientsOfDefault(accessPolicy);
    const taken = routes && [routes.taken];
    const rules: Rule[] = [
      ...routes ? [{ action: 'deny', path: ['spec'], peers: EVERYONE, ports: matching(ports), requests: [routes.untaken], status: NO_ROUTE } as const] : [],
      ...own ? [allow(own, ['spec', 'accessPolicy'], taken)] : [],
      ...http && !routes ? probeRules(inbound, ports, ['spec']) : [],
    ];
    const authorizing = (key: string, requests: Rule['requests']): Policy[] => (this.authorizations.get(key) ?? []).map((one) => made(one.entry, subject, ports, [allow(one.clients, ['spec'], requests)], false));
    return [
      made(entry, subject, ports, rules, true, http),
      ...authorizing(`${entry.namespace}/Server/${entry.name}`, taken), ...authorizing(`${entry.namespace}/Namespace/${entry.namespace}`, taken),
      ...(routes?.routes ?? []).flatMap((route) => authorizing(`${route.namespace}/${route.kind}/${route.name}`, [routes!.takenBy(route)])),
    ];
  }

  private ofDefault(inbound: Inbound, ports: PortSet, subject: Selector, identified: boolean): readonly Policy[] {
    const { policy, by, path } = inbound.fallback;
    if (by === undefined || ports.length === 0) return [];
    if (policy === undefined) return [made(by, subject, ports, [unknown(path, ports, 'the default inbound policy of Linkerd is not known')], false)];
    const clients = clientsOfDefault(policy);
    if (clients === EVERYONE && !identified) return [];
    // `audit` lets through whatever it would refuse.
    const asked = clients === undefined || !identified || policy === 'audit' ? clients : clientsOfDefault(policy.replace('unauthenticated', 'authenticated'));
    const rules: readonly Rule[] = asked === undefined ? [] : [{ action: 'allow', path, peers: asked, ports: matching(ports), status: FORBIDDEN }];
    return [made(by, subject, ports, [...rules, ...probeRules(inbound, ports, path)], true, true, path)];
  }
}

function unknown(path: FieldPath, ports: PortSet, why: string): Rule {
  return { action: 'deny', path, peers: EVERYONE, ports: matching(ports), unknown: why };
}

/** Probes are let through from everywhere (`probeNetworks` of the chart). */
function probeRules({ probes }: Inbound, within: PortSet, at: FieldPath): readonly Rule[] {
  return probes.flatMap(([port, path]): Rule[] => {
    const ports = meet(portSet([port]), within);
    return ports.length === 0 ? [] : [{
      action: 'allow', path: at, peers: EVERYONE, ports: matching(ports), status: FORBIDDEN,
      requests: [{ text: `GET ${path}`, test: (request) => (request.method === undefined || request.path === undefined ? undefined : request.method === 'GET' && request.path === path) }],
    }];
  });
}

function made(entry: Entry, subject: Selector, ports: PortSet, rules: readonly Rule[], closes: boolean, http: boolean = false, path: FieldPath = ['spec']): Policy {
  return { entry, direction: 'ingress', tier: LINKERD_TIER, order: 0, subject, hostNetwork: 'in', closes, closesPorts: matching(ports), rules, path, ...http && { status: FORBIDDEN } };
}

/** Policies that cannot be read may say anything. */
export function linkerdUnread(cluster: ClusterModel): readonly NotModelled[] {
  return cluster.entries.filter(({ group, sound }) => group === GROUP && !sound).map((entry) => ({
    entry, path: [], why: 'it cannot be read', subject: { is: 'all', of: [{ is: 'in', field: 'namespace', key: '', values: [entry.namespace] }, { is: 'exists', field: 'fact', key: LINKERD }] },
  }));
}

