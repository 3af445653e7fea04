import { list, record } from '../model/fields';
import { selectingServices } from '../model/services';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0042',
  class: 'practice',
  title: 'A port name stands for several numbers behind one Service',
  sees: 'Names in targetPort that are another number in some of the pods that the Service selects, or that some of them do not have.',
  why: 'The Service follows each pod, and what is written by number does not: network policies, load balancers and port forwards meet only some of the pods. Pods without the name get no traffic at all.',
  fix: 'give the port the same number in all pods of the Service',
  covers: ['analysis 1.3: named port differing across pods'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports'],
  subjects: ['/Service'],
  failing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ port: 80, targetPort: http }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      containers:
        - name: orders
          image: registry.example.com/orders:1.7.4
          ports: [{ name: http, containerPort: 8080 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders-next, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      containers:
        - name: orders
          image: registry.example.com/orders:1.7.4
          ports: [{ name: http, containerPort: 9080 }]
`,
    says: 'Port http of Service shop/orders is 8080 in Deployment shop/orders and 9080 in Deployment shop/orders-next',
    field: 'spec.ports[0].targetPort',
  },
  passing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ port: 80, targetPort: http }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      containers:
        - name: orders
          image: registry.example.com/orders:1.7.4
          ports: [{ name: http, containerPort: 8080 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders-next, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      containers:
        - name: orders
          image: registry.example.com/orders:1.7.4
          ports: [{ name: http, containerPort: 8080 }, { name: admin, containerPort: 9080 }]
`,
  },
  check(cluster, report) {
    for (const { service, pods } of cluster.derive(selectingServices)) {
      if (pods.length < 2 || pods.some(({ entry }) => !entry.sound)) continue;
      list(service.spec.ports).map(record).forEach(({ targetPort, protocol = 'TCP' }, i) => {
        if (typeof targetPort !== 'string') return;
        const numbers = pods.map((group) => ({ group, number: group.ports.find(({ name, protocol: own }) => name === targetPort && own === protocol)?.number }));
        const first = numbers.find(({ number }) => number !== undefined);
        const other = first && numbers.find(({ number }) => number !== first.number);
        if (!first || !other) return;
        report(service, ['spec', 'ports', i, 'targetPort'], {
          message: `Port ${targetPort} of ${service.toString()} is ${String(first.number)} in ${first.group.entry.toString()} and ${other.number === undefined ? 'none' : String(other.number)} in ${other.group.entry.toString()}`,
          decidedBy: [first.group.entry, other.group.entry],
        });
      });
    }
  },
};
