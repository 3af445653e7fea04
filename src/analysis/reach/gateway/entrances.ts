// The ports of gateways: which host names lead to which matches of which routes, in the order in which they are tried.
import type { Dialect, Match } from './matching';
import { matchesOfRule } from './matching';
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import { envoyProxyOf, isEnvoyGateway } from '../../model/envoy-gateway';
import type { Fields } from '../../model/fields';
import { list, text } from '../../model/fields';
import type { GatewayView, Listener, RouteView } from '../../model/gateway-api';
import { gatewayModel } from '../../model/gateway-api';
import { covers } from '../../model/hostnames';
import type { Effects } from './filters';
import { effectsOf } from './filters';
import { HostTable } from './hosts';
import type { Ranked } from './precedence';
import { inOrder, rankOf } from './precedence';

/** A match of a rule, where a listener offers it. */
export interface Candidate extends Ranked {
  readonly view: RouteView;
  readonly listener: Listener;
  readonly fields: Fields;
  readonly ruleName: string | undefined;
  readonly effects: Effects;
}

export interface VirtualHost {
  /** `*`, `*.example.com` or a name. */
  readonly name: string;
  readonly candidates: readonly Candidate[];
  /** Listeners that bring the same name to the same port. */
  readonly listeners: readonly Listener[];
}

/** What listens on one port, told apart by host names only. */
export interface Entrance {
  readonly gateway: GatewayView;
  readonly port: number;
  readonly tls: boolean;
  readonly dialect: Dialect;
  readonly listeners: readonly Listener[];
  readonly hosts: HostTable<VirtualHost>;
  /** The hosts of one listener alone. */
  of(listener: Listener): HostTable<VirtualHost>;
  /** The hosts with the routes that name one of some Services, and with none of the others: not to be asked which route goes first. */
  to(services: ReadonlySet<Entry>): readonly VirtualHost[];
}

/** The ports of every Gateway that takes HTTP: `cluster.derive(entrances)`. */
export function entrances(cluster: ClusterModel): readonly Entrance[] {
  const byPort = new Map<string, Listener[]>();
  for (const gateway of cluster.derive(gatewayModel).gateways) {
    const { entry, className } = gateway;
    // Envoy Gateway may let the Gateways of a class share their proxies, and with them their ports.
    const shared = isEnvoyGateway(cluster, gateway) && envoyProxyOf(cluster, gateway)?.spec.mergeGateways === true;
    const owner = shared ? className : `${entry.namespace}/${entry.name}`;
    for (const listener of gateway.listeners) {
      if (listener.protocol !== 'HTTP' && listener.protocol !== 'HTTPS') continue;
      // A listener with TLS has routes of its own; those without share those of the port.
      const own = listener.protocol === 'HTTP' ? '' : `${listener.home.namespace}/${listener.home.name}/${listener.name}`;
      const key = `${owner} ${listener.port} ${own}`;
      const known = byPort.get(key);
      if (known) known.push(listener);
      else byPort.set(key, [listener]);
    }
  }
  return [...byPort.values()].map((listeners) => new LazyEntrance(cluster, listeners[0]!.gateway, listeners));
}

/** How a Gateway is read. */
export function dialectOf(cluster: ClusterModel, gateway: GatewayView): Dialect {
  return isEnvoyGateway(cluster, gateway) ? 'envoy-gateway' : gateway.implementation === 'istio' ? 'istio' : 'specification';
}

class LazyEntrance implements Entrance {
  readonly gateway: GatewayView;
  readonly port: number;
  readonly tls: boolean;
  readonly dialect: Dialect;
  readonly listeners: readonly Listener[];
  private readonly cluster: ClusterModel;
  private table: HostTable<VirtualHost> | undefined;
  private readonly alone: Map<Listener, HostTable<VirtualHost>> = new Map();

  constructor(cluster: ClusterModel, gateway: GatewayView, listeners: readonly Listener[]) {
    this.cluster = cluster;
    this.gateway = gateway;
    this.listeners = listeners;
    this.port = listeners[0]!.port;
    this.tls = listeners[0]!.protocol === 'HTTPS';
    this.dialect = dialectOf(cluster, gateway);
  }

  get hosts(): HostTable<VirtualHost> {
    return (this.table ??= this.build(this.listeners));
  }

  of(listener: Listener): HostTable<VirtualHost> {
    let table = this.alone.get(listener);
    if (!table) this.alone.set(listener, (table = this.build([listener])));
    return table;
  }

  to(services: ReadonlySet<Entry>): readonly VirtualHost[] {
    return this.hostsWith(this.listeners, services);
  }

  private build(listeners: readonly Listener[]): HostTable<VirtualHost> {
    return new HostTable(this.hostsWith(listeners));
  }

  private hostsWith(listeners: readonly Listener[], services?: ReadonlySet<Entry>): readonly VirtualHost[] {
    const found = new Map<string, FoundHost>();
    for (const listener of listeners) for (const view of this.cluster.derive(gatewayModel).routesOf(listener)) this.enter(found, listener, view, services);
    const keep = this.dialect === 'envoy-gateway' && envoyProxyOf(this.cluster, this.gateway)?.spec.preserveRouteOrder === true;
    const hosts: VirtualHost[] = [];
    for (const [name, one] of found) if (services === undefined || one.candidates.length > 0) hosts.push(hostOf(name, one, keep));
    return hosts;
  }

  /** A name has its place by the first route that has it, whatever Services that one leads to. */
  private enter(found: Map<string, FoundHost>, listener: Listener, view: RouteView, services: ReadonlySet<Entry> | undefined): void {
    if (view.entry.kind !== 'HTTPRoute' && view.entry.kind !== 'GRPCRoute') return;
    const candidates = services === undefined || leadsTo(this.cluster, view.entry, services) ? this.candidates(view, listener) : NO_CANDIDATES;
    for (const name of namesAt(view, listener)) {
      const key = name.toLowerCase();
      // Names that another listener of the port has are left to it.
      if (this.dialect === 'envoy-gateway' && this.listeners.some((other) => other !== listener && other.hostname?.toLowerCase() === key)) continue;
      let known = found.get(key);
      if (!known) found.set(key, (known = { candidates: [], listeners: new Set() }));
      known.candidates.push(...candidates);
      known.listeners.add(listener);
    }
  }

  private candidates(view: RouteView, listener: Listener): readonly Candidate[] {
    return list(view.entry.spec.rules).flatMap((fields: Fields, rule) => {
      const effects = effectsOf(this.cluster, view.entry, fields.filters, ['spec', 'rules', rule, 'filters'], this.dialect);
      const matches = matchesOfRule(view.entry, fields, rule, this.dialect);
      const asked: readonly Match[] = effects.cookies.length === 0 ? matches : matches.flatMap((match) => effects.cookies.map((cookies) => ({ ...match, cookies })));
      return asked.map((match): Candidate => ({ view, listener, fields, rule, effects, match, route: view.entry, ruleName: text(fields.name), ...rankOf(match, this.dialect) }));
    });
  }
}

interface FoundHost {
  readonly candidates: Candidate[];
  readonly listeners: Set<Listener>;
}

const NO_CANDIDATES: readonly Candidate[] = [];

function hostOf(name: string, { candidates, listeners }: FoundHost, keep: boolean): VirtualHost {
  return { name, candidates: inOrder(keep ? candidates.map((candidate) => ({ ...candidate, rank: [] })) : candidates), listeners: [...listeners] };
}

/** The names under which a listener has a route. */
function namesAt({ attached }: RouteView, listener: Listener): Iterable<string> {
  if (attached.length === 1 && attached[0]!.hostnames.length <= 1) return attached[0]!.listener === listener ? attached[0]!.hostnames : [];
  return new Set(attached.filter((one) => one.listener === listener).flatMap(({ hostnames }) => hostnames));
}

/** Whether some rule of a route names one of some Services. */
function leadsTo(cluster: ClusterModel, route: Entry, services: ReadonlySet<Entry>): boolean {
  const rules: readonly Fields[] = list(route.spec.rules);
  for (let i = 0; i < rules.length; i++) {
    const refs: readonly Fields[] = list(rules[i].backendRefs);
    for (let k = 0; k < refs.length; k++) if (isOneOf(cluster, route, refs[k], services)) return true;
  }
  return false;
}

function isOneOf(cluster: ClusterModel, { namespace }: Entry, ref: Fields, services: ReadonlySet<Entry>): boolean {
  const entry = (text(ref.kind) ?? 'Service') === 'Service' ? cluster.find(text(ref.group) ?? '', 'Service', text(ref.namespace) ?? namespace, String(ref.name)) : undefined;
  return entry !== undefined && services.has(entry);
}

/** The listeners of an entrance that take a host, the most specific one first. */
export function takers(listeners: readonly Listener[], host: string | undefined): readonly Listener[] {
  const taking = host === undefined ? listeners : listeners.filter(({ hostname }) => hostname === undefined || covers(hostname, host));
  const specific = ({ hostname = '*' }: Listener): number => (hostname.startsWith('*') ? hostname.length - 1 : hostname.length + 1000);
  return [...taking].sort((a, b) => specific(b) - specific(a));
}

/** The routes of a kind of entry that no schema has accepted, by the gateway that they name: nobody knows what they do once they are mended. */
export function unreadableRoutes(cluster: ClusterModel): ReadonlyMap<string, readonly Entry[]> {
  const found = new Map<string, Entry[]>();
  for (const kind of ['HTTPRoute', 'GRPCRoute']) {
    for (const entry of cluster.everyObject('gateway.networking.k8s.io', kind)) {
      if (entry.sound) continue;
      for (const ref of list(entry.spec.parentRefs)) {
        const key = `${text(ref?.namespace) ?? entry.namespace}/${String(ref?.name)}`;
        found.set(key, [...found.get(key) ?? [], entry]);
      }
    }
  }
  return found;
}
