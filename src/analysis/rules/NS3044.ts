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
  sees: 'routes behind one without matches, routes all of whose matches stand in routes before, and matches of a path below a prefix that an earlier route takes without any other condition.',
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

interface Prefix {
  readonly value: string;
  readonly ignoresCase: boolean;
  readonly route: number;
}

function walk(entry: Entry, protocol: string, report: Report): void {
  const seen = new Map<string, number>();
  const prefixes: Prefix[] = [];
  let open: number | undefined;
  for (const [index, route] of list(entry.spec[protocol]).map(record).entries()) {
    const path: FieldPath = ['spec', protocol, index];
    if (open !== undefined) {
      report(entry, path, { message: `${name(route, index)} is never reached: route ${open} matches everything`, fix: 'put the route without conditions last' });
      continue;
    }
    const matches = list(route.match).map(record);
    const covered = matches.map((match) => coveredBy(match, seen, prefixes));
    if (matches.length > 0 && covered.every((one) => one !== undefined)) {
      const [first] = covered;
      report(entry, [...path, 'match', 0, ...(first!.prefix === undefined ? [] : ['uri'])], {
        message: first!.prefix === undefined ? `${name(route, index)} is never reached: route ${first!.route} takes the same requests`
          : `${name(route, index)} is never reached: its match of ${uriOf(matches[0])!} is taken by the prefix ${first!.prefix} of route ${first!.route}`,
      });
    } else {
      for (const [number, one] of covered.entries()) {
        if (one?.prefix === undefined && one !== undefined) {
          report(entry, [...path, 'match', number], { message: `This match is never used: route ${one.route} takes the same requests`, severity: 'warning' });
        }
      }
    }
    if (matches.length === 0 || matches.some(isEverything)) open = index;
    for (const match of matches) {
      if (!seen.has(key(match))) seen.set(key(match), index);
      const uri = record(match.uri);
      if (text(uri.prefix) !== undefined && only(match, ['uri', 'ignoreUriCase', 'name'])) prefixes.push({ value: uri.prefix as string, ignoresCase: match.ignoreUriCase === true, route: index });
    }
  }
}

function coveredBy(match: Fields, seen: ReadonlyMap<string, number>, prefixes: readonly Prefix[]): { readonly route: number; readonly prefix?: string } | undefined {
  const same = seen.get(key(match));
  if (same !== undefined) return { route: same };
  const uri = uriOf(match);
  if (uri === undefined) return undefined;
  const ignoresCase = record(match).ignoreUriCase === true;
  // An earlier prefix with letters as they stand covers no match that takes any case.
  const found = prefixes.find(({ value, ignoresCase: any }) => (any ? uri.toLowerCase().startsWith(value.toLowerCase()) : !ignoresCase && uri.startsWith(value)));
  return found && { route: found.route, prefix: found.value };
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

function key(match: Fields): string {
  return JSON.stringify(sorted({ ...record(match), name: undefined }));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name_, one]) => [name_, sorted(one)])) : value;
}

function name(route: Fields, index: number): string {
  return text(route.name) === undefined ? `Route ${index}` : `Route ${index} (${route.name as string})`;
}
