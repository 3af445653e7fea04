// Traefik's routers: of all of them the one with the highest priority whose rule takes the request; without a priority, the one with the longest rule. Those of IngressRoutes and
// of the Ingresses that Traefik takes stand in one order.
// https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, text } from '../../model/fields';
import type { Three } from '../../model/three';
import { all } from '../../model/three';
import type { RuleTree } from '../../model/traefik-rule';
import type { Arrival, ExposedRoute, Routing } from './arrival';
import { routing, verdict } from './arrival';
import type { Offer } from './offers';
import { firstOf } from './offers';
import { PrefixTable } from './prefix-table';
import { seenRequest } from './seen';
import type { SeenRequest } from './seen';
import type { PointRedirect } from './traefik-entry-points';
import { listens, middlewaresAt, redirectsAt } from './traefik-entry-points';
import { meetsTree, withoutDot } from './traefik-matching';
import type { ServedRouter } from './traefik-routers';
import { PREFIX_OF_INGRESS, compareRouters } from './traefik-routers';
import { gapAt, gapOf, namedRouters } from './traefik-served';
import { redirectedBy } from './traefik-middlewares';
import { beforeRequests } from './traefik-streams';
import { answerOfRouter } from './traefik-services';

export function requestsOfTraefik(cluster: ClusterModel, arrival: Arrival): readonly Routing[] {
  if (arrival.protocol !== undefined && arrival.protocol !== 'HTTP') return [];
  const found = requestsOfRouters(cluster, arrival);
  const stream = beforeRequests(cluster, arrival);
  return stream ? [{ ...stream, alternatives: [...found, stream] }] : found;
}

function requestsOfRouters(cluster: ClusterModel, arrival: Arrival): readonly Routing[] {
  const { request } = arrival;
  const index = cluster.derive(indexed);
  const { sorted } = index;
  const host = request.host === undefined ? undefined : withoutDot(request.host.toLowerCase());
  // Traefik cleans paths, and how is not modelled.
  const path = request.path === undefined || /%|\\|\/\/|\/\./.test(request.path) ? undefined : request.path;
  const seen = seenRequest(request, path);
  const ofHost = host === undefined ? undefined : index.byHost.get(host);
  const possible = host === undefined ? sorted : merged(ofHost?.table.for(path) ?? [], index.others.for(path));
  const found = possible.map((router) => offerOf(cluster, router, arrival, seen)).filter(({ meets }) => meets !== false);
  const door = possible.find(({ rule }) => rule?.tree !== undefined && meetsTree(rule.tree, arrival, seen) !== false) ?? sorted[0] ?? index.unread[0];
  if (!door) return [];
  const offers = withRedirects(cluster, arrival, seen, door.entry, found);
  if (offers.length > 0) return [firstOf(offers, () => nowhere(cluster, index, host, door))];
  return leftOut(cluster, index, host) === undefined && ofHost?.ingress === undefined ? [] : [nowhere(cluster, index, host, door)];
}

/** A router for a host that Traefik leaves out, because it cannot read or use it: it says so in its log only. */
function leftOut(cluster: ClusterModel, { byHost, others, unread }: RouterIndex, host: string | undefined): ServedRouter | undefined {
  if (host === undefined) return undefined;
  const isLeft = (router: ServedRouter): boolean => router.source.toLowerCase().includes(host) && lackOf(cluster, router) !== undefined;
  return unread.find(isLeft) ?? merged(byHost.get(host)?.table.all ?? [], others.all).find(isLeft);
}

function nowhere(cluster: ClusterModel, index: RouterIndex, host: string | undefined, door: ServedRouter): Routing {
  const left = leftOut(cluster, index, host);
  const because = left ? `No router of Traefik takes it: a route of ${left.entry.toString()} is left out, because ${lackOf(cluster, left)!}` : 'No router of Traefik takes it';
  const at = left ?? (host === undefined ? undefined : index.byHost.get(host)?.ingress) ?? door;
  return routing(at.entry, verdict('denied', because, [{ entry: at.entry, path: left?.path ?? ['spec', at.ofIngress ? 'rules' : 'routes'] }], 404), { status: 404 });
}

/** With what the entry points themselves do: in front of every router, unless they are told to stand further back. */
function withRedirects(cluster: ClusterModel, arrival: Arrival, seen: SeenRequest, door: Entry, offers: readonly Offer[]): readonly Offer[] {
  const offerOfRedirect = (redirect: PointRedirect, meets: Three): Offer => ({
    label: redirect.decider.entry.toString(), decider: redirect.decider, meets, doubt: 'whether its entry point takes the connection is not known',
    rank: String(redirect.priority), owner: redirect, aged: undefined,
    answer: () => {
      const stop = redirectedBy(cluster, redirect, arrival, seen);
      const { verdict: said, location } = stop ?? { verdict: verdict('denied', `${redirect.decider.entry.toString()} sends the caller where he is`, [redirect.decider], 418), location: undefined };
      return routing(door, said, { status: typeof said.answer === 'number' ? said.answer : undefined, location });
    },
  });
  const redirects = redirectsAt(cluster, arrival).filter(({ redirect, meets }) => meets !== false && gapAt(cluster, redirect.middlewares)?.sure !== true)
    .map(({ redirect, meets }) => offerOfRedirect(redirect, meets));
  return redirects.length === 0 ? offers : [...redirects, ...offers].sort((a, b) => Number(b.rank) - Number(a.rank));
}

/** Why a router is surely not there. */
function lackOf(cluster: ClusterModel, router: ServedRouter): string | undefined {
  const gap = gapOf(cluster, router);
  return router.rule?.problem ?? (gap?.sure === true ? gap.because : undefined);
}

interface RouterIndex {
  readonly sorted: readonly ServedRouter[];
  /** Those whose rules Traefik cannot read. */
  readonly unread: readonly ServedRouter[];
  /** Routers that take no other host. */
  readonly byHost: ReadonlyMap<string, RoutersOfHost>;
  readonly others: PrefixTable<ServedRouter>;
}

interface RoutersOfHost {
  readonly table: PrefixTable<ServedRouter>;
  /** The first that an Ingress made. */
  readonly ingress: ServedRouter | undefined;
}

function indexed(cluster: ClusterModel): RouterIndex {
  const served = cluster.derive(namedRouters);
  const sorted = served.filter(({ rule }) => rule?.problem === undefined);
  const byHost = new Map<string, ServedRouter[]>();
  const others: ServedRouter[] = [];
  for (const router of sorted) {
    const hosts = router.rule?.tree && hostsOf(router.rule.tree);
    if (!hosts || [...hosts].some((host) => host.includes('*'))) others.push(router);
    else for (const host of hosts) {
      const known = byHost.get(host);
      if (known) known.push(router);
      else byHost.set(host, [router]);
    }
  }
  const tables = new Map([...byHost].map(([host, all]) => [host, { table: new PrefixTable(all, beginningsOf), ingress: all.find(({ ofIngress }) => ofIngress) }]));
  return { sorted, unread: served.filter(({ rule }) => rule?.problem !== undefined), byHost: tables, others: new PrefixTable(others, beginningsOf) };
}

function beginningsOf({ rule }: ServedRouter): readonly string[] | undefined {
  return rule?.tree && beginningsIn(rule.tree);
}

/** With what a path has to begin, whatever else a rule asks. */
function beginningsIn(tree: RuleTree): readonly string[] | undefined {
  if ('every' in tree) return tree.every.map(beginningsIn).find((one) => one !== undefined);
  if ('some' in tree) {
    const parts = tree.some.map(beginningsIn);
    return parts.every((one) => one !== undefined) ? parts.flat() : undefined;
  }
  return !tree.negated && PATHS.has(tree.name) && tree.args.length > 0 && !tree.args.includes('/') ? tree.args : undefined;
}

const PATHS: ReadonlySet<string> = new Set(['Path', 'PathPrefix', PREFIX_OF_INGRESS]);

/** The hosts of which a rule asks for one, whatever else it asks. */
function hostsOf(tree: RuleTree): ReadonlySet<string> | undefined {
  if ('every' in tree) return tree.every.map(hostsOf).find((one) => one !== undefined);
  if ('some' in tree) {
    const parts = tree.some.map(hostsOf);
    return parts.every((one) => one !== undefined) ? new Set(parts.flatMap((one) => [...one])) : undefined;
  }
  return tree.name === 'Host' && !tree.negated ? new Set(tree.args.map((host) => withoutDot(host.toLowerCase()))) : undefined;
}

function merged(one: readonly ServedRouter[], other: readonly ServedRouter[]): readonly ServedRouter[] {
  return one.length === 0 ? other : other.length === 0 ? one : [...one, ...other].sort(compareRouters);
}

function offerOf(cluster: ClusterModel, router: ServedRouter, arrival: Arrival, seen: SeenRequest): Offer {
  const { entry, path, priority, rule } = router;
  let doubt = 'its rule is in the grammar of version 2';
  const ask = (answer: Three, because: string): Three => {
    if (answer === undefined) doubt = because;
    return answer;
  };
  const gap = gapOf(cluster, router) ?? gapAt(cluster, middlewaresAt(cluster, router, arrival));
  const meets = gap?.sure === true ? false : all([
    ask(listens(cluster, router, arrival), 'whether its entry points take the connection is not known'),
    rule?.tree === undefined ? undefined : ask(meetsTree(rule.tree, arrival, seen), 'the request is not known well enough'),
    ask(gap ? undefined : true, gap?.because ?? ''),
  ]);
  return {
    label: `${entry.toString()} (${router.source})`, decider: { entry, path }, meets, doubt, rank: String(priority), owner: router, aged: undefined,
    answer: () => answerOfRouter(cluster, router, arrival, seen),
  };
}

/** Every router that is there. */
export function exposedTraefik(cluster: ClusterModel): readonly ExposedRoute[] {
  return cluster.derive(indexed).sorted.filter((router) => gapOf(cluster, router)?.sure !== true).flatMap((router): readonly ExposedRoute[] => {
    const { entry, path, rule, secure, ofIngress } = router;
    // An Ingress with certificates is called with TLS, wherever Traefik is told to.
    const tls = secure || (ofIngress && list(entry.spec.tls).length > 0);
    const matchers = rule?.tree === undefined || 'some' in rule.tree ? [] : 'every' in rule.tree ? rule.tree.every : [rule.tree];
    const literal = (...names: readonly string[]): string | undefined => matchers.flatMap((one) => ('name' in one && names.includes(one.name) && !one.negated ? one.args : [])).find((one) => one !== undefined);
    const host = literal('Host');
    const at = literal('Path', 'PathPrefix', PREFIX_OF_INGRESS);
    const request: Fields = { scheme: tls ? 'https' : 'http', ...host !== undefined && { host: host.replace(/^\*/, 'any') }, ...at !== undefined && { path: at } };
    const sample: Arrival = { port: tls ? 443 : 80, facts: {}, request };
    const answer = answerOfRouter(cluster, router, sample, seenRequest(request, text(request.path)));
    const made = { gateway: entry, listener: undefined, protocol: 'HTTP' as const, tls, hostname: host ?? '*', route: entry, rulePath: path, match: router.source, sample };
    const offered = answer.backends.length > 0 ? answer : answer.alternatives.find(({ backends }) => backends.length > 0) ?? answer;
    return [...offered.backends.map((backend) => ({ ...made, backend, mirrored: false })), ...offered.mirrors.map((backend) => ({ ...made, backend, mirrored: true }))];
  });
}
