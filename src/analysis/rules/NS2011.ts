import type { ClusterModel } from '../model/cluster-model';
import type { Http3Endpoint } from '../model/http3';
import { HTTP3_NEEDS, HTTP3_SUBJECTS, http3Endpoints } from '../model/http3';
import { outsideOpening } from '../model/outside-ingress';
import type { Party } from '../model/parties';
import { partyOfLabels, partyOfPods } from '../model/parties';
import { policiesOf } from '../model/policies';
import type { Report, Rule } from './rule';

const SYSTEM = (ports: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners: [{ name: https, port: 443, protocol: HTTPS, hostname: api.example.com, tls: { certificateRefs: [{ name: api-tls }] } }]
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: ClientTrafficPolicy
metadata: { name: web, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: web }]
  http3: {}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: proxies, namespace: envoy-gateway-system }
spec:
  podSelector: { matchLabels: { gateway.envoyproxy.io/owning-gateway-name: web } }
  policyTypes: [Ingress]
  ingress: [{ ports: [${ports}] }]
`;

export const rule: Rule = {
  id: 'NS2011',
  class: 'breaks',
  title: 'HTTP/3 is announced and a network policy lets only TCP in',
  sees: 'Each place where HTTP/3 is switched on, and the policies of Kubernetes, Cilium and Calico that select its pods: those that let outside clients reach the port over TCP and not over UDP. Envoy Gateway opens 443 as 10443 in its pods.',
  why: 'The policy drops every QUIC packet: clients that were told of HTTP/3 wait for an answer that never comes.',
  fix: 'let UDP in at the same port and from the same peers',
  covers: ['R4', 'R10', 'analysis 1.3: HTTP/3 and policies of the network'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/', 'https://gateway.envoyproxy.io/docs/tasks/traffic/http3/'],
  subjects: [...HTTP3_SUBJECTS, 'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy'],
  needs: HTTP3_NEEDS,
  failing: {
    documents: SYSTEM('{ port: 10443, protocol: TCP }'),
    says: 'Listener https of Gateway shop/web serves HTTP/3, and NetworkPolicy envoy-gateway-system/proxies lets outside clients reach its pods at port 10443 over TCP only',
    field: 'spec',
  },
  passing: { documents: SYSTEM('{ port: 10443, protocol: TCP }, { port: 10443, protocol: UDP }') },
  check(cluster, report) {
    for (const endpoint of cluster.derive(http3Endpoints)) {
      for (const namespace of homesOf(cluster, endpoint)) {
        const { closedBy, tcp, udp } = outsideOpening(cluster, namespace, endpoint.labels, endpoint.podPort, endpoint.ports);
        const [policy] = closedBy;
        if (!policy) sayOfCalico(cluster, endpoint, namespace, report);
        if (!policy || !tcp || udp) continue;
        report(policy, ['spec'], {
          message: `${endpoint.label} serves HTTP/3, and ${closedBy.map(String).join(' and ')} ${closedBy.length === 1 ? 'lets' : 'let'} outside clients reach its pods at port ${endpoint.podPort} over TCP only`,
          decidedBy: [endpoint.at, ...closedBy.slice(1)],
        });
      }
    }
  },
};

const OUTSIDE: Party = { is: 'world', name: 'outside clients' };

/** Calico's policies decide in an order, so that only the whole of them says what comes through. */
function sayOfCalico(cluster: ClusterModel, endpoint: Http3Endpoint, namespace: string, report: Report): void {
  if (!['projectcalico.org', 'crd.projectcalico.org'].some((group) => cluster.has(group, 'NetworkPolicy') || cluster.has(group, 'GlobalNetworkPolicy'))) return;
  const policies = policiesOf(cluster);
  const [group] = cluster.selectByMap(namespace, endpoint.labels);
  const subject = group ? partyOfPods(cluster, group) : partyOfLabels(cluster, endpoint.label, namespace, endpoint.labels);
  if (subject.is !== 'pods') return;
  const [tcp, udp] = (['TCP', 'UDP'] as const).map((protocol) => policies.decide(subject, 'ingress', OUTSIDE, { number: endpoint.podPort, protocol }));
  const closer = udp!.by[0]?.entry;
  if (tcp!.verdict !== true || udp!.verdict !== false || !closer) return;
  report(closer, ['spec'], { message: `${endpoint.label} serves HTTP/3, and ${closer.toString()} lets outside clients reach its pods at port ${endpoint.podPort} over TCP only`, decidedBy: [endpoint.at] });
}

/** Where the pods run. Envoy Gateway's run where it is installed, or beside the Gateway; only its usual namespace, and namespaces with policies for its proxies, are asked. */
function homesOf(cluster: ClusterModel, { namespace, listener }: Http3Endpoint): readonly string[] {
  if (namespace !== undefined) return [namespace];
  return listener ? cluster.derive(proxyNamespaces) : [];
}

function proxyNamespaces(cluster: ClusterModel): readonly string[] {
  const found = new Set(['envoy-gateway-system']);
  for (const policy of cluster.objects('networking.k8s.io', 'NetworkPolicy')) {
    if (mentionsProxies(policy.spec.podSelector)) found.add(policy.namespace);
  }
  for (const policy of cluster.objects('cilium.io', 'CiliumNetworkPolicy')) {
    if (mentionsProxies(policy.spec.endpointSelector)) found.add(policy.namespace);
  }
  return [...found];
}

function mentionsProxies(selector: unknown): boolean {
  return selector !== undefined && JSON.stringify(selector).includes('gateway.envoyproxy.io/owning-gateway');
}
