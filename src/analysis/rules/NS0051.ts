import { sentenceCase } from '../../core/errors';
import { looksLikeSecret } from '../../core/secret-formats';
import type { FieldPath } from '../documents/document';
import { plainTexts, printText, SHORTEST_SECRET } from '../model/texts';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0051',
  class: 'risk',
  title: 'A secret stands where everybody can read it',
  sees: 'Well-known formats of keys, tokens and passwords in addresses, in variables, arguments, ConfigMaps, annotations, custom resources, Terraform and configuration files. What was found is never shown. Secrets are passed over.',
  why: 'Whoever may read the repository, the ConfigMap or the plan has the secret, and it stays in their history after it is removed.',
  fix: 'take it back where it was issued, keep the new one in a Secret, and refer to that',
  covers: ['R66', 'R129'],
  docs: ['https://kubernetes.io/docs/concepts/security/secrets-good-practices/'],
  subjects: ['*'],
  failing: {
    documents: `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data:
  app.yaml: |
    database: postgres://orders:correct-horse-battery@db.shop:5432/orders?sslmode=verify-full
`,
    says: 'Key app.yaml holds a secret (password in a URL)',
    field: 'data["app.yaml"]',
  },
  passing: {
    documents: `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data:
  app.yaml: |
    database: postgres://orders:\${DB_PASSWORD}@db.shop:5432/orders?sslmode=verify-full
  ca.crt: |
    -----BEGIN CERTIFICATE-----
    MIIB
    -----END CERTIFICATE-----
---
apiVersion: v1
kind: Secret
metadata: { name: db, namespace: shop }
stringData: { url: "postgres://orders:correct-horse-battery@db.shop:5432/orders" }
`,
  },
  checkWorld(world, report) {
    for (const cluster of world.clusters) {
      for (const plain of cluster.derive(plainTexts)) {
        const { entry, path, text } = plain;
        const kind = text.length < SHORTEST_SECRET ? undefined : looksLikeSecret(text);
        if (kind !== undefined) report(entry, path, { message: `${sentenceCase(printText(plain))} holds a secret (${kind})` });
      }
    }
    for (const type of world.terraformTypes) {
      for (const resource of world.terraform(type)) {
        for (const [path, kind] of secretsOf(resource.attributes)) report(resource, path, { message: `${type}.${resource.name} holds a secret (${kind})`, fix: 'take it back where it was issued, and give the new one as a sensitive variable' });
      }
    }
    for (const file of world.input.files ?? []) {
      if (looksLikeSecret(file.text) === undefined) continue;
      const lines = file.text.split('\n');
      const found = lines.flatMap((line, i): Array<[number, string]> => {
        const kind = looksLikeSecret(line);
        return kind === undefined ? [] : [[i + 1, kind]];
      });
      for (const [line, kind] of found.length > 0 ? found : [[1, looksLikeSecret(file.text)!] as const]) report(file, [line], { message: `The file holds a secret (${kind})`, fix: 'have the engine read it from a file or variable of its host' });
    }
  },
};

function secretsOf(value: unknown, path: FieldPath = []): Array<[FieldPath, string]> {
  if (typeof value === 'string') {
    const kind = value.length < SHORTEST_SECRET ? undefined : looksLikeSecret(value);
    return kind === undefined ? [] : [[path, kind]];
  }
  if (typeof value !== 'object' || value === null || path.length > 40) return [];
  return (Array.isArray(value) ? [...value.entries()] : Object.entries(value)).flatMap(([key, below]) => secretsOf(below, [...path, key]));
}
