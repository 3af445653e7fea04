import { beside } from '../model/references';
import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { Entry } from '../model/entry';
import type { Report, Rule } from './rule';

export const rule: Rule = {
  id: 'NS0033',
  class: 'risk',
  title: 'A Service selects no pods',
  sees: 'Services with a selector that no pod template of their namespace meets. ExternalName Services and Services without a selector are passed over.',
  why: 'The Service gets an address and no endpoints: every connection to it is refused or times out, and a gateway in front of it answers 503.',
  fix: 'give the Service the labels of the pods that it is for',
  covers: ['R93', 'R102'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/service/'],
  subjects: ['/Service'],
  failing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec:
  selector: { app: order }
  ports: [{ port: 80, targetPort: 8080 }]
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
    says: 'No pod of namespace shop has the labels app=order',
    field: 'spec.selector',
  },
  passing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec:
  selector: { app: orders }
  ports: [{ port: 80, targetPort: 8080 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders, version: stable } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }] }
`,
  },
  check(cluster, report) {
    if (cluster.open) return;
    each(cluster.objects('', 'Service'), checkService, cluster, report);
  },
};

function checkService(service: Entry, cluster: ClusterModel, report: Report): void {
  const { selector, type } = service.spec;
  if (type === 'ExternalName' || selector === undefined || Object.keys(selector).length === 0) return;
  if (cluster.selectByMap(service.namespace, selector).length > 0 || cluster.derive(beside).mayHavePods(service.namespace === '' ? undefined : service.namespace, selector)) return;
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${String(value)}`).join(', ');
  const near = service.namespace === '' ? 'No pod' : `No pod of namespace ${service.namespace}`;
  report(service, ['spec', 'selector'], { message: `${near} has the labels ${labels}` });
}
