// What Istio's policies ask of a request: one clause per attribute, all of which must hold (pilot/pkg/security/authz/model/generator.go).
import { list, record, text } from '../../model/fields';
import type { Three } from '../../model/three';
import { all, any, not } from '../../model/three';
import type { Facts, JwtFacts, Request } from '../flow';
import { plainPath } from '../gateway/paths';
import type { RequestCondition } from '../rules';
import { meetsHeader, meetsPath, meetsText } from './patterns';

export interface Clause {
  readonly about: 'method' | 'host' | 'path' | 'other';
  readonly text: string;
  test(request: Request, facts: Facts): Three;
}

/** The values of one attribute: one of `values`, none of `notValues`. */
export interface Wanted {
  readonly values: readonly string[];
  readonly notValues: readonly string[];
}

/** One condition of all clauses. */
export function conditionOf(clauses: readonly Clause[]): RequestCondition {
  return new ConditionOfClauses(clauses);
}

/** Its words are made for those who print them. */
class ConditionOfClauses implements RequestCondition {
  private readonly clauses: readonly Clause[];

  constructor(clauses: readonly Clause[]) {
    this.clauses = clauses;
  }

  get text(): string {
    const said = (about: Clause['about']): string => this.clauses.filter((one) => one.about === about).map((one) => one.text).join(' ');
    return [said('method'), said('host') + (said('path') === '' ? '' : said('host') === '' ? said('path') : ` ${said('path')}`), said('other')].filter((part) => part !== '').join(' ');
  }

  test(request: Request, facts: Facts): Three {
    return all(this.clauses.map((one) => one.test(request, facts)));
  }
}

/** A clause about one attribute of every request. */
class AttributeClause implements Clause {
  readonly about: Clause['about'];
  private readonly wanted: Wanted;
  private readonly met: (wanted: Wanted, request: Request) => Three;

  constructor(about: Clause['about'], wanted: Wanted, met: (wanted: Wanted, request: Request) => Three) {
    this.about = about;
    this.wanted = wanted;
    this.met = met;
  }

  get text(): string {
    return told(this.wanted);
  }

  test(request: Request): Three {
    return this.met(this.wanted, request);
  }
}

function told({ values, notValues }: Wanted, before: string = ''): string {
  return [...values.length > 0 ? [before + values.join('|')] : [], ...notValues.length > 0 ? [`not ${before}${notValues.join('|')}`] : []].join(' ');
}

/** One of the values, none of the others, where nobody may know the value. */
function meets({ values, notValues }: Wanted, one: (value: string) => Three): Three {
  return all([values.length === 0 ? true : any(values.map(one)), notValues.length === 0 ? true : not(any(notValues.map(one)))]);
}

export function methods(wanted: Wanted): Clause {
  return new AttributeClause('method', wanted, hasMethod);
}

function hasMethod(wanted: Wanted, { method }: Request): Three {
  return method === undefined ? undefined : meets(wanted, (value) => meetsHeader(value, method));
}

export function hosts(wanted: Wanted): Clause {
  return new AttributeClause('host', wanted, hasHost);
}

function hasHost(wanted: Wanted, { host }: Request): Three {
  return host === undefined ? undefined : meets(wanted, (value) => meetsHeader(value, host, true));
}

/** Paths as the proxy has made them plain, without the query. */
export function paths(wanted: Wanted, normalization: string): Clause {
  return new PathClause(wanted, normalization);
}

class PathClause implements Clause {
  readonly about: Clause['about'] = 'path';
  private readonly wanted: Wanted;
  private readonly normalization: string;

  constructor(wanted: Wanted, normalization: string) {
    this.wanted = wanted;
    this.normalization = normalization;
  }

  get text(): string {
    return told(this.wanted);
  }

  test({ path }: Request): Three {
    const plain = path === undefined ? undefined : normalizedPath(path, this.normalization);
    return plain === undefined ? undefined : meets(this.wanted, (value) => meetsPath(value, plain));
  }
}

/** `meshConfig.pathNormalization`; undefined where that takes more than is known here. */
function normalizedPath(path: string, normalization: string): string | undefined {
  if (normalization === 'NONE') return path;
  const plain = plainPath(path, {
    envoy: true, mergeSlashes: normalization === 'MERGE_SLASHES' || normalization === 'DECODE_AND_MERGE_SLASHES', escapedSlashes: normalization === 'DECODE_AND_MERGE_SLASHES' ? 'UnescapeAndForward' : 'KeepUnchanged',
  });
  return plain === 'unknown' || !('path' in plain) ? undefined : plain.path;
}

export function header(name: string, wanted: Wanted): Clause {
  return new HeaderClause(name.toLowerCase(), wanted);
}

class HeaderClause implements Clause {
  readonly about: Clause['about'] = 'other';
  private readonly name: string;
  private readonly wanted: Wanted;

  constructor(name: string, wanted: Wanted) {
    this.name = name;
    this.wanted = wanted;
  }

  get text(): string {
    return `with ${told(this.wanted, `${this.name}: `)}`;
  }

  test(request: Request): Three {
    const value = headerOf(request, this.name);
    return value === undefined ? undefined : meets(this.wanted, (one) => value !== null && meetsHeader(one, value));
  }
}

/** Null where it is not sent, undefined where nobody knows. */
export function headerOf({ method, host, path, query, headers }: Request, name: string): string | null | undefined {
  if (name === ':method') return method;
  if (name === ':authority' || name === 'host') return host;
  if (name === ':path') return path === undefined ? undefined : query === undefined ? path : `${path}?${query}`;
  return headers === undefined ? undefined : Object.hasOwn(headers, name) ? headers[name]! : null;
}

/** What the proxy has read from a token: nothing of issuers that nobody told it of. Undefined: a value that nobody knows. */
export interface Token {
  claim(path: readonly string[]): unknown;
  /** The claim is not said, and may be anything. */
  isOpen(path: readonly string[]): boolean;
}

export function tokenOf({ jwt }: Facts, issuers: readonly string[]): Token | undefined {
  return jwt === undefined || !issuers.includes(jwt.issuer) ? undefined : { claim: (path) => claimOf(jwt, path), isOpen: (path) => isOpen(jwt, path) };
}

function claimOf({ issuer, subject, audiences, claims }: JwtFacts, path: readonly string[]): unknown {
  const top: unknown = path[0] === 'iss' ? issuer : path[0] === 'sub' && subject !== undefined ? subject : path[0] === 'aud' && audiences !== undefined ? audiences : own(claims, path[0]!);
  // Lists of words in one text are taken apart before policies see them.
  const value = typeof top === 'string' && SPACED.has(path[0]!) ? top.split(' ') : top;
  return path.slice(1).reduce(own, value);
}

const SPACED: ReadonlySet<string> = new Set(['scope', 'permission']);

function own(value: unknown, key: string): unknown {
  const fields = record(value);
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

function isOpen({ subject, audiences, claims }: JwtFacts, [first]: readonly string[]): boolean {
  return claims === undefined && first !== 'iss' && (first !== 'sub' || subject === undefined) && (first !== 'aud' || audiences === undefined);
}

/** A claim that is a text, or a list with such a text in it. */
export function claim(name: string, path: readonly string[], wanted: Wanted, issuers: readonly string[]): Clause {
  return {
    about: 'other', text: `with a token whose ${told(wanted, `${name} is `)}`,
    test: (_, facts) => {
      const token = tokenOf(facts, issuers);
      if (token?.isOpen(path) === true) return undefined;
      const value = token?.claim(path);
      const texts = (typeof value === 'string' ? [value] : list(value).filter((one) => typeof one === 'string')) as readonly string[];
      return meets(wanted, (one) => texts.some((given) => meetsText(one, given)));
    },
  };
}

/** `issuer/subject`. Who shows a token that says no subject is somebody all the same. */
export function requestPrincipal(wanted: Wanted, issuers: readonly string[]): Clause {
  return {
    about: 'other', text: `with a token of ${told(wanted)}`,
    test: (_, facts) => {
      const token = tokenOf(facts, issuers);
      const issuer = text(token?.claim(['iss']));
      const subject = token?.claim(['sub']) ?? (token?.isOpen(['sub']) === true ? undefined : null);
      return meets(wanted, (value) => {
        if (issuer === undefined) return false;
        const { iss, sub } = principalParts(value);
        if (!meetsText(iss, issuer)) return false;
        return typeof subject === 'string' ? meetsText(sub, subject) : subject === null ? false : sub === '*' ? true : undefined;
      });
    },
  };
}

/** A pattern for the issuer, and one for the subject; issuers may have slashes in them. */
function principalParts(value: string): { readonly iss: string; readonly sub: string } {
  if (value === '*') return { iss: '*', sub: '*' };
  const slash = value.lastIndexOf('/');
  const [iss, sub] = slash < 0 ? [value, ''] : [value.slice(0, slash), value.slice(slash + 1)];
  if (value.startsWith('*')) return slash < 0 ? { iss: '*', sub: value } : { iss, sub: literal(sub) };
  if (value.endsWith('*')) return slash < 0 ? { iss: value, sub: '*' } : { iss: literal(iss), sub };
  return { iss: literal(iss), sub: literal(sub) };
}

/** Beside a star at the other end, a star is a letter like any other; no issuer or subject is one. */
function literal(value: string): string {
  return value === '*' ? '\u0000' : value;
}
