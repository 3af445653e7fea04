// Routes that divide the requests of a Server: each has authorizations of its own, and what no route takes is answered 404.
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import { list, record, text } from '../../model/fields';
import type { Three } from '../../model/three';
import type { Request } from '../flow';
import { describe, matchesOfRule, meets } from '../gateway/matching';
import { inOrder, rankOf, tied } from '../gateway/precedence';
import type { Ranked } from '../gateway/precedence';
import { seenRequest } from '../gateway/seen';
import type { RequestCondition } from '../rules';

export class ServerRoutes {
  readonly routes: readonly Entry[];
  private readonly ordered: readonly Ranked[];

  constructor(routes: readonly Entry[]) {
    this.routes = routes;
    this.ordered = inOrder(routes.flatMap((route) => list(route.spec.rules).flatMap((rule, index) => matchesOfRule(route, record(rule), index, 'specification')
      .map((match): Ranked => ({ route, rule: index, match, ...rankOf(match, 'specification') })))));
  }

  /** Whether some route takes a request. */
  get taken(): RequestCondition {
    return { text: this.ordered.map(({ match }) => describe(match)).join(' or '), test: (request) => this.routeOf(request).met };
  }

  get untaken(): RequestCondition {
    return {
      text: 'what no route takes', test: (request) => {
        const { met } = this.routeOf(request);
        return met === undefined ? undefined : !met;
      },
    };
  }

  /** Whether this one takes it. */
  takenBy(route: Entry): RequestCondition {
    return {
      text: this.ordered.filter((one) => one.route === route).map(({ match }) => describe(match)).join(' or '),
      test: (request) => {
        const found = this.routeOf(request);
        return found.route === undefined ? found.met === false ? false : undefined : found.route === route;
      },
    };
  }

  /** The first match that takes it; without a route where nobody can know which. */
  private routeOf(request: Request): { readonly met: Three; readonly route?: Entry } {
    const seen = seenRequest(request, request.path);
    for (const one of this.ordered) {
      const met = meets(one.match, seen);
      if (met === undefined) return { met: undefined };
      if (!met) continue;
      const rivals = this.ordered.filter((other) => other !== one && (tied(one, other) || other.loose || one.loose) && meets(other.match, seen) !== false);
      return rivals.every(({ route }) => route === one.route) ? { met: true, route: one.route } : { met: true };
    }
    return { met: false };
  }
}

/** The routes of Servers, by namespace and name. */
export function routesOfServers(cluster: ClusterModel): ReadonlyMap<string, ServerRoutes> {
  const found = new Map<string, Entry[]>();
  for (const [group, kind] of [['policy.linkerd.io', 'HTTPRoute'], ['gateway.networking.k8s.io', 'HTTPRoute'], ['gateway.networking.k8s.io', 'GRPCRoute']] as const) {
    for (const route of cluster.objects(group, kind)) {
      for (const parent of list(route.spec.parentRefs).map(record)) {
        // Servers of other namespaces are not meant.
        if (parent.kind !== 'Server' || (text(parent.namespace) ?? route.namespace) !== route.namespace) continue;
        const key = `${route.namespace}/${String(parent.name)}`;
        found.set(key, [...found.get(key) ?? [], route]);
      }
    }
  }
  return new Map([...found].map(([key, routes]) => [key, new ServerRoutes(routes)]));
}
