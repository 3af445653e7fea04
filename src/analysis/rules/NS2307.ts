import type { ClusterModel } from '../model/cluster-model';
import { TRAEFIK } from '../model/traefik';
import type { MiddlewareRef } from '../model/traefik-routers';
import { middlewareRefs } from '../model/traefik-routers';
import type { Rule } from './rule';

const SYSTEM = (one: string, other: string): string => `
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: login, namespace: shop }
spec: { forwardAuth: { address: "http://auth.shop.svc:8080/verify" } }
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: breaker, namespace: shop }
spec: { circuitBreaker: { expression: NetworkErrorRatio() > 0.30 } }
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: shop, namespace: shop }
spec:
  entryPoints: [websecure]
  routes:
    - kind: Rule
      match: Host(\`shop.example.com\`)
      middlewares: [{ name: ${one} }, { name: ${other} }]
      services: [{ name: web, port: 80 }]
  tls: {}
`;

/** Who it is, how much of it, whether the backend still answers; retries are nearest to the backend. */
const ORDER: Readonly<Record<string, number>> = { ipAllowList: 0, basicAuth: 1, digestAuth: 1, forwardAuth: 1, rateLimit: 2, inFlightReq: 2, circuitBreaker: 3, retry: 4 };

const WORDS: Readonly<Record<number, string>> = { 0: 'the list of addresses', 1: 'the login', 2: 'the limit', 3: 'the circuit breaker', 4: 'the retries' };

export const rule: Rule = {
  id: 'NS2307',
  class: 'practice',
  title: 'Middlewares of Traefik stand in an order that defeats them',
  sees: 'The order of middlewares on routes and in chains: addresses, then login, then limits, then circuit breaker, then retries. Others may stand anywhere.',
  why: 'Requests pass through the middlewares in this order. A breaker before the login opens for answers of the login; retries before a limit use up the limit.',
  fix: 'order them: authentication, limit, circuit breaker, retry',
  covers: ['R134'],
  docs: ['https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/overview/'],
  subjects: ['traefik.io/IngressRoute', 'traefik.io/Middleware'],
  failing: { documents: SYSTEM('breaker', 'login'), says: 'Middleware breaker (the circuit breaker) stands before login (the login)', field: 'spec.routes[0].middlewares[0]' },
  passing: { documents: SYSTEM('login', 'breaker') },
  check(cluster, report) {
    for (const entry of [...cluster.objects(TRAEFIK, 'IngressRoute'), ...cluster.objects(TRAEFIK, 'Middleware')]) {
      const lists = new Map<string, MiddlewareRef[]>();
      for (const ref of middlewareRefs(entry)) {
        const key = ref.path.slice(0, -1).join('.');
        lists.set(key, [...lists.get(key) ?? [], ref]);
      }
      for (const refs of lists.values()) {
        let highest: { readonly rank: number; readonly ref: MiddlewareRef } | undefined;
        for (const ref of refs) {
          const rank = rankOf(cluster, ref.namespace ?? entry.namespace, ref.name);
          if (rank === undefined) continue;
          if (highest && rank < highest.rank) {
            report(entry, highest.ref.path, { message: `Middleware ${highest.ref.name} (${WORDS[highest.rank]!}) stands before ${ref.name} (${WORDS[rank]!})` });
            break;
          }
          if (!highest || rank > highest.rank) highest = { rank, ref };
        }
      }
    }
  },
};

function rankOf(cluster: ClusterModel, namespace: string, name: string): number | undefined {
  const middleware = cluster.find(TRAEFIK, 'Middleware', namespace, name);
  const kinds = middleware?.sound ? Object.keys(middleware.spec as Record<string, unknown>) : [];
  return kinds.length === 1 ? ORDER[kinds[0]!] : undefined;
}
