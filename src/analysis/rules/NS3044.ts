import type { FieldPath } from '../documents/document';
import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list, record, text } from '../model/fields';
import type { Report, Rule } from './rule';

const scene = (first: string, second: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http:
    - { ${first} directResponse: { status: 200 } }
    - { ${second} directResponse: { status: 204 } }
`;

export const rule: Rule = {
  id: 'NS3044',
  class: 'breaks',
  title: 'A route of a VirtualService is never reached',
  sees: 'routes behind one without matches, and routes all of whose matches ask for no more than what an earlier route takes: the same conditions, or a path below its prefix.',
  why: 'The first route that matches takes the request. What stands behind it is dead: the canary, the redirect or the timeout that it holds does not exist.',
  fix: 'put the narrower route first',
  covers: ['IST0130', 'IST0131'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0130/', 'https://istio.io/latest/docs/reference/config/analysis/ist0131/'],
  subjects: ['networking.istio.io/VirtualService'],
  failing: {
    documents: scene('match: [{ uri: { prefix: /api } }],', 'match: [{ uri: { prefix: /api/v2 } }],'),
    says: 'Route 1 is never reached: its match of /api/v2 is taken by the prefix /api of route 0',
    field: 'spec.http[1].match[0].uri',
  },
  passing: { documents: scene('match: [{ uri: { prefix: /api/v2 } }],', 'match: [{ uri: { prefix: /api } }],') },
  check(cluster, report) {
    for (const routes of cluster.objects('networking.istio.io', 'VirtualService')) for (const protocol of ['http', 'tls', 'tcp']) walk(routes, protocol, report);
  },
};

/** A match of a route before. */
interface Before {
  readonly match: Fields;
  readonly route: number;
}

function walk(entry: Entry, protocol: string, report: Report): void {
  const before: Before[] = [];
  let open: number | undefined;
  for (const [index, route] of list(entry.spec[protocol]).map(record).entries()) {
    const path: FieldPath = ['spec', protocol, index];
    if (open !== undefined) {
      report(entry, path, { message: `${name(route, index)} is never reached: route ${open} matches everything`, fix: 'put the route without conditions last' });
      continue;
    }
    const matches = list(route.match).map(record);
    const covered = matches.map((match) => before.find((one) => covers(one.match, match)));
    const [first] = covered;
    if (first !== undefined && covered.every((one) => one !== undefined)) {
      const prefix = only(first.match, ['uri', 'ignoreUriCase', 'name']) ? text(record(first.match.uri).prefix) : undefined;
      report(entry, [...path, 'match', 0, ...(prefix === undefined ? [] : ['uri'])], {
        message: prefix === undefined || uriOf(matches[0]) === prefix ? `${name(route, index)} is never reached: route ${first.route} takes the same requests`
          : `${name(route, index)} is never reached: its match of ${uriOf(matches[0])!} is taken by the prefix ${prefix} of route ${first.route}`,
      });
    } else {
      for (const [number, one] of covered.entries()) {
        if (one !== undefined) report(entry, [...path, 'match', number], { message: `This match is never used: route ${one.route} takes the same requests`, severity: 'warning' });
      }
    }
    if (matches.length === 0 || matches.some(isEverything)) open = index;
    // Of very long lists only the first part is compared.
    if (before.length < MOST) before.push(...matches.map((match) => ({ match, route: index })));
  }
}

const MOST = 400;

/** Whether every request of the second match is one of the first: each condition of the first is met by what the second asks for. */
function covers(a: Fields, b: Fields): boolean {
  for (const key in a) {
    if (key === 'name' || key === 'ignoreUriCase') continue;
    const [wide, narrow] = [a[key] as Fields, b[key] as Fields];
    if (key === 'uri') {
      if (!coversUri(wide, narrow, a.ignoreUriCase === true, b.ignoreUriCase === true)) return false;
    } else if (key === 'gateways') {
      if (!Array.isArray(narrow) || !narrow.every((one: unknown) => list(wide).includes(one))) return false;
    } else if (MAPS.has(key)) {
      if (Object.entries(record(wide)).some(([name_, value]) => print(record(narrow)[name_]) !== print(value))) return false;
    } else if (print(wide) !== print(narrow)) {
      return false;
    }
  }
  return true;
}

/** Conditions of which each key is one of its own. */
const MAPS: ReadonlySet<string> = new Set(['headers', 'withoutHeaders', 'queryParams', 'sourceLabels']);

function coversUri(wide: Fields, narrow: Fields, anyCase: boolean, narrowAnyCase: boolean): boolean {
  const { exact, prefix } = record(wide);
  const uri = text(record(narrow).exact) ?? text(record(narrow).prefix);
  // A narrower match that takes any case is more than one with letters as they stand.
  if (narrowAnyCase && !anyCase) return false;
  const fold = (one: string): string => (anyCase ? one.toLowerCase() : one);
  if (typeof prefix === 'string') return uri !== undefined && fold(uri).startsWith(fold(prefix));
  return typeof exact === 'string' ? text(record(narrow).exact) !== undefined && fold(record(narrow).exact as string) === fold(exact) : print(wide) === print(narrow);
}

/** The written path of a match by exact or prefix. */
function uriOf(match: Fields): string | undefined {
  const { exact, prefix } = record(record(match).uri);
  return text(exact) ?? text(prefix);
}

function isEverything(match: Fields): boolean {
  return only(match, ['name']) || only(match, ['name', 'uri', 'ignoreUriCase']) && only(record(match).uri, ['prefix']) && record(record(match).uri).prefix === '/';
}

function only(value: unknown, keys: readonly string[]): boolean {
  return Object.keys(record(value)).every((one) => keys.includes(one));
}

/** A value as text, whatever the order of its keys. */
function print(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? '';
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)])) : value;
}

function name(route: Fields, index: number): string {
  return text(route.name) === undefined ? `Route ${index}` : `Route ${index} (${route.name as string})`;
}
