import type { FieldPath } from '../documents/document';
import type { Entry } from '../model/entry';
import type { Labels } from '../model/fields';
import { ISTIO_ANNOTATIONS } from '../model/istio-annotations';
import { INJECT } from '../model/mesh';
import { POD_KINDS } from '../model/pods';
import type { Report, Rule } from './rule';

const scene = (metadata: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: ${metadata}
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }] }
`;

export const rule: Rule = {
  id: 'NS3067',
  class: 'practice',
  title: 'An annotation of Istio is deprecated',
  sees: 'deprecated annotations on pods and Services. sidecar.istio.io/inject is passed over where the label of the same name stands beside it.',
  why: 'A later release does not read it any more. As an annotation sidecar.istio.io/inject: "true" does not even reach the injector in a namespace without its label.',
  fix: 'write what has taken its place: labels for injection, proxy.istio.io/config or Telemetry for statistics and addresses',
  covers: ['IST0135'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0135/', 'https://istio.io/latest/docs/reference/config/annotations/'],
  subjects: [...POD_KINDS, '/Service'],
  failing: {
    documents: scene('{ labels: { app: orders }, annotations: { sidecar.istio.io/inject: "false" } }'),
    says: 'Annotation sidecar.istio.io/inject is deprecated',
    field: 'spec.template.metadata.annotations["sidecar.istio.io/inject"]',
  },
  passing: { documents: scene('{ labels: { app: orders, sidecar.istio.io/inject: "false" } }') },
  check(cluster, report) {
    for (const group of cluster.pods) if (group.entry.sound) check(report, group.entry, group.annotations, group.labels, [...group.metadataPath, 'annotations']);
    for (const service of cluster.objects('', 'Service')) check(report, service, service.annotations, service.labels, ['metadata', 'annotations']);
  },
};

function check(report: Report, entry: Entry, annotations: Labels, labels: Labels, path: FieldPath): void {
  for (const name in annotations) {
    if (ISTIO_ANNOTATIONS[name]?.deprecated !== true || name === INJECT && labels[INJECT] !== undefined) continue;
    report(entry, [...path, name], { message: `Annotation ${name} is deprecated`, ...name === INJECT && { fix: 'write it as a label of the pods' } });
  }
}
