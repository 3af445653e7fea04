// What may let traffic in and cannot be followed: documents that the server would refuse, and Routes of OpenShift, whose router is not modelled.
// Whoever finds no other way in is told of them, because nobody knows what they open.
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { list, record, text } from '../model/fields';
import { covers } from '../model/hostnames';
import { matches, requirementsOfMap } from '../model/selector';
import { whyUnreadable } from './aliases';
import type { Endpoint } from './endpoints';
import { waysIn } from './entries';
import { openShiftRoutes } from './openshift-routes';
import { serviceEndpoints } from './services';

export interface DoubtfulDoor {
  readonly entry: Entry;
  readonly because: string;
}

/** Kinds of objects that let requests in, by their group. */
const DOORS: ReadonlyArray<readonly [group: string, ...kinds: string[]]> = [
  ['gateway.networking.k8s.io', 'Gateway', 'HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'], ['networking.k8s.io', 'Ingress'], ['networking.istio.io', 'Gateway', 'VirtualService'],
  ['traefik.io', 'IngressRoute', 'IngressRouteTCP', 'IngressRouteUDP'],
];
/** Objects that take requests, and whose backends stand in the routes that name them. */
const ROUTED: ReadonlySet<string> = new Set(['gateway.networking.k8s.io/Gateway', 'networking.istio.io/Gateway']);

/** What may lead from the internet to a port of a workload. */
export function doubtfulDoorTo(cluster: ClusterModel, endpoint: Endpoint, port: number): DoubtfulDoor | undefined {
  const route = cluster.derive(openShiftRoutes).find(({ backends }) => backends.some((one) => one.is === 'endpoint' && one.endpoint === endpoint && one.port === port))?.route;
  if (route) return followedByNobody(route);
  const unread = cluster.derive(unreadable);
  if (unread.services.length === 0 && unread.doors.length === 0) return undefined;
  const published = unread.services.find((service) => isPublished(service) && selects(service, endpoint));
  if (published) return { entry: published, because: whyUnreadable(published) };
  const through = cluster.derive(waysIn).find(({ gap }) => gap?.outcome === 'undetermined' && gap.decidedBy.some(({ entry }) => unread.services.includes(entry) && selects(entry, endpoint)))?.gap;
  if (through) return { entry: through.decidedBy[0]!.entry, because: through.because };
  const names = namesInFront(cluster, unread.services, endpoint);
  const door = unread.doors.find((entry) => (ROUTED.has(`${entry.group}/${entry.kind}`) ? routesThatName(cluster, entry) : [entry]).some(({ spec }) => mentions(spec, names)));
  return door && { entry: door, because: whyUnreadable(door) };
}

/** What may take requests for a host. */
export function doubtfulDoorFor(cluster: ClusterModel, host: string): DoubtfulDoor | undefined {
  const route = cluster.derive(openShiftRoutes).find(({ route: { spec } }) => covers(text(spec.host) ?? '*', host))?.route;
  if (route) return followedByNobody(route);
  // Routes that cannot be read are the matter of the gateways that they name.
  const door = cluster.derive(unreadable).doors.find((entry) => !entry.kind.endsWith('Route') && hostsOf(entry).some((one) => covers(one, host)));
  return door && { entry: door, because: whyUnreadable(door) };
}

/** Of a Route of OpenShift. */
export function followedByNobody(route: Entry): DoubtfulDoor {
  return { entry: route, because: `${route.toString()} leads there, and what the router of OpenShift lets through is not modelled` };
}

function unreadable(cluster: ClusterModel): { readonly services: readonly Entry[]; readonly doors: readonly Entry[] } {
  const unsound = (group: string, kind: string): readonly Entry[] => (cluster.hasUnsound(group, kind) ? cluster.everyObject(group, kind).filter((entry) => !entry.sound) : []);
  return { services: unsound('', 'Service'), doors: DOORS.flatMap(([group, ...kinds]) => kinds.flatMap((kind) => unsound(group, kind))) };
}

function isPublished({ spec }: Entry): boolean {
  return spec.type === 'LoadBalancer' || spec.type === 'NodePort' || list(spec.externalIPs).length > 0;
}

/** As far as its selector can be read. */
function selects({ namespace, spec }: Entry, endpoint: Endpoint): boolean {
  const selector = Object.entries(record(spec.selector)).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return selector.length > 0 && (namespace === '' || namespace === endpoint.namespace) && matches(endpoint.labels, requirementsOfMap(Object.fromEntries(selector)));
}

/** The names of the Services in front of a workload. */
function namesInFront(cluster: ClusterModel, unread: readonly Entry[], endpoint: Endpoint): ReadonlySet<string> {
  const names = new Set(unread.filter((service) => selects(service, endpoint)).map(({ name }) => name));
  for (const [service, { endpoints }] of cluster.derive(serviceEndpoints)) if (endpoints.includes(endpoint)) names.add(service.name);
  return names;
}

function routesThatName(cluster: ClusterModel, gateway: Entry): readonly Entry[] {
  const wanted = new Set([gateway.name]);
  const kinds = DOORS.find(([group]) => group === gateway.group)!.slice(1).filter((kind) => kind !== 'Gateway');
  return kinds.flatMap((kind) => cluster.everyObject(gateway.group, kind)).filter(({ spec }) => mentions(spec.parentRefs ?? spec.gateways, wanted));
}

/** Whether a name stands anywhere: alone, before a namespace (`api.shop.svc`), or behind one (`shop/public`). */
function mentions(value: unknown, names: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return names.has(value) || names.has(value.split('.')[0]!) || names.has(value.slice(value.indexOf('/') + 1));
  return typeof value === 'object' && value !== null && Object.values(value).some((one) => mentions(one, names));
}

/** The hosts that an object may take requests for. */
function hostsOf({ kind, group, spec }: Entry): readonly string[] {
  const parts = kind === 'Ingress' ? list(spec.rules) : group === 'networking.istio.io' ? (kind === 'Gateway' ? list(spec.servers) : [spec]) : list(spec.listeners);
  const hosts = parts.flatMap((part): readonly string[] => {
    const { host, hostname, hosts: several } = record(part);
    const named = [host, hostname, ...list(several)].map((one) => text(one)).filter((one) => one !== undefined);
    return named.length === 0 ? ['*'] : named.map((one) => one.slice(one.indexOf('/') + 1));
  });
  return hosts.length === 0 ? ['*'] : hosts;
}
