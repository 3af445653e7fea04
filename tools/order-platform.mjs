// Synthesizes examples/order-platform with the stock `cdk8s synth`, validates what came out, and says per layer what was written.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const example = join(project, 'examples/order-platform');

const run = (what, command, args) => {
  const { status } = spawnSync(command, args, { cwd: example, stdio: 'inherit', env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false' } });
  if (status === 0) return;
  console.error(`${what} failed.`);
  process.exit(status ?? 1);
};

run('cdk8s synth', process.execPath, [join(project, 'node_modules/cdk8s-cli/bin/cdk8s'), 'synth']);

const LAYERS = [
  ['edge', /^terraform\//, undefined],
  ['gateway', undefined, /^(gateway\.networking\.k8s\.io|gateway\.envoyproxy\.io|cert-manager\.io)$/],
  ['mesh', undefined, /\.istio\.io$/],
  ['cni', undefined, /^cilium\.io$/],
  ['observability', undefined, /^monitoring\.coreos\.com$/],
  ['workloads', undefined, /^(|apps|policy|autoscaling|batch|rbac\.authorization\.k8s\.io|networking\.k8s\.io)$/],
];

const model = JSON.parse(readFileSync(join(example, 'dist/netstack.model.json'), 'utf8'));
const written = new Map();
const add = (layer, what, count = 1) => {
  const kinds = written.get(layer) ?? new Map();
  kinds.set(what, (kinds.get(what) ?? 0) + count);
  written.set(layer, kinds);
};
for (const { group = '', kind } of model.objects) {
  const layer = LAYERS.find(([, , groups]) => groups?.test(group));
  add(layer ? layer[0] : 'other', kind);
}
for (const { path } of model.outputs) {
  if (path.startsWith('files/')) add(`files/${path.split('/')[1]}`, path.split('/').slice(2).join('/'));
  else if (path.startsWith('terraform/') && path.endsWith('cdk.tf.json')) {
    const { resource = {} } = JSON.parse(readFileSync(join(example, 'dist', path), 'utf8'));
    for (const [type, resources] of Object.entries(resource)) add('edge (Terraform)', type, Object.keys(resources).length);
  }
}

console.log(`\nexamples/order-platform/dist: ${model.outputs.length} files, ${model.objects.length} Kubernetes objects, ${model.connections.length} connections, ${model.clusters.length} clusters\n`);
const width = Math.max(...[...written.keys()].map((layer) => layer.length)) + 2;
for (const [layer, kinds] of [...written].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const list = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, count]) => (count > 1 ? `${kind} x${count}` : kind)).join(', ');
  console.log(`  ${layer.padEnd(width)} ${list}`);
}
console.log();

run('netstack validate', process.execPath, [join(project, 'lib/src/cli/main.js'), 'validate']);
