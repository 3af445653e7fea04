// What lies among manifests in the repositories of teams and is no manifest, or not one yet.
import { mkdirSync, mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { loadDocuments, parseText, validate } from '../../../src/analysis';

function folder(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'netstack-repository-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "web:1" }] }
`;
const PATCH = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 3 }\n';

function said(root: string): string[] {
  const input = loadDocuments([root]);
  return [...input.findings, ...validate(input)].filter(({ severity }) => severity !== 'info').map(({ id, where }) => `${id} ${where.file!.slice(root.length + 1)}`);
}

test.each([
  ['patches', 'patches: [{ path: replicas.yaml, target: { kind: Deployment } }]'],
  ['patchesStrategicMerge', 'patchesStrategicMerge: [replicas.yaml]'],
])('what a kustomization names under %s is a part of an object', (_, patches) => {
  const kustomization = `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../base]\n${patches}\n`;
  expect(said(folder({ 'base/web.yaml': DEPLOYMENT, 'base/kustomization.yaml': 'resources: [web.yaml]\n', 'prod/kustomization.yaml': kustomization, 'prod/replicas.yaml': PATCH }))).toEqual([]);
});

test('without a kustomization the same file is an object that lacks its selector', () => {
  expect(said(folder({ 'base/web.yaml': DEPLOYMENT, 'prod/replicas.yaml': PATCH }))).toContain('NS0013 prod/replicas.yaml');
});

test('a Kustomization of Flux is an object of the cluster', () => {
  const root = folder({ 'kustomization.yaml': 'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: a, namespace: b }\nspec: { interval: 5m, prune: true, path: ./a }\n' });
  expect(loadDocuments([root]).documents).toHaveLength(1);
});

test('a template of Helm is told as such', () => {
  const { findings } = parseText('apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}-web\nspec: { ports: [{ port: {{ .Values.port }} }] }\n', 'templates/service.yaml');
  expect(findings.map(({ message, fix }) => `${message}; ${fix}`)).toEqual([
    'This is a template and no manifest yet: {{ }} is filled in when the chart is rendered; render it: helm template … | netstack validate -f -',
  ]);
});

test('of what SOPS has encrypted only the name is known', () => {
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata: { name: db, namespace: shop }\ndata: { password: "ENC[AES256_GCM,data:x,type:str]" }\n';
  const ids = (text: string): string[] => validate(parseText(text, 'secret.yaml').documents).map(({ id }) => id);
  expect(ids(`${secret}sops: { mac: "ENC[x]", version: 3.8.1 }\n`)).toEqual([]);
  expect(ids(secret)).toEqual(['NS0014']);
});

test.each(['job-name: import', 'batch.kubernetes.io/job-name: import', 'statefulset.kubernetes.io/pod-name: kafka-0', 'apps.kubernetes.io/pod-index: "0"', 'acme.cert-manager.io/http01-solver: "true"'])(
  'a selector of %s, which a controller sets, finds its pods', (label) => {
    const text = `${DEPLOYMENT.replace('name: web }', 'name: web, namespace: shop }')}---
apiVersion: v1
kind: Service
metadata: { name: one, namespace: shop }
spec: { clusterIP: None, selector: { ${label} } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: one, namespace: shop }
spec: { podSelector: { matchLabels: { ${label} } }, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { ${label} } } }] }] }
`;
    expect(validate(parseText(text, 'system.yaml').documents).map(({ id, message }) => `${id} ${message}`)).toEqual([]);
  });
