import { atLeast } from '../../core/targets';
import { annotationOf } from '../model/texts';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0053',
  class: 'practice',
  title: 'A Service asks for short ways by an annotation',
  sees: 'The annotations service.kubernetes.io/topology-mode and topology-aware-hints. The field topologyKeys is no longer known to any schema, and is refused as such.',
  why: 'The annotation is a hint that is dropped without a word when zones are uneven, it wins over trafficDistribution, and it goes away.',
  fix: 'set spec.trafficDistribution, and remove the annotation',
  covers: ['R69', 'R34'],
  docs: ['https://kubernetes.io/docs/reference/networking/virtual-ips/#traffic-distribution'],
  subjects: ['/Service'],
  failing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop, annotations: { service.kubernetes.io/topology-mode: Auto } }
spec: { ports: [{ port: 80 }] }
`,
    says: 'Annotation service.kubernetes.io/topology-mode asks for what trafficDistribution says',
    field: 'metadata.annotations["service.kubernetes.io/topology-mode"]',
  },
  passing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { trafficDistribution: PreferSameZone, ports: [{ port: 80 }] }
`,
  },
  check(cluster, report) {
    const wanted = atLeast(cluster.targets.kubernetes, '1.34') ? 'PreferSameZone' : 'PreferClose';
    for (const service of cluster.objects('', 'Service')) {
      const annotation = annotationOf(service, 'service.kubernetes.io/topology-mode', 'service.kubernetes.io/topology-aware-hints');
      if (annotation && !/^disabled$/i.test(annotation.value)) {
        report(service, ['metadata', 'annotations', annotation.name], { message: `Annotation ${annotation.name} asks for what trafficDistribution says`, fix: `set trafficDistribution: ${wanted}, and remove the annotation` });
      }
    }
  },
};
