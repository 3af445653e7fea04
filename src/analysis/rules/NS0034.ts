import { kindName, misspelt, missingWords, references } from '../model/references';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0034',
  class: 'risk',
  title: 'A reference to nothing has no effect',
  sees: 'Fields that may name what is not there and then do nothing: hosts of DestinationRules, roles and accounts of bindings, governing Services of StatefulSets. Of classes and roles that installations bring '
    + '(StorageClass, PriorityClass, IngressClass, ClusterRole …) only a name that is one letter aside of one in the documents.',
  why: 'Nothing refuses the object, and what was wanted does not happen: the policy of the host is not used, the right is not given, the pods have no names of their own.',
  fix: 'correct the name, or add the object',
  covers: ['R94', 'IST0174'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0174/', 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id'],
  subjects: ['*'],
  failing: {
    documents: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: order, trafficPolicy: { connectionPool: { tcp: { maxConnections: 4700 } } } }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }] }
`,
    says: 'Host order is no host of a ServiceEntry, and there is no Service order in namespace shop; did you mean orders?',
    field: 'spec.host',
  },
  passing: {
    documents: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders.shop.svc.cluster.local, trafficPolicy: { connectionPool: { tcp: { maxConnections: 4700 } } } }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }] }
`,
  },
  check(cluster, report) {
    if (cluster.open) return;
    const { missing, unseen } = cluster.derive(references);
    for (const link of missing) {
      if (link.field.idle === true && link.kind !== '/Secret' && link.kind !== '/ConfigMap') report(link.from, link.namePath, missingWords(cluster, link));
    }
    for (const link of unseen) {
      const near = misspelt(cluster, link);
      if (near === undefined) continue;
      const kind = kindName(link.kind);
      report(link.from, link.namePath, { message: `${kind} ${link.name} is not in the documents, and ${kind} ${near} is`, fix: `name ${kind} ${near}` });
    }
  },
};
