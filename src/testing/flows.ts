// Connections as tests write them (one line, or constructs and conditions) as questions for the analysis.
import type { IConstruct } from 'constructs';
import type { AskedFlow, Facts, PodsByLabels, Request } from '../analysis';
import { parseFlow, parseRequest } from '../analysis/reach/question';
import { NetstackError, shorten } from '../core/errors';
import { Http } from '../core/http';
import type { IPeer, IWorkload, PeerTarget } from '../core/peer';
import type { Port } from '../core/port';
import { requireOptions } from '../core/shape';

/** An end of a connection: a workload, one of its ports, a gateway, any `Peer`, or a text such as `shop/web`, `internet`, `cidr:10.0.0.0/8`. */
export type End = string | IPeer;

/** A token that the caller shows, and that who checks it finds valid. */
export interface Token {
  readonly issuer: string;
  readonly subject?: string;
  readonly audiences?: readonly string[];
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** A connection between two ends. */
export interface ConnectionQuestion {
  readonly from: End;
  readonly to: End;
  /** Of the pods that are called: `8080`, `53/udp`, `http`. @default - that of `to`, otherwise the only one that it declares */
  readonly port?: number | string;
  /** What is said over it: `GET /orders`, `Http.get('/orders').withJwt({ issuer })`. Of several methods and paths each is asked. @default - anything */
  readonly http?: string | Http;
  readonly headers?: Readonly<Record<string, string>>;
  readonly jwt?: Token;
  readonly clientCertificate?: boolean;
  /** @default - that of the constructs, otherwise the one that has both ends */
  readonly cluster?: string;
}

/** `shop/web -> shop/api:8080 GET /orders`, or the same in parts. */
export type AskedConnection = string | ConnectionQuestion;

/** The questions that a connection is: one, or one for each request that its condition means. */
export function questionsOf(asked: AskedConnection): readonly AskedFlow[] {
  if (typeof asked === 'string') return [parseFlow(asked)];
  requireOptions(asked, { from: true, to: true, port: true, http: true, headers: true, jwt: true, clientCertificate: true, cluster: true }, 'a connection');
  const { http, headers, jwt, clientCertificate } = asked;
  const [from, to] = [endOf(asked.from, 'from'), endOf(asked.to, 'to')];
  const port = asked.port ?? to.port;
  const cluster = asked.cluster ?? from.cluster ?? to.cluster;
  const requests = http === undefined ? [undefined] : typeof http === 'string' ? [parseRequest(http)] : requestsOf(http);
  const token = jwt ?? (http instanceof Http ? tokenOf(http) : undefined);
  const facts: Facts = { ...token && { jwt: token }, ...clientCertificate !== undefined && { clientCertificate } };
  return requests.map((request) => {
    const whole = headers === undefined ? request : { ...request, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])) };
    return { from: from.end, to: to.end, ...port !== undefined && { port }, ...cluster !== undefined && { cluster }, ...whole && { http: whole }, facts };
  });
}

/** One line for messages. */
export function describeConnection(asked: AskedConnection): string {
  if (typeof asked === 'string') return asked;
  const name = (end: End): string => (typeof end === 'string' ? end : nameOf(end));
  const http = asked.http === undefined ? '' : ` ${typeof asked.http === 'string' ? asked.http : requestsOf(asked.http).map(({ method, path }) => [method, path].filter((text) => text !== undefined).join(' ')).join(', ')}`;
  const { port } = typeof asked.to === 'string' ? { port: undefined } : endOf(asked.to, 'to');
  const shown = asked.port ?? port;
  return `${name(asked.from)} -> ${name(asked.to)}${shown === undefined ? '' : `:${shown}`}${http}`;
}

/** What a text or a construct is as an end of a question. @throws NetstackError for what is none */
export function endOf(end: End, what: string): { readonly end: string | PodsByLabels; readonly port?: string; readonly cluster?: string } {
  if (typeof end === 'string') return { end };
  const target = (end as Partial<IPeer> | undefined)?.peer;
  if (typeof target !== 'object') throw new NetstackError({ what: `${shorten(end)} is no end of a connection`, fix: `give a workload, one of its ports, a gateway, a Peer, or a text such as 'shop/web' for ${what}` });
  return ofTarget(target, what);
}

function ofTarget(target: PeerTarget, what: string): ReturnType<typeof endOf> {
  const port = 'port' in target && target.port !== undefined && target.kind !== 'workload' ? portText(target.port as Port) : undefined;
  const at = (text: string): ReturnType<typeof endOf> => ({ end: text, ...port !== undefined && what === 'to' && { port } });
  switch (target.kind) {
    case 'workload': {
      const { workload } = target;
      const only = target.port ?? onlyPort(workload);
      return { end: { namespace: workload.namespace, name: workload.name, labels: workload.labels }, cluster: workload.cluster.name, ...only && what === 'to' && { port: portText(only.port) } };
    }
    case 'fqdn': return at(`fqdn:${target.hostname.value}`);
    case 'cidr': return at(`cidr:${target.cidr.value}`);
    case 'internet': return at('internet');
    case 'kube-apiserver': return at('kube-apiserver');
    case 'nodes': return at('node');
    case 'namespace': return at(`${target.namespace}/*`);
    case 'group': {
      const [first, ...more] = target.cidrs;
      if (first === undefined || more.length > 0) throw new NetstackError({ what: `Group ${target.name} has ${target.cidrs.length} addresses`, fix: 'ask for one of them: Peer.cidr(…)' });
      return at(`cidr:${first.value}`);
    }
  }
}

/** As connections take it: the only port that is not of metrics. */
function onlyPort(workload: IWorkload): { readonly port: Port } | undefined {
  const ports = Object.values(workload.ports).filter(({ port }) => port.kind !== 'metrics');
  return ports.length === 1 ? ports[0] : undefined;
}

function portText({ number, protocol }: Port): string {
  return protocol === 'TCP' ? String(number) : `${number}/${protocol.toLowerCase()}`;
}

function nameOf(end: IPeer): string {
  const { end: named } = endOf(end, 'from');
  return typeof named === 'string' ? named : `${named.namespace}/${named.name}`;
}

/** A request for each method and path. @throws NetstackError for a pattern: which request is meant is not known */
function requestsOf({ methods, paths, headers }: Http): readonly Request[] {
  const sent = headers.length === 0 ? {} : { headers: Object.fromEntries(headers.map(({ name, values }) => [name, values[0]!])) };
  return (methods.length === 0 ? [undefined] : methods).flatMap((method) => (paths.length === 0 ? [undefined] : paths).map((path): Request => {
    if (path?.type === 'regex') throw new NetstackError({ what: `A request has no pattern ${shorten(path.value)} for its path`, fix: "ask for one path: Http.get('/orders/42')" });
    return { ...method !== undefined && { method }, ...path !== undefined && { path: path.value }, ...sent };
  }));
}

function tokenOf({ jwt }: Http): Token | undefined {
  return jwt && { issuer: jwt.issuer, audiences: jwt.audiences, claims: Object.fromEntries(Object.entries(jwt.claims).map(([claim, values]) => [claim, values[0]])) };
}

/** A document, named as reports name it, or the construct that made it. */
export type DecidedByExpectation = string | IConstruct;
