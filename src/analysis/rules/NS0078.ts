import { text } from '../model/fields';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0078',
  class: 'practice',
  title: 'The pods of a StatefulSet have no names of their own',
  sees: 'StatefulSets whose governing Service is not headless (clusterIP: None).',
  why: 'The names of the pods, such as db-0.db, exist under a headless Service only: members that look for each other by name do not find each other.',
  fix: 'make the Service headless, and put another in front for clients',
  covers: ['R94'],
  docs: ['https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id'],
  subjects: ['apps/StatefulSet'],
  failing: {
    documents: `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  serviceName: db
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: db, image: "docker.io/library/postgres:17" }] } }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { selector: { app: db }, ports: [{ port: 5432 }] }
`,
    says: 'Service shop/db of StatefulSet shop/db is not headless',
    field: 'spec.serviceName',
  },
  passing: {
    documents: `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  serviceName: db
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: db, image: "docker.io/library/postgres:17" }] } }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { clusterIP: None, selector: { app: db }, ports: [{ port: 5432 }] }
`,
  },
  check(cluster, report) {
    for (const set of cluster.objects('apps', 'StatefulSet')) {
      const name = text(set.spec.serviceName);
      const service = name === undefined ? undefined : cluster.find('', 'Service', set.namespace, name);
      if (!service?.sound || service.spec.clusterIP === 'None' || service.spec.type === 'ExternalName') continue;
      report(set, ['spec', 'serviceName'], { message: `${service.toString()} of ${set.toString()} is not headless`, decidedBy: [service] });
    }
  },
};
