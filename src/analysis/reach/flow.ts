// The words of reachability: what is asked, what is answered, and who decided. Every layer speaks them.
import type { FieldPath } from '../documents/document';
import type { Entry } from '../model/entry';

/** `undetermined` says that the documents do not decide: with the reason, never as a guess. */
export type Outcome = 'allowed' | 'denied' | 'undetermined';

export type Direction = 'ingress' | 'egress';

/** Protocols with ports, in the order in which lists print them. */
export type Protocol = 'SCTP' | 'TCP' | 'UDP';

export const PROTOCOLS: readonly Protocol[] = ['SCTP', 'TCP', 'UDP'];

export type LayerName = 'dns' | 'edge' | 'vpn' | 'gateway' | 'service' | 'cni' | 'mesh' | 'host' | 'workload';

/** The document, and the place in it, that decided. */
export interface Decider {
  readonly entry: Entry;
  /** The rule or field: `['spec', 'ingress', 0]`. Empty for the object as a whole. */
  readonly path: FieldPath;
}

/** An HTTP request, as far as a question says what it is. A field that is not said may be anything. */
export interface Request {
  /** Upper case: `GET`. */
  readonly method?: string | undefined;
  /** Lower case, without a port. */
  readonly host?: string | undefined;
  /** Begins with `/`, without the query. */
  readonly path?: string | undefined;
  /** Without the question mark. */
  readonly query?: string | undefined;
  /** By lower-case name. What is not listed is not sent. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** `https` and `wss` are sent over TLS. */
  readonly scheme?: 'http' | 'https' | undefined;
  /** Addresses of which one is the first caller's, as the proxy before says in `x-forwarded-for`. */
  readonly forwardedFor?: { readonly family: 4 | 6; readonly first: bigint; readonly last: bigint } | undefined;
}

/** A token that was issued to the caller, and that the one who checks it will find valid. */
export interface JwtFacts {
  readonly issuer: string;
  readonly subject?: string | undefined;
  readonly audiences?: readonly string[] | undefined;
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

/** What a question takes for granted about the caller. */
export interface Facts {
  /** Absent: the request carries no token. */
  readonly jwt?: JwtFacts | undefined;
  /** The caller shows a certificate that the server's authorities have signed. */
  readonly clientCertificate?: boolean | undefined;
}

/** What one layer says to a flow. */
export interface Verdict {
  readonly outcome: Outcome;
  /** One sentence for an operator, no full stop: what is let through or held, and by which words of the document. */
  readonly because: string;
  readonly decidedBy: readonly Decider[];
  /** What the caller sees when it is refused: an HTTP status, or a connection that is dropped or reset. */
  readonly answer?: number | 'dropped' | 'reset' | undefined;
}

/** One step of the way from a caller to what it calls. */
export interface Hop extends Verdict {
  readonly layer: LayerName;
  /** What is passed: `Gateway shop/public, listener https`, `egress of shop/web[Deployment]`. */
  readonly at: string;
}

/** The least good of several outcomes: one denial denies, otherwise one thing that nobody knows is not known. */
export function worst(outcomes: Iterable<Outcome>): Outcome {
  let answer: Outcome = 'allowed';
  for (const outcome of outcomes) {
    if (outcome === 'denied') return 'denied';
    if (outcome === 'undetermined') answer = 'undetermined';
  }
  return answer;
}
