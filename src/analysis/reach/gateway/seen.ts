// A request as the proxy of a gateway sees it when it looks for a route: paths made plain, header names in lower case. Three answers: there, not there, nobody knows.
import type { Request } from '../flow';

/** A value; null when it is not sent; undefined when nobody knows. */
export type Value = string | null | undefined;

export interface SeenRequest {
  readonly method: string | undefined;
  readonly host: string | undefined;
  /** Without the query; as the proxy has made it plain. */
  readonly path: string | undefined;
  readonly scheme: 'http' | 'https' | undefined;
  /** As it was sent. */
  readonly query: string | null | undefined;
  header(name: string): Value;
  parameter(name: string): Value;
  cookie(name: string): Value;
  readonly asked: Request;
}

/** What a proxy does to a path before it looks for a route. */
export interface PathSettings {
  /** It is Envoy that does it; of others only plain paths are known. */
  readonly envoy: boolean;
  /** `//` is one slash. */
  readonly mergeSlashes: boolean;
  /** What becomes of %2F and %5C. */
  readonly escapedSlashes: 'KeepUnchanged' | 'RejectRequest' | 'UnescapeAndForward' | 'UnescapeAndRedirect';
}

export function seenRequest(asked: Request, path: string | undefined, headers: Readonly<Record<string, Value>> | undefined = asked.headers): SeenRequest {
  // A path that is said without a query is sent without one.
  const query = asked.query ?? (asked.path === undefined ? undefined : null);
  let parameters: ReadonlyMap<string, string> | undefined;
  return {
    method: asked.method, host: asked.host?.toLowerCase(), path, query, asked, scheme: asked.scheme,
    header: (name) => {
      const lower = name.toLowerCase();
      if (lower === ':method') return asked.method;
      if (lower === 'host' || lower === ':authority') return asked.host;
      return headers === undefined ? undefined : Object.hasOwn(headers, lower) ? headers[lower] : null;
    },
    parameter: (name) => (query === undefined ? undefined : (parameters ??= parametersOf(query ?? '')).get(name) ?? null),
    cookie: (name) => {
      const cookies = headers === undefined ? undefined : Object.hasOwn(headers, 'cookie') ? headers.cookie : null;
      if (typeof cookies !== 'string') return cookies;
      for (const pair of cookies.split(';')) {
        const [key, ...rest] = pair.trim().split('=');
        if (key === name) return rest.join('=');
      }
      return null;
    },
  };
}

/** The first value of each parameter, as it is written. */
function parametersOf(query: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    if (!found.has(name)) found.set(name, equals < 0 ? '' : pair.slice(equals + 1));
  }
  return found;
}
