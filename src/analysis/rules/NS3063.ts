import type { Fields } from '../model/fields';
import { list, record } from '../model/fields';
import { INJECT, meshOf } from '../model/mesh';
import { POD_KINDS } from '../model/pods';
import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { PodGroup } from '../model/pods';
import type { Report, Rule } from './rule';

const scene = (labels: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: istio-ingress }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: edge, namespace: istio-ingress }
spec:
  selector: { matchLabels: { istio: edge } }
  template:
    metadata: { labels: { istio: edge${labels} }, annotations: { inject.istio.io/templates: gateway } }
    spec: { containers: [{ name: istio-proxy, image: auto }] }
`;

export const rule: Rule = {
  id: 'NS3063',
  class: 'breaks',
  title: 'A proxy waits for an image that nobody fills in',
  sees: 'pods with a container istio-proxy of image auto that no webhook of Istio injects: neither their namespace nor their labels ask for it, or they refuse it.',
  why: 'The image auto is a placeholder for the injector. Without it the kubelet pulls an image called auto, and the pod never starts.',
  fix: 'label the pods with sidecar.istio.io/inject: "true"',
  covers: ['IST0146', 'IST0147', 'IST0102'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0146/', 'https://istio.io/latest/docs/setup/additional-setup/gateway/'],
  subjects: [...POD_KINDS],
  failing: {
    documents: scene(''),
    says: 'Container istio-proxy has image auto, and nobody injects here: namespace istio-ingress is not labelled for injection',
    field: 'spec.template.spec.containers[0].image',
  },
  passing: { documents: scene(', sidecar.istio.io/inject: "true"') },
  check(cluster, report) {
    each(cluster.pods, checkPods, cluster, report);
  },
};

function checkPods(group: PodGroup, cluster: ClusterModel, report: Report): void {
  const index = list(group.spec.containers).findIndex(isFilledIn);
  if (index === -1 || !group.entry.sound) return;
  const { membership, reason } = meshOf(cluster).injectionOf(group);
  // The label of ambient mode fills in nothing.
  if (membership !== 'outside' && membership !== 'ambient') return;
  report(group.entry, [...group.specPath, 'containers', index, 'image'], { message: `Container istio-proxy has image auto, and nobody injects here: ${reason ?? `its pods do not carry ${INJECT}=true`}` });
}

function isFilledIn(container: Fields): boolean {
  return record(container).name === 'istio-proxy' && record(container).image === 'auto';
}
