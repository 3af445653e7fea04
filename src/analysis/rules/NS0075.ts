import type { FieldPath } from '../documents/document';
import type { Fields } from '../model/fields';
import { list, record, text } from '../model/fields';
import { podsOf } from '../model/pods';
import { autoscalers } from '../model/autoscalers';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0075',
  class: 'breaks',
  title: 'An autoscaler measures use of what its pods do not request',
  sees: 'Metrics of HorizontalPodAutoscalers that are a share of the request (Utilization), against the requests of all containers of the target, or of the one container that is named. Namespaces with a LimitRange and clusters with policies of Kyverno are passed over: those may add requests.',
  why: 'Use is measured as a share of the request: where one container has none, the autoscaler says FailedGetResourceMetric and never scales.',
  fix: 'give the container a request for the resource, or measure AverageValue',
  docs: ['https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#algorithm-details'],
  subjects: ['autoscaling/HorizontalPodAutoscaler'],
  failing: { documents: scene('{ requests: { memory: 64Mi } }'), says: 'Container orders of Deployment shop/orders requests no cpu, of which a share is measured', field: 'spec.metrics[0].resource' },
  passing: { documents: scene('{ limits: { cpu: 500m } }') },
  check(cluster, report) {
    if (cluster.has('kyverno.io', 'ClusterPolicy') || cluster.has('kyverno.io', 'Policy')) return;
    const limited = new Set(cluster.entries.filter(({ group, kind }) => group === '' && kind === 'LimitRange').map(({ namespace }) => namespace));
    for (const { entry, target } of cluster.derive(autoscalers).all) {
      const pods = target?.sound ? podsOf(target) : undefined;
      if (entry.group !== 'autoscaling' || !pods || limited.has(entry.namespace) || limited.has('')) continue;
      const containers = [...list(pods.spec.containers), ...list(pods.spec.initContainers).filter((one) => record(one).restartPolicy === 'Always')].map(record);
      list(entry.spec.metrics).map(record).forEach((metric, i) => {
        const [field, measured] = metric.type === 'ContainerResource' ? ['containerResource', record(metric.containerResource)] as const : ['resource', record(metric.resource)] as const;
        const resource = text(measured.name);
        if (resource === undefined || record(measured.target).type !== 'Utilization' || requests(pods.spec, resource)) return;
        const path: FieldPath = ['spec', 'metrics', i, field];
        const wanted = text(measured.container);
        if (wanted !== undefined && !containers.some(({ name }) => name === wanted)) {
          if (/^(?:istio-proxy|linkerd-proxy)$/.test(wanted)) return;
          report(entry, [...path, 'container'], { message: `${target!.toString()} has no container ${wanted}; it has ${containers.map(({ name }) => String(name)).join(', ')}`, fix: 'name one of its containers', decidedBy: [target!] });
          return;
        }
        const poor = containers.find((container) => (wanted === undefined || container.name === wanted) && !isInjected(container) && !requests(container, resource));
        if (poor) report(entry, path, { message: `Container ${String(poor.name)} of ${target!.toString()} requests no ${resource}, of which a share is measured`, decidedBy: [target!] });
      });
    }
  },
};

/** Istio's webhook fills the container in, requests and all. */
function isInjected({ name, image }: Readonly<Record<string, Fields>>): boolean {
  return name === 'istio-proxy' && (image === undefined || image === 'auto');
}

/** A limit alone is taken as the request. */
function requests(holder: Fields, resource: string): boolean {
  const resources = record(record(holder).resources);
  return record(resources.requests)[resource] !== undefined || record(resources.limits)[resource] !== undefined;
}

function scene(resources: string): string {
  return `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: orders, namespace: shop }
spec:
  maxReplicas: 4
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: orders }
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4", resources: ${resources} }] }
`;
}
