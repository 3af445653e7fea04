import type { FieldPath } from '../documents/document';
import { gatewayDuration, printMillis, secondsOrDuration } from '../model/durations';
import { each } from '../model/each';
import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list } from '../model/fields';
import { TRAEFIK } from '../model/traefik';
import type { Report, Rule } from './rule';

const SYSTEM = (check: string): string => `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: orders, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: orders }]
  healthCheck: { active: { type: HTTP, http: { path: /healthz }, ${check} } }
`;

export const rule: Rule = {
  id: 'NS2310',
  class: 'risk',
  title: 'A health check may take longer than the time between two',
  sees: 'Active health checks of Envoy Gateway (timeout 1s and interval 3s when they are not given) and of Traefik\'s services (5s and 30s).',
  why: 'A slow backend is asked again before it has answered: checks pile up, and its state is known late or never.',
  fix: 'make the timeout shorter than the interval',
  covers: ['R136'],
  docs: ['https://gateway.envoyproxy.io/docs/api/extension_types/#activehealthcheck', 'https://doc.traefik.io/traefik/reference/routing-configuration/http/load-balancing/service/#health-check'],
  subjects: ['gateway.envoyproxy.io/BackendTrafficPolicy', 'traefik.io/IngressRoute', 'traefik.io/TraefikService'],
  failing: { documents: SYSTEM('interval: 2s, timeout: 5s'), says: 'The check waits 5s for an answer and is made every 2s', field: 'spec.healthCheck.active.timeout' },
  passing: { documents: SYSTEM('interval: 10s, timeout: 2s') },
  check(cluster, report) {
    each(cluster.objects('gateway.envoyproxy.io', 'BackendTrafficPolicy'), checkPolicy, report);
    const services = [
      ...cluster.objects(TRAEFIK, 'IngressRoute').flatMap((at) => list(at.spec.routes).flatMap((route: Fields, index) => list(route.services).map((one: Fields, item) => (
        { at, one, path: ['spec', 'routes', index, 'services', item] as FieldPath })))),
      ...cluster.objects(TRAEFIK, 'TraefikService').flatMap((at) => list(at.spec.weighted?.services).map((one: Fields, item) => ({ at, one, path: ['spec', 'weighted', 'services', item] as FieldPath }))),
    ];
    for (const { at, one, path } of services) {
      const check = one.healthCheck as Fields;
      if (check) say(report, at, [...path, 'healthCheck', check.timeout === undefined ? 'interval' : 'timeout'], secondsOrDuration(check.timeout ?? '5s'), secondsOrDuration(check.interval ?? '30s'));
    }
  },
};

function checkPolicy(policy: Entry, report: Report): void {
  const active = policy.spec.healthCheck?.active;
  if (active) say(report, policy, ['spec', 'healthCheck', 'active', active.timeout === undefined ? 'interval' : 'timeout'], gatewayDuration(active.timeout ?? '1s'), gatewayDuration(active.interval ?? '3s'));
}

function say(report: Report, at: Entry, path: FieldPath, timeout: number | undefined, interval: number | undefined): void {
  if (timeout !== undefined && interval !== undefined && interval > 0 && timeout > interval) report(at, path, { message: `The check waits ${printMillis(timeout)} for an answer and is made every ${printMillis(interval)}` });
}
