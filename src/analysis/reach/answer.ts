// Questions and their answers: may this one reach that one? Several ways may lead there; one that is open is enough.
import { NetstackError, shorten } from '../../core/errors';
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import type { ServicePort } from '../model/service-ports';
import { AddressAtoms } from './addresses';
import type { Numbered } from './asked-port';
import { numberOf } from './asked-port';
import { followAlias, whyUnreadable } from './aliases';
import { publicPieces, piecesOf } from './outside';
import { behindPort, behindRoute, protocolOf, waysIn } from './entries';
import type { PublishedPort, RoutedPort, WayIn } from './entries';
import { dnsHop } from './dns';
import type { DoubtfulDoor } from './doubtful-doors';
import { doubtfulDoorFor, doubtfulDoorTo } from './doubtful-doors';
import type { Endpoint } from './endpoints';
import type { Decider, Facts, Hop, Outcome, Request } from './flow';
import { worst } from './flow';
import { gatewayRouting } from './gateway/routing';
import type { ExposedRoute, Routing } from './gateway/routing';
import type { Network } from './network';
import { networkOf } from './network';
import type { AskedPort, Peer } from './peers';
import type { Party } from './points';
import { proxiesOf } from './proxies';
import type { Group, Result } from './results';
import { all, any, combine, one, withPrefix } from './results';
import { namePort, nameOfParty } from './say';
import type { Backend } from './services';
import { atPort, nameBackend, portOfService } from './services';
import type { Way } from './trace';
import { traceFlow } from './trace';
import { wayToGateway } from './way-out';

/** A question, with its ends read. */
export interface Question {
  readonly from: Peer;
  readonly to: Peer;
  readonly port?: AskedPort | undefined;
  readonly request?: Request | undefined;
  readonly facts?: Facts | undefined;
  /** The only way in that is asked about, of a question from the internet. @default - every one */
  readonly through?: WayIn | undefined;
}

export interface Answer {
  readonly from: string;
  readonly to: string;
  readonly outcome: Outcome;
  /** One sentence. */
  readonly because: string;
  readonly decidedBy: readonly Decider[];
  /** Every way that was looked at, the one that decides first. */
  readonly ways: readonly Way[];
}

const NO_FACTS: Facts = {};

/**
 * Answers a question about one cluster.
 *
 * @throws NetstackError for a port that is missing or that nothing has
 */
export function answer(cluster: ClusterModel, question: Question): Answer {
  return new Asked(cluster, question).answer();
}

class Asked {
  private readonly cluster: ClusterModel;
  private readonly network: Network;
  private readonly question: Question;
  private readonly facts: Facts;

  constructor(cluster: ClusterModel, question: Question) {
    this.cluster = cluster;
    this.network = cluster.derive(networkOf);
    this.question = question;
    this.facts = question.facts ?? NO_FACTS;
  }

  answer(): Answer {
    const { from, to } = this.question;
    if (from.is === 'url' || from.is === 'service' || from.is === 'name') {
      throw new NetstackError({ what: `${shorten(from.text)} calls nobody`, fix: 'ask for a workload, addresses, internet, node or kube-apiserver as the source' });
    }
    if (from.is !== 'endpoints' && to.is !== 'endpoints' && to.is !== 'service' && to.is !== 'url') return this.outside();
    const groups = this.sources(from).map((source): Group => ({ from: nameOfParty(source.party), ...this.toTarget(source, to) }));
    return { from: from.text, to: this.question.port === undefined || to.is === 'url' ? to.text : `${to.text}:${this.question.port.text}`, ...combine(groups) };
  }

  /** Nobody's documents speak of connections between others. */
  private outside(): Answer {
    const { from, to } = this.question;
    const { number, protocol } = numberOf(this.question.port, undefined);
    const because = 'neither end is a workload of the documents, so that nothing in them decides it';
    const way: Way = { from: from.text, to: to.text, port: namePort(number, protocol), outcome: 'undetermined', hops: [{ layer: 'service', at: to.text, outcome: 'undetermined', because, decidedBy: [] }] };
    return { from: from.text, to: `${to.text}:${this.question.port!.text}`, outcome: 'undetermined', because, decidedBy: [], ways: [way] };
  }

  private sources(from: Peer): readonly Source[] {
    switch (from.is) {
      case 'endpoints': return from.endpoints.map((endpoint) => ({ party: { is: 'endpoint', endpoint } }));
      case 'addresses': return piecesOf(this.network.points.addresses, from.range).map((range) => ({ party: { is: 'addresses', range } }));
      case 'internet': return this.cluster.derive(internetPieces).map((range) => ({ party: { is: 'addresses', range }, fromInternet: true }));
      case 'entity': return [{ party: { is: 'entity', name: from.name } }];
      default: return [];
    }
  }

  /** Every way from one source to what is asked for: alternatives of which one is enough, or parts that must all be open. */
  private toTarget(source: Source, to: Peer): Result {
    switch (to.is) {
      case 'url': return this.throughGateways(source, to.url);
      case 'service': return this.toService(source, to.service);
      case 'internet': return all(publicPieces(this.network.points.addresses).map((range) => this.direct(source, { is: 'addresses', range }, numberOf(this.question.port, undefined))));
      case 'addresses': return all(piecesOf(this.network.points.addresses, to.range).map((range) => this.direct(source, { is: 'addresses', range }, numberOf(this.question.port, undefined))));
      case 'name': return this.direct(source, { is: 'name', host: to.host }, numberOf(this.question.port, undefined), this.asksFor(source, to.host));
      case 'entity': return this.direct(source, { is: 'entity', name: to.name }, numberOf(this.question.port, undefined));
      case 'endpoints': return all(to.endpoints.map((endpoint) => this.toEndpoint(source, endpoint)));
    }
  }

  private toEndpoint(source: Source, endpoint: Endpoint): Result {
    const port = numberOf(this.question.port, endpoint);
    return source.fromInternet === true ? this.fromOutside(source, endpoint, port) : this.direct(source, { is: 'endpoint', endpoint }, port);
  }

  private direct({ party, request = this.question.request }: Source, to: Party, { number, protocol }: Numbered, prefix: readonly Hop[] = []): Result {
    const way = traceFlow(this.network, { from: party, to, port: number, protocol, request, facts: this.facts });
    return one(withPrefix(way, prefix));
  }

  private toService(source: Source, asked: Entry): Result {
    const { port } = this.question;
    if (port === undefined) throw new NetstackError({ what: `No port of Service ${asked.namespace}/${asked.name} is asked for`, fix: `add one of its ports, such as ${asked.namespace}/${asked.name}:80` });
    if (!asked.sound) return this.unreadable(source, asked, port);
    if (source.fromInternet === true) return this.toPublished(source, asked, port);
    if (asked.spec.type === 'ExternalName') return this.toAlias(source, asked, port);
    return this.toPortOf(source, asked, port, []);
  }

  /** From public addresses: by what publishes a port of a Service, or by the gateways that lead to it. */
  private toPublished(source: Source, asked: Entry, port: AskedPort): Result {
    const found = this.portOf(asked, port);
    const ways = this.cluster.derive(waysIn).filter((way) => (way.is === 'service' ? way.service === asked && way.port === found.port && way.protocol === found.protocol
      : way.route.backend.entry === asked && way.route.backend.port === found.port && protocolOf(way.route.route) === found.protocol));
    const [at, to] = [namePort(found.port, port.protocol), `service:${asked.namespace}/${asked.name}`];
    const results = ways.map(({ gap, ...way }): Result => {
      if (gap) return one({ from: 'internet', to, port: at, outcome: gap.outcome, hops: [{ layer: 'service', at: asked.toString(), ...gap }] });
      return all(way.backends.map((backend): Result => {
        const { port: number, protocol } = backend;
        if (backend.is !== 'endpoint') return one({ from: 'internet', to, port: at, outcome: 'undetermined', hops: [{ layer: 'service', at: asked.toString(), outcome: 'undetermined', because: `it leads to ${nameBackend(backend)}, which is none of the documents`, decidedBy: [{ entry: asked, path: ['spec'] }] }] });
        return way.is === 'service' ? this.published(source, way, backend.endpoint, { number, protocol }) : this.routed(source, way, backend.endpoint, { number, protocol });
      }));
    });
    const pods = results.some(({ outcome }) => outcome === 'allowed') ? [] : behindPort(this.cluster, asked, found).backends;
    for (const one of pods) {
      const doubt = one.is === 'endpoint' ? doubtfulDoorTo(this.cluster, one.endpoint, one.port) : undefined;
      if (doubt) results.push(doubtful(doubt, 'internet', to, at, 'service'));
    }
    return results.length > 0 ? any(results) : one({
      from: 'internet', to, port: at, outcome: 'denied',
      hops: [{ layer: 'service', at: asked.toString(), outcome: 'denied', because: `it is no Service of type LoadBalancer or NodePort, and no gateway and no Ingress leads to ${at} of it`, decidedBy: [], answer: 'dropped' }],
    });
  }

  private unreadable(source: Source, asked: Entry, port: AskedPort): Result {
    const to = `service:${asked.namespace}/${asked.name}`;
    const hop: Hop = { layer: 'service', at: asked.toString(), outcome: 'undetermined', because: whyUnreadable(asked), decidedBy: [{ entry: asked, path: [] }] };
    return one({ from: nameOfParty(source.party), to, port: port.text, hops: [hop], outcome: 'undetermined' });
  }

  /** A Service that is another name: of another Service, or of somebody outside. Its ports are those of what it leads to. */
  private toAlias(source: Source, asked: Entry, port: AskedPort): Result {
    const { service, host, hops } = followAlias(this.cluster, asked);
    const name = this.asksFor(source, `${asked.name}.${asked.namespace}.svc.${this.cluster.facts.clusterDomain}`);
    if (service) return this.toPortOf(source, service, port, [...name, ...hops]);
    if (host !== undefined) return this.direct(source, { is: 'name', host }, numberOf(this.question.port, undefined), [...name, ...hops]);
    return one({ from: nameOfParty(source.party), to: `service:${asked.namespace}/${asked.name}`, port: port.text, hops, outcome: worst(hops.map(({ outcome }) => outcome)) });
  }

  private portOf(service: Entry, port: AskedPort): ServicePort {
    const found = portOfService(service, port);
    if (!found) throw new NetstackError({ what: `Service ${service.namespace}/${service.name} has no port ${port.text} (${port.protocol})`, fix: 'ask for one of its ports' });
    return found;
  }

  private toPortOf(source: Source, service: Entry, port: AskedPort, before: readonly Hop[]): Result {
    const found = this.portOf(service, port);
    const { backends, gap } = behindPort(this.cluster, service, found);
    const decidedBy: readonly Decider[] = [{ entry: service, path: ['spec', 'ports', found.index] }];
    const hop = (outcome: Outcome, because: string): Hop => ({ layer: 'service', at: `Service ${service.namespace}/${service.name}, port ${found.port}`, outcome, because, decidedBy });
    if (gap) {
      const hops = [...before, hop(gap.outcome, gap.because)];
      return one({ from: nameOfParty(source.party), to: `service:${service.namespace}/${service.name}`, port: namePort(found.port, port.protocol), hops, outcome: worst(hops.map(({ outcome }) => outcome)) });
    }
    const name = before.length > 0 ? before : this.asksFor(source, `${service.name}.${service.namespace}.svc.${this.cluster.facts.clusterDomain}`);
    // Without an address of its own, a Service is the addresses of its pods: nobody turns the port that is called into their targetPort.
    const itself = service.spec.clusterIP === 'None' && port.number !== undefined;
    const called = itself ? atPort(backends, found.port) : backends;
    const kept = itself && found.targetPort !== found.port ? `, because it is headless: its targetPort ${found.targetPort} is not asked` : '';
    return all(called.map((backend) => this.toBackend(source, backend, [...name, hop('allowed', `leads to ${nameBackend(backend)}${kept}`)])));
  }

  /** Who calls by name asks DNS first. */
  private asksFor({ party }: Source, name: string): readonly Hop[] {
    const hop = party.is === 'endpoint' ? dnsHop(this.network, party.endpoint, name) : undefined;
    return hop === undefined ? [] : [hop];
  }

  private toBackend(source: Source, backend: Backend, prefix: readonly Hop[]): Result {
    const port = { number: backend.port, protocol: backend.protocol };
    switch (backend.is) {
      case 'endpoint': return this.direct(source, { is: 'endpoint', endpoint: backend.endpoint }, port, prefix);
      case 'address': return this.direct(source, { is: 'addresses', range: backend.range }, port, prefix);
      case 'name': return this.direct(source, { is: 'name', host: backend.host }, port, prefix);
    }
  }

  /** From public addresses only what is published is reached. */
  private fromOutside(source: Source, endpoint: Endpoint, port: Numbered): Result {
    const results: Result[] = [];
    for (const way of this.question.through === undefined ? this.cluster.derive(waysIn) : [this.question.through]) {
      const backends = way.backends.filter((one) => one.is === 'endpoint' && one.endpoint === endpoint && one.port === port.number && one.protocol === port.protocol);
      if (backends.length === 0) continue;
      results.push(way.is === 'service' ? this.published(source, way, endpoint, port) : this.routed(source, way, endpoint, port));
    }
    const doubt = this.question.through === undefined && !results.some(({ outcome }) => outcome === 'allowed') ? doubtfulDoorTo(this.cluster, endpoint, port.number) : undefined;
    if (doubt) results.push(doubtful(doubt, 'internet', endpoint.name, namePort(port.number, port.protocol), 'service'));
    if (results.length > 0) return any(results);
    return one({
      from: 'internet', to: endpoint.name, port: namePort(port.number, port.protocol), outcome: 'denied',
      flow: { from: source.party, to: { is: 'endpoint', endpoint }, port: port.number, protocol: port.protocol, request: this.question.request, facts: this.facts },
      hops: [{ layer: 'service', at: endpoint.name, outcome: 'denied', because: `no Service of type LoadBalancer or NodePort, no gateway and no Ingress leads to ${namePort(port.number, port.protocol)} of it`, decidedBy: [], answer: 'dropped' }],
    });
  }

  private published(source: Source, way: PublishedPort, endpoint: Endpoint, port: Numbered): Result {
    const range = (source.party as Extract<Party, { is: 'addresses' }>).range;
    const hop = (outcome: Outcome, because: string, path: string): Hop => ({
      layer: 'service', at: `Service ${way.service.namespace}/${way.service.name}, port ${way.port}`, outcome, because, decidedBy: [{ entry: way.service, path: ['spec', path] }],
    });
    const closed = (outcome: Outcome, because: string, path: string): Result => (
      one({ from: nameOfParty(source.party), to: endpoint.name, port: namePort(port.number, port.protocol), outcome, hops: [hop(outcome, because, path)] }));
    if (way.internal) return closed('denied', 'its load balancer has an address inside of the cloud network only', 'type');
    if (way.from && !way.from.some((one) => one.family === range.family && one.first <= range.first && range.last <= one.last)) {
      const touches = way.from.some((one) => one.family === range.family && one.first <= range.last && range.first <= one.last);
      return closed(touches ? 'undetermined' : 'denied', touches ? 'loadBalancerSourceRanges has a part of these addresses' : 'loadBalancerSourceRanges does not have these addresses', 'loadBalancerSourceRanges');
    }
    if (way.how !== 'LoadBalancer') return closed('undetermined', way.how === 'NodePort' ? 'it listens on every node, and whether nodes have public addresses is not in the documents' : 'who routes its externalIPs is not in the documents', way.how === 'NodePort' ? 'type' : 'externalIPs');
    const prefix = [hop('allowed', `publishes port ${way.port} to everybody${way.from ? ' in loadBalancerSourceRanges' : ''}`, 'type')];
    const seen = this.direct(source, { is: 'endpoint', endpoint }, port, prefix);
    if (way.keepsSource) return seen;
    // Nodes may take the place of the caller: only what is said to both is certain.
    const replaced = this.direct({ party: { is: 'entity', name: 'remote-node' } }, { is: 'endpoint', endpoint }, port, prefix);
    if (replaced.outcome === seen.outcome) return seen;
    return closed('undetermined', 'with externalTrafficPolicy Cluster the pods may see the address of a node in place of the caller\'s, and policies answer differently for the two', 'externalTrafficPolicy');
  }

  private routed(source: Source, { route }: RoutedPort, endpoint: Endpoint, port: Numbered): Result {
    const asked = this.question.request;
    const arrival = { ...route.sample, request: { ...route.sample.request, ...asked }, facts: this.facts, ...addressOf(source) };
    const routings = this.cluster.derive(gatewayRouting).route(arrival).filter(({ gateway }) => gateway.kind === route.gateway.kind);
    const own = routings.filter(({ gateway }) => gateway === route.gateway);
    const listening = own.filter(({ listener }) => listener?.name === route.listener?.name);
    // What another listener takes, or another Ingress, is none of its own.
    const taking = [listening, own, routings].find((one) => one.length > 0) ?? [];
    const wanted = (backend: Backend): boolean => backend.is === 'endpoint' && backend.endpoint === endpoint && backend.port === port.number;
    if (taking.length === 0) return doubtful({ entry: route.route, because: `no request is known that ${route.route.toString()} takes` }, 'internet', endpoint.name, namePort(port.number, port.protocol), 'gateway');
    return any(taking.map((routing) => {
      const result = this.behind(source, routing, route.match, wanted);
      return result.outcome !== 'denied' || isTakenBy(route, routing) ? result : this.elsewhere(result, route, routing);
    }));
  }

  /** The request that stands for a match was taken by something else: by what takes every such request, or by what takes only some. */
  private elsewhere(result: Result, route: ExposedRoute, routing: Routing): Result {
    const [way] = result.ways;
    // Whoever names a request asks for that one.
    if (way === undefined || (this.question.request !== undefined && Object.keys(this.question.request).length > 0)) return result;
    const taker = this.cluster.derive(gatewayRouting).exposed().find((one) => isTakenBy(one, routing));
    const { request: { method, host, path } } = route.sample;
    const tried = [method, `${host ?? ''}${path ?? ''}`].filter((text) => text !== undefined && text !== '').join(' ');
    const [outcome, because]: [Outcome, string] = taker?.match === route.match && taker.hostname === route.hostname
      ? ['denied', `${taker.route.toString()} takes the same requests, and goes first`]
      : ['undetermined', `${routing.route?.toString() ?? 'No rule'} takes ${tried} in its place, and whether other requests get to ${route.route.toString()} is not known`];
    const hops = way.hops.slice(0, 1).map((hop): Hop => ({ ...hop, outcome, because, decidedBy: [...hop.decidedBy, { entry: route.route, path: route.rulePath }] }));
    return one({ ...way, outcome, hops });
  }

  /** A URL: whatever gateway takes it, and everything that stands behind. */
  private throughGateways(source: Source, url: URL): Result {
    const scheme = url.protocol === 'https:' ? 'https' : 'http';
    const request: Request = {
      // A URL is a plain request: what is not said is not sent.
      method: 'GET', headers: {}, ...this.question.request, host: url.hostname.toLowerCase(), path: url.pathname, scheme, ...url.search.length > 1 && { query: url.search.slice(1) },
    };
    const port = url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port);
    const routings = this.cluster.derive(gatewayRouting).route({ request, facts: this.facts, port, ...addressOf(source) });
    const out = source.party.is === 'endpoint' ? this.toGateway(source, request.host!, port, routings) : undefined;
    if (out?.outcome === 'denied') return out;
    const results = routings.map((routing) => this.behind(source, routing)).map(({ ways }) => all(ways.map((way) => one(withPrefix(way, out?.ways[0]?.hops ?? [])))));
    const doubt = results.some(({ outcome }) => outcome === 'allowed') ? undefined : doubtfulDoorFor(this.cluster, request.host!);
    if (doubt) results.push(doubtful(doubt, this.question.from.text, url.href, namePort(port, 'TCP'), 'gateway'));
    if (results.length === 0) {
      const [because, at] = [`no gateway and no Ingress listens for ${url.hostname} on port ${port}`, { from: this.question.from.text, to: url.href, port: namePort(port, 'TCP') }];
      // Pods call others outside, too.
      if (out) return one({ ...at, outcome: 'undetermined', hops: [...out.ways[0]!.hops, { layer: 'gateway', at: url.host, outcome: 'undetermined', because: `${because}; if it is outside, ask for fqdn:${url.hostname}:${port}`, decidedBy: [] }] });
      return one({ ...at, outcome: 'denied', hops: [{ layer: 'gateway', at: url.host, outcome: 'denied', because, decidedBy: [], answer: 'dropped' }] });
    }
    return any(results);
  }

  /** A pod has to get to the gateway first. */
  private toGateway(source: Source, host: string, port: number, routings: readonly Routing[]): Result {
    const name = this.asksFor(source, host);
    const proxies = [...new Set(routings.flatMap(({ gateway }) => proxiesOf(this.cluster, gateway)))];
    const { hops, flow } = wayToGateway(this.network, source.party, { host, port, proxies }, this.facts);
    const way = { from: nameOfParty(source.party), to: this.question.to.text, port: namePort(port, 'TCP'), flow };
    return one({ ...way, hops: [...name, ...hops], outcome: worst([...name, ...hops].map(({ outcome }) => outcome)) });
  }

  /** The gateway's own word, then every backend that it chooses, or those that are wanted. */
  private behind(source: Source, routing: Routing, match?: string, wanted?: (backend: Backend) => boolean): Result {
    const { gateway, listener, verdict, backends } = routing;
    const protocol = protocolOf(routing.route);
    const hop: Hop = {
      ...verdict, layer: 'gateway',
      at: `${gateway.toString()}${listener === undefined ? '' : `, listener ${listener.name}`}${match === undefined ? '' : `, ${match}`}`,
    };
    const base = { from: this.question.from.text, to: this.question.to.text, port: listener === undefined ? protocol : namePort(listener.port, protocol) };
    if (verdict.outcome !== 'allowed') return one({ ...base, hops: [hop], outcome: verdict.outcome });
    const results: Result[] = [];
    const gaps: Result[] = [];
    for (const backend of backends) {
      const { backends: behind, gap } = behindRoute(this.cluster, backend, protocol);
      const pods = wanted ? behind.filter(wanted) : behind;
      const share = (words: string): string => (backend.share === 1 ? '' : `${Math.round(backend.share * 10000) / 100} % ${words} `);
      const service: Hop = {
        layer: 'service', at: `${backend.kind} ${backend.namespace}/${backend.name}${backend.port === undefined ? '' : `, port ${backend.port}`}`, outcome: 'allowed',
        because: `${share('of the requests')}${backend.share === 1 ? 'leads' : 'lead'} to ${pods.map(nameBackend).join(' and ')}`, decidedBy: backend.entry === undefined ? [] : [{ entry: backend.entry, path: ['spec', 'ports'] }],
      };
      if (gap) {
        const { outcome, because, decidedBy } = gap;
        gaps.push(one({ ...base, hops: [hop, { ...service, outcome, because: `${share('of the requests:')}${because}`, decidedBy }], outcome }));
      }
      for (const pod of pods) {
        const callers = proxiesOf(this.cluster, gateway);
        // The pods see the request as the gateway sends it on, with the address of the caller beside it.
        const request: Request = { ...backend.request, ...source.party.is === 'addresses' && { forwardedFor: source.party.range } };
        results.push(all(callers.map((party) => this.toBackend({ party, request }, pod, [hop, service]))));
      }
    }
    // Whoever asks for one workload does not mind who else gets a share, or gets none.
    if (!wanted) results.push(...gaps);
    else if (results.length === 0) results.push(...gaps.filter(({ outcome }) => outcome === 'undetermined'));
    return results.length === 0 ? one({ ...base, hops: [{ ...hop, outcome: 'denied', because: 'no share of the requests goes there' }], outcome: 'denied' }) : all(results);
  }
}

/** Public addresses, cut where policies, or load balancers that let in some ranges only, tell them apart. */
function internetPieces(cluster: ClusterModel): ReturnType<typeof publicPieces> {
  const { addresses } = cluster.derive(networkOf).points;
  const named = cluster.derive(waysIn).flatMap((way) => (way.is === 'service' ? way.from ?? [] : []));
  return publicPieces(named.length === 0 ? addresses : new AddressAtoms([...addresses.atoms.map((atom) => ({ ...atom, text: '' })), ...named], addresses.atoms.some(({ family }) => family === 6)));
}

interface Source {
  readonly party: Party;
  /** Reaches only what is published. */
  readonly fromInternet?: boolean;
  /** What it asks, where that is not the question itself. */
  readonly request?: Request;
}

function addressOf({ party }: Source): { readonly address?: string } {
  return party.is === 'addresses' && party.range.first === party.range.last ? { address: nameOfParty(party) } : {};
}

/** Whether a gateway has taken a request by the match of a route. */
function isTakenBy({ route, rulePath }: ExposedRoute, routing: Routing): boolean {
  return routing.route === route && routing.rulePath?.join() === rulePath.join();
}

/** A way in that nobody can follow. */
function doubtful({ entry, because }: DoubtfulDoor, from: string, to: string, port: string, layer: Hop['layer']): Result {
  return one({ from, to, port, outcome: 'undetermined', hops: [{ layer, at: entry.toString(), outcome: 'undetermined', because, decidedBy: [{ entry, path: [] }] }] });
}
