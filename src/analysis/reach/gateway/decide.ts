// Which match of which route takes a request at a port of a gateway, and what becomes of it. Where that hangs on something that nobody knows, on what is said of every case.
import type { ClusterModel } from '../../model/cluster-model';
import type { Listener } from '../../model/gateway-api';
import type { Decider } from '../flow';
import { answerOf, listenerName } from './answers';
import type { Arrival, Routing } from './arrival';
import { eitherOf, routing, verdict } from './arrival';
import { patchOf, receive } from './client';
import type { Candidate, Entrance, VirtualHost } from './entrances';
import { takers, unreadableRoutes } from './entrances';
import { gates, mayBePreflight } from './gates';
import type { HostTable } from './hosts';
import { doubt, meets } from './matching';
import { surelyBefore, tied } from './precedence';
import type { SeenRequest } from './seen';

/** What a port of a gateway does; undefined when none of its listeners is for the host. */
export function decide(cluster: ClusterModel, entrance: Entrance, arrival: Arrival): Routing | undefined {
  const { dialect } = entrance;
  const taking = takers(entrance.listeners, arrival.request.host?.toLowerCase());
  const [listener] = taking;
  if (!listener) return undefined;
  const { gateway } = listener;
  const at = { listener: listenerName(listener) };
  const { seen, stop, arrival: received } = receive(cluster, listener, arrival, dialect);
  if (stop && stop.outcome === 'denied') return routing(gateway.entry, stop, { ...at, status: typeof stop.answer === 'number' ? stop.answer : undefined });
  const patch = dialect === 'envoy-gateway' ? patchOf(cluster, listener) : undefined;
  if (patch) return routing(gateway.entry, verdict('undetermined', `${patch.entry.toString()} patches the configuration of the gateway, and what that does is not modelled`, [patch]), at);
  const [unread] = cluster.derive(unreadableRoutes).get(`${gateway.entry.namespace}/${gateway.entry.name}`) ?? [];
  if (unread) return routing(gateway.entry, verdict('undetermined', `${unread.toString()} is for the gateway, and cannot be read as it is`, [{ entry: unread, path: [] }]), at);
  if (stop) return routing(gateway.entry, stop, at);
  const rival = gateway.listeners.find((other) => other.port === listener.port && other.protocol !== 'UDP' && transport(other) !== transport(listener));
  if (rival) {
    const because = `Listeners ${listener.name} and ${rival.name} speak different protocols on port ${listener.port}, and which of them is left is not defined`;
    return routing(gateway.entry, verdict('undetermined', because, [{ entry: listener.home, path: listener.path }, { entry: rival.home, path: rival.path }]), at);
  }
  const ask = new Question(cluster, entrance, received, seen, listener);
  const answer = ask.in(entrance.hosts);
  if (dialect !== 'specification' || taking.length < 2 || seen.host === undefined) return answer;
  // Whether listeners of one port keep to themselves is left to the implementation.
  return eitherOf(answer, [ask.in(entrance.of(listener))], 'Whether the routes of one listener count at another one of the same port is left to the implementation', [{ entry: listener.home, path: listener.path }]);
}

/** Whether no rule took the request. */
function isMissed({ route, alternatives, verdict: { answer } }: Routing): boolean {
  return route === undefined && alternatives.length === 0 && answer === 404;
}

/** What can share a port: listeners without TLS, those that are told apart by server names, and nothing else. */
function transport({ protocol }: Listener): string {
  return protocol === 'HTTPS' || protocol === 'TLS' ? 'TLS' : protocol;
}

class Question {
  private readonly cluster: ClusterModel;
  private readonly entrance: Entrance;
  private readonly arrival: Arrival;
  private readonly seen: SeenRequest;
  private readonly listener: Listener;
  private readonly known: Map<Candidate, Routing> = new Map();

  constructor(cluster: ClusterModel, entrance: Entrance, arrival: Arrival, seen: SeenRequest, listener: Listener) {
    this.cluster = cluster;
    this.entrance = entrance;
    this.arrival = arrival;
    this.seen = seen;
    this.listener = listener;
  }

  in(hosts: HostTable<VirtualHost>): Routing {
    const { seen, entrance: { dialect } } = this;
    if (seen.host === undefined) {
      // A name that a listener takes, and no route.
      const bare = this.entrance.listeners.some(({ hostname = '*' }) => !hosts.has(hostname.toLowerCase()));
      const [first, ...others] = [...hosts.all.map((host) => this.at(host)), ...bare ? [this.notFound()] : []];
      return first ? eitherOf(first, others, 'The host name of the request is not known, and not all names lead to the same', this.gatewayDecides()) : this.notFound();
    }
    const [host, ...wider] = hosts.covering(seen.host);
    if (!host) return this.notFound();
    const answer = this.at(host);
    if (dialect !== 'specification' || wider.length === 0) return answer;
    // Envoy stays with the most specific name; the specification does not say that everybody has to.
    if (!isMissed(answer) && !answer.alternatives.some(isMissed)) return answer;
    const wide = wider.map((one) => this.at(one)).filter((one) => !isMissed(one));
    if (wide.length === 0) return answer;
    return eitherOf(answer, wide, `No rule for ${host.name} takes it, and whether rules for ${wider[0]!.name} may is left to the implementation`, wide.flatMap(({ verdict: { decidedBy } }) => decidedBy));
  }

  private at(host: VirtualHost): Routing {
    const { dialect } = this.entrance;
    const [one, other] = host.listeners;
    if (dialect === 'envoy-gateway' && one && other) {
      return this.open(`Listeners ${one.name} and ${other.name} both bring ${host.name} to port ${one.port}, and Envoy refuses a name that is there twice`, [{ entry: one.home, path: one.path }, { entry: other.home, path: other.path }]);
    }
    if (dialect !== 'envoy-gateway') {
      const http = host.candidates.find(({ route }) => route.kind === 'HTTPRoute');
      const grpc = host.candidates.find(({ route }) => route.kind === 'GRPCRoute');
      if (http && grpc) return this.open(`${http.route.toString()} and ${grpc.route.toString()} are for the same name, and which of them is refused is left to the implementation`, [{ entry: http.route, path: ['spec'] }, { entry: grpc.route, path: ['spec'] }]);
    }
    if (mayBePreflight(this.seen)) {
      const asked = host.candidates.find(({ effects }) => effects.cors);
      if (asked) return this.open('What the gateway answers to a preflight of CORS is not modelled', [{ entry: asked.route, path: asked.match.at }]);
    }
    return this.among(host);
  }

  /** The first match that takes the request, with those that may come before it. */
  private among(host: VirtualHost): Routing {
    const possible: Candidate[] = [];
    const loose: Candidate[] = [];
    let reason: { readonly because: string; readonly candidate: Candidate } | undefined;
    let sure: Candidate | undefined;
    for (let index = 0; index < host.candidates.length; index++) {
      const candidate = host.candidates[index]!;
      const answer = meets(candidate.match, this.seen);
      if (answer === false) continue;
      if (answer === undefined) {
        possible.push(candidate);
        reason ??= { candidate, because: doubt(candidate.match, this.seen) };
        continue;
      }
      if (candidate.loose) {
        loose.push(candidate);
        continue;
      }
      sure = candidate;
      const equals = this.equals(host.candidates, index);
      if (equals.length > 0) {
        reason ??= { candidate, because: `it is as specific as ${equals[0]!.route.toString()}, and only their age says which goes first` };
        possible.push(...equals);
      }
      break;
    }
    const [first, ...others] = [...sure ? [sure] : [], ...loose, ...possible];
    if (!first) return this.notFound(host);
    const certain = sure ?? loose[0];
    const answers = [...others, ...certain ? [] : [undefined]].map((one) => (one ? this.answer(one) : this.notFound(host)));
    if (loose.length > 0) reason ??= { candidate: loose[0]!, because: 'where a regular expression stands among the matches is left to the implementation' };
    return this.choose(this.answer(first), answers, reason);
  }

  private choose(first: Routing, others: readonly Routing[], reason: { readonly because: string; readonly candidate: Candidate } | undefined): Routing {
    if (others.length === 0 || !reason) return first;
    const { candidate: { route, match }, because } = reason;
    return eitherOf(first, others, `Whether ${route.toString()} takes it is not known: ${because}`, [{ entry: route, path: match.at }, ...others.flatMap(({ verdict: { decidedBy } }) => decidedBy.slice(0, 1))]);
  }

  /** Matches of other routes that may go before a match, as only age tells. What surely comes after another one of them cannot. */
  private equals(candidates: readonly Candidate[], index: number): readonly Candidate[] {
    const found: Candidate[] = [];
    const sure: Candidate[] = [];
    for (let i = index + 1; i < candidates.length; i++) {
      const other = candidates[i]!;
      if (!tied(candidates[index]!, other)) continue;
      const answer = meets(other.match, this.seen);
      if (answer === false || sure.some(({ route }) => route === other.route)) continue;
      found.push(other);
      if (answer === true) sure.push(other);
    }
    return found.filter((one) => !sure.some((other) => surelyBefore(other, one)));
  }

  private answer(candidate: Candidate): Routing {
    let answer = this.known.get(candidate);
    if (!answer) this.known.set(candidate, (answer = this.made(candidate)));
    return answer;
  }

  private made(candidate: Candidate): Routing {
    const { cluster, entrance: { dialect }, arrival, seen } = this;
    if (dialect !== 'envoy-gateway') return answerOf(cluster, candidate, seen, dialect, []);
    const { stop, passed } = gates(cluster, candidate, arrival, seen);
    if (!stop) return answerOf(cluster, candidate, seen, dialect, passed);
    const { route, match, listener } = candidate;
    const rule: Decider = { entry: route, path: match.at };
    const status = typeof stop.answer === 'number' ? stop.answer : undefined;
    const answer = routing(listener.gateway.entry, { ...stop, decidedBy: [...stop.decidedBy, rule] }, { listener: listenerName(listener), route, rulePath: match.at, status });
    if (stop.outcome === 'denied') return answer;
    // When nothing comes of it anyway, it does not matter what the policy says.
    const otherwise = answerOf(cluster, candidate, seen, dialect, passed);
    return { ...answer, alternatives: [otherwise], verdict: otherwise.verdict.outcome === 'denied' ? { ...answer.verdict, outcome: 'denied' } : answer.verdict };
  }

  private notFound(host?: VirtualHost): Routing {
    const { listener, seen } = this;
    const what = host ? `no rule for ${host.name} takes it` : `no route is for ${seen.host ?? 'any host'}`;
    return routing(listener.gateway.entry, verdict('denied', `Listener ${listener.name} of ${listener.gateway.entry.toString()} takes it, and ${what}`, this.gatewayDecides(), 404), { listener: listenerName(listener), status: 404 });
  }

  private open(because: string, decidedBy: readonly Decider[]): Routing {
    return routing(this.listener.gateway.entry, verdict('undetermined', because, decidedBy), { listener: listenerName(this.listener) });
  }

  private gatewayDecides(): readonly Decider[] {
    return [{ entry: this.listener.home, path: this.listener.path }];
  }
}

