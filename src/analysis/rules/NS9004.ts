import type { FieldPath } from '../documents/document';
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list, record, text } from '../model/fields';
import { meshServicesOf } from '../model/mesh-services';
import { policiesOf, POLICY_SUBJECTS, subjectOf } from '../model/policies';
import { closers, decidedBy } from '../model/policy-words';
import type { Rule } from './rule';

const SYSTEM = (rules: string): string => `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: guard }
webhooks:
  - name: guard.example.com
    admissionReviewVersions: [v1]
    sideEffects: None
    clientConfig: { service: { name: guard, namespace: guard } }
---
apiVersion: v1
kind: Service
metadata: { name: guard, namespace: guard }
spec: { selector: { app: guard }, ports: [{ port: 443, targetPort: 9443 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: guard, namespace: guard }
spec:
  selector: { matchLabels: { app: guard } }
  template:
    metadata: { labels: { app: guard } }
    spec: { containers: [{ name: guard, image: "registry.example.com/guard:1.7.4", ports: [{ containerPort: 9443 }] }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: guard, namespace: guard }
spec: { podSelector: { matchLabels: { app: guard } }, ingress: [${rules}] }
`;

export const rule: Rule = {
  id: 'NS9004',
  class: 'breaks',
  title: 'A network policy keeps the API server from a webhook',
  sees: 'Services that the API server calls (validating, mutating and conversion webhooks, aggregated APIs) and the policies of their pods: whether these evidently keep it out. It comes from a node or from outside, and is never a pod of an application.',
  why: 'Each create or update that the webhook is asked about times out: with failurePolicy Fail nothing can be deployed, not even the mend.',
  fix: 'admit everybody, the addresses of the API server or the entity kube-apiserver at the port of the pods',
  covers: ['analysis 1.3: policy that blocks webhook (apiserver->webhook)'],
  docs: ['https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/'],
  subjects: POLICY_SUBJECTS,
  needs: [
    'admissionregistration.k8s.io/ValidatingWebhookConfiguration', 'admissionregistration.k8s.io/MutatingWebhookConfiguration',
    'apiregistration.k8s.io/APIService', 'apiextensions.k8s.io/CustomResourceDefinition',
  ],
  failing: {
    documents: SYSTEM('{ from: [{ podSelector: {} }], ports: [{ port: 9443 }] }'),
    says: 'NetworkPolicy guard/guard keeps the API server from Deployment guard/guard at port 9443',
    field: 'webhooks[0].clientConfig.service',
  },
  passing: { documents: SYSTEM('{ ports: [{ port: 9443 }] }') },
  check(cluster, report) {
    const policies = policiesOf(cluster);
    for (const { entry, path, namespace, name, port } of calledByApiServer(cluster)) {
      const service = meshServicesOf(cluster).find(namespace, name);
      const servicePort = service?.port(port);
      for (const group of service && servicePort ? service.pods : []) {
        const subject = policies.isClosed(group, 'ingress') ? subjectOf(cluster, group) : undefined;
        const target = service!.targetOf(servicePort!, group);
        if (!subject || target === undefined) continue;
        const decision = policies.decide(subject, 'ingress', { is: 'apiserver', name: 'the API server' }, { number: target, protocol: 'TCP' });
        if (decision.verdict !== false) continue;
        report(entry, path, { message: `${closers(decision)} keeps the API server from ${group.entry.toString()} at port ${target}`, decidedBy: decidedBy(decision) });
        break;
      }
    }
  },
};

interface Called {
  readonly entry: Entry;
  readonly path: FieldPath;
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

function calledByApiServer(cluster: ClusterModel): readonly Called[] {
  const called = (entry: Entry, path: FieldPath, service: Fields): Called[] => (text(record(service).name) === undefined ? []
    : [{ entry, path, namespace: String(service.namespace), name: service.name as string, port: (service.port ?? 443) as number }]);
  return [
    ...['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'].flatMap((kind) => cluster.objects('admissionregistration.k8s.io', kind))
      .flatMap((entry) => list(entry.object.webhooks).flatMap((webhook: Fields, i) => called(entry, ['webhooks', i, 'clientConfig', 'service'], record(webhook.clientConfig).service))),
    ...cluster.objects('apiregistration.k8s.io', 'APIService').flatMap((entry) => called(entry, ['spec', 'service'], entry.spec.service)),
    ...cluster.objects('apiextensions.k8s.io', 'CustomResourceDefinition').flatMap((entry) => called(
      entry, ['spec', 'conversion', 'webhook', 'clientConfig', 'service'], record(record(record(entry.spec.conversion).webhook).clientConfig).service)),
  ];
}
