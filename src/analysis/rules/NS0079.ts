import { labelsOf, record, text } from '../model/fields';
import { podsOf } from '../model/pods';
import { matches, requirementsOfMap } from '../model/selector';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0079',
  class: 'risk',
  title: 'The governing Service of a StatefulSet selects other pods',
  sees: 'StatefulSets whose headless governing Service has a selector that their own pods do not meet.',
  why: 'The names of the pods are made from the endpoints of the Service: pods that it does not select have no names.',
  fix: 'give the Service the labels of the pods',
  covers: ['R94'],
  docs: ['https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id'],
  subjects: ['apps/StatefulSet'],
  failing: { documents: scene('{ app: db, role: primary }'), says: 'Service shop/db selects app=db, role=primary, and the pods of StatefulSet shop/db have not', field: 'spec.serviceName' },
  passing: { documents: scene('{ app: db }') },
  check(cluster, report) {
    for (const set of cluster.objects('apps', 'StatefulSet')) {
      const name = text(set.spec.serviceName);
      const service = name === undefined ? undefined : cluster.find('', 'Service', set.namespace, name);
      const selector = service?.sound && service.spec.clusterIP === 'None' ? labelsOf(record(service.spec.selector)) : {};
      if (Object.keys(selector).length === 0 || matches(podsOf(set)!.labels, requirementsOfMap(selector))) continue;
      const shown = Object.entries(selector).map(([key, value]) => `${key}=${value}`).join(', ');
      report(set, ['spec', 'serviceName'], { message: `${service!.toString()} selects ${shown}, and the pods of ${set.toString()} have not`, decidedBy: [service!] });
    }
  },
};

function scene(selector: string): string {
  return `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  serviceName: db
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db, tier: data } }, spec: { containers: [{ name: db, image: "docker.io/library/postgres:17" }] } }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { clusterIP: None, selector: ${selector}, ports: [{ port: 5432 }] }
`;
}
