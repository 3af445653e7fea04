// Istio's own Gateways with their VirtualServices: the most specific host, then the routes in the order in which they are written.
// https://istio.io/latest/docs/reference/config/networking/virtual-service/
import type { FieldPath } from '../../documents/document';
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import { covers } from '../../model/hostnames';
import { gatewaysOf, hostsMeet, visibleTo } from '../../model/mesh-routes';
import type { Decider } from '../flow';
import type { Arrival, ExposedRoute, Routing } from './arrival';
import { eitherOf, routing, verdict } from './arrival';
import { HostTable } from './hosts';
import { servedRules } from './istio-delegates';
import type { Served } from './istio-routes';
import { answerOf, describeMatch, meetsMatch, standsHere } from './istio-routes';
import type { Offer } from './offers';
import { firstOf } from './offers';
import { plainPath } from './paths';
import { compareAges } from './precedence';
import { seenRequest } from './seen';
import type { SeenRequest } from './seen';

const ISTIO = 'networking.istio.io';

/** A port of a Gateway with the hosts that it is for. */
interface Server {
  readonly gateway: Entry;
  readonly path: FieldPath;
  readonly fields: Fields;
  readonly port: number;
  readonly protocol: string;
  readonly tls: boolean;
}

export function requestsOfIstio(cluster: ClusterModel, arrival: Arrival): readonly Routing[] {
  const { port, protocol = 'HTTP', request: { scheme, host } } = arrival;
  return serversFor(cluster, host).flatMap((server) => {
    if (port !== undefined && port !== server.port) return [];
    const carries = server.protocol === 'HTTP' ? protocol === 'HTTP' && (scheme === undefined || server.tls === (scheme === 'https'))
      : server.protocol === 'TLS' ? protocol === 'TLS' || (protocol === 'HTTP' && scheme !== 'http') : protocol === 'TCP';
    return carries ? [decide(cluster, server, arrival)] : [];
  });
}

function servers(cluster: ClusterModel): readonly Server[] {
  return cluster.objects(ISTIO, 'Gateway').flatMap((gateway) => list(gateway.spec.servers).map((fields: Fields, index): Server => {
    const name = String(fields.port?.protocol).toUpperCase();
    const passes = name === 'TLS' && ['PASSTHROUGH', 'AUTO_PASSTHROUGH'].includes(String(fields.tls?.mode));
    return {
      gateway, fields, path: ['spec', 'servers', index], port: Number(fields.port?.number), tls: name === 'HTTPS' || name === 'TLS',
      protocol: ['HTTP', 'HTTP2', 'GRPC', 'GRPC-WEB', 'HTTPS'].includes(name) ? 'HTTP' : passes ? 'TLS' : 'TCP',
    };
  }));
}

/** The servers that take a host, in the order of their documents. */
function serversFor(cluster: ClusterModel, host: string | undefined): readonly Server[] {
  const all = cluster.derive(servers);
  if (host === undefined) return all;
  const found = new Set([...cluster.derive(serversByHost).covering(host.toLowerCase())].flatMap(({ numbers }) => numbers));
  return [...found].sort((a, b) => a - b).map((number) => all[number]!);
}

/** By their hosts without the namespace before them. */
function serversByHost(cluster: ClusterModel): HostTable<{ readonly name: string; readonly numbers: readonly number[] }> {
  const byHost = new Map<string, number[]>();
  cluster.derive(servers).forEach(({ fields }, number) => {
    for (const one of list(fields.hosts)) {
      const host = String(one).split('/').at(-1)!.toLowerCase();
      const name = host === '' ? '*' : host;
      const known = byHost.get(name);
      if (known) known.push(number);
      else byHost.set(name, [number]);
    }
  });
  return new HostTable([...byHost].map(([name, numbers]) => ({ name, numbers })));
}

/** The VirtualServices that a server takes, with the hosts of theirs that are left. */
function servicesOf(cluster: ClusterModel, { gateway, fields }: Server): ReadonlyArray<{ readonly service: Entry; readonly hosts: readonly string[] }> {
  return (cluster.derive(byGateway).get(gateway) ?? []).flatMap((service) => {
    const wanted = list(service.spec.hosts).map((one) => String(one).toLowerCase());
    const hosts = list(fields.hosts).flatMap((one) => {
      const [namespace, host] = String(one).includes('/') ? String(one).split('/') as [string, string] : ['*', String(one)];
      if (namespace !== '*' && (namespace === '.' ? gateway.namespace : namespace) !== service.namespace) return [];
      return wanted.flatMap((name) => (!hostsMeet(name, host) ? [] : covers(host, name) ? [name] : [host.toLowerCase()]));
    });
    return hosts.length === 0 ? [] : [{ service, hosts: [...new Set(hosts)] }];
  });
}

function byGateway(cluster: ClusterModel): ReadonlyMap<Entry, readonly Entry[]> {
  const found = new Map<Entry, Entry[]>();
  for (const service of cluster.objects(ISTIO, 'VirtualService')) {
    const seen = visibleTo(service);
    for (const gateway of new Set(gatewaysOf(cluster, service).flatMap((one) => one.gateway ?? []))) {
      if (seen && !seen.has(gateway.namespace)) continue;
      const known = found.get(gateway);
      if (known) known.push(service);
      else found.set(gateway, [service]);
    }
  }
  return found;
}

function decide(cluster: ClusterModel, server: Server, arrival: Arrival): Routing {
  const { gateway, path, fields, port } = server;
  const at: Decider = { entry: gateway, path };
  const base = { listener: { home: gateway, name: text(fields.port?.name) ?? String(port), path, port } };
  const { request, facts } = arrival;
  const host = request.host?.toLowerCase();
  if (server.protocol === 'HTTP' && fields.tls?.httpsRedirect === true && !server.tls) {
    const location = host === undefined || request.path === undefined ? undefined : `https://${host}${request.path}${request.query === undefined ? '' : `?${request.query}`}`;
    return routing(gateway, verdict('denied', `${gateway.toString()} sends the caller to https with 301`, [{ entry: gateway, path: [...path, 'tls', 'httpsRedirect'] }], 301), { ...base, status: 301, location });
  }
  if (server.tls && ['MUTUAL', 'ISTIO_MUTUAL'].includes(String(fields.tls?.mode)) && facts.clientCertificate !== true) {
    return routing(gateway, verdict('denied', `${gateway.toString()} asks for a client certificate, and the caller shows none`, [{ entry: gateway, path: [...path, 'tls', 'mode'] }], 'reset'), base);
  }
  const plain = request.path === undefined ? undefined : plainPath(request.path, { envoy: true, mergeSlashes: false, escapedSlashes: 'KeepUnchanged' });
  if (plain === 'unknown' && server.protocol === 'HTTP') return routing(gateway, verdict('undetermined', `How the gateway reads the path ${request.path!} is not modelled`, [at]), base);
  const seen = seenRequest(request, typeof plain === 'object' && 'path' in plain ? plain.path : undefined);
  const hosts = cluster.derive(hostTables).get(server)!;
  const found = host === undefined ? hosts.all : [...hosts.covering(host)].slice(0, 1);
  const status = server.protocol === 'HTTP' ? 404 : 'reset';
  const nowhere = (): Routing => routing(gateway, verdict('denied', `${gateway.toString()} takes it, and no VirtualService has a route for it`, [at], status), { ...base, ...status === 404 && { status } });
  const answers = found.map(({ services }) => ofHost(cluster, server, services, { seen, arrival, base, nowhere }));
  const [first, ...others] = answers;
  return first ? eitherOf(first, others, 'The host name of the request is not known, and not all names lead to the same', [at]) : nowhere();
}

interface HostOfServer {
  readonly name: string;
  readonly services: readonly Entry[];
}

/** What each server has for each host. */
function hostTables(cluster: ClusterModel): ReadonlyMap<Server, HostTable<HostOfServer>> {
  return new Map(cluster.derive(servers).map((server) => {
    const byHost = new Map<string, Entry[]>();
    for (const { service, hosts } of servicesOf(cluster, server)) {
      for (const host of hosts) {
        const known = byHost.get(host);
        if (known) known.push(service);
        else byHost.set(host, [service]);
      }
    }
    return [server, new HostTable([...byHost].map(([name, services]) => ({ name, services })))];
  }));
}

interface Asking {
  readonly seen: SeenRequest;
  readonly arrival: Arrival;
  readonly base: Partial<Routing>;
  readonly nowhere: () => Routing;
}

/** The routes of every VirtualService of a host, the older ones first; what takes everything goes to the end. pilot/pkg/networking/core/route/route.go SortVHostRoutes */
function ofHost(cluster: ClusterModel, server: Server, services: readonly Entry[], asking: Asking): Routing {
  const offers = [...services].sort(compareAges).flatMap((owner) => offersOf(cluster, server, owner, asking));
  return firstOf([...offers.filter(({ rank }) => rank === 'some'), ...offers.filter(({ rank }) => rank === 'all')], asking.nowhere);
}

/** The routes of one VirtualService; what stands behind one that takes everything is left out (BuildHTTPRoutesForVirtualService). */
function offersOf(cluster: ClusterModel, server: Server, owner: Entry, { seen, arrival, base }: Asking): readonly Offer[] {
  const offers: Offer[] = [];
  for (const { service, rule, path, matchesAreWritten, via } of servedRules(cluster, owner, fieldOf(server))) {
    const written = list(rule.match);
    // Each match is a route of its own.
    for (const [item, match] of (written.length === 0 ? [undefined] : written).entries()) {
      const own = { ...rule, match: match === undefined ? undefined : [match] };
      const at: FieldPath = match === undefined || !matchesAreWritten ? path : [...path, 'match', item];
      const served: Served = { cluster, gateway: server.gateway, service, rule: own, path, port: server.port, secure: server.tls, arrival, seen, base, via };
      if (match !== undefined && !standsHere(served, match)) continue;
      const { meets, doubt } = meetsMatch(served);
      const rank = takesAll(match) ? 'all' : 'some';
      offers.push({ label: service.toString(), decider: { entry: service, path: at }, meets, doubt, rank, owner, aged: owner, answer: () => answerOf(served) });
      if (rank === 'all' && server.protocol === 'HTTP') return offers;
    }
  }
  return offers;
}

function fieldOf({ protocol }: Server): 'http' | 'tls' | 'tcp' {
  return protocol === 'HTTP' ? 'http' : protocol === 'TLS' ? 'tls' : 'tcp';
}

/** Whether a match asks for nothing. */
function takesAll(match: Fields): boolean {
  if (match === undefined) return true;
  const { uri, ...rest } = match;
  const asks = ['method', 'scheme', 'authority', 'headers', 'withoutHeaders', 'queryParams', 'sniHosts'].some((one) => rest[one] !== undefined);
  return !asks && (uri === undefined || uri.prefix === '/' || uri.regex === '.*');
}

/** Every route of every Istio Gateway. */
export function exposedIstio(cluster: ClusterModel): readonly ExposedRoute[] {
  return cluster.derive(servers).flatMap((server) => servicesOf(cluster, server).flatMap(({ service, hosts }) => {
    const field = fieldOf(server);
    return servedRules(cluster, service, field).flatMap(({ service: written, rule, path, via }) => hosts.flatMap((hostname) => {
      const [match] = list(rule.match);
      const { uri, method } = record(match);
      const request = {
        ...server.protocol === 'HTTP' && { scheme: server.tls ? 'https' as const : 'http' as const, ...text(method?.exact) !== undefined && { method: String(method.exact) } },
        ...hostname !== '*' && { host: hostname.replace(/^\*/, 'any') }, ...server.protocol === 'HTTP' && uri?.regex === undefined && { path: text(uri?.exact) ?? text(uri?.prefix) ?? '/' },
      };
      const sample: Arrival = { port: server.port, facts: { clientCertificate: true }, request, ...server.protocol !== 'HTTP' && { protocol: server.protocol as 'TLS' | 'TCP' } };
      const seen = seenRequest(request, request.path);
      const answer = answerOf({ cluster, gateway: server.gateway, service: written, rule, path, port: server.port, secure: server.tls, arrival: sample, seen, base: {}, via });
      const listener = { home: server.gateway, name: text(server.fields.port?.name) ?? String(server.port), path: server.path, port: server.port };
      const made = { gateway: server.gateway, listener, protocol: server.protocol as 'HTTP', tls: server.tls, hostname, route: written, rulePath: path, match: describeMatch(rule), sample };
      return [...answer.backends.map((backend) => ({ ...made, backend, mirrored: false })), ...answer.mirrors.map((backend) => ({ ...made, backend, mirrored: true }))];
    }));
  }));
}

