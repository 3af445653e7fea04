import { partyOfGateway } from '../model/gateway-parties';
import { ANYONE, partyOfPods } from '../model/parties';
import { policiesOf, POLICY_SUBJECTS } from '../model/policies';
import type { PolicyPort } from '../model/policy';
import { closers, decidedBy } from '../model/policy-words';
import { LastRight, routedPods } from '../model/routed-pods';
import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { RoutedPods } from '../model/routed-pods';
import type { Report, Rule } from './rule';

const SYSTEM = (peer: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: eg }
spec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec: { gatewayClassName: eg, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec: { parentRefs: [{ name: web }], rules: [{ backendRefs: [{ name: orders, port: 8080 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ port: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4", ports: [{ containerPort: 8080 }] }] }
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  endpointSelector: { matchLabels: { app: orders } }
  ingress: [{ fromEndpoints: [{ matchLabels: { ${peer} } }], toPorts: [{ ports: [{ port: "8080", protocol: TCP }] }] }]
`;

export const rule: Rule = {
  id: 'NS9001',
  class: 'breaks',
  title: 'A network policy stands between a gateway and its backend',
  sees: 'backends of routes and the proxies of the Gateways that take them (of Envoy Gateway and Istio by their labels, of Cilium by the entity ingress): whether the policies at both ends evidently stop the proxies at the port of the pods.',
  why: 'The gateway cannot connect: every request of the route is answered with 503.',
  fix: 'admit the proxies of the gateway, by their labels and namespace or by the entity ingress, at the port of the pods',
  covers: ['R112', 'analysis 1.3: policy that blocks gateway->service'],
  docs: ['https://gateway.envoyproxy.io/docs/', 'https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gateway-api/'],
  subjects: POLICY_SUBJECTS,
  needs: ['gateway.networking.k8s.io/Gateway'],
  failing: {
    documents: SYSTEM('app: web'),
    says: 'CiliumNetworkPolicy shop/orders keeps the proxies of Gateway shop/web from Deployment shop/orders at port 8080',
    field: 'spec.rules[0].backendRefs[0]',
  },
  passing: { documents: SYSTEM('gateway.envoyproxy.io/owning-gateway-name: web, k8s:io.kubernetes.pod.namespace: envoy-gateway-system') },
  check(cluster, report) {
    each(routedPods(cluster), checkRouted, cluster, report);
  },
};

function checkRouted(routed: RoutedPods, cluster: ClusterModel, report: Report): void {
  const right = cluster.derive(reached);
  if (right.has(routed)) return;
  const { entry, path, group, port, protocol, gateways } = routed;
  let denied = false;
  const policies = policiesOf(cluster);
  const to = partyOfPods(cluster, group);
  const at: PolicyPort = { number: port, protocol };
  for (const gateway of gateways) {
    const from = partyOfGateway(cluster, gateway);
    const decision = from && policies.flow(from, to, at);
    if (decision?.verdict !== false) continue;
    denied = true;
    // Pods that let nobody in are said by NS9000.
    if (to.is === 'pods' && policies.decide(to, 'ingress', ANYONE, at).verdict === false) break;
    report(entry, path, {
      message: `${closers(decision)} keeps ${from!.name} from ${group.entry.toString()} at port ${port}`, decidedBy: [...decidedBy(decision), gateway.entry],
    });
  }
  if (!denied) right.add(routed);
}

function reached(): LastRight {
  return new LastRight();
}
