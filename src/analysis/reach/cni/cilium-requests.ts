// What Cilium's policies say of requests (cilium/cilium pkg/policy/api/http.go, pkg/envoy/policy): each pattern is RE2 and takes the whole text, the path with its query.
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import type { Three } from '../../model/three';
import { all } from '../../model/three';
import type { Request } from '../flow';
import { takesWhole } from '../gateway/patterns';
import type { RequestCondition } from '../rules';

/** What the rules of one entry of `toPorts` ask of what is said. */
export interface PortRules {
  readonly requests?: readonly RequestCondition[] | undefined;
  /** What a refused request is answered. */
  readonly status?: number | undefined;
  readonly unknown?: string | undefined;
}

/** Nothing is asked. */
export const NO_CONDITION: PortRules = { requests: undefined, status: undefined, unknown: undefined };

export function portRules({ rules, serverNames, listener }: Fields): PortRules {
  if (listener !== undefined) return unknownRules('a listener of Cilium\'s proxy decides about the connection');
  const said = record(rules);
  const others = Object.keys(said).filter(isOther);
  if (others.length > 0) return unknownRules(`rules of ${others.join(' and ')} decide about what is said`);
  const [http, dns, servers] = [list(said.http), list(said.dns), list(serverNames)];
  if (http.length > 0) return { requests: http.map(httpCondition), status: 403, unknown: undefined };
  if (dns.length > 0 && !dns.some(isEveryName)) return { requests: dns.map(dnsCondition), status: undefined, unknown: undefined };
  return servers.length > 0 ? { requests: servers.map(serverName), status: undefined, unknown: undefined } : NO_CONDITION;
}

function unknownRules(unknown: string): PortRules {
  return { requests: undefined, status: undefined, unknown };
}

function isOther(key: string): boolean {
  return key !== 'http' && key !== 'dns';
}

function isEveryName(one: unknown): boolean {
  const pattern = text(record(one).matchPattern);
  return pattern !== undefined && /^\*+$/.test(pattern);
}

function dnsCondition(name: unknown): RequestCondition {
  const { matchName, matchPattern } = record(name);
  return { text: `DNS ${String(matchName ?? matchPattern)}`, test: () => undefined };
}

function serverName(name: unknown): RequestCondition {
  const lower = String(name).toLowerCase();
  return {
    text: `TLS to ${lower}`,
    test: ({ host }) => (host === undefined || lower.includes('*') ? undefined : host === lower),
  };
}

function httpCondition(fields: unknown): RequestCondition {
  return new HttpCondition(record(fields));
}

/** Its words are made for those who print them. */
class HttpCondition implements RequestCondition {
  private readonly fields: Fields;
  private readonly wanted: readonly Header[];

  constructor(fields: Fields) {
    this.fields = fields;
    const { headers, headerMatches } = fields;
    this.wanted = headers === undefined && headerMatches === undefined ? NO_HEADERS
      : [...list(headers).map((one) => headerOf(String(one))), ...list(headerMatches).map((one) => matchOf(record(one)))].filter((one) => one !== undefined);
  }

  get text(): string {
    const { method, path, host } = this.fields;
    return [
      text(method) ?? '*', ...text(host) === undefined ? [] : [`http://${String(host)}`], ...text(path) === undefined ? [] : [String(path)],
      ...this.wanted.map(({ name, value }) => (value === undefined ? `with ${name}` : `with ${name}: ${value}`)),
    ].join(' ');
  }

  test(request: Request): Three {
    const { method, path, host } = this.fields;
    return all([
      pattern(method, request.method), pattern(path, request.path === undefined ? undefined : request.query === undefined ? request.path : `${request.path}?${request.query}`),
      pattern(host, request.host), ...this.wanted.map((header) => header.test(request)),
    ]);
  }
}

const NO_HEADERS: readonly Header[] = [];

/** A field that is empty asks nothing. */
function pattern(wanted: unknown, given: string | undefined): Three {
  const said = text(wanted);
  return said === undefined ? true : given === undefined ? undefined : takesWhole(said, given);
}

interface Header {
  readonly name: string;
  readonly value?: string | undefined;
  test(request: Request): Three;
}

/** `X-Key: value` or `X-Key value`; alone, the header has to be there. */
function headerOf(said: string): Header {
  const space = said.indexOf(' ');
  return space < 0 ? header(said, undefined) : header(said.slice(0, space).replace(/:+$/, ''), said.slice(space + 1));
}

/** One whose mismatch is answered by a change of the request asks nothing. */
function matchOf({ name, value, secret, mismatch }: Fields): Header | undefined {
  if (text(mismatch) !== undefined) return undefined;
  return secret === undefined ? header(String(name), text(value)) : { name: String(name), test: () => undefined };
}

function header(name: string, value: string | undefined): Header {
  const key = name.toLowerCase();
  return {
    name, value,
    test: ({ headers }) => {
      if (headers === undefined) return undefined;
      const given = Object.hasOwn(headers, key) ? headers[key] : undefined;
      return value === undefined ? given !== undefined : given === value;
    },
  };
}
