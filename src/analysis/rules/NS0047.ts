import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0047',
  class: 'practice',
  title: 'A Service is open on every node',
  sees: 'Services of type NodePort, and proxies of Envoy Gateway that ask for one.',
  why: 'Every address of every node answers on the port, past the gateway with its certificates, limits and logs, and clients have to know the nodes.',
  fix: 'use a Gateway or a LoadBalancer in front, and ClusterIP behind it',
  covers: ['R40'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport'],
  subjects: ['/Service', 'gateway.envoyproxy.io/EnvoyProxy'],
  failing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { type: NodePort, ports: [{ port: 80 }] }
`,
    says: 'Service shop/orders opens a port on every node',
    field: 'spec.type',
  },
  passing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { type: LoadBalancer, ports: [{ port: 80 }] }
`,
  },
  check(cluster, report) {
    for (const service of cluster.objects('', 'Service')) {
      if (service.spec.type === 'NodePort') report(service, ['spec', 'type'], { message: `${service.toString()} opens a port on every node` });
    }
    for (const proxy of cluster.objects('gateway.envoyproxy.io', 'EnvoyProxy')) {
      if (proxy.spec.provider?.kubernetes?.envoyService?.type !== 'NodePort') continue;
      report(proxy, ['spec', 'provider', 'kubernetes', 'envoyService', 'type'], { message: `${proxy.toString()} opens its listeners on every node` });
    }
  },
};
