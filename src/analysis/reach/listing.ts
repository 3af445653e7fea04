// Which pairs a list has: every workload with every other and with the addresses outside, those of a focus only, and what gateways and ingresses let in.
import type { ClusterModel } from '../model/cluster-model';
import type { Connectivity, PairEnd, PortSet } from './connectivity';
import { connectivityOf } from './connectivity';
import { printConnections } from './connections';
import { routesTo, waysIn } from './entries';
import type { Endpoint } from './endpoints';
import type { Entry } from '../model/entry';
import type { Direction, Outcome, Protocol } from './flow';
import type { Network } from './network';
import type { PortRange, Sureness } from './pairs';
import { openShiftRoutes } from './openshift-routes';
import type { Peer } from './peers';
import type { Party } from './points';
import { piecesOf, publicPieces } from './outside';
import { proxiesOf, proxyName } from './proxies';
import type { Backend } from './services';
import { serviceEndpoints } from './services';
import type { Flow, Way } from './trace';
import { outcomeOf, traceFlow } from './trace';
import { NetstackError } from '../../core/errors';

/** Whose pairs are listed. */
export interface Focus {
  readonly peer: Peer;
  /** Only what it lets in, or out. @default - both */
  readonly direction?: Direction | undefined;
}

/** What the proxies of a gateway, whose pods are not among the documents, reach. */
export interface ProxyPair {
  /** `{Gateway shop/public}`, `{ingress-controller}`. */
  readonly label: string;
  readonly party: Party;
  readonly to: PairEnd;
  readonly set: PortSet;
  /** That lead there. */
  readonly routes: ReadonlySet<Entry>;
  readonly ways: readonly Way[];
  /** Of what is not in `set`: the connections that nobody knows about. */
  readonly unknown: readonly Way[];
}

export class Listing {
  readonly cluster: ClusterModel;
  readonly connectivity: Connectivity;
  /** In the order of their labels. */
  readonly sources: readonly PairEnd[];
  private readonly every: readonly PairEnd[];
  private readonly known: readonly PairEnd[];
  private readonly focused: ReadonlySet<PairEnd> | undefined;
  private readonly focusedKnown: readonly PairEnd[] = [];
  private readonly focusedEvery: readonly PairEnd[] = [];
  private readonly direction: Direction | undefined;

  constructor(cluster: ClusterModel, focus?: Focus) {
    this.cluster = cluster;
    this.connectivity = cluster.derive(connectivityOf);
    const { ends } = this.connectivity;
    this.every = ends;
    this.known = ends.filter(isOfDocuments);
    this.direction = focus?.direction;
    if (focus) {
      const ofFocus = endsOfPeer(cluster, this.connectivity, focus.peer);
      this.focused = ofFocus;
      this.focusedEvery = ends.filter((end) => ofFocus.has(end));
      this.focusedKnown = this.focusedEvery.filter(isOfDocuments);
    }
    this.sources = this.focused && this.direction === 'egress' ? this.focusedEvery : ends;
  }

  get network(): Network {
    return this.connectivity.network;
  }

  /** Whom a source may be listed with, without itself, in the order of labels. One array for all sources that are alike in this. */
  targetsOf(source: PairEnd): readonly PairEnd[] {
    const known = isOfDocuments(source);
    if (this.focused === undefined || (this.focused.has(source) && this.direction !== 'ingress')) return known ? this.every : this.known;
    return known ? this.focusedEvery : this.focusedKnown;
  }

  /** Calls `visit` for every pair that is listed, in the order of the list. */
  forEachPair(visit: (from: PairEnd, to: PairEnd, set: number) => void, sure: Sureness = 'some'): void {
    for (const from of this.sources) {
      const reached = this.connectivity.from(from, sure);
      for (const to of this.targetsOf(from)) {
        const set = reached[to.point]!;
        if (set !== 0 && to !== from) visit(from, to, set);
      }
    }
  }

  /**
   * What gateways and ingresses reach, whose own pods are not among the documents.
   *
   * @param called - of these endpoints only. @default - of every one
   */
  proxyPairs(called?: ReadonlySet<Endpoint>): readonly ProxyPair[] {
    const pairs = proxyPairs(this.cluster, this.connectivity, called);
    return this.focused === undefined ? pairs : this.direction === 'egress' ? [] : pairs.filter(({ to }) => this.focused!.has(to));
  }
}

/** Its pods are among the documents: pairs of two that are not say nothing. */
export function isOfDocuments({ endpoint }: PairEnd): boolean {
  return endpoint?.group !== undefined;
}

/** The party that an end is. */
export function partyOf(network: Network, { endpoint, point }: PairEnd): Party {
  return endpoint ? { is: 'endpoint', endpoint } : network.points.party(point);
}

/** The ends that a peer means. @throws NetstackError for a peer that is no end of a list */
export function endsOfPeer(cluster: ClusterModel, { ends, network }: Connectivity, peer: Peer): ReadonlySet<PairEnd> {
  const ofEndpoints = (wanted: ReadonlySet<unknown>): ReadonlySet<PairEnd> => new Set(ends.filter(({ endpoint }) => endpoint !== undefined && wanted.has(endpoint)));
  switch (peer.is) {
    case 'endpoints': return ofEndpoints(new Set(peer.endpoints));
    case 'service': return ofEndpoints(new Set(cluster.derive(serviceEndpoints).get(peer.service)?.endpoints));
    case 'addresses': case 'internet': {
      const { addresses, firstAddress } = network.points;
      const pieces = peer.is === 'internet' ? publicPieces(addresses) : piecesOf(addresses, peer.range);
      const points = new Set(pieces.flatMap((piece) => {
        const [from, to] = addresses.within({ ...piece, text: '' });
        return Array.from({ length: to - from }, (_, i) => firstAddress + from + i);
      }));
      return new Set(ends.filter(({ point }) => points.has(point)));
    }
    default: throw new NetstackError({ what: `Lists have no lines of ${peer.text}`, fix: 'focus on a workload, a namespace, a Service, addresses or internet' });
  }
}

function proxyPairs(cluster: ClusterModel, { network, ends }: Connectivity, called: ReadonlySet<Endpoint> | undefined): readonly ProxyPair[] {
  const found = new FoundPairs(cluster, network, ends, called);
  for (const way of called === undefined ? cluster.derive(waysIn) : routesTo(cluster, called)) if (way.is === 'route') found.enter(way.route.gateway, way.route.route, way.backends);
  for (const { route, backends } of cluster.derive(openShiftRoutes)) found.enter(route, route, backends);
  return found.inOrder();
}

/** Who is reached by what is behind which door. */
class FoundPairs {
  private readonly cluster: ClusterModel;
  private readonly network: Network;
  private readonly called: ReadonlySet<Endpoint> | undefined;
  private readonly byEndpoint: Map<Endpoint | undefined, PairEnd> = new Map();
  private readonly found: Map<string, Map<PairEnd, PairOfProxy>> = new Map();

  constructor(cluster: ClusterModel, network: Network, ends: readonly PairEnd[], called: ReadonlySet<Endpoint> | undefined) {
    this.cluster = cluster;
    this.network = network;
    this.called = called;
    for (const end of ends) if (called === undefined || (end.endpoint !== undefined && called.has(end.endpoint))) this.byEndpoint.set(end.endpoint, end);
  }

  enter(door: Entry, route: Entry, backends: readonly Backend[]): void {
    for (let i = 0; i < backends.length; i++) if (this.isCalled(backends[i]!)) return this.enterDoor(door, route, backends);
  }

  private isCalled(backend: Backend): boolean {
    return backend.is === 'endpoint' && (this.called === undefined || this.called.has(backend.endpoint));
  }

  private enterDoor(door: Entry, route: Entry, backends: readonly Backend[]): void {
    for (const party of proxiesOf(this.cluster, door)) {
      // Proxies that are there have lines of their own.
      if (party.is === 'endpoint' && this.network.points.index.classOf.has(party.endpoint)) continue;
      for (const backend of backends) this.enterBackend(door, party, route, backend);
    }
  }

  private enterBackend(door: Entry, party: Party, route: Entry, backend: Backend): void {
    const to = backend.is === 'endpoint' ? this.byEndpoint.get(backend.endpoint) : undefined;
    if (backend.is !== 'endpoint' || to === undefined) return;
    const label = proxyName(door);
    let ofLabel = this.found.get(label);
    if (!ofLabel) this.found.set(label, (ofLabel = new Map()));
    let pair = ofLabel.get(to);
    if (!pair) ofLabel.set(to, (pair = new PairOfProxy(this.network, label, party, to)));
    pair.enter(route, backend.endpoint, backend.port, backend.protocol);
  }

  inOrder(): readonly ProxyPair[] {
    return [...this.found.values()].flatMap((ofLabel) => [...ofLabel.values()])
      .sort((a, b) => (a.label === b.label ? (a.to.label < b.to.label ? -1 : 1) : a.label < b.label ? -1 : 1));
  }
}

/** Who decides is found out for those who ask. */
class PairOfProxy implements ProxyPair {
  readonly label: string;
  readonly party: Party;
  readonly to: PairEnd;
  readonly routes: Set<Entry> = new Set();
  private readonly network: Network;
  private readonly flows: { readonly flow: Flow; readonly outcome: Outcome }[] = [];
  private known: PortSet | undefined;

  constructor(network: Network, label: string, party: Party, to: PairEnd) {
    this.network = network;
    this.label = label;
    this.party = party;
    this.to = to;
  }

  enter(route: Entry, endpoint: Endpoint, port: number, protocol: Protocol): void {
    this.routes.add(route);
    if (this.flows.some(({ flow }) => flow.port === port && flow.protocol === protocol)) return;
    const flow: Flow = { from: this.party, to: { is: 'endpoint', endpoint }, port, protocol, facts: {} };
    this.flows.push({ flow, outcome: outcomeOf(this.network, flow) });
  }

  get set(): PortSet {
    if (!this.known) {
      const ranges = this.flows.filter(({ outcome }) => outcome === 'allowed').map(({ flow: { protocol, port } }): PortRange => ({ protocol, from: port, to: port }));
      this.known = { ranges, text: printConnections(ranges) };
    }
    return this.known;
  }

  get ways(): readonly Way[] {
    return this.waysThatAre('allowed');
  }

  get unknown(): readonly Way[] {
    return this.waysThatAre('undetermined');
  }

  private waysThatAre(wanted: Outcome): readonly Way[] {
    return this.flows.filter(({ outcome }) => outcome === wanted).map(({ flow }) => traceFlow(this.network, flow));
  }
}
