import { TRAEFIK } from '../model/traefik';
import type { Rule } from './rule';

const SYSTEM = (spec: string): string => `
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: api, namespace: shop }
spec: ${spec}
`;

export const rule: Rule = {
  id: 'NS2306',
  class: 'breaks',
  title: 'A Middleware of Traefik is not exactly one',
  sees: 'Middlewares and MiddlewareTCPs with several kinds of settings in one spec, or with none.',
  why: 'Traefik refuses the middleware, and with it every router that names it: their requests get 404.',
  fix: 'write a Middleware for each, and join them with a chain',
  covers: ['R134'],
  docs: ['https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/middleware/'],
  subjects: ['traefik.io/Middleware', 'traefik.io/MiddlewareTCP'],
  failing: {
    documents: SYSTEM('{ rateLimit: { average: 100, burst: 200 }, stripPrefix: { prefixes: [/api] } }'),
    says: 'Middleware shop/api is of 2 kinds at once (rateLimit, stripPrefix), which Traefik refuses', field: 'spec',
  },
  passing: { documents: SYSTEM('{ chain: { middlewares: [{ name: limit }, { name: strip }] } }') },
  check(cluster, report) {
    for (const kind of ['Middleware', 'MiddlewareTCP']) {
      for (const middleware of cluster.objects(TRAEFIK, kind)) {
        const kinds = Object.keys(middleware.spec as Record<string, unknown>);
        // Each entry below plugin is one more.
        const count = kinds.length + (kinds.includes('plugin') ? Math.max(0, Object.keys((middleware.spec.plugin ?? {}) as Record<string, unknown>).length - 1) : 0);
        if (count === 1) continue;
        report(middleware, ['spec'], {
          message: count === 0 ? `${middleware.toString()} has no settings, which Traefik refuses` : `${middleware.toString()} is of ${count} kinds at once (${kinds.join(', ')}), which Traefik refuses`,
          ...count === 0 ? { fix: 'give it the settings of one kind' } : {},
        });
      }
    }
  },
};
