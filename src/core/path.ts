import { NetstackError, shorten } from './errors';
import { re2Problem } from './re2';
import { refuseSecrets } from './secrets';

/** How a path is compared. */
export type PathType = 'exact' | 'prefix' | 'regex';

const LIMIT = 1024;

/**
 * A condition on the path of a request.
 *
 * - `exact`: the whole path, byte for byte;
 * - `prefix`: whole segments, so `/x` takes `/x` and `/x/y` and not `/xy`; a trailing slash has no meaning;
 * - `regex`: RE2 syntax, against the whole path.
 */
export class Path {
  public static exact(path: string): Path {
    return new Path('exact', checked(path, 'Path.exact'));
  }

  /** By segments: `Path.prefix('/x')` takes `/x`, `/x/` and `/x/y`, never `/xy`. */
  public static prefix(path: string): Path {
    const value = checked(path, 'Path.prefix');
    return new Path('prefix', value.length > 1 && value.endsWith('/') ? value.slice(0, -1) : value);
  }

  /** A pattern in RE2 syntax (no look-around, no back-references) that must match the whole path. */
  public static regex(pattern: string): Path {
    return new Path('regex', checkedPattern(pattern));
  }

  /** A bare string is exact; a `*` in it is an error that names `Path.prefix`. */
  public static of(path: string | Path): Path {
    return path instanceof Path ? path : Path.exact(path);
  }

  public readonly type: PathType;
  public readonly value: string;

  private constructor(type: PathType, value: string) {
    this.type = type;
    this.value = value;
    Object.freeze(this);
  }

  /** Equal keys mean equal conditions. */
  public key(): string {
    return `${this.type} ${this.value}`;
  }

  public toString(): string {
    return `${this.type} ${this.value}`;
  }

  public toJSON(): Readonly<Record<'type' | 'value', string>> {
    return { type: this.type, value: this.value };
  }
}

function fail(path: unknown, problem: string, fix: string): never {
  throw new NetstackError({ what: `Path ${shorten(path)} ${problem}`, fix });
}

// The rules of HTTPPathMatch in Gateway API v1, which also keep engines apart from normalising a path that never matches.
function checked(path: string, factory: string): string {
  if (typeof path !== 'string') return fail(path, 'is not a string', `give an absolute path, such as ${factory}('/api/v1/orders')`);
  refuseSecrets(path, 'the path');
  if (path.length > LIMIT) return fail(path, `is longer than ${LIMIT} characters`, 'shorten it');
  if (!path.startsWith('/')) return fail(path, 'does not begin with "/"', `give an absolute path, such as ${factory}('/api/v1/orders')`);
  if (path.includes('*')) {
    const front = path.slice(0, path.indexOf('*')).replace(/\/[^/]*$/, '');
    const offer = front !== '' && SAFE.test(front) && front.length < 100 ? front : '/api/v1/orders';
    return fail(path, 'holds a "*", which is no wildcard here', `write Path.prefix('${offer}') for everything below a path, or Path.regex(…)`);
  }
  if (path.includes('?')) return fail(path, 'holds a "?"', 'leave the query out; it is no part of the path');
  if (path.includes('#')) return fail(path, 'holds a "#"', 'leave the fragment out; it never reaches a server');
  if (path.includes('//')) return fail(path, 'holds "//"', 'write each "/" once; proxies merge them');
  if (/\/\.\.?(?:\/|$)/.test(path)) return fail(path, 'holds a "." or ".." segment', 'write the path that it leads to; proxies resolve them');
  if (/%2f/i.test(path)) return fail(path, 'holds an encoded "/"', 'write a plain "/"; engines disagree on %2F');
  if (!SAFE.test(path)) return fail(path, 'holds a character that no URL path carries', 'percent-encode it, as in \'/caf%C3%A9\'');
  return path;
}

const SAFE = /^(?:[-A-Za-z0-9/._~!$&'()+,;=:@]|%[0-9A-Fa-f]{2})+$/;

function checkedPattern(pattern: string): string {
  if (typeof pattern !== 'string') return fail(pattern, 'is not a string', 'give a pattern, such as Path.regex(\'/orders/[0-9]+\')');
  refuseSecrets(pattern, 'the path pattern');
  if (pattern === '') return fail(pattern, 'is empty', 'give a pattern, such as Path.regex(\'/orders/[0-9]+\')');
  if (pattern.length > LIMIT) return fail(pattern, `is longer than ${LIMIT} characters`, 'shorten it');
  if (!/^[\x21-\x7e]+$/.test(pattern)) return fail(pattern, 'holds a space, a control character or a non-ASCII character', 'match the percent-encoded form, which is what arrives');
  const problem = re2Problem(pattern);
  if (problem !== undefined) return fail(pattern, `is not an RE2 pattern: ${problem}`, 'see https://github.com/google/re2/wiki/Syntax');
  return pattern;
}
