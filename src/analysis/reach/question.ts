// Questions as people write them: `shop/web -> shop/api:8080 GET /orders`, in one line or in parts.
import { NetstackError, shorten } from '../../core/errors';
import type { ClusterModel } from '../model/cluster-model';
import type { Question } from './answer';
import type { Facts, Request } from './flow';
import type { PeerAndPort, PodsByLabels } from './peers';
import { parsePeer, podsByLabels, readPort } from './peers';

/** A question whose ends are still text. */
export interface AskedFlow {
  /** `shop/web`, `internet`, `cidr:10.0.0.0/8` … */
  readonly from: string | PodsByLabels;
  /** `shop/api:8080`, `https://shop.example.com/cart` … */
  readonly to: string | PodsByLabels;
  /** The cluster that is asked. @default - the one that has both ends */
  readonly cluster?: string | undefined;
  /** `8080`, `53/udp`, `http`; here or behind `to`. */
  readonly port?: string | number | undefined;
  /** `GET /orders/42`, or the same in parts. */
  readonly http?: string | Request | undefined;
  readonly facts?: Facts | undefined;
}

/** Divides `shop/web -> shop/api:8080 GET /orders` into its parts. @throws NetstackError for a text without an arrow */
export function parseFlow(text: string): AskedFlow {
  const [, from, to, http] = /^\s*(\S+)\s+->\s+(\S+)(?:\s+(\S.*?))?\s*$/.exec(text) ?? [];
  if (from === undefined || to === undefined) throw new NetstackError({ what: `${shorten(text)} is no question`, fix: "write 'shop/web -> shop/api:8080', and a request behind it: 'GET /orders'" });
  return { from, to, ...http !== undefined && { http } };
}

const METHOD = /^[A-Z][A-Z-]*$/;

/** Reads `GET /orders/42?x=1`, `GET` or `/orders`. @throws NetstackError for anything else */
export function parseRequest(text: string): Request {
  const parts = text.trim().split(/\s+/);
  const method = METHOD.test(parts[0]!) ? parts.shift() : undefined;
  const target = parts.shift();
  if (parts.length > 0 || (target !== undefined && !target.startsWith('/')) || (method === undefined && target === undefined)) {
    throw new NetstackError({ what: `${shorten(text)} is no request`, fix: "write a method, a path, or both: 'GET /orders/42'" });
  }
  const [path, query] = target === undefined ? [] : target.split(/\?(.*)/s, 2);
  return { ...method !== undefined && { method }, ...path !== undefined && { path }, ...query !== undefined && { query } };
}

/** `GET /orders/42?x=1`. */
export function printRequest({ method, path, query }: Request): string {
  const target = path === undefined ? undefined : query === undefined ? path : `${path}?${query}`;
  return [method, target].filter((text) => text !== undefined).join(' ');
}

function readPeer(cluster: ClusterModel, end: string | PodsByLabels): PeerAndPort {
  return typeof end === 'string' ? parsePeer(cluster, end) : { peer: podsByLabels(cluster, end) };
}

function textOf(end: string | PodsByLabels): string {
  return typeof end === 'string' ? shorten(end) : `${end.namespace}/${end.name}`;
}

/** @throws NetstackError for ends that are none, and for a port that is given twice */
export function readQuestion(cluster: ClusterModel, { from, to, port, http, facts }: AskedFlow): Question {
  const source: PeerAndPort = readPeer(cluster, from);
  if (source.port !== undefined) throw new NetstackError({ what: `${textOf(from)} names a port of the source`, fix: 'sources call from any port: leave it out' });
  const target = readPeer(cluster, to);
  if (port !== undefined && target.peer.is === 'url') throw new NetstackError({ what: `The port ${port} is given beside a URL`, fix: 'write it into the URL, such as http://shop.example.com:8080/cart' });
  if (port !== undefined && target.port !== undefined) throw new NetstackError({ what: `The port is given twice: ${target.port.text} and ${port}`, fix: 'give one of them' });
  const request = typeof http === 'string' ? parseRequest(http) : http;
  if (target.peer.is === 'url' && (request?.path !== undefined || request?.host !== undefined)) throw new NetstackError({ what: 'The URL has a path already', fix: 'give the method only' });
  return { from: source.peer, to: target.peer, port: target.port ?? (port === undefined ? undefined : readPort(String(port), textOf(to))), request, facts };
}
