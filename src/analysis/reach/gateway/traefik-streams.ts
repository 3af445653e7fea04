// IngressRouteTCPs at the entry points of requests: Traefik gives a connection to one of them before it reads any request. What becomes of the connection is not modelled; that it
// is taken away is.
import type { ClusterModel } from '../../model/cluster-model';
import { certifies } from '../../model/hostnames';
import type { Three } from '../../model/three';
import { all, any, not } from '../../model/three';
import type { Router } from '../../model/traefik-routers';
import { routers } from '../../model/traefik-routers';
import type { Matcher, RuleTree } from '../../model/traefik-rule';
import type { Arrival, Routing } from './arrival';
import { routing, verdict } from './arrival';
import { isIn } from './authorization';
import { isFound } from './patterns';
import { listens, reaches } from './traefik-entry-points';
import { withoutDot } from './traefik-matching';
import { servedRouters } from './traefik-routers';

/** What may take the connection before a request is read; undefined when nothing does. */
export function beforeRequests(cluster: ClusterModel, arrival: Arrival): Routing | undefined {
  const streams = cluster.derive(streamRouters);
  if (streams.length === 0) return undefined;
  const { host, scheme } = arrival.request;
  const taker = streams.find((router) => takes(cluster, router, arrival) !== false);
  if (!taker) return undefined;
  // With TLS, a name that a router for requests asks for goes before every stream, and one that asks for none before streams for every name.
  if (scheme === 'https') {
    const hosts = hostsAt(cluster, arrival);
    if ((host !== undefined && hosts.has(withoutDot(host.toLowerCase()))) || (isForAll(taker) && hosts.has(''))) return undefined;
  }
  const because = `${taker.entry.toString()} (${taker.source}) takes connections of the entry point before requests are read, and what becomes of them is not modelled`;
  return routing(taker.entry, verdict('undetermined', because, [{ entry: taker.entry, path: taker.path }]), { route: taker.entry, rulePath: taker.path });
}

/** Those that Traefik can have: without TLS only such as take every name. */
function streamRouters(cluster: ClusterModel): readonly Router[] {
  return cluster.derive(routers).filter((router) => router.tcp && router.rule?.problem === undefined && (router.entry.spec.tls !== undefined || isForAll(router)));
}

function isForAll({ rule }: Router): boolean {
  return rule === undefined || rule.matchers.every(({ name, args }) => !name.startsWith('HostSNI') || args[0] === '*');
}

function takes(cluster: ClusterModel, router: Router, arrival: Arrival): Three {
  const secure = router.entry.spec.tls !== undefined;
  const { scheme, host } = arrival.request;
  return all([
    scheme === undefined ? undefined : secure === (scheme === 'https'),
    reaches(cluster, router.entryPoints, arrival),
    router.rule?.tree === undefined ? undefined : meets(router.rule.tree, secure ? host && withoutDot(host.toLowerCase()) : '', arrival.address),
  ]);
}

function meets(tree: RuleTree, name: string | undefined, address: string | undefined): Three {
  if ('every' in tree) return all(tree.every.map((one) => meets(one, name, address)));
  if ('some' in tree) return any(tree.some.map((one) => meets(one, name, address)));
  const answer = meetsMatcher(tree, name, address);
  return tree.negated ? not(answer) : answer;
}

function meetsMatcher({ name: matcher, args: [first = ''] }: Matcher, name: string | undefined, address: string | undefined): Three {
  switch (matcher) {
    case 'HostSNI': return first === '*' ? true : name === undefined ? undefined : certifies(withoutDot(first), name);
    case 'HostSNIRegexp': return name === undefined ? undefined : isFound(first, name);
    case 'ClientIP': return isIn([first], address);
    default: return undefined;
  }
}

/** Hosts for which routers with TLS ask literally at the port; empty for those that ask for none. */
function hostsAt(cluster: ClusterModel, { port, request: { scheme } }: Arrival): ReadonlySet<string> {
  const known = cluster.derive(hostsByPort);
  const key = String(port);
  let found = known.get(key);
  if (!found) {
    const present = cluster.derive(servedRouters).filter((router) => listens(cluster, router, { port, facts: {}, request: { scheme } }) === true);
    known.set(key, (found = new Set(present.flatMap(({ rule }) => (rule && rule.hosts.length > 0 ? rule.hosts.map(withoutDot) : [''])))));
  }
  return found;
}

function hostsByPort(_cluster: ClusterModel): Map<string, ReadonlySet<string>> {
  return new Map();
}
