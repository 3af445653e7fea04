import type { Rule } from './rule';

const scene = (labels: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { ${labels} } }
`;

export const rule: Rule = {
  id: 'NS3064',
  class: 'risk',
  title: 'A namespace asks for the mesh in two ways',
  sees: 'Namespaces with istio-injection=enabled and istio.io/rev, with sidecars and ambient mode at once, and with a value of istio-injection or istio.io/dataplane-mode that Istio does not know.',
  why: 'One of the labels is ignored: istio-injection wins over istio.io/rev, so an upgrade by revision moves nothing, and a sidecar wins over ambient mode.',
  fix: 'keep one of the labels',
  covers: ['IST0123'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0123/', 'https://istio.io/latest/docs/setup/upgrade/canary/'],
  subjects: ['/Namespace'],
  failing: {
    documents: scene('istio-injection: enabled, istio.io/rev: canary'),
    says: 'istio-injection=enabled wins, and istio.io/rev=canary is ignored',
    field: 'metadata.labels["istio.io/rev"]',
  },
  passing: { documents: scene('istio-injection: disabled, istio.io/rev: canary') },
  check(cluster, report) {
    for (const namespace of cluster.objects('', 'Namespace')) {
      const { 'istio-injection': injection, 'istio.io/rev': revision, 'istio.io/dataplane-mode': dataplane } = namespace.labels;
      const at = (label: string): readonly string[] => ['metadata', 'labels', label];
      if (injection !== undefined && injection !== 'enabled' && injection !== 'disabled') {
        report(namespace, at('istio-injection'), { message: `istio-injection=${injection} switches injection off: only enabled switches it on`, fix: 'write enabled or disabled' });
      }
      if (dataplane !== undefined && dataplane !== 'ambient' && dataplane !== 'none') {
        report(namespace, at('istio.io/dataplane-mode'), { message: `istio.io/dataplane-mode=${dataplane} means nothing`, fix: 'write ambient or none' });
      }
      if (injection === 'enabled' && revision !== undefined) report(namespace, at('istio.io/rev'), { message: `istio-injection=enabled wins, and istio.io/rev=${revision} is ignored` });
      const sidecars = injection === 'enabled' ? 'istio-injection=enabled' : injection === undefined && revision !== undefined && revision !== '' ? `istio.io/rev=${revision}` : undefined;
      if (sidecars !== undefined && dataplane === 'ambient') report(namespace, at('istio.io/dataplane-mode'), { message: `${sidecars} gives pods a sidecar, and ambient mode is ignored` });
    }
  },
};
