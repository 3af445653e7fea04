import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Validation, ValidationContext } from 'cdk8s-cli/plugins';
import { NetstackValidation } from '../../src';
import type { NetstackValidationProperties, PluginContext, PluginViolation } from '../../src';

// cdk8s-cli's class keeps its methods private to itself; the plugin asks for their shapes only.
const fits: (plugin: NetstackValidation) => Validation = (plugin) => plugin;
const takes: (context: ValidationContext) => PluginContext = (context) => context;

const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata: { name: cart, namespace: shop }\nspec: { selector: { app: cart }, ports: [{ port: 80 }] }\n';
const BAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: cart, namespace: shop }\ndta: {}\n';
const MODEL = {
  format: 'netstack/model/v1', toolVersion: '0.0.0', clusters: [{ name: 'default', targets: {} }],
  outputs: [{ path: 'shop.k8s.yaml', kind: 'kubernetes' }, { path: 'files/front/haproxy.cfg', kind: 'file', format: 'haproxy', owner: 'front' }],
  objects: [
    { cluster: 'default', group: '', version: 'v1', kind: 'Service', namespace: 'shop', name: 'cart', file: 'shop.k8s.yaml', constructPath: 'shop/cart/Service', source: 'main.ts:7' },
    { cluster: 'default', group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'cart', file: 'shop.k8s.yaml', constructPath: 'shop/cart/Config', source: 'main.ts:9' },
  ],
  workloads: [], connections: [], external: [], acknowledgements: [],
};

let folder: string;
const home = process.cwd();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netstack-plugin-'));
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

interface Outcome {
  readonly status: string | undefined;
  readonly violations: readonly PluginViolation[];
  readonly metadata: Readonly<Record<string, string>>;
}

async function validate(manifests: readonly string[], properties: NetstackValidationProperties = {}, more: Partial<PluginContext> = {}): Promise<Outcome> {
  const violations: PluginViolation[] = [];
  let status: string | undefined;
  let metadata: Readonly<Record<string, string>> = {};
  await new NetstackValidation(properties).validate({
    manifests, version: '0.0.0', metadata: {},
    report: {
      addViolation: (violation) => {
        if (status !== undefined) throw new Error('Violations cannot be added after the submit');
        violations.push(violation);
      },
      submit: (given, about = {}) => {
        if (status !== undefined) throw new Error('submitted twice');
        status = given;
        metadata = about;
      },
    },
    ...more,
  });
  return { status, violations, metadata };
}

test('its types are those of cdk8s-cli', () => {
  expect([fits, takes]).toHaveLength(2);
});

test('an error fails, with rule, construct, place and fix', async () => {
  put('dist/netstack.model.json', JSON.stringify(MODEL));
  put('dist/shop.k8s.yaml', BAD);
  const { status, violations, metadata } = await validate(['dist/shop.k8s.yaml']);
  expect(status).toBe('failure');
  expect(violations).toEqual([{
    ruleName: 'NS0011 error The kind has no such field', recommendation: 'There is no field dta here', fix: 'did you mean data? (docs/rules.md, or npx netstack rules NS0011)',
    violatingResources: [{ resourceName: 'ConfigMap shop/cart', locations: ['main.ts:9   shop/cart/Config   dist/shop.k8s.yaml:4:1   dta'], manifestPath: 'dist/shop.k8s.yaml' }],
  }]);
  expect(metadata).toEqual({
    'Documents': '1', 'Findings': '1 error, 0 warnings, 0 infos, 0 acknowledged',
    'Not checked': 'What rules would say of the object that the API server refuses: Rules look at\nwhat the server takes: mend these first, and ask again',
  });
});

test('a warning is listed and passes, unless the project wants otherwise; properties win over netstack.yaml', async () => {
  put('dist/shop.k8s.yaml', SERVICE);
  expect(await validate(['dist/shop.k8s.yaml'])).toMatchObject({ status: 'success', violations: [{ ruleName: 'NS0033 warning A Service selects no pods' }] });
  put('netstack.yaml', 'failOn: warning\n');
  expect((await validate(['dist/shop.k8s.yaml'])).status).toBe('failure');
  expect((await validate(['dist/shop.k8s.yaml'], { failOn: 'never' })).status).toBe('success');
  expect((await validate(['dist/shop.k8s.yaml'], { rules: { NS0033: 'off' } })).violations).toEqual([]);
});

test('of two resources with one name, cdk8s-cli is asked for the path of the right one only', async () => {
  put('dist/netstack.model.json', JSON.stringify(MODEL));
  put('dist/shop.k8s.yaml', `${SERVICE}---\n${BAD}`);
  const { violations } = await validate(['dist/shop.k8s.yaml'], {}, { metadata: { cart: { path: 'shop/cart/Config' } } });
  expect(violations.map(({ violatingResources: [one] }) => one!.resourceName)).toEqual(['Service shop/cart', 'cart']);
});

test('findings that say the same stand in one violation', async () => {
  put('dist/a.k8s.yaml', `${BAD}---\n${BAD.replace('cart', 'till')}`);
  expect((await validate(['dist/a.k8s.yaml'])).violations.map(({ violatingResources }) => violatingResources.length)).toEqual([2]);
});

test('what is acknowledged is listed and passes', async () => {
  put('dist/netstack.model.json', JSON.stringify({ ...MODEL, acknowledgements: [{ id: 'NS0011', reason: 'comes with the next version', constructPath: 'shop' }] }));
  put('dist/shop.k8s.yaml', BAD);
  expect(await validate(['dist/shop.k8s.yaml'])).toMatchObject({
    status: 'success', violations: [{ ruleName: 'NS0011 acknowledged The kind has no such field', recommendation: 'There is no field dta here; acknowledged at shop: comes with the next version' }],
  });
});

test('without a model file it says what it could not check', async () => {
  put('dist/shop.k8s.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
  const { status, violations, metadata } = await validate(['dist/shop.k8s.yaml']);
  expect({ status, violations }).toEqual({ status: 'success', violations: [] });
  expect(metadata['Not checked']!.replace(/\n/g, ' ')).toMatch(/^What only netstack.model.json knows: No model file stands beside the documents.*new NetworkApp\(\) writes it$/);
  expect(metadata['Not checked']!.split('\n').every((line) => line.length <= 80)).toBe(true);
});

test('versions that differ are named: of the model, and of the configuration', async () => {
  put('dist/netstack.model.json', JSON.stringify({ ...MODEL, toolVersion: '9.9.9' }));
  put('dist/shop.k8s.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
  const { violations, metadata, status } = await validate(['dist/shop.k8s.yaml'], {}, { version: '1.0.0' });
  expect(status).toBe('success');
  expect(violations).toMatchObject([{ ruleName: 'NS0004 warning The model file was written by another version', recommendation: 'dist/netstack.model.json was written by cdk8s-netstack 9.9.9, and this is 0.0.0' }]);
  expect(metadata['Installed version']).toBe('0.0.0');
});

test('with --stdout no temporary path is shown', async () => {
  put('tmp/x123/shop.k8s.yaml', BAD);
  const { violations } = await validate([join(folder, 'tmp/x123/shop.k8s.yaml')], {}, { stdout: true });
  expect(violations[0]!.violatingResources[0]!.locations).toEqual(['shop.k8s.yaml:4:1   dta']);
});

test("Helm's own files among the manifests are no manifests", async () => {
  put('dist/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 1.0.0\n');
  put('dist/templates/shop.k8s.yaml', BAD);
  const { violations, metadata } = await validate(['dist/Chart.yaml', 'dist/templates/shop.k8s.yaml']);
  expect(violations.map(({ ruleName }) => ruleName)).toEqual(['NS0011 error The kind has no such field']);
  expect(metadata.Documents).toBe('1');
});

test.each<[string, NetstackValidationProperties, string]>([
  ['a misspelt property', { failon: 'error' }, 'There is no setting "failon"'], ['a wrong value', { failOn: 'fatal' }, 'The setting failOn is "fatal"'], ['no baseline', { baseline: 'nope.json' }, 'The baseline file "nope.json" does not exist'],
])('%s is a violation, and the report is submitted', async (_, properties, sentence) => {
  put('dist/shop.k8s.yaml', BAD);
  const { status, violations } = await validate(['dist/shop.k8s.yaml'], properties);
  expect(status).toBe('failure');
  expect(violations).toMatchObject([{ ruleName: 'NS0001 error The validation itself failed', recommendation: sentence }]);
});

test('it may be called again, and leaves nothing behind', async () => {
  put('dist/shop.k8s.yaml', BAD);
  const first = await validate(['dist/shop.k8s.yaml']);
  expect(await validate(['dist/shop.k8s.yaml'])).toEqual(first);
  expect(existsSync('netstack-report.sarif')).toBe(false);
});

test('the root door loads nothing of the analysis for it', () => {
  const loaded = execFileSync(process.execPath, ['--import', join(home, 'node_modules/tsx/dist/loader.mjs'), '-e', `
    require('${join(home, 'src/plugin/index.ts')}');
    process.stdout.write(Object.keys(require.cache).filter((file) => file.includes('/src/') && !file.includes('node_modules')).map((file) => file.split('/src/')[1].split('/')[0]).sort().join());
  `], { cwd: home, encoding: 'utf8' });
  expect([...new Set(loaded.split(','))]).toEqual(['core', 'plugin']);
}, 30_000);
