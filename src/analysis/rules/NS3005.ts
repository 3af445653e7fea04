import type { FieldPath } from '../documents/document';
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list, record } from '../model/fields';
import { mtlsOf } from '../model/mesh-mtls';
import { meshServicesOf } from '../model/mesh-services';
import type { Report, Rule } from './rule';

const scene = (annotations: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: policy, labels: { istio-injection: enabled } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: policy }
spec: { mtls: { mode: STRICT } }
---
apiVersion: v1
kind: Service
metadata: { name: admission, namespace: policy }
spec:
  selector: { app: admission }
  ports: [{ name: https, port: 443, targetPort: 9443 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: admission, namespace: policy }
spec:
  selector: { matchLabels: { app: admission } }
  template:
    metadata:
      labels: { app: admission }
      annotations: { ${annotations} }
    spec: { containers: [{ name: admission, image: "registry.example.com/admission:1.0.0", ports: [{ containerPort: 9443 }] }] }
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: policy }
webhooks:
  - name: orders.policy.example.com
    admissionReviewVersions: [v1]
    sideEffects: None
    clientConfig: { service: { namespace: policy, name: admission, path: /validate } }
    rules: [{ operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods] }]
`;

export const rule: Rule = {
  id: 'NS3005',
  class: 'breaks',
  title: 'STRICT mTLS refuses the API server\'s calls to a webhook',
  sees: 'webhooks, conversion webhooks and aggregated APIs whose Service ends at pods of the mesh that ask for STRICT mTLS at that port.',
  why: 'The API server is outside the mesh and speaks ordinary HTTPS. The sidecar refuses it, so with failurePolicy Fail every write of such objects fails, and with Ignore nothing is checked any more.',
  fix: 'leave the port alone with traffic.sidecar.istio.io/excludeInboundPorts on the pods, or take plain text there with portLevelMtls PERMISSIVE',
  covers: ['R3', 'analysis 1.3: STRICT mTLS with non-mesh client'],
  docs: ['https://istio.io/latest/docs/reference/config/annotations/#SidecarTrafficExcludeInboundPorts'],
  subjects: ['security.istio.io/PeerAuthentication'],
  needs: [
    'admissionregistration.k8s.io/ValidatingWebhookConfiguration', 'admissionregistration.k8s.io/MutatingWebhookConfiguration',
    'apiregistration.k8s.io/APIService', 'apiextensions.k8s.io/CustomResourceDefinition',
  ],
  failing: {
    documents: scene('example.com/team: platform'),
    says: 'The API server calls port 9443 of Deployment policy/admission without a certificate of the mesh, and STRICT mTLS refuses it',
    field: 'webhooks[0].clientConfig.service',
  },
  passing: { documents: scene('traffic.sidecar.istio.io/excludeInboundPorts: "9443"') },
  check(cluster, report) {
    if (!mtlsOf(cluster).anyStrict) return;
    for (const kind of ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration']) {
      for (const entry of cluster.objects('admissionregistration.k8s.io', kind)) {
        for (const [index, webhook] of list(entry.object.webhooks).map(record).entries()) {
          call(cluster, report, entry, ['webhooks', index, 'clientConfig', 'service'], record(record(webhook.clientConfig).service));
        }
      }
    }
    for (const entry of cluster.objects('apiregistration.k8s.io', 'APIService')) call(cluster, report, entry, ['spec', 'service'], record(entry.spec.service));
    for (const entry of cluster.objects('apiextensions.k8s.io', 'CustomResourceDefinition')) {
      const service = record(record(record(record(entry.spec.conversion).webhook).clientConfig).service);
      call(cluster, report, entry, ['spec', 'conversion', 'webhook', 'clientConfig', 'service'], service);
    }
  },
};

function call(cluster: ClusterModel, report: Report, at: Entry, path: FieldPath, reference: Fields): void {
  const { namespace, name, port } = reference;
  if (typeof namespace !== 'string' || typeof name !== 'string') return;
  const service = meshServicesOf(cluster).find(namespace, name);
  const found = service?.port(typeof port === 'number' ? port : 443);
  if (!service || !found) return;
  for (const group of service.pods) {
    const target = service.targetOf(found, group);
    const mode = target === undefined ? undefined : mtlsOf(cluster).refusesPlainText(group, target);
    if (!mode) continue;
    report(at, path, {
      message: `The API server calls port ${target} of ${group.entry.toString()} without a certificate of the mesh, and STRICT mTLS refuses it`,
      decidedBy: [mode.by!, group.entry],
    });
    return;
  }
}
