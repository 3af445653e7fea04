import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { meshOf } from '../model/mesh';
import type { ClientTls } from '../model/mesh-destinations';
import { clientTlsOf, destinationRulesOf, matchesWildcard } from '../model/mesh-destinations';
import type { EffectiveMtls } from '../model/mesh-mtls';
import { mtlsOf } from '../model/mesh-mtls';
import type { MeshService } from '../model/mesh-services';
import { meshServicesOf } from '../model/mesh-services';
import type { PodGroup } from '../model/pods';
import { matches, requirementsOfMap } from '../model/selector';
import type { Rule } from './rule';

const scene = (mode: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec:
  selector: { app: orders }
  ports: [{ name: http, port: 80, targetPort: 8080 }]
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
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec:
  host: orders
  trafficPolicy: { tls: { mode: ${mode} } }
`;

export const rule: Rule = {
  id: 'NS3006',
  class: 'breaks',
  title: 'A DestinationRule has clients leave out the mTLS that the server insists on',
  sees: 'DestinationRules with tls.mode DISABLE or SIMPLE, for the whole host, one port or one subset, where pods behind the Service have a sidecar and the effective PeerAuthentication is STRICT. '
    + 'Wildcard hosts count for Services that have no rule of their own.',
  why: 'A tls.mode in a DestinationRule overrides automatic mTLS. Clients send plain text or one-sided TLS, the server\'s sidecar refuses both: every call inside the mesh fails with 503.',
  fix: 'remove tls from the DestinationRule (mTLS is then automatic), or set ISTIO_MUTUAL',
  covers: ['R3', 'analysis 1.3: DestinationRule DISABLE or SIMPLE against STRICT'],
  docs: ['https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings-TLSmode', 'https://istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule'],
  subjects: ['networking.istio.io/DestinationRule'],
  failing: {
    documents: scene('DISABLE'),
    says: 'Clients of orders.shop.svc.cluster.local are told tls.mode DISABLE, and port 8080 of Deployment shop/orders takes STRICT mTLS only',
    field: 'spec.trafficPolicy.tls.mode',
  },
  passing: { documents: scene('ISTIO_MUTUAL') },
  check(cluster, report) {
    if (!mtlsOf(cluster).anyStrict) return;
    for (const destination of cluster.objects('networking.istio.io', 'DestinationRule')) {
      const words = clientTlsOf(destination).filter(({ mode }) => mode === 'DISABLE' || mode === 'SIMPLE');
      if (words.length === 0) continue;
      const services = servicesOf(cluster, destination);
      for (const word of words) {
        for (const service of services) {
          const found = refusing(cluster, service, word);
          if (!found) continue;
          report(destination, word.path, {
            message: `Clients of ${service.host}${word.subset === undefined ? '' : ` (subset ${word.subset})`} are told tls.mode ${word.mode}, `
              + `and port ${found.port} of ${found.group.entry.toString()} takes STRICT mTLS only`,
            decidedBy: [found.mode.by!, found.group.entry],
          });
          break;
        }
      }
    }
  },
};

/** The Services that a rule speaks for: of a wildcard those that no rule names. */
function servicesOf(cluster: ClusterModel, destination: Entry): readonly MeshService[] {
  const rules = destinationRulesOf(cluster);
  const services = meshServicesOf(cluster);
  const host = rules.hostOf(destination);
  if (!host.startsWith('*')) return [services.ofHost(host, destination.namespace)].filter((one) => one !== undefined);
  return services.all.filter((service) => matchesWildcard(service.host, host) && rules.ofHost(service.host).length === 0
    && rules.covering(service.host).every((other) => rules.hostOf(other).length <= host.length));
}

function refusing(cluster: ClusterModel, service: MeshService, word: ClientTls): { readonly group: PodGroup; readonly port: number; readonly mode: EffectiveMtls } | undefined {
  for (const group of service.pods) {
    if (word.labels !== undefined && !matches(group.labels, requirementsOfMap(word.labels))) continue;
    // Clients of pods in ambient mode go through the tunnel whatever a rule says.
    if (meshOf(cluster).memberOf(group).membership === 'ambient') continue;
    for (const servicePort of service.ports) {
      if (word.port !== undefined ? servicePort.number !== word.port : word.except.includes(servicePort.number)) continue;
      const port = service.targetOf(servicePort, group);
      const mode = port === undefined ? undefined : mtlsOf(cluster).refusesPlainText(group, port);
      if (mode) return { group, port: port!, mode };
    }
  }
  return undefined;
}
