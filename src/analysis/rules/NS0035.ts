import type { ClusterModel } from '../model/cluster-model';
import type { Link } from '../model/references';
import { beside, kindName, missingWords, nearName, references } from '../model/references';
import type { Report, Rule } from './rule';

export const rule: Rule = {
  id: 'NS0035',
  class: 'breaks',
  title: 'A Secret or ConfigMap is read that nothing makes',
  sees: 'References to Secrets and ConfigMaps without optional: true. Made are also those of cert-manager, of annotated Ingresses and Gateways, of operators, Helm releases, Kyverno and Terraform; '
    + 'what the model file calls external is kept elsewhere. A missing Secret counts where a near name is there, or where the documents keep other Secrets of its namespace (for TLS: Certificates). '
    + 'Where they keep none, Secrets evidently come by another way, and one note lists them.',
  why: 'A pod that reads a Secret or ConfigMap that is not there does not start; a listener without its certificate refuses connections.',
  fix: 'add what makes it, or correct the name',
  covers: ['R7', 'R79', 'IST0101'],
  docs: ['https://kubernetes.io/docs/concepts/configuration/secret/', 'https://cert-manager.io/docs/usage/certificate/'],
  subjects: ['*'],
  failing: {
    documents: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      containers:
        - name: orders
          image: registry.example.com/orders:1.7.4
          envFrom: [{ configMapRef: { name: order-settings } }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: orders-settings, namespace: shop }
data: { LOG_LEVEL: info }
`,
    says: 'There is no ConfigMap order-settings in namespace shop; did you mean orders-settings?',
    field: 'spec.template.spec.containers[0].envFrom[0].configMapRef.name',
  },
  passing: {
    documents: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      containers:
        - name: orders
          image: registry.example.com/orders:1.7.4
          envFrom: [{ configMapRef: { name: orders-settings } }, { configMapRef: { name: overrides, optional: true } }]
          volumeMounts: [{ name: tls, mountPath: /tls }]
      volumes: [{ name: tls, secret: { secretName: orders-tls } }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: orders-settings, namespace: shop }
data: { LOG_LEVEL: info }
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: { name: internal, namespace: shop }
spec: { selfSigned: {} }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: orders, namespace: shop }
spec: { secretName: orders-tls, dnsNames: [orders.example.com], issuerRef: { kind: Issuer, name: internal } }
`,
  },
  check(cluster, report) {
    if (cluster.open) return;
    /** Secrets that are evidently kept elsewhere, by namespace, each with its first reader. */
    const elsewhere = new Map<string, Map<string, Link>>();
    for (const link of cluster.derive(references).missing) {
      if ((link.kind !== '/Secret' && link.kind !== '/ConfigMap') || link.value?.optional === true) continue;
      if (link.kind === '/ConfigMap' || isKeptHere(cluster, link)) {
        report(link.from, link.namePath, { ...missingWords(cluster, link), ...link.field.idle === true && { severity: 'warning' } });
        continue;
      }
      const home = elsewhere.get(link.namespace ?? '') ?? new Map<string, Link>();
      if (!home.has(link.name)) home.set(link.name, link);
      elsewhere.set(link.namespace ?? '', home);
    }
    for (const [namespace, secrets] of elsewhere) note(namespace, secrets, report);
  },
};

/** Whether the Secret should be among the documents. */
function isKeptHere(cluster: ClusterModel, link: Link): boolean {
  if (link.namespace === undefined) return false;
  if (nearName(cluster, link) !== undefined) return true;
  const facts = cluster.derive(beside);
  return facts.keepsSecrets(link.namespace) || (link.field.keys?.includes('tls.crt') === true && facts.madeSecrets.has(link.namespace));
}

function note(namespace: string, secrets: ReadonlyMap<string, Link>, report: Report): void {
  const names = [...secrets.keys()];
  const first = secrets.get(names[0]!)!;
  const shown = names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
  report(first.from, first.namePath, {
    severity: 'info',
    message: `${names.length === 1 ? `${kindName(first.kind)} ${shown} is` : `Secrets ${shown} are`} read${namespace === '' ? '' : ` in namespace ${namespace}`}, and no document makes ${names.length === 1 ? 'it' : 'them'}`,
    fix: 'see that they are there before this is applied, or say in the program that they are kept elsewhere',
  });
}
