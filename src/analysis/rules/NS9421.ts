import { isEnvoyGateway } from '../model/envoy-gateway';
import type { Fields } from '../model/fields';
import { list, text } from '../model/fields';
import { gatewayModel } from '../model/gateway-api';
import { gatewayBehind } from '../model/gateway-services';
import { ruleRetries } from '../model/retries';
import type { Rule } from './rule';

const SYSTEM = (backend: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: envoy }
spec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: front, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: api.example.com }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: orders, namespace: shop }
spec:
  gatewayClassName: istio
  listeners: [{ name: http, port: 80, protocol: HTTP }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: all, namespace: shop }
spec:
  parentRefs: [{ name: front }]
  rules: [{ backendRefs: [{ name: ${backend}, port: 80 }] }]
`;

export const rule: Rule = {
  id: 'NS9421',
  class: 'practice',
  title: 'Two gateways on one path do the same work',
  sees: 'Routes at Envoy Gateway that lead to the Service of another Gateway, and whether both retry.',
  why: 'Each request is decrypted, read and routed twice, limits and access logs count it twice, and retries multiply: 4 tries of 4 tries are 16 at the backend.',
  fix: 'attach the route to the Gateway behind, or lead it to the Service behind that',
  covers: ['R38', 'R130', 'R117'],
  docs: ['https://gateway-api.sigs.k8s.io/concepts/use-cases/'],
  subjects: ['gateway.networking.k8s.io/Gateway'],
  failing: { documents: SYSTEM('orders-istio'), says: 'The route leads to Gateway shop/orders, which reads and routes each request once more', field: 'spec.rules[0].backendRefs[0]' },
  passing: { documents: SYSTEM('orders') },
  check(cluster, report) {
    const { routes, gateways } = cluster.derive(gatewayModel);
    if (gateways.length < 2) return;
    const retried = new Map<object, number>();
    for (const { listener, retries } of cluster.derive(ruleRetries)) retried.set(listener.gateway, Math.max(retries, retried.get(listener.gateway) ?? 0));
    for (const { entry, parents } of routes) {
      const front = parents.find(({ attached, gateway }) => attached.length > 0 && isEnvoyGateway(cluster, gateway))?.gateway;
      if (entry.kind !== 'HTTPRoute' || !front) continue;
      list(entry.spec.rules).forEach((one: Fields, index) => list(one.backendRefs).forEach((ref: Fields, item) => {
        const behind = (ref.kind ?? 'Service') === 'Service' ? gatewayBehind(cluster, text(ref.namespace) ?? entry.namespace, String(ref.name)) : undefined;
        if (!behind || behind === front) return;
        const [here, there] = [retried.get(front) ?? 0, retried.get(behind) ?? 0];
        report(entry, ['spec', 'rules', index, 'backendRefs', item], {
          message: `The route leads to ${behind.entry.toString()}, which reads and routes each request once more${here > 0 && there > 0 ? ` and sends it up to ${there + 1} times for each of ${here + 1} tries` : ''}`,
          decidedBy: [behind.entry],
        });
      }));
    }
  },
};
