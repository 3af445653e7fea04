import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadDocuments, validate } from '../../../src/analysis';

const GATEWAY = 'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: { name: edge, namespace: shop }\nspec: { gatewayClassName: envoy, listeners: [{ name: http, port: 80, protocol: HTTP }] }\n';
const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata: { name: orders, namespace: shop }\nspec: { selector: { app: orders }, ports: [{ port: 80 }] }\n';
const TERRAFORM = '{\n  "resource": {\n    "cloudflare_dns_record": { "api": { "name": "api.example.com", "ttl": 1 } }\n  }\n}\n';

const MODEL = {
  format: 'netstack/model/v1', toolVersion: '0.0.0', profile: 'production',
  clusters: [{ name: 'beijing', targets: { kubernetes: '1.32' }, podCidrs: ['10.1.0.0/16'], serviceCidrs: [], clusterDomain: 'cluster.local', trustDomain: 'cluster.local' }],
  outputs: [
    { path: 'a.k8s.yaml', kind: 'kubernetes' }, { path: 'b.k8s.yaml', kind: 'kubernetes' }, { path: 'construct-metadata.json', kind: 'construct-metadata' },
    { path: 'files/front/haproxy.cfg', kind: 'file', owner: 'front', format: 'haproxy', constructPath: 'front/haproxy', source: 'front.ts:7' },
    { path: 'terraform/edge/cdk.tf.json', kind: 'terraform', constructPath: 'edge/order', source: 'edge.ts:4' },
  ],
  objects: [
    { cluster: 'beijing', group: 'gateway.networking.k8s.io', version: 'v1', kind: 'Gateway', namespace: 'shop', name: 'edge', file: 'a.k8s.yaml', constructPath: 'app/edge', source: 'main.ts:3' },
    { cluster: 'beijing', group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'shop', name: 'orders', file: 'b.k8s.yaml', constructPath: 'app/orders', source: 'main.ts:4' },
  ],
  workloads: [{ cluster: 'beijing', namespace: 'shop', name: 'orders', labels: { app: 'orders' }, serviceAccount: 'orders', ports: [], versions: [], constructPath: 'app/orders' }],
  connections: [], acknowledgements: [], external: [],
};

let folder: string;
const home = process.cwd();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netstack-load-'));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
});
function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
function putAssembly(): void {
  put('dist/netstack.model.json', JSON.stringify(MODEL));
  put('dist/a.k8s.yaml', GATEWAY);
  put('dist/b.k8s.yaml', 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: orders, namespace: shop }\n');
  put('dist/files/front/haproxy.cfg', 'global\n  maxconn 100\n');
  put('dist/files/front/unlisted.cfg', 'global\n');
  put('dist/terraform/edge/cdk.tf.json', TERRAFORM);
  put('dist/construct-metadata.json', '{"version":"1.0.0"}');
}

describe('Terraform', () => {
  test('by its ending, by its look, and with positions', () => {
    put('m/cdk.tf.json', TERRAFORM);
    put('m/main.json', TERRAFORM);
    put('m/package.json', '{ "name": "x", "resource": 3 }');
    put('m/plan.json', '{ "format_version": "1.2", "resource_changes": [] }');
    const { documents, terraform, findings } = loadDocuments(['m']);
    expect({ documents, findings }).toEqual({ documents: [], findings: [] });
    expect(terraform.map(({ file }) => file)).toEqual(['m/cdk.tf.json', 'm/main.json']);
    expect(terraform[0]!.locate!(['resource', 'cloudflare_dns_record', 'api', 'ttl'])).toEqual({ line: 3, column: 68 });
  });

  test('a broken one is a finding', () => {
    put('m/cdk.tf.json', TERRAFORM.slice(0, 40));
    put('m/list.tf.json', '[]');
    expect(loadDocuments(['m']).findings.map(({ id, message, where }) => `${id} ${where.file} ${message}`)).toEqual([
      'NS0010 m/cdk.tf.json This Terraform file is no JSON object', 'NS0010 m/list.tf.json This Terraform file is no JSON object',
    ]);
  });

  test('a Kubernetes object with a field called resource is none', () => {
    put('m/a.json', '{"apiVersion":"example.com/v1","kind":"A","metadata":{"name":"a"},"resource":{}}');
    const { documents, terraform } = loadDocuments(['m']);
    expect([documents.length, terraform.length]).toEqual([1, 0]);
  });
});

describe('the model file', () => {
  test('names the configuration files of a folder, with owner, language and origin', () => {
    putAssembly();
    const { files, terraform, models, documents, read } = loadDocuments(['dist']);
    expect(files).toEqual([{ text: 'global\n  maxconn 100\n', file: 'dist/files/front/haproxy.cfg', format: 'haproxy', owner: 'front', constructPath: 'front/haproxy', source: 'front.ts:7' }]);
    expect(terraform.map(({ file, constructPath, source }) => [file, constructPath, source])).toEqual([['dist/terraform/edge/cdk.tf.json', 'edge/order', 'edge.ts:4']]);
    expect(models).toEqual([{ file: 'dist/netstack.model.json', toolVersion: '0.0.0', clusters: MODEL.clusters, external: [], workloads: MODEL.workloads, connections: [], profile: 'production' }]);
    expect([documents.length, read]).toEqual([2, 4]);
  });

  test('beside given manifests its other outputs are read when they are asked for', () => {
    putAssembly();
    expect(loadDocuments(['dist/a.k8s.yaml'])).toMatchObject({ terraform: [], files: [] });
    const { terraform, files } = loadDocuments(['dist/a.k8s.yaml'], { outputs: true });
    expect([terraform, files].map((list) => list.map(({ file }) => file))).toEqual([['dist/terraform/edge/cdk.tf.json'], ['dist/files/front/haproxy.cfg']]);
    rmSync('dist/files', { recursive: true });
    expect(loadDocuments(['dist/a.k8s.yaml'], { outputs: true })).toMatchObject({ files: [], findings: [] });
  });

  test('objects of files that were not given are somebody else\'s, so that nothing is said to be missing', () => {
    putAssembly();
    put('dist/a.k8s.yaml', SERVICE);
    const part = loadDocuments(['dist/a.k8s.yaml']);
    expect(part.models![0]!.external).toEqual([
      { kind: 'Deployment', group: 'apps', name: 'orders', cluster: 'beijing', namespace: 'shop' },
      expect.objectContaining({ kind: 'Workload', cluster: 'beijing', namespace: 'shop', name: 'orders', labels: { app: 'orders' } }),
    ]);
    expect(validate(part)).toEqual([]);
    // The same object, taken out of a file that is there, is missing.
    put('dist/b.k8s.yaml', '');
    expect(validate(loadDocuments(['dist'])).map(({ id }) => id)).toContain('NS0033');
  });

  test('what it does not list stands in its only cluster, also from other folders', () => {
    putAssembly();
    put('dist/extra.yaml', SERVICE);
    put('more/extra.yaml', SERVICE.replace('orders', 'more'));
    const { documents } = loadDocuments(['dist', 'more']);
    expect(documents.map(({ file, cluster, targets }) => [file, cluster, targets])).toEqual(
      ['dist/a.k8s.yaml', 'dist/b.k8s.yaml', 'dist/extra.yaml', 'more/extra.yaml'].map((file) => [file, 'beijing', { kubernetes: '1.32' }]),
    );
  });

  test('of several clusters an unlisted object takes that of its file, or none', () => {
    putAssembly();
    put('dist/netstack.model.json', JSON.stringify({ ...MODEL, clusters: [...MODEL.clusters, { ...MODEL.clusters[0], name: 'shanghai' }] }));
    put('dist/a.k8s.yaml', `${GATEWAY}---\n${SERVICE}`);
    put('dist/extra.yaml', SERVICE);
    expect(loadDocuments(['dist']).documents.map(({ file, cluster }) => [file, cluster])).toEqual([
      ['dist/a.k8s.yaml', 'beijing'], ['dist/a.k8s.yaml', 'beijing'], ['dist/b.k8s.yaml', 'beijing'], ['dist/extra.yaml', undefined],
    ]);
  });
});
