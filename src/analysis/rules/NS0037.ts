import { eachSelection, printRequirements, SELECTING_KINDS, selectsNobody } from '../model/selections';
import type { ClusterModel } from '../model/cluster-model';
import type { Selection } from '../model/selections';
import type { Report, Rule } from './rule';

export const rule: Rule = {
  id: 'NS0037',
  class: 'risk',
  title: 'A policy, budget or monitor selects nobody',
  sees: 'Selectors of NetworkPolicies, budgets, monitors and policies of Istio, Linkerd, Cilium and Calico. Empty selectors mean everything and are passed over, and so are namespaces without pods in the documents '
    + 'and pods that operators, Helm releases and other programs may make.',
  why: 'What was protected, budgeted or measured is not: the object is accepted and does nothing.',
  fix: 'give the selector the labels that the pods have',
  covers: ['R93', 'R102', 'IST0127', 'IST0166'],
  docs: ['https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/'],
  subjects: SELECTING_KINDS,
  failing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: orders, namespace: shop }
spec: { podSelector: { matchLabels: { app: order } }, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }
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
    says: 'NetworkPolicy shop/orders selects no pod: none in namespace shop has app=order',
    field: 'spec.podSelector',
  },
  passing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: orders, namespace: shop }
spec: { podSelector: { matchExpressions: [{ key: app, operator: In, values: [order, orders] }] }, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: empty }
spec: { podSelector: { matchLabels: { app: later } }, policyTypes: [Ingress] }
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
  },
  check(cluster, report) {
    if (cluster.open) return;
    eachSelection(cluster, checkSelection, report);
  },
};

function checkSelection(selection: Selection, cluster: ClusterModel, report: Report): void {
  if (!selectsNobody(cluster, selection)) return;
  const { entry, namespaces, of, path, requirements } = selection;
  const [what, some] = of === 'services' ? ['Service', 'Service'] : ['pod', 'pod'];
  const where = namespaces === undefined ? 'none' : `none in ${namespaces.length === 1 ? `namespace ${namespaces[0]!}` : `the namespaces ${namespaces.join(', ')}`}`;
  report(entry, path, { message: `${entry.toString()} selects no ${what}: ${where} has ${printRequirements(requirements)}`, fix: `give the selector labels that a ${some} has` });
}
