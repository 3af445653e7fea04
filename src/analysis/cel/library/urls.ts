// URLs. Source: apiserver pkg/cel/library/urls.go over Go's net/url.
import { compareText } from '../compare';
import type { CelValue } from '../value';
import { CelFailure, EntryMap, ItemList, Opaque } from '../value';
import { decodeText } from '../text';
import { parseIp } from './addresses';
import type { CelFunction, Library } from './library';
import { onText } from './library';

interface Parts {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

class Url extends Opaque {
  readonly type = 'kubernetes.URL';
  readonly parts: Parts;
  private readonly text: string;

  constructor(parts: Parts, text: string) {
    super();
    this.parts = parts;
    this.text = text;
  }

  equals(other: CelValue): boolean {
    return other instanceof Url && other.text === this.text;
  }
}

const HOST_SIGN = /^(?:[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"\u0080-\uffff]|%25|%[89a-fA-F][0-9a-fA-F])*$/;
const USER = /^(?:[A-Za-z0-9\-._:~!$&'()*+,;=@]|%[0-9a-fA-F]{2})*$/;
const BROKEN_ESCAPE = /%(?![0-9a-fA-F]{2})/;
/** What stands in a path as it is. */
const PATH = /^(?:[A-Za-z0-9\-_.~$&+,/:;=@!'()*[\]]|%)*$/;

/** An absolute URI or an absolute path, or undefined: what a request line may hold. */
function parse(text: string): Parts | undefined {
  if (text === '' || /[\x00-\x1f\x7f]/.test(text)) return undefined;
  if (text === '*') return { scheme: '', host: '', path: '*', query: '' };
  if (text.startsWith(':')) return undefined;
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1] ?? '';
  const [hierarchy, query] = cut(scheme === '' ? text : text.slice(scheme.length + 1), '?');
  const lower = scheme.toLowerCase();
  if (!hierarchy.startsWith('/')) return scheme === '' ? undefined : { scheme: lower, host: '', path: '', query };
  let host = '';
  let path = hierarchy;
  if (scheme !== '' && hierarchy.startsWith('//')) {
    const slash = hierarchy.indexOf('/', 2);
    const authority = slash < 0 ? hierarchy.slice(2) : hierarchy.slice(2, slash);
    path = slash < 0 ? '' : hierarchy.slice(slash);
    const at = authority.lastIndexOf('@');
    const decoded = hostOf(authority.slice(at + 1));
    if (decoded === undefined || (at >= 0 && !USER.test(authority.slice(0, at)))) return undefined;
    host = decoded;
  }
  return BROKEN_ESCAPE.test(path) ? undefined : { scheme: lower, host, path, query };
}

function hostOf(host: string): string | undefined {
  if (!HOST_SIGN.test(host)) return undefined;
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) return undefined;
  if (bracket === 0) {
    const close = host.lastIndexOf(']');
    const literal = decode(host.slice(1, Math.max(close, 1)));
    const [address, zone] = cut(literal, '%');
    if (close < 0 || !/^(?::\d*)?$/.test(host.slice(close + 1)) || parseIp(address)?.family !== 6 || (literal.includes('%') && zone === '')) return undefined;
    return `[${literal}]${host.slice(close + 1)}`;
  }
  // What stands before the last colon may hold more of them: servers are built with the rules of Go 1.25, where no scheme is stricter.
  const colon = host.lastIndexOf(':');
  if (colon >= 0 && !/^:\d*$/.test(host.slice(colon))) return undefined;
  return decode(host);
}

function cut(text: string, sign: string): readonly [string, string] {
  const at = text.indexOf(sign);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
  if (!text.includes('%')) return text;
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '%') {
      bytes.push(parseInt(text.slice(i + 1, i + 3), 16));
      i += 2;
    } else bytes.push(...Buffer.from(text[i]!, 'utf8'));
  }
  return decodeText(Uint8Array.from(bytes)) ?? Buffer.from(bytes).toString('latin1');
}

function urlOf(text: string): Url {
  // The request parser knows no fragment; the second look takes it off.
  const parts = parse(text) === undefined ? undefined : parse(cut(text, '#')[0]);
  if (parts === undefined) throw new CelFailure(`${JSON.stringify(text)} is no URL`);
  return new Url(parts, text);
}

function escapedPath(path: string): string {
  return PATH.test(path) ? path : encodeURI(decode(path)).replace(/[!'()*?#[\]]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hostAndPort(host: string): readonly [string, string] {
  const match = /^(.*):(\d*)$/s.exec(host);
  const [name, port] = match ? [match[1]!, match[2]!] : [host, ''];
  return [name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name, port];
}

function queryOf(query: string): EntryMap {
  const values = new Map<string, string[]>();
  for (const pair of query.split('&')) {
    if (pair === '' || pair.includes(';') || BROKEN_ESCAPE.test(pair)) continue;
    const [key, value] = cut(pair.replaceAll('+', ' '), '=').map(decode) as [string, string];
    values.set(key, [...values.get(key) ?? [], value]);
  }
  const map = new EntryMap();
  for (const key of [...values.keys()].sort(compareText)) map.add(key, new ItemList(values.get(key)!));
  return map;
}

function ofUrl(read: (parts: Parts) => CelValue): CelFunction {
  return (url) => (url instanceof Url ? read(url.parts) : undefined);
}

export const URLS: Library = {
  name: 'URLs', since: 0,
  functions: {
    'url/1': onText(urlOf),
    'isURL/1': onText((text) => parse(text) !== undefined),
    '.getScheme/0': ofUrl(({ scheme }) => scheme),
    '.getHost/0': ofUrl(({ host }) => host),
    '.getHostname/0': ofUrl(({ host }) => hostAndPort(host)[0]),
    '.getPort/0': ofUrl(({ host }) => hostAndPort(host)[1]),
    '.getEscapedPath/0': ofUrl(({ path }) => escapedPath(path)),
    '.getQuery/0': ofUrl(({ query }) => queryOf(query)),
  },
};

/** Whether Go's url.ParseRequestURI takes the text. */
export function isRequestUri(text: string): boolean {
  return parse(text) !== undefined;
}
