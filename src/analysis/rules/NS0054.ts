import { list, record } from '../model/fields';
import { namePods, selectingServices } from '../model/services';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0054',
  class: 'practice',
  title: 'A Service keeps traffic on the node, and its pods may all be on one',
  sees: 'Services of type LoadBalancer with externalTrafficPolicy: Local whose pods are of no DaemonSet and say nothing of how they are spread.',
  why: 'Nodes without a pod take no traffic, and the load balancer shares by nodes, not by pods: with all pods on one node that node is everything, and with an uneven spread some pods get many times the traffic.',
  fix: 'give the pods topologySpreadConstraints over kubernetes.io/hostname',
  covers: ['R68'],
  docs: ['https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/#preserving-the-client-source-ip'],
  subjects: ['/Service'],
  failing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { type: LoadBalancer, externalTrafficPolicy: Local, selector: { app: orders }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }] }
`,
    says: 'Service shop/orders keeps traffic on the node, and nothing spreads Deployment shop/orders over nodes',
    field: 'spec.externalTrafficPolicy',
  },
  passing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { type: LoadBalancer, externalTrafficPolicy: Local, selector: { app: orders }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: { matchLabels: { app: orders } } }]
      containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }]
`,
  },
  check(cluster, report) {
    for (const { service, pods } of cluster.derive(selectingServices)) {
      if (service.spec.type !== 'LoadBalancer' || service.spec.externalTrafficPolicy !== 'Local') continue;
      const loose = pods.filter(({ entry, spec }) => entry.sound && entry.kind !== 'DaemonSet' && list(spec.topologySpreadConstraints).length === 0 && record(spec.affinity).podAntiAffinity === undefined);
      if (loose.length === 0) continue;
      report(service, ['spec', 'externalTrafficPolicy'], { message: `${service.toString()} keeps traffic on the node, and nothing spreads ${namePods(loose)} over nodes`, decidedBy: loose.slice(0, 3).map(({ entry }) => entry) });
    }
  },
};
