import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, Chart, Lazy, YamlOutputType } from 'cdk8s';
import type { AppProps } from 'cdk8s';
import { printModel } from '../../src/app/model';
import { NetworkApp } from '../../src/app/network-app';
import { NetworkChart } from '../../src/app/network-chart';
import { NetworkObject } from '../../src/app/network-object';
import { ConfigFile } from '../../src/core/config-file';
import { Registry } from '../../src/core/registry';
import { readFolder } from './programs';

const TEXT = { name: 'text', print: (model: string): string => model };
let outdir: string;

beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'netstack-out-'));
});
afterEach(() => rmSync(outdir, { recursive: true, force: true }));

function program(change: (app: NetworkApp, chart: NetworkChart) => void = () => undefined, props: AppProps = {}): NetworkApp {
  const app = new NetworkApp({ outdir, ...props });
  const chart = new NetworkChart(app, 'orders');
  new NetworkObject(chart, 'config', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config', namespace: 'order-system' }, data: { a: '1' } });
  new ConfigFile(chart, 'haproxy.cfg', { format: TEXT, owner: 'front', model: 'global\n' });
  Registry.of(app).companion('terraform', () => ({ name: 'terraform', render: () => [{ path: 'edge/cdk.tf.json', content: '{}\n' }] }));
  change(app, chart);
  return app;
}

function write(app: NetworkApp): Record<string, string> {
  app.synth();
  return readFolder(outdir);
}

test('synth writes exactly the assembly', () => {
  const app = program();
  const assembly = app.assembly();
  const files = write(app);
  expect(Object.keys(files)).toEqual(['files/front/haproxy.cfg', 'netstack.model.json', 'orders.k8s.yaml', 'terraform/edge/cdk.tf.json']);
  expect(files['orders.k8s.yaml']).toBe(assembly.documents[0]!.yaml);
  expect(assembly.documents[0]!.documents).toEqual([assembly.objects[0]!.document]);
  expect({ ...assembly.files, ...assembly.terraform }).toEqual({ 'files/front/haproxy.cfg': 'global\n', 'terraform/edge/cdk.tf.json': '{}\n' });
  expect(JSON.parse(files['netstack.model.json']!)).toEqual(assembly.model);
});

test('in every layout the folder holds the bytes of the assembly, and nothing else', () => {
  for (const yamlOutputType of [YamlOutputType.FILE_PER_APP, YamlOutputType.FILE_PER_CHART, YamlOutputType.FILE_PER_RESOURCE, YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE]) {
    for (const recordConstructMetadata of [false, true]) {
      const app = program(undefined, { yamlOutputType, recordConstructMetadata });
      const { documents, files, model, terraform } = app.assembly();
      const manifests = Object.fromEntries(documents.map(({ file, yaml }) => [file, yaml]));
      expect({ yamlOutputType, files: write(app) }).toEqual({ yamlOutputType, files: { ...manifests, ...files, ...terraform, 'netstack.model.json': printModel(model).toString() } });
    }
  }
});

test('an assembly touches no file', () => {
  rmSync(outdir, { recursive: true });
  program().assembly();
  expect(existsSync(outdir)).toBe(false);
});

test.each<[string, (app: NetworkApp, chart: NetworkChart) => void]>([
  ['a lazy field that fails', (_, chart) => new NetworkObject(chart, 'bad', { apiVersion: 'v1', kind: 'Bad', metadata: { name: 'bad' }, spec: Lazy.any({ produce: () => JSON.parse('{') as object }) })],
  ['a value that is no data', (_, chart) => new ApiObject(chart, 'bad', { apiVersion: 'v1', kind: 'Bad', metadata: { name: 'bad' }, spec: { date: new Date(0) } })],
  ['a validation that fails', (app) => app.node.addValidation({ validate: () => ['no'] })],
  ['a file that cannot be printed', (_, chart) => new ConfigFile(chart, 'x.conf', { owner: 'front', model: '', format: { name: 'x', print: () => JSON.parse('{') as string } })],
  ['a companion that fails', (app) => Registry.of(app).companion('broken', () => ({ name: 'broken', render: () => JSON.parse('{') as [] }))],
  ['an object that is there twice', (_, chart) => new NetworkObject(chart, 'again', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config', namespace: 'order-system' } })],
])('after %s the folder is as it was', (_, change) => {
  rmSync(outdir, { recursive: true });
  expect(() => program(change).synth()).toThrow();
  expect(existsSync(outdir)).toBe(false);
  const before = write(program());
  expect(() => program((app, chart) => {
    new NetworkObject(chart, 'new', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'new' } });
    change(app, chart);
  }).synth()).toThrow();
  expect(readFolder(outdir)).toEqual(before);
});

test('when a file cannot be written, what was written before it is taken back', () => {
  const before = write(program());
  mkdirSync(join(outdir, 'zzz.k8s.yaml'));
  expect(() => program((app) => {
    for (const id of ['new', 'zzz']) new NetworkObject(new NetworkChart(app, id), 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: id } });
    (app.node.findChild('orders').node.findChild('config') as ApiObject).metadata.addLabel('changed', 'yes');
  }).synth()).toThrow(/^Output file zzz\.k8s\.yaml cannot be written: EISDIR.*: nothing was changed; make room for it in the output folder\.$/s);
  expect(readFolder(outdir)).toEqual(before);
});

test('of the earlier files only our own go, with the folders that become empty', () => {
  write(program((app, chart) => {
    new NetworkObject(new NetworkChart(app, 'gone'), 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } });
    new ConfigFile(chart, 'wg0.conf', { format: TEXT, owner: 'hub', model: '[Interface]\n' });
    new ConfigFile(chart, 'two.conf', { format: TEXT, owner: 'shared', model: '2\n' });
  }));
  writeFileSync(join(outdir, 'notes.txt'), 'mine');
  writeFileSync(join(outdir, 'files/shared/mine.conf'), 'mine');
  expect(Object.keys(write(program()))).toEqual(['files/front/haproxy.cfg', 'files/shared/mine.conf', 'netstack.model.json', 'notes.txt', 'orders.k8s.yaml', 'terraform/edge/cdk.tf.json']);
  expect(existsSync(join(outdir, 'files/hub'))).toBe(false);
});

test('a model file that was tampered with removes nothing outside the folder', () => {
  write(program());
  const outside = `${outdir}-outside`;
  writeFileSync(outside, 'mine');
  const model = JSON.parse(readFileSync(join(outdir, 'netstack.model.json'), 'utf8')) as { outputs: unknown[] };
  model.outputs.push({ path: `../${outside.split('/').pop()}` }, { path: outside }, null, { path: 7 });
  writeFileSync(join(outdir, 'netstack.model.json'), JSON.stringify(model));
  try {
    write(program());
    expect(readFileSync(outside, 'utf8')).toBe('mine');
  } finally {
    rmSync(outside);
  }
});

test('a file that would not change is not touched', () => {
  write(program());
  const file = join(outdir, 'orders.k8s.yaml');
  utimesSync(file, 1000, 1000);
  write(program());
  expect(statSync(file).mtimeMs).toBe(1_000_000);
  write(program((_, chart) => (chart.node.findChild('config') as ApiObject).metadata.addLabel('a', 'b')));
  expect(statSync(file).mtimeMs).toBeGreaterThan(1_000_000);
});

test('the same object twice names both constructs and lines', () => {
  const app = program((root) => new ApiObject(new Chart(root, 'other'), 'twin', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config', namespace: 'order-system' } }));
  expect(() => app.synth()).toThrow(
    /^ConfigMap order-system\/config is declared twice in cluster default: by orders\/config \(test\/app\/outputs\.test\.ts:\d+\) and by other\/twin \(test\/app\/outputs\.test\.ts:\d+\): give one of them another name or namespace, or keep only one\.$/,
  );
});

test('two objects that one file per resource would lose one of are refused', () => {
  const app = program((_, chart) => new NetworkObject(chart, 'elsewhere', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config', namespace: 'other' } }), { yamlOutputType: YamlOutputType.FILE_PER_RESOURCE });
  expect(() => app.synth()).toThrow(/^orders\/config and orders\/elsewhere would both be written to ConfigMap\.config\.k8s\.yaml \(test\/app\/outputs\.test\.ts:\d+\): give one of them another name, or take another yamlOutputType\.$/);
});

test.each([['..', 'x.conf'], ['front', '../../x.conf'], ['front', 'a/../../../x'], ['/etc', 'x'], ['front', 'a\\b'], ['front', 'a\0b'], ['front', '']])('the file %j/%j leads nowhere outside', (owner, name) => {
  const app = program((root) => Registry.of(root).addFile({ owner, name, path: 'orders/file', source: undefined, format: 'x', render: () => '' }, root));
  expect(() => app.synth()).toThrow(/of orders\/file leads out of the output folder or is no plain path .*: use names without "\.\.", backslashes and control characters, with "\/" between them\.$/);
});

test('a manifest extension that leads out of the folder is refused', () => {
  expect(() => program(undefined, { outputFileExtension: '/../../../x.yaml' }).synth()).toThrow('leads out of the output folder');
});

test('neither files nor Terraform can look like a manifest', () => {
  const app = program((root) => Registry.of(root).addFile({ owner: 'traefik', name: 'traefik.YML', path: 'orders/traefik', source: undefined, format: 'traefik', render: () => '' }, root));
  expect(() => app.synth()).toThrow(/^File files\/traefik\/traefik\.YML ends like a Kubernetes manifest \(orders\/traefik, test\/app\/outputs\.test\.ts:\d+\): give it another ending: cdk8s would apply it\.$/);
});

test('CDK8S_OUTDIR is where an app without outdir writes', () => {
  process.env.CDK8S_OUTDIR = outdir;
  try {
    program(undefined, { outdir: undefined }).synth();
    expect(existsSync(join(outdir, 'orders.k8s.yaml'))).toBe(true);
  } finally {
    delete process.env.CDK8S_OUTDIR;
  }
});
