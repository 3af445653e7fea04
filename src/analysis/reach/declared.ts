// What the program declares against what the documents do: every declared connection passes all layers, and where policies close a workload nothing else does.
import type { ClusterModel } from '../model/cluster-model';
import { list, record, text } from '../model/fields';
import type { DeclaredPeer } from '../model/mesh-connections';
import { declaredOf, describePeer, peerOf } from '../model/mesh-connections';
import { parseRange } from '../model/ranges';
import type { PairEnd } from './connectivity';
import { connectivityOf } from './connectivity';
import { printConnections } from './connections';
import type { Endpoint } from './endpoints';
import { endpointsOf } from './endpoints';
import type { Direction, Facts, Hop, Protocol, Request } from './flow';
import { networkOf } from './network';
import type { PortRange } from './pairs';
import type { Party } from './points';
import type { Way } from './trace';
import { traceFlow } from './trace';

/** A declared connection that some layer stops. */
export interface DeniedConnection {
  readonly from: string;
  readonly to: string;
  readonly port: string;
  /** The request that is stopped, where the declaration names requests. */
  readonly request?: string | undefined;
  /** The hop that stops it. */
  readonly hop: Hop;
}

/** Ports on which one declared workload reaches another, beyond what is declared. */
export interface Undeclared {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly connections: string;
  /** What lets it through: the last document that decided. */
  readonly way: Way;
}

const PROTOCOLS: ReadonlySet<string> = new Set(['TCP', 'UDP', 'SCTP']);

/** One connection of the model, as far as it can be asked. */
interface Connection {
  readonly from: DeclaredPeer;
  readonly to: DeclaredPeer;
  readonly port: number;
  readonly protocol: Protocol;
  readonly requests: readonly AskedRequest[];
}

interface AskedRequest {
  readonly text: string;
  readonly request: Request;
  readonly facts: Facts;
}

/** The connections of the model that touch this cluster: `cluster.derive(connections)`. */
function connections(cluster: ClusterModel): readonly Connection[] {
  return (cluster.world.input.models ?? []).flatMap((model) => model.connections ?? []).flatMap((fields): readonly Connection[] => {
    const one = record(fields);
    const [from, to, port] = [text(one.from), text(one.to), text(one.port)];
    const [number, protocol = 'TCP'] = (port ?? '').split('/');
    if (from === undefined || to === undefined || port === undefined || !PROTOCOLS.has(protocol)) return [];
    return [{ from: peerOf(from), to: peerOf(to), port: Number(number), protocol: protocol as Protocol, requests: requestsOf(list(one.http)) }];
  });
}

/** Declared connections that are stopped for certain, by whichever layer. Sidecars answer the probes of nodes in place of their pods, whatever the mesh asks of callers. */
export function deniedConnections(cluster: ClusterModel): readonly DeniedConnection[] {
  const network = cluster.derive(networkOf);
  const found: DeniedConnection[] = [];
  for (const { from, to, port, protocol, requests } of cluster.derive(connections)) {
    const [callers, called] = [partiesOf(cluster, from), partiesOf(cluster, to)];
    for (const asked of requests.length === 0 ? NO_REQUEST : requests) {
      const said = { port, protocol, request: asked?.request, facts: asked?.facts ?? {} };
      const ways = callers.flatMap((from) => called.map((to) => traceFlow(network, { from, to, ...said })));
      // What some of the pods get through stands for a choice.
      const hop = ways.length > 0 && ways.every(({ outcome }) => outcome === 'denied') ? ways[0]!.hops.find(({ outcome }) => outcome === 'denied') : undefined;
      if (!hop || (from.kind === 'nodes' && hop.layer === 'mesh')) continue;
      found.push({ from: describePeer(from), to: describePeer(to), port: `${port}/${protocol}`, ...asked && { request: asked.text }, hop });
      break;
    }
  }
  return found;
}

const NO_REQUEST: readonly undefined[] = [undefined];

/** Pairs of declared workloads that reach each other where nobody declared it, as far as the policies of the CNI close either of them. */
export function undeclaredConnections(cluster: ClusterModel): readonly Undeclared[] {
  const declared = cluster.derive(connections);
  if (declared.length === 0) return [];
  const connectivity = cluster.derive(connectivityOf);
  const { network } = connectivity;
  const known = knownPairs(cluster, declared);
  const workloads = new Set(known.endpoints);
  const ends = connectivity.ends.filter(({ endpoint }) => endpoint !== undefined && workloads.has(endpoint));
  const closed = (direction: Direction): ReadonlySet<PairEnd> => new Set(ends.filter(({ endpoint }) => isClosed(cluster, endpoint!, direction)));
  const [closedOut, closedIn] = [closed('egress'), closed('ingress')];
  const found: Undeclared[] = [];
  for (const from of ends) {
    const reached = connectivity.from(from);
    for (const to of closedOut.has(from) ? ends : closedIn) {
      const number = reached[to.point]!;
      if (number === 0 || from === to) continue;
      const excess = without(connectivity.portSet(number).ranges, known.ports(from.endpoint!, to.endpoint!));
      const [first] = excess;
      if (first === undefined) continue;
      const way = traceFlow(network, { from: { is: 'endpoint', endpoint: from.endpoint! }, to: { is: 'endpoint', endpoint: to.endpoint! }, port: first.from, protocol: first.protocol, facts: {} });
      found.push({ from: from.endpoint!, to: to.endpoint!, connections: printConnections(excess), way });
    }
  }
  return found;
}

/** Whether policies of the CNI let through only what they admit. */
function isClosed(cluster: ClusterModel, endpoint: Endpoint, direction: Direction): boolean {
  const network = cluster.derive(networkOf);
  const cni = network.layers.find(({ layer }) => layer.layer === 'cni');
  const at = network.points.index.classOf.get(endpoint);
  return cni !== undefined && at !== undefined && cni.table.of(at, direction).tiers.some(({ policies }) => policies.some(({ policy, certain }) => certain && policy.closes));
}

interface KnownPairs {
  readonly endpoints: readonly Endpoint[];
  ports(from: Endpoint, to: Endpoint): readonly PortRange[];
}

function knownPairs(cluster: ClusterModel, declared: readonly Connection[]): KnownPairs {
  const ports = new Map<Endpoint, Map<Endpoint, PortRange[]>>();
  for (const { from, to, port, protocol } of declared) {
    for (const caller of endpointsBehind(cluster, from)) {
      for (const callee of endpointsBehind(cluster, to)) {
        const row = ports.get(caller) ?? new Map<Endpoint, PortRange[]>();
        row.set(callee, [...row.get(callee) ?? [], { protocol, from: port, to: port }]);
        ports.set(caller, row);
      }
    }
  }
  const workloads = (cluster.world.input.models ?? []).flatMap((model) => model.workloads ?? []).map(record)
    .filter((one) => cluster.facts.name === undefined || one.cluster === undefined || one.cluster === cluster.facts.name);
  const endpoints = workloads.flatMap((one) => endpointsBehind(cluster, { kind: 'workload', cluster: cluster.facts.name ?? '', namespace: String(one.namespace), name: String(one.name) }));
  return { endpoints: [...new Set(endpoints)], ports: (from, to) => ports.get(from)?.get(to) ?? [] };
}

/** What is left of some ports without others. */
function without(ranges: readonly PortRange[], taken: readonly PortRange[]): readonly PortRange[] {
  let left = [...ranges];
  for (const { protocol, from, to } of taken) {
    left = left.flatMap((one): PortRange[] => {
      if (one.protocol !== protocol || to < one.from || from > one.to) return [one];
      return [...one.from < from ? [{ ...one, to: from - 1 }] : [], ...one.to > to ? [{ ...one, from: to + 1 }] : []];
    });
  }
  return left;
}

/** The endpoints of a workload of the model: its own pods with those of its versions, or what somebody else keeps. */
function endpointsBehind(cluster: ClusterModel, peer: DeclaredPeer): readonly Endpoint[] {
  const workload = declaredOf(cluster).workload(peer);
  if (!workload) return [];
  const { byEntry, byName } = cluster.derive(endpointMaps);
  const real = workload.pods.map((group) => byEntry.get(group.entry)).filter((one) => one !== undefined);
  if (real.length > 0) return real;
  const external = byName.get(`${workload.namespace}/${workload.name}[External]`);
  return external === undefined ? [] : [external];
}

function endpointMaps(cluster: ClusterModel): { readonly byEntry: ReadonlyMap<unknown, Endpoint>; readonly byName: ReadonlyMap<string, Endpoint> } {
  const endpoints = cluster.derive(endpointsOf);
  return { byEntry: new Map(endpoints.map((one) => [one.entry, one])), byName: new Map(endpoints.map((one) => [one.name, one])) };
}

function partiesOf(cluster: ClusterModel, peer: DeclaredPeer): readonly Party[] {
  switch (peer.kind) {
    case 'workload': return endpointsBehind(cluster, peer).map((endpoint) => ({ is: 'endpoint', endpoint }));
    // Any name that the pattern means.
    case 'fqdn': return [{ is: 'name', host: peer.name.replaceAll('*', 'any') }];
    case 'cidr': {
      const range = parseRange(peer.name);
      return range ? [{ is: 'addresses', range: { family: range.family, first: range.first, last: range.last } }] : [];
    }
    case 'nodes': return [{ is: 'entity', name: 'host' }];
    case 'kube-apiserver': return [{ is: 'entity', name: 'kube-apiserver' }];
    default: return [];
  }
}

/** Requests that the declaration means: one for each method and path; patterns are left open. */
function requestsOf(conditions: readonly unknown[]): readonly AskedRequest[] {
  return conditions.flatMap((fields): readonly AskedRequest[] => {
    const { methods, paths, headers, jwt, hosts } = record(fields);
    const sent = Object.fromEntries(list(headers).map(record).map((one) => [String(one.name).toLowerCase(), String(list(one.values)[0])]));
    const { issuer, claims, audiences } = record(jwt);
    const facts: Facts = text(issuer) === undefined ? {} : {
      jwt: { issuer: String(issuer), subject: 'somebody', audiences: list(audiences).map(String), claims: Object.fromEntries(Object.entries(record(claims)).map(([name, values]) => [name, Array.isArray(values) ? values[0] : values])) },
    };
    const tried = list(paths).length === 0 ? [undefined] : list(paths).map(record);
    return tried.flatMap((path) => (list(methods).length === 0 ? ['GET'] : list(methods).map(String)).map((method): AskedRequest => {
      const value = path === undefined ? '/' : path.type === 'regex' ? undefined : path.type === 'prefix' ? `${String(path.value).replace(/\/$/, '')}/1` : String(path.value);
      const host = text(list(hosts)[0]);
      return { text: `${method} ${value ?? String(path?.value)}`, request: { method, ...value !== undefined && { path: value }, headers: sent, ...host !== undefined && { host } }, facts };
    }));
  });
}
