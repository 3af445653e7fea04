import { ENVOY_GATEWAY } from '../model/envoy-gateway';
import { record, text } from '../model/fields';
import { readYaml } from '../model/workload-config';
import type { Rule } from './rule';

const SYSTEM = (backend: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: envoy-gateway-config, namespace: envoy-gateway-system }
data:
  envoy-gateway.yaml: |
    apiVersion: gateway.envoyproxy.io/v1alpha1
    kind: EnvoyGateway
    gateway: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }
    provider: { type: Kubernetes }${backend}
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: orders, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: orders }]
  rateLimit: { type: Global, global: { rules: [{ limit: { requests: 4700, unit: Minute } }] } }
`;

export const rule: Rule = {
  id: 'NS2125',
  class: 'breaks',
  title: 'A global rate limit has no place to count',
  sees: 'BackendTrafficPolicies with a rateLimit of type Global, where the documents have the configuration of Envoy Gateway (the key envoy-gateway.yaml of a ConfigMap) and it names no rateLimit backend.',
  why: 'Envoy Gateway runs no rate limit service then: the policy is not accepted, or its limits never count.',
  fix: 'set rateLimit.backend in the configuration of Envoy Gateway, or use a rateLimit of type Local',
  covers: ['R39'],
  docs: ['https://gateway.envoyproxy.io/docs/tasks/traffic/global-rate-limit/'],
  subjects: [`${ENVOY_GATEWAY}/BackendTrafficPolicy`],
  needs: ['/ConfigMap'],
  failing: {
    documents: SYSTEM(''), says: 'The limits are counted by a rate limit service, and ConfigMap envoy-gateway-system/envoy-gateway-config names no rateLimit.backend for it', field: 'spec.rateLimit.type',
  },
  passing: { documents: SYSTEM('\n    rateLimit: { backend: { type: Redis, redis: { url: "redis.redis-system:6379" } } }') },
  check(cluster, report) {
    const limited = cluster.objects(ENVOY_GATEWAY, 'BackendTrafficPolicy').filter(({ spec }) => spec.rateLimit?.type === 'Global' || (spec.rateLimit?.global !== undefined && spec.rateLimit.type === undefined));
    if (limited.length === 0) return;
    const configs = cluster.objects('', 'ConfigMap').flatMap((entry) => {
      const source = text(record(entry.object.data)['envoy-gateway.yaml']);
      return source === undefined ? [] : [{ entry, fields: record(readYaml(source)) }];
    });
    const [config] = configs;
    // Several installations are told apart by their controller names, which is not followed here.
    if (!config || configs.length > 1 || config.fields.kind !== 'EnvoyGateway' || record(config.fields.rateLimit).backend !== undefined) return;
    for (const policy of limited) {
      report(policy, ['spec', 'rateLimit', 'type'], { message: `The limits are counted by a rate limit service, and ${config.entry.toString()} names no rateLimit.backend for it`, decidedBy: [config.entry] });
    }
  },
};
