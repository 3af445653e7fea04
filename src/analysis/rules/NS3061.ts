import type { ClusterModel, World } from '../model/cluster-model';
import type { MeshService } from '../model/mesh-services';
import { meshServicesOf } from '../model/mesh-services';
import { list, record, text } from '../model/fields';
import type { Entry } from '../model/entry';
import type { Rule } from './rule';

const NETWORK = `
apiVersion: v1
kind: Namespace
metadata: { name: istio-system, labels: { topology.istio.io/network: main } }
---`;

const service = (port: number): string => `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ name: http, port: ${port} }] }
`;

export const rule: Rule = {
  id: 'NS3061',
  class: 'risk',
  title: 'One Service of a mesh is two different ones in its clusters',
  sees: 'Services of the same namespace and name in clusters of one mesh (a Secret labelled istio/multiCluster, a network label on the root namespace, or a gateway between clusters says so) that differ in ports, '
    + 'type, or in having an address.',
  why: 'A mesh joins Services of the same name into one. What the clusters say differently is taken from one of them: ports that only the other has are nowhere.',
  fix: 'let the Service be the same in every cluster, or give it two names',
  covers: ['IST0170'],
  docs: ['https://istio.io/latest/docs/ops/configuration/traffic-management/multicluster/', 'https://istio.io/latest/docs/ops/deployment/deployment-models/#namespace-tenancy'],
  subjects: ['/Service'],
  failing: {
    clusters: { beijing: `${NETWORK}${service(80)}`, shanghai: `${NETWORK}${service(8080)}` },
    says: 'In cluster beijing this Service has other ports (80)',
    field: 'spec',
  },
  // Nothing says that the two are one mesh.
  passing: { clusters: { beijing: service(80), shanghai: service(8080) } },
  checkWorld(world, report) {
    if (world.clusters.length < 2 || !isOneMesh(world)) return;
    const first = new Map<string, { readonly service: MeshService; readonly cluster: ClusterModel }>();
    for (const cluster of world.clusters) {
      for (const service of meshServicesOf(cluster).all) {
        const key = `${service.namespace}/${service.name}`;
        const other = first.get(key);
        if (!other) {
          first.set(key, { service, cluster });
          continue;
        }
        const difference = differs(other.service.entry, service.entry);
        if (difference !== undefined) report(service.entry, ['spec'], { message: `In cluster ${other.cluster.facts.name ?? 'default'} this Service has ${difference}`, decidedBy: [other.service.entry] });
      }
    }
  },
};

/** Evidence that clusters share one mesh; several that merely look alike do not. */
function isOneMesh({ clusters }: World): boolean {
  return clusters.some((cluster) => cluster.namespaces.some(({ labels }) => labels['topology.istio.io/network'] !== undefined)
    || cluster.objects('', 'Secret').some(({ labels }) => labels['istio/multiCluster'] === 'true')
    || cluster.pods.some(({ labels }) => labels.istio === 'eastwestgateway'));
}

function differs(a: Entry, b: Entry): string | undefined {
  const ports = ({ spec }: Entry): string => list(spec.ports).map(record).map((port) => `${text(port.name) ?? ''} ${String(port.port)} ${text(port.protocol) ?? 'TCP'}`).sort().join(',');
  if ((a.spec.clusterIP === 'None') !== (b.spec.clusterIP === 'None')) return a.spec.clusterIP === 'None' ? 'no address of its own (it is headless)' : 'an address of its own (it is not headless)';
  if (ports(a) !== ports(b)) return `other ports (${list(a.spec.ports).map((port) => String(record(port).port)).join(', ')})`;
  return (text(a.spec.type) ?? 'ClusterIP') === (text(b.spec.type) ?? 'ClusterIP') ? undefined : `type ${text(a.spec.type) ?? 'ClusterIP'}`;
}
