// What comes to a gateway, and what a gateway makes of it: the words of this layer.
import type { FieldPath } from '../../documents/document';
import type { Entry } from '../../model/entry';
import type { Facts, Outcome, Request, Verdict } from '../flow';

/** A request (or a connection) at the outside of the gateways. What is not said may be anything. */
export interface Arrival {
  readonly request: Request;
  readonly facts: Facts;
  /** The port of the listener. */
  readonly port?: number | undefined;
  /** The protocol, where it is not HTTP. @default 'HTTP' */
  readonly protocol?: 'HTTP' | 'TLS' | 'TCP' | 'UDP' | undefined;
  /** Where the caller is, as the gateway sees it: an address. */
  readonly address?: string | undefined;
}

/** Where a part of the requests goes. */
export interface Backend {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The Service, when the documents have it. */
  readonly entry: Entry | undefined;
  /** Of a DestinationRule of Istio. */
  readonly subset?: string | undefined;
  /** Of the Service; undefined where the reference needs none. */
  readonly port: number | undefined;
  /** Between 0 and 1. */
  readonly share: number;
  /** Where the reference is written, in the route. */
  readonly path: FieldPath;
  /** The request as the backend sees it; fields that nobody can tell are left out. */
  readonly request: Request;
}

/** A share of the requests that no backend gets. */
export interface Refused {
  readonly status: number;
  readonly share: number;
  readonly path: FieldPath;
  readonly because: string;
}

/** What one listener does with a request. Allowed: some share of the requests reaches a backend. */
export interface Routing {
  /** The object that lets traffic in: a Gateway, an Ingress, an IngressRoute. */
  readonly gateway: Entry;
  readonly listener: ListenerName | undefined;
  readonly route: Entry | undefined;
  /** The rule of the route, with the match where there is one. */
  readonly rulePath: FieldPath | undefined;
  readonly backends: readonly Backend[];
  /** Services that get a copy. Their answers are dropped. */
  readonly mirrors: readonly Backend[];
  readonly refused: readonly Refused[];
  /** What the gateway answers itself. */
  readonly status: number | undefined;
  /** Where a redirect leads. */
  readonly location: string | undefined;
  readonly verdict: Verdict;
  /** When it is undetermined: what may happen. */
  readonly alternatives: readonly Routing[];
}

export interface ListenerName {
  readonly home: Entry;
  readonly name: string;
  readonly path: FieldPath;
  readonly port: number;
}

/** One way from outside to a backend, whatever the request says beside it. */
export interface ExposedRoute {
  readonly gateway: Entry;
  readonly listener: ListenerName | undefined;
  readonly protocol: 'HTTP' | 'TLS' | 'TCP' | 'UDP';
  readonly tls: boolean;
  /** `*` stands for every name. */
  readonly hostname: string;
  readonly route: Entry;
  readonly rulePath: FieldPath;
  /** For people: `GET /orders/*`. */
  readonly match: string;
  /** A request that the match takes, as far as one can be made: to ask who decides about it. */
  readonly sample: Arrival;
  readonly backend: Backend;
  readonly mirrored: boolean;
}

/** A routing of which only some parts are there. */
export function routing(gateway: Entry, verdict: Verdict, parts: Partial<Omit<Routing, 'gateway' | 'verdict'>> = {}): Routing {
  return {
    gateway, verdict, listener: undefined, route: undefined, rulePath: undefined, backends: [], mirrors: [], refused: [], status: undefined, location: undefined,
    alternatives: [], ...parts,
  };
}

export function verdict(outcome: Outcome, because: string, decidedBy: Verdict['decidedBy'], answer?: Verdict['answer']): Verdict {
  return { outcome, because, decidedBy, ...answer !== undefined && { answer } };
}

/** What a routing comes to: equal texts mean the same to the caller and to the backends. */
export function effect({ verdict: { outcome, answer }, status, location, backends, refused }: Routing): string {
  return JSON.stringify([
    outcome, answer, status, location,
    backends.map(({ kind, namespace, name, port, share, request }) => [kind, namespace, name, port, share, request.host, request.path]).sort(),
    refused.map((one) => [one.status, one.share]).sort(),
  ]);
}

/** One routing of several that may happen: theirs, when all come to the same. */
export function eitherOf(first: Routing, others: readonly Routing[], because: string, decidedBy: Verdict['decidedBy']): Routing {
  const all = [first, ...others];
  const wanted = effect(first);
  if (all.every((one) => effect(one) === wanted)) return first;
  const outcomes = new Set(all.map((one) => one.verdict.outcome));
  // Who is denied whatever happens is denied, although nobody knows how it looks.
  const outcome: Outcome = outcomes.size === 1 && outcomes.has('denied') ? 'denied' : 'undetermined';
  const alternatives = all.flatMap((one) => (one.alternatives.length > 0 ? one.alternatives : [one]));
  return { ...routing(first.gateway, verdict(outcome, because, decidedBy)), listener: first.listener, alternatives };
}
