import type { ClusterModel } from '../model/cluster-model';
import { isEnvoyGateway } from '../model/envoy-gateway';
import { gatewayModel } from '../model/gateway-api';
import { partyOfGateway } from '../model/gateway-parties';
import type { Party } from '../model/parties';
import { partyOfLabels, partyOfPods } from '../model/parties';
import { policiesOf, POLICY_SUBJECTS } from '../model/policies';
import { closers, decidedBy } from '../model/policy-words';
import type { Rule } from './rule';

const SYSTEM = (ports: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: envoy-gateway-system }
---
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
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: proxies, namespace: envoy-gateway-system }
spec:
  podSelector: { matchLabels: { app.kubernetes.io/name: envoy } }
  policyTypes: [Egress]
  egress: [{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } } }] }${ports}]
`;

export const rule: Rule = {
  id: 'NS9007',
  class: 'breaks',
  title: 'A network policy keeps Envoy from the controller of its gateway',
  sees: 'the proxies of Gateways of Envoy Gateway and its controller, which they ask at port 18000: whether the policies at both ends evidently stop them.',
  why: 'The proxies never get their configuration: they do not become ready, and no listener opens.',
  fix: 'allow TCP 18000 from the proxies to the pods with control-plane=envoy-gateway',
  covers: ['analysis 1.3: policy that blocks envoy-gateway xDS'],
  docs: ['https://gateway.envoyproxy.io/docs/'],
  subjects: POLICY_SUBJECTS,
  needs: ['gateway.networking.k8s.io/Gateway'],
  failing: { documents: SYSTEM(''), says: 'NetworkPolicy envoy-gateway-system/proxies keeps the proxies of Gateway shop/web from Envoy Gateway at port 18000', field: 'spec' },
  passing: { documents: SYSTEM(', { to: [{ podSelector: { matchLabels: { control-plane: envoy-gateway } } }], ports: [{ port: 18000 }] }') },
  check(cluster, report) {
    const policies = policiesOf(cluster);
    if (policies.all.length === 0) return;
    for (const gateway of cluster.derive(gatewayModel).gateways) {
      if (!isEnvoyGateway(cluster, gateway)) continue;
      const from = partyOfGateway(cluster, gateway);
      if (from?.is !== 'pods' || from.namespace === undefined) continue;
      const decision = policies.flow(from, controllerOf(cluster, from.namespace), { number: 18000, protocol: 'TCP' });
      if (decision.verdict !== false) continue;
      const at = decision.by[0]!.entry;
      report(at, at.object.spec === undefined ? ['specs'] : ['spec'], { message: `${closers(decision)} keeps ${from.name} from Envoy Gateway at port 18000`, decidedBy: [gateway.entry, ...decidedBy(decision).slice(1)] });
    }
  },
};

function controllerOf(cluster: ClusterModel, namespace: string): Party {
  const own = cluster.pods.find(({ labels }) => labels['control-plane'] === 'envoy-gateway');
  return own ? partyOfPods(cluster, own) : partyOfLabels(cluster, 'Envoy Gateway', namespace, { 'control-plane': 'envoy-gateway' });
}
