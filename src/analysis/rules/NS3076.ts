import yaml from 'js-yaml';
import { list, record, text } from '../model/fields';
import type { Rule } from './rule';

const scene = (registry: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  meshNetworks: |
    networks:
      shanghai: { endpoints: [{ fromRegistry: ${registry} }], gateways: [{ address: 203.0.113.7, port: 15443 }] }
---
apiVersion: v1
kind: Secret
metadata: { name: istio-remote-secret-shanghai, namespace: istio-system, labels: { istio/multiCluster: "true" }, annotations: { networking.istio.io/cluster: shanghai } }
stringData: { shanghai: PLACEHOLDER }
`;

export const rule: Rule = {
  id: 'NS3076',
  class: 'risk',
  title: 'A network of the mesh is of a cluster that nobody knows',
  sees: 'fromRegistry in meshNetworks of Istio\'s ConfigMap, where the documents have the Secrets by which clusters are joined and none of them is of that name.',
  why: 'Endpoints of the cluster are of no network: calls go to their pod addresses in place of the gateway, and time out.',
  fix: 'write the name of the cluster as its Secret has it (label istio/multiCluster)',
  covers: ['IST0126'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0126/'],
  subjects: ['/ConfigMap'],
  failing: {
    documents: scene('shanghia'),
    says: 'Network shanghai is from cluster shanghia, and the Secrets of the mesh know shanghai',
    field: 'data.meshNetworks',
  },
  passing: { documents: scene('shanghai') },
  check(cluster, report) {
    const secrets = cluster.objects('', 'Secret').filter(({ labels }) => labels['istio/multiCluster'] === 'true');
    const clusters = new Set(['Kubernetes', 'External', 'Mock', ...secrets.flatMap(({ object }) => Object.keys({ ...record(object.data), ...record(object.stringData) }))]);
    if (secrets.length === 0) return;
    for (const config of cluster.objects('', 'ConfigMap')) {
      const networks = text(record(config.object.data).meshNetworks);
      if (networks === undefined || !/^istio(?:-|$)/.test(config.name)) continue;
      for (const [name, network] of Object.entries(record(read(networks).networks))) {
        for (const endpoint of list(record(network).endpoints).map(record)) {
          const registry = text(endpoint.fromRegistry);
          if (registry === undefined || clusters.has(registry)) continue;
          const known = [...clusters].filter((one) => !['Kubernetes', 'External', 'Mock'].includes(one)).join(', ');
          report(config, ['data', 'meshNetworks'], { message: `Network ${name} is from cluster ${registry}, and the Secrets of the mesh know ${known}`, decidedBy: secrets });
        }
      }
    }
  },
};

function read(words: string): Readonly<Record<string, unknown>> {
  try {
    return record(yaml.load(words));
  } catch {
    return {};
  }
}
