// What can be reached by whom one does not know: the internet, other namespaces, and pods that have no labels.
import type { ClusterModel } from '../model/cluster-model';
import { text } from '../model/fields';
import { answer } from './answer';
import { hasBit, nextBit } from './bits';
import { withoutRanges } from './compare-ports';
import { printConnections } from './connections';
import type { Connectivity, PairEnd } from './connectivity';
import { connectivityOf } from './connectivity';
import { followedByNobody } from './doubtful-doors';
import type { Endpoint } from './endpoints';
import { NO_FACTS } from './endpoints';
import type { WayIn } from './entries';
import { waysIn } from './entries';
import type { DecidedBy } from './explain';
import { placed } from './explain';
import type { Outcome } from './flow';
import { isOfDocuments, Listing, partyOf } from './listing';
import { openShiftRoutes } from './openshift-routes';
import { decidersOfWays, waysOf } from './pair-deciders';
import type { PortRange, Sureness } from './pairs';
import type { Peer } from './peers';
import type { Party } from './points';
import { namePort } from './say';
import { LAST_PORT } from './rows';
import type { Way } from './trace';
import { traceFlow } from './trace';

/** Who calls: the internet, workloads of other namespaces, a pod without labels in a namespace of its own, or a peer that was named. */
export type ExposedTo = 'internet' | 'namespaces' | 'unlabelled' | 'peer';

/** One thing that can be reached. */
export interface Exposure {
  readonly from: ExposedTo;
  /** The namespaces whose workloads reach it, or the peer. */
  readonly callers?: readonly string[] | undefined;
  readonly cluster?: string | undefined;
  /** `Service shop/web (LoadBalancer)`, `Gateway shop/public, listener https`. */
  readonly door?: string | undefined;
  /** `https://shop.example.com`, of what is routed by name. */
  readonly url?: string | undefined;
  /** `*` is every name. */
  readonly host?: string | undefined;
  /** `GET /orders/*`, `port 80`. */
  readonly match?: string | undefined;
  readonly to: string;
  /** `TCP 8080`, `All Connections`. */
  readonly connections: string;
  readonly verdict: Outcome;
  /** What a request without a token is answered, where one is asked for. */
  readonly answer?: number | undefined;
  readonly because: string;
  readonly decidedBy: readonly DecidedBy[];
}

export interface ExposureReport {
  readonly exposures: readonly Exposure[];
  /** Ways in from the internet at which nothing passes. */
  readonly held: number;
}

const INTERNET: Peer = { is: 'internet', text: 'internet' };

/** What the internet, other namespaces and pods without labels reach in some clusters. */
export function exposureOf(clusters: readonly ClusterModel[], to: ReadonlySet<ExposedTo> = new Set(['internet', 'namespaces', 'unlabelled'])): ExposureReport {
  let held = 0;
  const exposures = clusters.flatMap((cluster): readonly Exposure[] => {
    const named = clusters.length > 1 ? { cluster: cluster.facts.name } : {};
    const published = to.has('internet') ? fromInternet(cluster) : [];
    const open = published.filter(({ verdict, answer: status }) => verdict !== 'denied' || status !== undefined);
    held += published.length - open.length;
    return [...open, ...to.has('namespaces') ? fromNamespaces(cluster) : [], ...to.has('unlabelled') ? fromUnlabelled(cluster) : []].map((one) => ({ ...named, ...one }));
  });
  return { exposures, held };
}

/** What a peer reaches. */
export function exposureToPeer(cluster: ClusterModel, peer: Peer): readonly Exposure[] {
  const listing = new Listing(cluster, { peer, direction: 'egress' });
  const { connectivity, network } = listing;
  const found: Exposure[] = [];
  listing.forEachPair((from, to, possible) => {
    const sure = connectivity.portSet(connectivity.from(from)[to.point]!);
    if (sure.ranges.length > 0) found.push(direct('peer', [from.label], to, sure.text, waysOf(network, from, to, sure.ranges)));
    const unknown = withoutRanges(connectivity.portSet(possible).ranges, sure.ranges);
    if (unknown.length > 0) found.push(direct('peer', [from.label], to, printConnections(unknown), waysOf(network, from, to, unknown)));
  }, connectivity.pairs.hasMaybe ? 'maybe' : 'some');
  return found;
}

function fromInternet(cluster: ClusterModel): readonly Exposure[] {
  return [...cluster.derive(waysIn).flatMap((way): readonly Exposure[] => {
    const said = doorOf(way);
    const pods = way.backends.filter((one) => one.is === 'endpoint');
    if (pods.length === 0) return unknownBehind(way).map((one) => ({ from: 'internet', ...said, ...one }));
    return pods.flatMap(({ endpoint, port, protocol }): readonly Exposure[] => {
      const { outcome, because, decidedBy, ways } = answer(cluster, {
        from: INTERNET, to: { is: 'endpoints', text: endpoint.name, endpoints: [endpoint] }, port: { text: String(port), number: port, protocol }, through: way,
      });
      const status = outcome === 'denied' ? ways.flatMap(({ hops }) => hops).find((hop) => hop.answer === 401 || hop.answer === 403)?.answer as number | undefined : undefined;
      // An address for some networks only is no way in from the internet, whatever policies say.
      if (outcome === 'denied' && ways.every(({ hops }) => hops.some((hop) => hop.outcome === 'denied' && hop.layer === 'service'))) return [];
      return [{
        from: 'internet', ...said, to: endpoint.name, connections: namePort(port, protocol), verdict: outcome, ...status !== undefined && { answer: status }, because, decidedBy: decidedBy.map(placed),
      }];
    });
  }), ...throughRoutes(cluster)];
}

/** What nobody of the documents stands behind; nothing where surely nobody does. */
function unknownBehind(way: WayIn): ReadonlyArray<Omit<Exposure, 'from'>> {
  const { gap, backends } = way;
  if (gap?.outcome === 'denied') return [];
  const entry = way.is === 'service' ? way.service : way.route.backend.entry;
  const to = entry?.toString() ?? (way.is === 'route' ? `${way.route.backend.kind} ${way.route.backend.namespace}/${way.route.backend.name}` : '');
  const outside = backends.map((one) => (one.is === 'address' ? one.range.text : one.is === 'name' ? one.host : one.endpoint.name));
  const because = gap?.because ?? `it leads to ${few(outside)}, and who that is is not in the documents`;
  return [{ to, connections: '', verdict: 'undetermined', because, decidedBy: gap && gap.decidedBy.length > 0 ? gap.decidedBy.map(placed) : entry ? [placed({ entry, path: [] })] : [] }];
}

/** Routes of OpenShift: what its router lets through is not modelled. */
function throughRoutes(cluster: ClusterModel): readonly Exposure[] {
  return cluster.derive(openShiftRoutes).flatMap(({ route, backends }) => backends.filter((one) => one.is === 'endpoint').map(({ endpoint, port, protocol }): Exposure => {
    const host = text(route.spec.host);
    return {
      from: 'internet', door: route.toString(), host: host ?? '*', to: endpoint.name, connections: namePort(port, protocol), verdict: 'undetermined', because: followedByNobody(route).because, decidedBy: [placed({ entry: route, path: [] })],
    };
  }));
}

function doorOf(way: WayIn): Pick<Exposure, 'door' | 'url' | 'host' | 'match'> {
  if (way.is === 'service') return { door: `${way.service.toString()} (${way.how})`, host: '*', match: `port ${way.port}` };
  const { gateway, listener, hostname, match, tls, protocol } = way.route;
  const port = listener === undefined || listener.port === (tls ? 443 : 80) ? '' : `:${listener.port}`;
  return { ...protocol === 'HTTP' && { url: `${tls ? 'https' : 'http'}://${hostname}${port}` }, door: `${gateway.toString()}${listener === undefined ? '' : `, listener ${listener.name}`}`, host: hostname, match };
}

/** The ends of a class that are of the documents, one of each namespace. */
type Homes = ReadonlyMap<string, PairEnd>;

function fromNamespaces(cluster: ClusterModel): readonly Exposure[] {
  const connectivity = cluster.derive(connectivityOf);
  const ends = connectivity.ends.filter(isOfDocuments);
  const homes = new Map<number, Map<string, PairEnd>>();
  for (const end of ends) {
    const known = homes.get(end.point) ?? new Map<string, PairEnd>();
    homes.set(end.point, known);
    if (!known.has(end.endpoint!.namespace)) known.set(end.endpoint!.namespace, end);
  }
  const sure = new CallersByColumn(connectivity, homes, 'some');
  const possible = connectivity.pairs.hasMaybe ? new CallersByColumn(connectivity, homes, 'maybe') : undefined;
  return ends.flatMap((to): readonly Exposure[] => {
    const reaching = sure.of(to.point);
    return [...byNamespaces(connectivity, to, reaching), ...possible ? byNamespaces(connectivity, to, possible.of(to.point), reaching) : []];
  });
}

/** The namespaces that reach a workload, of which `known` does not tell it already. */
function byNamespaces({ network, pairs }: Connectivity, to: PairEnd, callers: readonly Homes[], known?: readonly Homes[]): readonly Exposure[] {
  const own = to.endpoint!.namespace;
  const namespaces = new Set<string>();
  const ranges: PortRange[] = [];
  const ways: Way[] = [];
  callers.forEach((found, column) => {
    const others = [...found].filter(([namespace]) => namespace !== own && known?.[column]!.has(namespace) !== true);
    if (others.length === 0) return;
    for (const [namespace] of others) namespaces.add(namespace);
    const open = pairs.columns[column]!.ranges;
    ranges.push(...open);
    if (ways.length < MOST_WAYS) ways.push(...waysOf(network, others[0]![1], to, open.slice(0, 1)));
  });
  return namespaces.size === 0 ? [] : [direct('namespaces', [...namespaces].sort(), to, printConnections(ranges), ways)];
}

/** Columns of one target that are asked who decides. */
const MOST_WAYS = 4;

/** For each column the namespaces that reach a class. */
class CallersByColumn {
  private readonly connectivity: Connectivity;
  private readonly homes: ReadonlyMap<number, Homes>;
  private readonly sure: Sureness;
  private readonly namespaces: number;
  /** Classes of one namespace lie side by side: of each the first behind it that is somewhere else. */
  private readonly elsewhere: Int32Array;
  private readonly known: Map<number, readonly Homes[]> = new Map();

  constructor(connectivity: Connectivity, homes: ReadonlyMap<number, Homes>, sure: Sureness) {
    this.connectivity = connectivity;
    this.homes = homes;
    this.sure = sure;
    this.namespaces = new Set([...homes.values()].flatMap((one) => [...one.keys()])).size;
    const places = Array.from({ length: connectivity.network.points.count }, (_, point) => [...homes.get(point)?.keys() ?? []].join());
    this.elsewhere = new Int32Array(places.length).fill(places.length);
    for (let point = places.length - 2; point >= 0; point--) this.elsewhere[point] = places[point] === places[point + 1] ? this.elsewhere[point + 1]! : point + 1;
  }

  of(target: number): readonly Homes[] {
    let found = this.known.get(target);
    if (!found) this.known.set(target, (found = this.connectivity.pairs.columns.map((_, column) => this.find(target, column))));
    return found;
  }

  private find(target: number, column: number): Homes {
    const { pairs } = this.connectivity;
    const { egress, ingress } = pairs.columns[column]!;
    const bits = pairs.bits(this.sure);
    const lets = bits[ingress[target]!]!;
    const found = new Map<string, PairEnd>();
    // When every namespace is there, nobody else says more.
    for (let source = nextBit(lets, 0); source >= 0 && found.size < this.namespaces;) {
      const ends = this.homes.get(source);
      const reaches = ends !== undefined && hasBit(bits[egress[source]!]!, target);
      if (reaches) for (const [namespace, end] of ends) if (!found.has(namespace)) found.set(namespace, end);
      source = nextBit(lets, reaches || ends === undefined ? this.elsewhere[source]! : source + 1);
    }
    return found;
  }
}

/** Somebody of whom no policy can say anything but that he is a pod. */
const UNLABELLED: Endpoint = {
  name: 'a pod without labels', namespace: 'namespace-of-others', workload: 'others', kind: 'Pod', labels: {}, namespaceLabels: { 'kubernetes.io/metadata.name': 'namespace-of-others' },
  namespaceIsKnown: true, serviceAccount: 'default', hostNetwork: false, namedPorts: new Map(), facts: NO_FACTS,
};

function fromUnlabelled(cluster: ClusterModel): readonly Exposure[] {
  const { network, ends } = cluster.derive(connectivityOf);
  const from: Party = { is: 'endpoint', endpoint: UNLABELLED };
  const known = new Map<number, { readonly sure: readonly PortRange[]; readonly unknown: readonly PortRange[]; readonly ways: readonly Way[] }>();
  return ends.filter(isOfDocuments).flatMap((to): readonly Exposure[] => {
    let reached = known.get(to.point);
    if (!reached) {
      const [sure, unknown, ways]: [PortRange[], PortRange[], Way[]] = [[], [], []];
      for (const range of cutPorts(network.rowsOf(to.point, 'ingress').flat())) {
        const way = traceFlow(network, { from, to: partyOf(network, to), port: range.from, protocol: range.protocol, facts: {} });
        if (way.outcome === 'denied') continue;
        (way.outcome === 'allowed' ? sure : unknown).push(range);
        ways.push(way);
      }
      known.set(to.point, (reached = { sure, unknown, ways }));
    }
    const { sure, unknown, ways } = reached;
    const of = (outcome: Outcome): readonly Way[] => ways.filter((way) => way.outcome === outcome);
    return [
      ...sure.length > 0 ? [direct('unlabelled', undefined, to, printConnections(sure), of('allowed'))] : [],
      ...unknown.length > 0 ? [direct('unlabelled', undefined, to, printConnections(unknown), of('undetermined'))] : [],
    ];
  });
}

/** Ranges inside of which nothing that an end says differs. */
function cutPorts(rows: readonly PortRange[]): readonly PortRange[] {
  const starts = new Map<PortRange['protocol'], Set<number>>();
  for (const { protocol, from } of rows) starts.set(protocol, (starts.get(protocol) ?? new Set()).add(from));
  return [...starts].flatMap(([protocol, set]) => {
    const sorted = [...set].sort((a, b) => a - b);
    return sorted.map((from, i) => ({ protocol, from, to: i + 1 < sorted.length ? sorted[i + 1]! - 1 : LAST_PORT }));
  });
}

function few(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}

function direct(from: ExposedTo, callers: readonly string[] | undefined, to: PairEnd, connections: string, ways: readonly Way[]): Exposure {
  const undetermined = ways.flatMap(({ hops }) => hops).find(({ outcome }) => outcome === 'undetermined');
  const decidedBy = decidersOfWays(ways);
  return {
    from, ...callers && { callers }, to: to.label, connections, verdict: undetermined ? 'undetermined' : 'allowed',
    because: undetermined?.because ?? (decidedBy.length === 0 ? 'no policy restricts it' : 'policies admit it'), decidedBy,
  };
}
