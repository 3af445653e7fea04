// Traefik's IngressRoutes: of all routers the one with the highest priority whose rule takes the request; without a priority, the one with the longest rule.
// https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/
import type { ClusterModel } from '../../model/cluster-model';
import type { Fields } from '../../model/fields';
import { text } from '../../model/fields';
import { certifies } from '../../model/hostnames';
import type { Three } from '../../model/three';
import { all, any, not } from '../../model/three';
import { knownTraefiks, routers } from '../../model/traefik-routers';
import type { Router } from '../../model/traefik-routers';
import type { Matcher, RuleTree } from '../../model/traefik-rule';
import type { Arrival, ExposedRoute, Routing } from './arrival';
import { routing, verdict } from './arrival';
import { isIn } from './authorization';
import type { Offer } from './offers';
import { firstOf } from './offers';
import { isFound } from './patterns';
import { seenRequest } from './seen';
import type { SeenRequest, Value } from './seen';
import { answerOfRouter } from './traefik-services';

export function requestsOfTraefik(cluster: ClusterModel, arrival: Arrival): readonly Routing[] {
  const { protocol = 'HTTP', request } = arrival;
  if (protocol !== 'HTTP') return [];
  const index = cluster.derive(indexed);
  const { sorted } = index;
  const host = request.host?.toLowerCase();
  // Traefik leaves out what it cannot read, and says so in its log only.
  const unread = host === undefined ? undefined : index.unread.find(({ source }) => source.toLowerCase().includes(host));
  const first = unread ?? sorted[0];
  if (!first) return [];
  const possible = host === undefined ? sorted : merged(index.byHost.get(host) ?? [], index.others);
  // Traefik cleans paths, and how is not modelled.
  const path = request.path === undefined || /%|\\|\/\/|\/\./.test(request.path) ? undefined : request.path;
  const seen = seenRequest(request, path);
  const offers = possible.map((router) => offerOf(cluster, router, arrival, seen)).filter(({ meets }) => meets !== false);
  if (offers.length === 0 && unread === undefined) return [];
  const because = unread === undefined ? 'No router of Traefik takes it' : `No router of Traefik takes it: a route of ${unread.entry.toString()} is left out, because ${unread.rule!.problem!}`;
  const notFound = (): Routing => routing(first.entry, verdict('denied', because, [{ entry: first.entry, path: unread?.path ?? ['spec', 'routes'] }], 404), { status: 404 });
  return [offers.length === 0 ? notFound() : firstOf(offers, notFound)];
}

interface RouterIndex {
  readonly sorted: readonly Router[];
  /** Those whose rules Traefik cannot read. */
  readonly unread: readonly Router[];
  /** Routers that take no other host. */
  readonly byHost: ReadonlyMap<string, readonly Router[]>;
  readonly others: readonly Router[];
}

function indexed(cluster: ClusterModel): RouterIndex {
  const http = cluster.derive(routers).filter(({ tcp }) => !tcp);
  const sorted = http.filter(({ rule }) => rule?.problem === undefined).sort((a, b) => b.priority - a.priority);
  const byHost = new Map<string, Router[]>();
  const others: Router[] = [];
  for (const router of sorted) {
    const hosts = router.rule?.tree && hostsOf(router.rule.tree);
    if (!hosts || [...hosts].some((host) => host.includes('*'))) others.push(router);
    else for (const host of hosts) byHost.set(host, [...byHost.get(host) ?? [], router]);
  }
  return { sorted, unread: http.filter(({ rule }) => rule?.problem !== undefined), byHost, others };
}

/** The hosts of which a rule asks for one, whatever else it asks. */
function hostsOf(tree: RuleTree): ReadonlySet<string> | undefined {
  if ('every' in tree) return tree.every.map(hostsOf).find((one) => one !== undefined);
  if ('some' in tree) {
    const parts = tree.some.map(hostsOf);
    return parts.every((one) => one !== undefined) ? new Set(parts.flatMap((one) => [...one])) : undefined;
  }
  return tree.name === 'Host' && !tree.negated ? new Set(tree.args.map((host) => host.toLowerCase())) : undefined;
}

function merged(one: readonly Router[], other: readonly Router[]): readonly Router[] {
  return one.length === 0 ? other : other.length === 0 ? one : [...one, ...other].sort((a, b) => b.priority - a.priority);
}

function offerOf(cluster: ClusterModel, router: Router, arrival: Arrival, seen: SeenRequest): Offer {
  const { entry, path, priority, rule } = router;
  let doubt = 'its rule is in the grammar of version 2';
  const ask = (answer: Three, because: string): Three => {
    if (answer === undefined) doubt = because;
    return answer;
  };
  const meets = all([
    ask(listens(cluster, router, arrival), 'whether its entry points take the connection is not known'),
    rule?.tree === undefined ? undefined : ask(meetsTree(rule.tree, arrival, seen), 'the request is not known well enough'),
  ]);
  return { label: `${entry.toString()} (${router.source})`, decider: { entry, path }, meets, doubt, rank: String(priority), owner: router, aged: undefined, answer: () => answerOfRouter(cluster, router, arrival, seen) };
}

/** Whether a router is for the port, with TLS or without. */
function listens(cluster: ClusterModel, { entry, entryPoints }: Router, { port, request: { scheme } }: Arrival): Three {
  const known = cluster.derive(knownTraefiks);
  const isNamed = (name: string): boolean => entryPoints.length === 0 || entryPoints.includes(name.toLowerCase());
  const points = known?.flatMap(({ entryPoints: each }) => [...each.values()].filter(({ name, udp }) => !udp && isNamed(name)));
  const secure = entry.spec.tls !== undefined ? true : known ? known.some(({ settings }) => entryPoints.some((name) => [...settings.keys()].some((key) => key.startsWith(`entrypoints.${name}.http.tls`)))) : undefined;
  // What the usual installation calls its entry points.
  const usual = secure ?? (entryPoints.length > 0 && entryPoints.every((name) => name === 'web') ? false : entryPoints.length > 0 && entryPoints.every((name) => name === 'websecure') ? true : undefined);
  const byScheme: Three = scheme === undefined || usual === undefined ? undefined : usual === (scheme === 'https');
  const wanted = port ?? (scheme === 'https' ? 443 : 80);
  const byPort = wanted === 80 || wanted === 443 || !points ? true : points.some((point) => point.port === wanted || point.advertisedPort === wanted);
  return all([byScheme, byPort]);
}

function meetsTree(tree: RuleTree, arrival: Arrival, seen: SeenRequest): Three {
  if ('every' in tree) return all(tree.every.map((one) => meetsTree(one, arrival, seen)));
  if ('some' in tree) return any(tree.some.map((one) => meetsTree(one, arrival, seen)));
  const answer = meetsMatcher(tree, arrival, seen);
  return tree.negated ? not(answer) : answer;
}

function meetsMatcher({ name, args }: Matcher, { address }: Arrival, { host, path, method, header, parameter }: SeenRequest): Three {
  const [first = '', second] = args;
  const when = (value: string | undefined, asks: (value: string) => Three): Three => (value === undefined ? undefined : asks(value));
  const found = (value: Value, asks: (value: string) => Three): Three => (value === null ? false : when(value, asks));
  switch (name) {
    case 'Host': return when(host, (one) => first === '*' || one === first.toLowerCase() || (first.startsWith('*.') && certifies(first, one)));
    case 'HostRegexp': return when(host, (one) => isFound(first, one));
    case 'Path': return when(path, (one) => one === first);
    case 'PathPrefix': return first === '/' ? true : when(path, (one) => one.startsWith(first));
    case 'PathRegexp': return when(path, (one) => isFound(first, one));
    case 'Method': return when(method, (one) => one === first.toUpperCase());
    case 'Header': return found(header(first), (one) => one === second);
    case 'HeaderRegexp': return found(header(first), (one) => isFound(second!, one));
    case 'Query': return found(parameter(first), (one) => one === (second ?? ''));
    case 'QueryRegexp': return found(parameter(first), (one) => (second === undefined ? one === '' : isFound(second, one)));
    case 'ClientIP': return isIn([first], address);
    default: return undefined;
  }
}

/** Every router of every IngressRoute. */
export function exposedTraefik(cluster: ClusterModel): readonly ExposedRoute[] {
  return cluster.derive(indexed).sorted.flatMap((router): readonly ExposedRoute[] => {
    const { entry, path, rule } = router;
    const tls = entry.spec.tls !== undefined;
    const matchers = rule?.tree === undefined || 'some' in rule.tree ? [] : 'every' in rule.tree ? rule.tree.every : [rule.tree];
    const literal = (name: string): string | undefined => matchers.flatMap((one) => ('name' in one && one.name === name && !one.negated ? one.args : [])).find((one) => one !== undefined);
    const host = literal('Host');
    const request: Fields = { scheme: tls ? 'https' : 'http', ...host !== undefined && { host: host.replace(/^\*/, 'any') }, ...(literal('Path') ?? literal('PathPrefix')) !== undefined && { path: literal('Path') ?? literal('PathPrefix') } };
    const sample: Arrival = { port: tls ? 443 : 80, facts: {}, request };
    const answer = answerOfRouter(cluster, router, sample, seenRequest(request, text(request.path)));
    const made = { gateway: entry, listener: undefined, protocol: 'HTTP' as const, tls, hostname: host ?? '*', route: entry, rulePath: path, match: router.source, sample };
    const offered = answer.backends.length > 0 ? answer : answer.alternatives.find(({ backends }) => backends.length > 0) ?? answer;
    return [...offered.backends.map((backend) => ({ ...made, backend, mirrored: false })), ...offered.mirrors.map((backend) => ({ ...made, backend, mirrored: true }))];
  });
}
