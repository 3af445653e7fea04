import { meshOf } from '../model/mesh';
import type { MeshProtocol } from '../model/mesh-protocols';
import { protocolOf } from '../model/mesh-protocols';
import type { MeshService } from '../model/mesh-services';
import { meshServicesOf } from '../model/mesh-services';
import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { PodGroup } from '../model/pods';
import { NAMESPACE, service, workload } from './mesh-fixtures';
import type { Report, Rule } from './rule';

const scene = (name: string): string => `${NAMESPACE}${workload('orders')}${service('orders')}
apiVersion: v1
kind: Service
metadata: { name: orders-raw, namespace: shop }
spec: { selector: { app: orders }, ports: [{ name: ${name}, port: 9000, targetPort: 8080 }] }
`;

export const rule: Rule = {
  id: 'NS3059',
  class: 'risk',
  title: 'Two Services give one port of a pod two protocols',
  sees: 'Services before the same pods with a sidecar that lead to the same port, one as HTTP and the other as bytes.',
  why: 'The sidecar of the server listens once on the port and takes one of the protocols. With bytes, everything for requests (routes, metrics, policies by path) is without effect; with HTTP, bytes are refused.',
  fix: 'write the same appProtocol (or name) in both Services',
  covers: ['IST0116', 'IST0137'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0116/', 'https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/'],
  subjects: ['/Service'],
  failing: {
    documents: scene('tcp-raw'),
    says: 'Port 8080 of Deployment shop/orders is bytes here and HTTP in Service shop/orders',
    field: 'spec.ports[0]',
  },
  passing: { documents: scene('http-raw') },
  check(cluster, report) {
    each(cluster.pods, checkPods, cluster, report);
  },
};

function checkPods(group: PodGroup, cluster: ClusterModel, report: Report): void {
  const mesh = meshOf(cluster);
  const services = meshServicesOf(cluster);
  const before = services.inFrontOf(group);
  if (before.length < 2 || mesh.memberOf(group).membership !== 'sidecar') return;
  const first = new Map<number, { readonly protocol: MeshProtocol; readonly by: MeshService }>();
  for (const by of before) {
    for (const [index, port] of by.ports.entries()) {
      const target = by.targetOf(port, group);
      const protocol = protocolOf(port);
      if (target === undefined || protocol !== 'http' && protocol !== 'opaque') continue;
      const other = first.get(target);
      if (!other) first.set(target, { protocol, by });
      else if (other.protocol !== protocol) {
        report(by.entry, ['spec', 'ports', index], {
          message: `Port ${target} of ${group.entry.toString()} is ${WORDS[protocol]} here and ${WORDS[other.protocol]} in ${other.by.entry.toString()}`, decidedBy: [other.by.entry, group.entry],
        });
      }
    }
  }
}

const WORDS: Readonly<Record<MeshProtocol, string>> = { http: 'HTTP', opaque: 'bytes', auto: 'guessed', udp: 'UDP' };
