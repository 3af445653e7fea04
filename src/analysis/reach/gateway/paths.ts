// Paths of requests: how Envoy makes them plain before it looks for a route, which prefixes take them, and what rewriting makes of them.
import type { PathSettings } from './seen';

/** A path made plain, or what the proxy answers instead; `unknown` when that takes more than is known here. */
export type PlainPath = { readonly path: string } | { readonly status: number } | 'unknown';

/** Characters that a path may have as they are. */
const PLAIN = /^[A-Za-z0-9\-._~!$&'()*+,;=:@/%[\]]*$/;
/** Characters that Envoy's library escapes; `\` it takes for `/`. */
const ESCAPED = /["<>^`{|}]/g;

/** As Envoy makes a path plain: escaped slashes, needless escapes, dots (RFC 3986), slashes in a row. Tried on Envoy 1.39. */
export function plainPath(path: string, { envoy, mergeSlashes, escapedSlashes }: PathSettings): PlainPath {
  if (!envoy) return /%|\\|\/\/|\/\./.test(path) || !PLAIN.test(path) ? 'unknown' : { path };
  let text = path;
  if (/%(?:2f|5c)/i.test(text)) {
    if (escapedSlashes === 'RejectRequest') return { status: 400 };
    if (escapedSlashes === 'UnescapeAndRedirect') return { status: 307 };
    if (escapedSlashes === 'UnescapeAndForward') text = text.replace(/%2f/gi, '/').replace(/%5c/gi, '\\');
  }
  text = text.replace(/\\/g, '/').replace(ESCAPED, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  text = text.replace(/%[0-9a-f]{2}/gi, (one) => {
    const character = String.fromCharCode(parseInt(one.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : one;
  });
  if (!PLAIN.test(text)) return 'unknown';
  const plain = withoutDots(text);
  return { path: mergeSlashes ? plain.replace(/\/{2,}/g, '/') : plain };
}

/** Without `.` and `..` segments. Above the root there is nothing, so `..` stays there. */
function withoutDots(path: string): string {
  if (!path.includes('/.')) return path;
  const kept: string[] = [];
  const segments = path.slice(1).split('/');
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1;
    if (segment === '..') kept.pop();
    if (segment !== '.' && segment !== '..') kept.push(segment);
    else if (last) kept.push('');
  });
  return `/${kept.join('/')}`;
}

/** Whether a prefix takes a path by segments: `/x` takes `/x` and `/x/…`. A slash at its end does not count. */
export function hasPrefix(path: string, prefix: string): boolean {
  if (prefix === '/' || prefix === '') return true;
  const trimmed = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return path === trimmed || path.startsWith(`${trimmed}/`);
}

/** What stands instead of the path, or of the prefix that took it. */
export interface PathModifier {
  readonly full?: string | undefined;
  readonly prefix?: string | undefined;
}

/** A path without its query as the specification rewrites it. */
export function rewrite(path: string, modifier: PathModifier, taken: string | undefined): string | undefined {
  if (modifier.full !== undefined) return modifier.full;
  if (modifier.prefix === undefined) return path;
  if (taken === undefined) return undefined;
  const rest = path.slice((taken.endsWith('/') ? taken.slice(0, -1) : taken).length);
  const head = modifier.prefix.endsWith('/') ? modifier.prefix.slice(0, -1) : modifier.prefix;
  return head + rest === '' ? '/' : head + rest;
}

/**
 * As Envoy Gateway has Envoy rewrite it: the prefix as a text, so that `/` in favour of `/x` makes `/xorders` of `/orders`.
 * internal/xds/translator/route.go
 */
export function envoyRewrite(path: string, modifier: PathModifier, taken: string | undefined, what: 'rewrite' | 'redirect'): string | undefined {
  if (modifier.full !== undefined) return modifier.full;
  if (modifier.prefix === undefined) return path;
  if (taken === undefined) return undefined;
  if (modifier.prefix === '' || modifier.prefix === '/') {
    // A pattern does it, which looks for the prefix as it was written.
    return path.startsWith(taken) ? `/${path.slice(taken.length).replace(/^\/+/, '')}` : path;
  }
  const matched = taken.length > 1 && taken.endsWith('/') ? taken.slice(0, -1) : taken;
  const replacement = what === 'rewrite' && modifier.prefix.endsWith('/') ? modifier.prefix.slice(0, -1) : modifier.prefix;
  return replacement + path.slice(matched.length);
}
