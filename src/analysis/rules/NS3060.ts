import { meshOf } from '../model/mesh';
import { protocolOf } from '../model/mesh-protocols';
import { meshServicesOf } from '../model/mesh-services';
import { NAMESPACE, service, workload } from './mesh-fixtures';
import type { Rule } from './rule';

const scene = (ports: string): string => `${NAMESPACE}${workload('orders')}${service('orders', ports)}`;

export const rule: Rule = {
  id: 'NS3060',
  class: 'practice',
  title: 'A Service leaves its protocol to be guessed',
  sees: 'ports of Services before pods with a sidecar whose appProtocol and name say no protocol that Istio knows.',
  why: 'The sidecar then looks at the first bytes and waits for them: server-first protocols stall, and policies and metrics for requests come and go.',
  fix: 'write appProtocol: http (or grpc, tcp, tls …)',
  covers: ['IST0118'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0118/', 'https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/'],
  subjects: ['/Service'],
  failing: {
    documents: scene('[{ name: web, port: 80, targetPort: 8080 }]'),
    says: 'Neither appProtocol nor the name web says what port 80 speaks',
    field: 'spec.ports[0]',
  },
  passing: { documents: scene('[{ name: web, port: 80, targetPort: 8080, appProtocol: http }]') },
  check(cluster, report) {
    const mesh = meshOf(cluster);
    for (const { entry, ports, pods } of meshServicesOf(cluster).all) {
      if (pods.length === 0 || !pods.every((group) => mesh.memberOf(group).membership === 'sidecar')) continue;
      for (const [index, port] of ports.entries()) {
        if (protocolOf(port) !== 'auto') continue;
        report(entry, ['spec', 'ports', index], { message: `${port.name === undefined ? 'No appProtocol and no name' : `Neither appProtocol nor the name ${port.name}`} says what port ${port.number} speaks` });
      }
    }
  },
};
