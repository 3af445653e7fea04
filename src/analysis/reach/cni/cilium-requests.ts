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

const NOTHING: PortRules = {};

export function portRules({ rules, serverNames, listener }: Fields): PortRules {
  const { http, dns, ...others } = record(rules);
  if (listener !== undefined) return { unknown: 'a listener of Cilium\'s proxy decides about the connection' };
  if (Object.keys(others).length > 0) return { unknown: `rules of ${Object.keys(others).join(' and ')} decide about what is said` };
  if (list(http).length > 0) return { requests: list(http).map((one) => httpCondition(record(one))), status: 403 };
  if (list(dns).length > 0 && !list(dns).some(isEveryName)) return { requests: list(dns).map((one) => dnsCondition(record(one))) };
  return list(serverNames).length > 0 ? { requests: list(serverNames).map((name) => serverName(String(name))) } : NOTHING;
}

function isEveryName(one: unknown): boolean {
  const pattern = text(record(one).matchPattern);
  return pattern !== undefined && /^\*+$/.test(pattern);
}

function dnsCondition({ matchName, matchPattern }: Fields): RequestCondition {
  return { text: `DNS ${String(matchName ?? matchPattern)}`, test: () => undefined };
}

function serverName(name: string): RequestCondition {
  const lower = name.toLowerCase();
  return {
    text: `TLS to ${lower}`,
    test: ({ host }) => (host === undefined || lower.includes('*') ? undefined : host === lower),
  };
}

function httpCondition(fields: Fields): RequestCondition {
  return new HttpCondition(fields);
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
