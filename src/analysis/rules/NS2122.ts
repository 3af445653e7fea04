import { ENVOY_GATEWAY, envoyPolicies } from '../model/envoy-gateway';
import { gatewayModel } from '../model/gateway-api';
import type { Rule } from './rule';

const SYSTEM = (port: number): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners:
    - { name: shop, port: 80, protocol: HTTP, hostname: shop.example.com }
    - { name: api, port: ${port}, protocol: HTTP, hostname: api.example.com }
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: ClientTrafficPolicy
metadata: { name: api, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: web, sectionName: api }]
  timeout: { http: { requestReceivedTimeout: 10s } }
`;

export const rule: Rule = {
  id: 'NS2122',
  class: 'breaks',
  title: 'A ClientTrafficPolicy is for one of several plain HTTP listeners of a port',
  sees: 'ClientTrafficPolicies of Envoy Gateway with a sectionName of an HTTP listener whose port other HTTP listeners of the Gateway share. HTTPS listeners are told apart by SNI and may share.',
  why: 'Plain HTTP on one port is one listener of Envoy, which cannot treat hosts differently: Envoy Gateway refuses the policy, and none of its settings are in force.',
  fix: 'target the whole Gateway, or give the listener a port of its own',
  docs: ['https://gateway.envoyproxy.io/docs/concepts/gateway_api_extensions/client-traffic-policy/'],
  subjects: [`${ENVOY_GATEWAY}/ClientTrafficPolicy`],
  failing: { documents: SYSTEM(80), says: 'Listener api of Gateway shop/web shares port 80 with listener shop, so that a policy for it alone is refused', field: 'spec.targetRefs[0].sectionName' },
  passing: { documents: SYSTEM(8080) },
  check(cluster, report) {
    const model = cluster.derive(gatewayModel);
    for (const { policy, path, kind, namespace, name, section } of cluster.derive(envoyPolicies).targets('ClientTrafficPolicy')) {
      if (kind !== 'Gateway' || section === undefined) continue;
      const gateway = model.gateway(namespace, name);
      const listener = gateway?.listeners.find((one) => one.home === gateway.entry && one.name === section);
      if (!gateway || listener?.protocol !== 'HTTP') continue;
      const other = gateway.listeners.find((one) => one !== listener && one.protocol === 'HTTP' && one.port === listener.port);
      if (!other) continue;
      report(policy, [...path, 'sectionName'], {
        message: `Listener ${listener.name} of ${gateway.entry.toString()} shares port ${listener.port} with listener ${other.name}, so that a policy for it alone is refused`, decidedBy: [gateway.entry],
      });
    }
  },
};
