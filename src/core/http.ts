import { NetstackError, shorten } from './errors';
import { Path } from './path';
import { refuseSecrets } from './secrets';
import { requireOptions } from './shape';

/** Methods that routes and policies can name. */
export type HttpMethod = 'CONNECT' | 'DELETE' | 'GET' | 'HEAD' | 'OPTIONS' | 'PATCH' | 'POST' | 'PUT' | 'TRACE';

const METHODS: ReadonlySet<string> = new Set<HttpMethod>(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']);

/** One path or several, of which one must match; a bare string is exact. */
export type HttpPaths = string | Path | readonly (string | Path)[];

/** A header that must be there with one of the values. */
export interface HttpHeader {
  /** In lower case. */
  readonly name: string;
  /** Exact values, sorted. */
  readonly values: readonly string[];
}

/** What a verified JSON Web Token must say. */
export interface JwtOptions {
  /** The `iss` claim, exactly. */
  readonly issuer: string;
  /** One of these in `aud`. @default - any */
  readonly audiences?: readonly string[];
  /** For each claim, one of these values. @default - none */
  readonly claims?: Readonly<Record<string, readonly string[]>>;
}

/** What a verified JSON Web Token must say, in canonical order. */
export interface JwtRequirement {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly claims: Readonly<Record<string, readonly string[]>>;
}

interface HttpFields {
  readonly methods: readonly string[];
  readonly paths: readonly Path[];
  readonly headers: readonly HttpHeader[];
  readonly jwt?: JwtRequirement;
}

/** A condition on HTTP requests: one of the methods, one of the paths, all of the headers, and the token. Immutable: `with…` gives a new one. */
export class Http {
  /** Every method, on every path unless some are given. */
  public static any(path?: HttpPaths): Http {
    return Http.make([], path);
  }

  public static get(path?: HttpPaths): Http {
    return Http.make(['GET'], path);
  }

  public static head(path?: HttpPaths): Http {
    return Http.make(['HEAD'], path);
  }

  public static post(path?: HttpPaths): Http {
    return Http.make(['POST'], path);
  }

  public static put(path?: HttpPaths): Http {
    return Http.make(['PUT'], path);
  }

  public static patch(path?: HttpPaths): Http {
    return Http.make(['PATCH'], path);
  }

  public static delete(path?: HttpPaths): Http {
    return Http.make(['DELETE'], path);
  }

  public static options(path?: HttpPaths): Http {
    return Http.make(['OPTIONS'], path);
  }

  /** Several methods: `Http.methods(['GET', 'POST'], '/orders')`. */
  public static methods(methods: readonly HttpMethod[], path?: HttpPaths): Http {
    if (!Array.isArray(methods) || methods.length === 0) {
      throw new NetstackError({ what: `HTTP methods ${shorten(methods)} are not a list with one method or more`, fix: 'name them, as in Http.methods([\'GET\', \'POST\']), or write Http.any()' });
    }
    return Http.make(methods, path);
  }

  private static make(methods: readonly string[], path: HttpPaths | undefined): Http {
    for (const method of methods) {
      if (!METHODS.has(method)) throw new NetstackError({ what: `HTTP method ${shorten(method)} is not known`, fix: `give one of ${[...METHODS].join(', ')}` });
    }
    return new Http({ methods: [...new Set(methods)].sort(), paths: pathsOf(path), headers: [] });
  }

  /** Sorted; empty means any. */
  public readonly methods: readonly string[];
  /** Sorted; empty means any. */
  public readonly paths: readonly Path[];
  /** Sorted by name; all must match. */
  public readonly headers: readonly HttpHeader[];
  /** A verified token, when one is required. */
  public readonly jwt?: JwtRequirement;

  private constructor(fields: HttpFields) {
    this.methods = Object.freeze([...fields.methods]);
    this.paths = Object.freeze([...fields.paths]);
    this.headers = Object.freeze([...fields.headers]);
    if (fields.jwt !== undefined) this.jwt = fields.jwt;
    Object.freeze(this);
  }

  /** Only requests whose header `name` has exactly the value, or one of the values. */
  public withHeader(name: string, value: string | readonly string[]): Http {
    // Field names are tokens, RFC 9110 section 5.1; they are compared without case, so one writing is kept.
    if (typeof name !== 'string' || !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}$/.test(name)) {
      throw new NetstackError({ what: `HTTP header name ${shorten(name)} is not a token`, fix: 'use 1 to 256 letters, digits and "-", as in \'x-canary\'' });
    }
    refuseSecrets(name, 'the HTTP header name');
    const lower = name.toLowerCase();
    if (this.headers.some((header) => header.name === lower)) {
      throw new NetstackError({ what: `HTTP header ${shorten(lower)} is matched twice`, fix: `give its values together, as in withHeader('${lower}', ['a', 'b'])` });
    }
    const values = texts(typeof value === 'string' ? [value] : value, `Value of HTTP header ${shorten(lower)}`, 'give one exact value or a list of them, in visible ASCII');
    const headers = [...this.headers, Object.freeze({ name: lower, values })].sort((a, b) => compareText(a.name, b.name));
    return new Http({ ...this, headers });
  }

  /** Only requests with a verified token of this issuer, for one of the audiences, with one of the values of each claim. */
  public withJwt(options: JwtOptions): Http {
    if (typeof options !== 'object' || options === null) {
      throw new NetstackError({ what: `JWT requirement ${shorten(options)} is not an object`, fix: 'give { issuer: \'https://id.example.com\' }' });
    }
    requireOptions(options, { issuer: true, audiences: true, claims: true }, 'JWT requirement');
    if (this.jwt !== undefined) {
      throw new NetstackError({ what: `HTTP condition already requires a token of ${shorten(this.jwt.issuer)}`, fix: 'call withJwt once, with all audiences and claims' });
    }
    const [issuer = ''] = texts([options.issuer], 'JWT issuer', 'give the iss claim, such as \'https://id.example.com\'');
    const audiences = options.audiences === undefined ? Object.freeze([]) : texts(options.audiences, 'JWT audience', 'give a list of aud claims, such as [\'orders\']');
    const claims = Object.entries(options.claims ?? {}).sort(([a], [b]) => compareText(a, b)).map(([claim, values]) => {
      texts([claim], 'JWT claim name', 'give a name such as \'role\'');
      return [claim, texts(values, `Value of JWT claim ${shorten(claim)}`, 'give a list of exact values, such as [\'admin\']')] as const;
    });
    return new Http({ ...this, jwt: Object.freeze({ issuer, audiences, claims: Object.freeze(Object.fromEntries(claims)) }) });
  }

  /** Equal keys mean equal conditions. */
  public key(): string {
    return JSON.stringify(this);
  }

  public toString(): string {
    const parts = [this.methods.join('|') || 'any method', this.paths.map(String).join('|') || 'any path'];
    for (const header of this.headers) parts.push(`${header.name}=${header.values.map(shorten).join('|')}`);
    if (this.jwt !== undefined) parts.push(`jwt ${this.jwt.issuer}`);
    return parts.join(' ');
  }

  public toJSON(): Readonly<Record<string, unknown>> {
    return {
      methods: this.methods,
      paths: this.paths.map((path) => path.toJSON()),
      headers: this.headers,
      ...this.jwt !== undefined && { jwt: this.jwt },
    };
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Exact values as a header or claim carries them: sorted, each once. */
function texts(values: unknown, subject: string, fix: string): readonly string[] {
  if (!Array.isArray(values) || values.length === 0) throw new NetstackError({ what: `${subject} ${shorten(values)} is not a list with one text or more`, fix });
  for (const value of values as readonly unknown[]) {
    if (typeof value !== 'string' || value.length > 4096 || !/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)) {
      throw new NetstackError({ what: `${subject} ${shorten(value)} is not a text of 1 to 4096 visible ASCII characters`, fix });
    }
    refuseSecrets(value, subject);
  }
  return Object.freeze([...new Set(values as readonly string[])].sort());
}

function pathsOf(path: HttpPaths | undefined): readonly Path[] {
  if (path === undefined) return [];
  const list: readonly (string | Path)[] = typeof path === 'string' || path instanceof Path ? [path] : path;
  if (!Array.isArray(list) || list.length === 0) {
    throw new NetstackError({ what: `HTTP paths ${shorten(list)} are neither a path nor a list of them`, fix: 'give one such as Path.prefix(\'/orders\'), or leave it out for any path' });
  }
  const paths = new Map(list.map((one) => Path.of(one)).map((one) => [one.key(), one]));
  return [...paths].sort(([a], [b]) => compareText(a, b)).map(([, one]) => one);
}
