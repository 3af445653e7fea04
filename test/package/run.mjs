// Packs the package and uses the tarball as its users do: in the project of `cdk8s init typescript-app` (TypeScript 5.9, `node10` resolution, jest 29, full
// library check), in a project of ES modules, under the oldest Node that is admitted and under the newest.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const project = join(here, '../..');
const template = join(project, 'node_modules/cdk8s-cli/templates/typescript-app');
const work = mkdtempSync(join(tmpdir(), 'netstack-package-'));
const MAX_TARBALL = 1.5e6;
const MAX_IMPORTS = 0.6e6;

let failed = false;
const check = (what, action) => {
  const start = Date.now();
  try {
    action();
    console.log(`ok      ${what} (${Math.round((Date.now() - start) / 1000)} s)`);
  } catch (error) {
    failed = true;
    console.log(`FAILED  ${what}\n${error.stdout ?? ''}${error.stderr ?? ''}${error.stdout === undefined ? error.stack : ''}`);
  }
};
const assert = (holds, sentence) => {
  if (!holds) throw new Error(sentence);
};
const run = (cwd, command, args, env = {}) => execFileSync(command, args, { cwd, env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false', npm_config_fund: 'false', npm_config_audit: 'false', ...env }, encoding: 'utf8', stdio: 'pipe' });
const write = (folder, name, content) => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), typeof content === 'string' ? content : `${JSON.stringify(content, undefined, 2)}\n`);
};

let tarball = '';
check('npm pack', () => {
  run(project, 'npx', ['projen', 'compile']);
  const [{ filename }] = JSON.parse(run(project, 'npm', ['pack', '--json', '--pack-destination', work]));
  tarball = join(work, filename);
});

check(`the tarball is at most ${MAX_TARBALL / 1e6} MB, imports in it at most ${MAX_IMPORTS / 1e6} MB`, () => {
  const size = statSync(tarball).size;
  run(work, 'tar', ['xzf', tarball]);
  run(join(work, 'package'), 'tar', ['czf', '../imports.tgz', 'lib/imports']);
  const imports = statSync(join(work, 'imports.tgz')).size;
  console.log(`        tarball ${(size / 1e6).toFixed(2)} MB, imports ${(imports / 1e6).toFixed(2)} MB`);
  assert(size <= MAX_TARBALL, `the tarball has ${size} bytes`);
  assert(imports <= MAX_IMPORTS, `imports have ${imports} bytes`);
});

check('the root door mentions no low-level type, no provider', () => {
  const seen = new Set();
  const visit = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()['"]([^'"]+)['"]/g)) {
      if (!name.startsWith('.')) {
        assert(!/cdktf|cdk8s-plus/.test(name), `${file} mentions ${name}`);
        continue;
      }
      const target = [`${join(dirname(file), name)}.d.ts`, join(dirname(file), name, 'index.d.ts')].find(existsSync);
      assert(target !== undefined, `${file} imports ${name}, which is not in the package`);
      visit(target);
    }
  };
  visit(join(work, 'package/lib/src/index.d.ts'));
  const lowLevel = [...seen].find((file) => file.includes('/lib/imports/'));
  assert(lowLevel === undefined, `the types of the root door reach ${lowLevel}`);
});

// --- the project of the template ---
const app = join(work, 'app');
const versions = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')).devDependencies;
check('install into the files of `cdk8s init typescript-app`', () => {
  cpSync(template, app, { recursive: true });
  for (const name of ['.hooks.sscaff.js', '__snapshots__', 'help', '{{}}.gitignore']) rmSync(join(app, name), { recursive: true, force: true });
  cpSync(join(here, 'consumer'), app, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8').replaceAll('{{ $base }}', 'consumer'));
  manifest.dependencies = { 'cdk8s': `^${versions.cdk8s}`, 'cdk8s-netstack': `file:${tarball}`, 'constructs': `^${versions.constructs}` };
  manifest.devDependencies = { ...manifest.devDependencies, 'cdk8s-cli': versions['cdk8s-cli'] };
  write(app, 'package.json', manifest);
  // The template's import step needs a network.
  write(app, 'cdk8s.yaml', 'language: typescript\napp: npx ts-node main.ts\n');
  run(app, 'npm', ['install']);
});
check('type-check with TypeScript 5.9, node10, the full library check', () => {
  console.log(`        TypeScript ${run(app, 'npx', ['tsc', '--version']).trim()}`);
  run(app, 'npm', ['run', 'compile']);
});
check('cdk8s synth', () => {
  run(app, 'npm', ['run', 'synth']);
  assert(readdirSync(join(app, 'dist')).join() === 'consumer.k8s.yaml', `dist holds ${readdirSync(join(app, 'dist')).join()}`);
});
// --- the plugin: one line in cdk8s.yaml ---
/** What the command prints and exits with. */
const attempt = (cwd, command, args) => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false' }, encoding: 'utf8' });
  return { status, stdout, stderr };
};
const plugged = join(work, 'plugged');
const CDK8S_YAML = 'language: typescript\napp: npx ts-node main.ts\n';
const LINE = 'validations: node_modules/cdk8s-netstack/validations.yaml\n';
const program = (app) => `import { ApiObject, App, Chart } from 'cdk8s';
import { NetworkApp } from 'cdk8s-netstack';
const app: App = ${app};
const shop = new Chart(app, 'shop', { namespace: 'shop' });
new ApiObject(shop, 'cart', { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'cart' }, spec: { rules: [{ matchs: [] }] } });
new ApiObject(shop, 'twin', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cart' } });
app.synth();
void NetworkApp;
`;
const manifests = () => readdirSync(join(plugged, 'dist')).sort().map((name) => `${name}\n${readFileSync(join(plugged, 'dist', name), 'utf8')}`).join('\n');
for (const [what, made] of [['a stock App, without a model file', 'new App()'], ['a NetworkApp', 'new NetworkApp()']]) {
  check(`the plugin with ${what}: a bad route exits 2, without the line 0 and nothing else changes`, () => {
    rmSync(plugged, { recursive: true, force: true });
    for (const name of ['node_modules', 'package.json', 'tsconfig.json']) cpSync(join(app, name), join(plugged, name), { recursive: true, verbatimSymlinks: true });
    write(plugged, 'main.ts', program(made));
    write(plugged, 'cdk8s.yaml', CDK8S_YAML);
    const without = attempt(plugged, 'npx', ['cdk8s', 'synth']);
    assert(without.status === 0, `without the line cdk8s exits ${without.status}: ${without.stderr}`);
    const written = manifests();
    write(plugged, 'cdk8s.yaml', CDK8S_YAML + LINE);
    const withLine = attempt(plugged, 'npx', ['cdk8s', 'synth']);
    assert(withLine.status === 2, `with the line cdk8s exits ${withLine.status}: ${withLine.stdout}${withLine.stderr}`);
    for (const part of ['NS0011 error The kind has no such field', 'did you mean matches?', 'shop/cart', 'dist/shop.k8s.yaml:']) {
      assert(withLine.stdout.includes(part), `the report does not say ${part}:\n${withLine.stdout}`);
    }
    const cells = withLine.stdout.replace(/[║\s]+/g, ' ');
    assert(cells.includes('What only netstack.model.json knows') === (made === 'new App()'), `what was not checked:\n${withLine.stdout}`);
    assert(withLine.stdout.startsWith(without.stdout.trimEnd()), 'the line changes what cdk8s prints before the validations');
    // The names of constructs are recorded for plugins; the manifests and the rest stay as they were.
    const recorded = (text) => text.replace(/construct-metadata\.json\n\{.*\}\n?/g, '').replace(/\n *\{"path":"construct-metadata\.json"[^}]*\},?/g, '').trim();
    assert(recorded(manifests()) === recorded(written), `the output differs:\n${recorded(manifests())}\n---\n${recorded(written)}`);
    write(plugged, 'main.ts', program(made).replace('matchs: []', "matches: [{ path: { type: 'PathPrefix', value: '/' } }]"));
    const mended = attempt(plugged, 'npx', ['cdk8s', 'synth']);
    assert(mended.status === 0, `mended, cdk8s exits ${mended.status}: ${mended.stdout}${mended.stderr}`);
  });
}

check('netstack validate', () => run(app, 'npx', ['netstack', 'validate']));
check('the published schema and pages', () => {
  const schema = JSON.parse(run(app, 'node', ['-p', "JSON.stringify(require('cdk8s-netstack/report-v1.schema.json'))"]));
  assert(schema.title === 'netstack/report/v1', `the schema is called ${schema.title}`);
  const list = JSON.parse(run(app, 'node', ['-p', "JSON.stringify(require('cdk8s-netstack/connlist-v1.schema.json'))"]));
  assert(list.title === 'netstack/connlist/v1', `the schema of lists is called ${list.title}`);
  assert(existsSync(join(app, 'node_modules/cdk8s-netstack/docs/rules/NS0033.md')), 'the page of a rule is missing');
});
check('a rule shows its fixture, and the analysis is few files', () => {
  const shown = run(app, 'npx', ['netstack', 'rules', 'NS4110']);
  for (const words of ['Cilium never learns the addresses', 'Why', 'kind: CiliumNetworkPolicy']) assert(shown.includes(words), `netstack rules NS4110 does not say ${words}:\n${shown}`);
  const validation = "require('cdk8s-netstack/analysis').validate([{ object: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: { ports: [{ port: 80 }] } } }])";
  const files = JSON.parse(run(app, 'node', ['-p', `${validation}; JSON.stringify(Object.keys(require.cache).filter((file) => /netstack.lib.src.analysis/.test(file)))`]));
  assert(files.length > 0 && files.length < 8, `a validation opens ${files.length} files of the analysis: ${files.slice(0, 10).join(', ')}`);
});
check('jest 29 with cdk8s-netstack/testing', () => run(app, 'npm', ['test']));

// --- ES modules ---
const esm = join(work, 'esm');
check('the same as ES modules', () => {
  mkdirSync(esm);
  for (const name of ['main.ts', 'node_modules', 'package.json']) cpSync(join(app, name), join(esm, name), { recursive: true, verbatimSymlinks: true });
  write(esm, 'package.json', { ...JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')), type: 'module' });
  const source = readFileSync(join(app, 'main.ts'), 'utf8').replace('Chart, ChartProps }', 'Chart, type ChartProps }');
  write(esm, 'main.ts', `${source}\nimport { validate } from 'cdk8s-netstack/analysis';\nif (typeof validate !== 'function') throw new Error('no analysis');\n`);
  write(esm, 'tsconfig.json', { compilerOptions: { module: 'node16', target: 'es2022', lib: ['es2022'], strict: true, types: ['node'], verbatimModuleSyntax: true }, include: ['main.ts'] });
  run(esm, 'npx', ['tsc']);
  run(esm, 'node', ['main.js']);
  const read = (folder) => readFileSync(join(folder, 'dist/consumer.k8s.yaml'), 'utf8');
  assert(read(esm) === read(app), 'the manifests differ from those of CommonJS');
});

// --- other versions of Node ---
for (const version of ['20.9.0', 'latest']) {
  check(`Node ${version}`, () => {
    const folder = join(work, `node-${version}`);
    mkdirSync(folder);
    write(folder, 'package.json', { private: true });
    run(folder, 'npm', ['install', `node-linux-${process.arch === 'arm64' ? 'arm64' : 'x64'}@${version}`]);
    const [binary] = readdirSync(join(folder, 'node_modules')).filter((name) => name.startsWith('node-linux'));
    const bin = join(folder, 'node_modules', binary, 'bin');
    const env = { PATH: `${bin}:${process.env.PATH}` };
    console.log(`        ${run(app, join(bin, 'node'), ['--version'], env).trim()}`);
    run(app, join(bin, 'node'), ['main.js'], env);
    run(esm, join(bin, 'node'), ['main.js'], env);
    run(app, join(bin, 'node'), ['node_modules/cdk8s-netstack/lib/src/cli/main.js', 'validate'], env);
    run(app, join(bin, 'node'), ['node_modules/jest/bin/jest.js', '--testMatch', '**/main.test.ts'], env);
  });
}

rmSync(work, { recursive: true, force: true });
process.exit(failed ? 1 : 0);
