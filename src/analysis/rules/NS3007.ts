import type { ClientTls } from '../model/mesh-destinations';
import { clientTlsOf, destinationRulesOf } from '../model/mesh-destinations';
import { meshOf } from '../model/mesh';
import { mtlsOf } from '../model/mesh-mtls';
import { meshServicesOf } from '../model/mesh-services';
import { matches, requirementsOfMap } from '../model/selector';
import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { Entry } from '../model/entry';
import type { Report, Rule } from './rule';

const scene = (labels: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: data }
---
apiVersion: v1
kind: Service
metadata: { name: cache, namespace: data }
spec:
  selector: { app: cache }
  ports: [{ name: tcp-redis, port: 6379 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: cache, namespace: data }
spec:
  selector: { matchLabels: { app: cache } }
  template:
    metadata: { labels: { app: cache${labels} } }
    spec: { containers: [{ name: cache, image: "registry.example.com/redis:7.4", ports: [{ containerPort: 6379 }] }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: cache, namespace: data }
spec:
  host: cache.data.svc.cluster.local
  trafficPolicy: { tls: { mode: ISTIO_MUTUAL } }
`;

export const rule: Rule = {
  id: 'NS3007',
  class: 'breaks',
  title: 'A DestinationRule asks for mTLS with a server that has no sidecar',
  sees: 'DestinationRules of one host with tls.mode ISTIO_MUTUAL, where every pod behind the Service is outside the mesh, or has PeerAuthentication DISABLE at the port.',
  why: 'Clients open a TLS handshake with the certificate of the mesh, and the server answers as the plain program that it is: every call fails with 503 and UF in the access log.',
  fix: 'remove tls from the DestinationRule (automatic mTLS finds out who has a sidecar), or bring the server into the mesh',
  covers: ['R3', 'analysis 1.3: DestinationRule against the server\'s mode'],
  docs: ['https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings-TLSmode'],
  subjects: ['networking.istio.io/DestinationRule'],
  failing: {
    documents: scene(''),
    says: 'Clients of cache.data.svc.cluster.local are told tls.mode ISTIO_MUTUAL, and Deployment data/cache has no sidecar: namespace data is not labelled for injection',
    field: 'spec.trafficPolicy.tls.mode',
  },
  passing: { documents: scene(', sidecar.istio.io/inject: "true"') },
  check(cluster, report) {
    each(cluster.objects('networking.istio.io', 'DestinationRule'), checkDestination, cluster, report);
  },
};

function checkDestination(destination: Entry, cluster: ClusterModel, report: Report): void {
  const mesh = meshOf(cluster);
  const words = clientTlsOf(destination);
  if (!words.some(isMutual)) return;
  const host = destinationRulesOf(cluster).hostOf(destination);
  const service = meshServicesOf(cluster).ofHost(host, destination.namespace);
  for (const word of service ? words : []) {
    if (!isMutual(word)) continue;
    const pods = word.labels === undefined ? service!.pods : service!.pods.filter((one) => matches(one.labels, requirementsOfMap(word.labels)));
    const [group] = pods;
    if (group === undefined) continue;
    if (mesh.anyOutside && pods.every((one) => mesh.isOutside(one))) {
      report(destination, word.path, {
        message: `Clients of ${host} are told tls.mode ISTIO_MUTUAL, and ${group.entry.toString()} has no sidecar: ${mesh.memberOf(group).reason!}`,
        decidedBy: [group.entry],
      });
      continue;
    }
    if (mesh.memberOf(group).membership !== 'sidecar') continue;
    for (const servicePort of service!.ports) {
      if (word.port !== undefined ? servicePort.number !== word.port : word.except.includes(servicePort.number)) continue;
      const port = service!.targetOf(servicePort, group);
      const mode = port === undefined ? undefined : mtlsOf(cluster).at(group, port);
      if (mode?.mode !== 'DISABLE') continue;
      report(destination, word.path, {
        message: `Clients of ${host} are told tls.mode ISTIO_MUTUAL, and mTLS is switched off at port ${port} of ${group.entry.toString()}`,
        fix: 'remove tls from the DestinationRule, or let the PeerAuthentication be PERMISSIVE',
        decidedBy: [mode.by!, group.entry],
      });
    }
  }
}

function isMutual({ mode }: ClientTls): boolean {
  return mode === 'ISTIO_MUTUAL';
}
