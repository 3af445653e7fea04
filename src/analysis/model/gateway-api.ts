// Gateway API as its specification has it: Gateways with their listeners (their own and those of ListenerSets), and which route is attached where, or why not.
// https://gateway-api.sigs.k8s.io/reference/spec/
import type { FieldPath } from '../documents/document';
import { ByName } from './by-name';
import type { ClusterModel } from './cluster-model';
import { each, map, some } from './each';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import { intersect } from './hostnames';
import { matches, requirementsOf } from './selector';

export const GATEWAY_API: string = 'gateway.networking.k8s.io';

/** Who runs a Gateway, where that can be told. */
export type Implementation = 'envoy-gateway' | 'istio' | 'cilium' | 'traefik' | 'other';

export interface Listener {
  readonly gateway: GatewayView;
  /** The Gateway or ListenerSet whose document has the listener. */
  readonly home: Entry;
  readonly path: FieldPath;
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  /** Undefined takes every name. */
  readonly hostname: string | undefined;
  readonly tlsMode: 'Terminate' | 'Passthrough' | undefined;
  readonly fields: Fields;
}

export interface GatewayView {
  readonly entry: Entry;
  readonly className: string;
  readonly gatewayClass: Entry | undefined;
  /** Undefined when the class is not there to say it. */
  readonly implementation: Implementation | undefined;
  readonly listeners: readonly Listener[];
  /** ListenerSets may bring listeners that the documents do not have. */
  readonly complete: boolean;
}

/** What kept a route from a parent: the last thing that no listener passed. */
export type Refusal = 'section' | 'port' | 'kind' | 'namespace' | 'hostname';

/** A listener that takes a route, with the host names that are left of the route's own. */
export interface Attachment {
  readonly listener: Listener;
  readonly hostnames: readonly string[];
}

export interface Parent {
  readonly route: RouteView;
  readonly path: FieldPath;
  readonly gateway: GatewayView;
  /** The ListenerSet that the reference names. */
  readonly listenerSet: Entry | undefined;
  readonly sectionName: string | undefined;
  readonly port: number | undefined;
  readonly attached: readonly Attachment[];
  readonly refusal: Refusal | undefined;
  /** The listeners that came as far as the refusal. */
  readonly refusedBy: readonly Listener[];
}

export interface RouteView {
  readonly entry: Entry;
  readonly hostnames: readonly string[];
  readonly parents: readonly Parent[];
  /** The listeners of every parent. */
  readonly attached: readonly Attachment[];
}

export interface GatewayModel {
  readonly gateways: readonly GatewayView[];
  readonly routes: readonly RouteView[];
  gateway(namespace: string, name: string): GatewayView | undefined;
  route(kind: string, namespace: string, name: string): RouteView | undefined;
  /** Routes that a listener takes. */
  routesOf(listener: Listener): readonly RouteView[];
}

export const ROUTE_KINDS: readonly string[] = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'];

/** The subjects that wake up rules about routes and gateways. */
export const GATEWAY_SUBJECTS: readonly string[] = ['Gateway', ...ROUTE_KINDS].map((kind) => `${GATEWAY_API}/${kind}`);

/** Gateways, listeners and attachment of a cluster: `cluster.derive(gatewayModel)`. */
export function gatewayModel(cluster: ClusterModel): GatewayModel {
  const gateways = new Map<string, GatewayView>();
  const byName = new Gateways();
  const sets = listenerSets(cluster);
  for (const entry of cluster.objects(GATEWAY_API, 'Gateway')) {
    const view = gatewayView(cluster, entry, sets);
    gateways.set(`${entry.namespace}/${entry.name}`, view);
    byName.set(entry.namespace, entry.name, view);
  }
  const read: Routes = { cluster, gateways: byName, routes: [], byListener: new Map() };
  for (const kind of ROUTE_KINDS) each(cluster.objects(GATEWAY_API, kind), addRoute, read);
  let named: ReadonlyMap<string, ByName<RouteView>> | undefined;
  return {
    gateways: [...gateways.values()], routes: read.routes,
    gateway: (namespace, name) => byName.find(namespace, name),
    route: (kind, namespace, name) => {
      const ofKind = (named ??= byKindAndName(read.routes)).get(kind);
      return ofKind?.get(namespace, name) ?? ofKind?.get('', name);
    },
    routesOf: (listener) => read.byListener.get(listener) ?? [],
  };
}

/** Routes while they are read. */
interface Routes {
  readonly cluster: ClusterModel;
  readonly gateways: Gateways;
  readonly routes: RouteView[];
  readonly byListener: Map<Listener, RouteView[]>;
}

/** Gateways by namespace and name. One whose document names no namespace may be in any. */
class Gateways extends ByName<GatewayView> {
  find(namespace: string, name: string): GatewayView | undefined {
    return this.get(namespace, name) ?? this.get('', name);
  }
}

function addRoute(entry: Entry, { cluster, gateways, routes, byListener }: Routes): void {
  const route = routeView(cluster, entry, gateways);
  routes.push(route);
  for (const { listener } of route.attached) {
    const known = byListener.get(listener);
    if (!known) byListener.set(listener, [route]);
    else if (known.at(-1) !== route) known.push(route);
  }
}

function byKindAndName(routes: readonly RouteView[]): ReadonlyMap<string, ByName<RouteView>> {
  const found = new Map<string, ByName<RouteView>>();
  for (const route of routes) {
    const { kind, namespace, name } = route.entry;
    let names = found.get(kind);
    if (!names) found.set(kind, (names = new ByName()));
    names.set(namespace, name, route);
  }
  return found;
}

const CONTROLLERS: Readonly<Record<string, Implementation>> = {
  'gateway.envoyproxy.io/gatewayclass-controller': 'envoy-gateway',
  'istio.io/gateway-controller': 'istio',
  'istio.io/mesh-controller': 'istio',
  'istio.io/unmanaged-gateway': 'istio',
  'io.cilium/gateway-controller': 'cilium',
  'traefik.io/gateway-controller': 'traefik',
};

/** Classes that istiod and Cilium make themselves, under names that never change. */
const BUILT_IN_CLASSES: Readonly<Record<string, Implementation>> = {
  'istio': 'istio', 'istio-waypoint': 'istio', 'istio-remote': 'istio', 'istio-east-west': 'istio', 'cilium': 'cilium',
};

function implementationOf(className: string, gatewayClass: Entry | undefined): Implementation | undefined {
  if (gatewayClass) return gatewayClass.sound ? CONTROLLERS[String(gatewayClass.spec.controllerName)] ?? 'other' : undefined;
  return Object.hasOwn(BUILT_IN_CLASSES, className) ? BUILT_IN_CLASSES[className] : undefined;
}

function gatewayView(cluster: ClusterModel, entry: Entry, sets: ReadonlyMap<Entry, readonly Entry[]>): GatewayView {
  const className = String(entry.spec.gatewayClassName);
  const gatewayClass = cluster.find(GATEWAY_API, 'GatewayClass', '', className);
  const listeners: Listener[] = [];
  const own = sets.get(entry) ?? [];
  const from: unknown = entry.spec.allowedListeners?.namespaces?.from;
  const view: GatewayView = {
    entry, className, gatewayClass, listeners, implementation: implementationOf(className, gatewayClass),
    complete: !cluster.open && (from === undefined || from === 'None' || own.length > 0),
  };
  addListeners(view, entry, listeners);
  for (const set of own) {
    if (allowsSet(cluster, entry, set)) addListeners(view, set, listeners);
  }
  return view;
}

function addListeners(gateway: GatewayView, home: Entry, into: Listener[]): void {
  list(home.spec.listeners).forEach((fields: Fields, index) => {
    const protocol = String(fields.protocol);
    const terminates = protocol === 'HTTPS' || protocol === 'TLS';
    into.push({
      gateway, home, fields, protocol,
      path: ['spec', 'listeners', index],
      name: String(fields.name),
      // A listener of a ListenerSet may leave its port to its protocol.
      port: typeof fields.port === 'number' ? fields.port : protocol === 'HTTP' ? 80 : 443,
      hostname: text(fields.hostname),
      tlsMode: terminates ? (fields.tls?.mode as 'Passthrough' | undefined) ?? 'Terminate' : undefined,
    });
  });
}

function listenerSets(cluster: ClusterModel): ReadonlyMap<Entry, readonly Entry[]> {
  const sets = new Map<Entry, Entry[]>();
  for (const set of cluster.objects(GATEWAY_API, 'ListenerSet')) {
    const { name, namespace } = record(set.spec.parentRef);
    const gateway = cluster.find(GATEWAY_API, 'Gateway', text(namespace) ?? set.namespace, String(name));
    if (!gateway) continue;
    const known = sets.get(gateway);
    if (known) known.push(set);
    else sets.set(gateway, [set]);
  }
  return sets;
}

function allowsSet(cluster: ClusterModel, gateway: Entry, set: Entry): boolean {
  const namespaces = record(gateway.spec.allowedListeners?.namespaces);
  return admits(cluster, namespaces.from ?? 'None', namespaces.selector, gateway.namespace, set.namespace) !== false;
}

/** Whether a namespace is admitted; undefined when its labels are not known. */
export function admits(cluster: ClusterModel, from: unknown, selector: Fields, home: string, namespace: string): boolean | undefined {
  if (from === 'All') return true;
  if (from === 'None') return false;
  if (from !== 'Selector') return home === namespace || home === '' || namespace === '' ? true : false;
  const requirements = requirementsOf(record(selector));
  const view = cluster.namespace(namespace);
  if (!requirements || namespace === '') return undefined;
  if (view?.declared) return matches(view.labels, requirements);
  // Of a namespace that is only lived in, only the label with its name is known.
  const known = requirements.filter(({ key }) => key === 'kubernetes.io/metadata.name');
  return matches({ 'kubernetes.io/metadata.name': namespace }, known) ? (known.length === requirements.length ? true : undefined) : false;
}

/** Kinds that a listener can carry, by its protocol. */
function kindsOf({ protocol, tlsMode }: Listener): readonly string[] | undefined {
  switch (protocol) {
    case 'HTTP': case 'HTTPS': return ['HTTPRoute', 'GRPCRoute'];
    case 'TLS': return tlsMode === 'Passthrough' ? ['TLSRoute'] : ['TLSRoute', 'TCPRoute'];
    case 'TCP': return ['TCPRoute'];
    case 'UDP': return ['UDPRoute'];
    // HBONE of a waypoint carries what its Services carry.
    default: return undefined;
  }
}

function carries(listener: Listener, kind: string): boolean {
  const allowed = list(listener.fields.allowedRoutes?.kinds);
  if (allowed.length > 0) return allowed.some((one: Fields) => one.kind === kind && (one.group ?? GATEWAY_API) === GATEWAY_API);
  const kinds = kindsOf(listener);
  return kinds === undefined || kinds.includes(kind);
}

/** A route as it is written, with the Gateways that it names. */
class ReadRoute implements RouteView {
  readonly entry: Entry;
  readonly hostnames: readonly string[];
  parents: readonly Parent[] = [];
  private all: readonly Attachment[] | undefined;

  constructor(entry: Entry) {
    this.entry = entry;
    const given = list(entry.spec.hostnames);
    this.hostnames = given.every(isText) ? given as readonly string[] : given.map(String);
  }

  get attached(): readonly Attachment[] {
    return (this.all ??= this.parents.length === 1 ? this.parents[0]!.attached : this.parents.flatMap(({ attached }) => attached));
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function routeView(cluster: ClusterModel, entry: Entry, gateways: Gateways): RouteView {
  const route = new ReadRoute(entry);
  const references = list(entry.spec.parentRefs);
  for (let index = 0; index < references.length; index++) {
    const ref: Fields = references[index];
    if ((ref.group ?? GATEWAY_API) !== GATEWAY_API) continue;
    const kind: unknown = ref.kind ?? 'Gateway';
    const namespace = text(ref.namespace) ?? entry.namespace;
    if (kind === 'Gateway') {
      const view = gateways.find(namespace, String(ref.name));
      if (view) route.parents = [...route.parents, new ReadParent(cluster, route, view, undefined, ref, index)];
    } else if (kind === 'ListenerSet') {
      const set = cluster.find(GATEWAY_API, 'ListenerSet', namespace, String(ref.name));
      if (!set?.sound) continue;
      const view = gateways.find(text(set.spec.parentRef?.namespace) ?? set.namespace, String(set.spec.parentRef?.name));
      if (view) route.parents = [...route.parents, new ReadParent(cluster, route, view, set, ref, index)];
    }
  }
  return route;
}

/** A reference of a route as it is written. */
class ReadParent implements Parent {
  readonly route: RouteView;
  readonly gateway: GatewayView;
  readonly listenerSet: Entry | undefined;
  readonly sectionName: string | undefined;
  readonly port: number | undefined;
  readonly attached: readonly Attachment[];
  readonly refusal: Refusal | undefined;
  readonly refusedBy: readonly Listener[];
  private readonly index: number;

  constructor(cluster: ClusterModel, route: RouteView, gateway: GatewayView, listenerSet: Entry | undefined, ref: Fields, index: number) {
    this.route = route;
    this.gateway = gateway;
    this.listenerSet = listenerSet;
    this.sectionName = text(ref.sectionName);
    this.port = typeof ref.port === 'number' ? ref.port : undefined;
    this.index = index;
    const { home } = this;
    let left: readonly Listener[] = gateway.listeners;
    if (some(left, isElsewhere, home)) left = left.filter((listener) => listener.home === home);
    for (let i = 0; i < STEPS.length; i++) {
      const next = passing(left, STEPS[i]!.passes, this, cluster);
      if (next.length === 0) {
        this.attached = NOWHERE;
        this.refusal = STEPS[i]!.reason;
        this.refusedBy = left;
        return;
      }
      left = next;
    }
    this.attached = attachmentsOf(route, left);
    this.refusal = undefined;
    this.refusedBy = left;
  }

  get path(): FieldPath {
    return ['spec', 'parentRefs', this.index];
  }

  /** Whose listeners are meant. */
  get home(): Entry {
    return this.listenerSet ?? this.gateway.entry;
  }
}

const NOWHERE: readonly Attachment[] = [];

function isElsewhere(listener: Listener, home: Entry): boolean {
  return listener.home !== home;
}

type Passes = (listener: Listener, parent: ReadParent, cluster: ClusterModel) => boolean;

/** The listeners that pass, which most often are all. */
function passing(listeners: readonly Listener[], passes: Passes, parent: ReadParent, cluster: ClusterModel): readonly Listener[] {
  for (let i = 0; i < listeners.length; i++) if (!passes(listeners[i]!, parent, cluster)) return listeners.filter((listener) => passes(listener, parent, cluster));
  return listeners;
}

function attachmentsOf(route: RouteView, listeners: readonly Listener[]): readonly Attachment[] {
  return map(listeners, attachmentOf, route);
}

function attachmentOf(listener: Listener, _: number, route: RouteView): Attachment {
  return { listener, hostnames: namesLeft(route, listener) };
}

/** What listeners are asked, one after the other. */
const STEPS: ReadonlyArray<{ readonly reason: Refusal; readonly passes: Passes }> = [
  { reason: 'section', passes: ({ name }, { sectionName }) => sectionName === undefined || name === sectionName },
  { reason: 'port', passes: (listener, { port }) => port === undefined || listener.port === port },
  { reason: 'kind', passes: (listener, { route }) => carries(listener, route.entry.kind) },
  {
    reason: 'namespace',
    passes: (listener, { home, route }, cluster) => {
      const { from, selector } = record(listener.fields.allowedRoutes?.namespaces);
      return admits(cluster, from ?? 'Same', selector, home.namespace, route.entry.namespace) !== false;
    },
  },
  { reason: 'hostname', passes: (listener, { route }) => namesLeft(route, listener).length > 0 },
];

/** The host names of a route that are left at a listener; `*` when neither names any. */
function namesLeft({ entry, hostnames }: RouteView, { hostname, protocol }: Listener): readonly string[] {
  const named = entry.kind === 'HTTPRoute' || entry.kind === 'GRPCRoute' || entry.kind === 'TLSRoute';
  if (!named || (protocol !== 'HTTP' && protocol !== 'HTTPS' && protocol !== 'TLS') || hostnames.length === 0) return hostname === undefined ? EVERY_NAME : [hostname];
  // A listener for every name takes a route's as they are.
  if (hostname === undefined && !hostnames.includes('')) return hostnames;
  return hostnames.map((one) => intersect(hostname ?? '*', one)).filter((one) => one !== undefined);
}

const EVERY_NAME: readonly string[] = ['*'];
