import { sentenceCase } from '../../core/errors';
import { plainTexts, printText, SECRET_NAME } from '../model/texts';
import type { Rule } from './rule';

/** Values that are no secrets: another variable, a place, a switch, a number, a template. */
const HARMLESS = /^(?:\$[({].*|\/.*|[a-z][a-z0-9+.-]*:\/\/.*|true|false|\d{1,5}|changeit|\{\{.*|<.*>|.{0,3})$/i;

export const rule: Rule = {
  id: 'NS0052',
  class: 'practice',
  title: 'A password stands in the manifest itself',
  sees: 'Variables of containers and keys of ConfigMaps that are called a password, secret, token or key and hold a literal. Paths, addresses, switches and references to other variables are passed over, and the value is never shown.',
  why: 'Whoever may read the workload or the ConfigMap has it, and to change it is a rollout of the manifest.',
  fix: 'keep it in a Secret, and read it with secretKeyRef',
  covers: ['R66', 'R129'],
  docs: ['https://kubernetes.io/docs/concepts/security/secrets-good-practices/'],
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
          env: [{ name: DB_PASSWORD, value: correct-horse }]
`,
    says: 'Variable DB_PASSWORD holds its value in the manifest',
    field: 'spec.template.spec.containers[0].env[0].value',
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
          env:
            - { name: DB_PASSWORD, valueFrom: { secretKeyRef: { name: db, key: password, optional: true } } }
            - { name: TLS_PRIVATE_KEY, value: /tls/tls.key }
            - { name: REQUIRE_TOKEN, value: "true" }
            - { name: TOKEN_ISSUER, value: shop }
`,
  },
  check(cluster, report) {
    for (const plain of cluster.derive(plainTexts)) {
      const { entry, path, text, name, where } = plain;
      if ((where !== 'variable' && where !== 'config') || !SECRET_NAME.test(name) || HARMLESS.test(text.trim())) continue;
      report(entry, path, { message: `${sentenceCase(printText(plain))} holds its value in the manifest` });
    }
  },
};
