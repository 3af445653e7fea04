import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { ApiObject } from 'cdk8s';
import { NetworkApp } from '../../src/app/network-app';
import { NetworkChart } from '../../src/app/network-chart';
import { NetworkObject } from '../../src/app/network-object';
import { printModel } from '../../src/app/model';
import { Cluster } from '../../src/core/cluster';
import { ConfigFile } from '../../src/core/config-file';
import { Validations } from '../../src/core/validations';

const schema = JSON.parse(readFileSync(join(__dirname, '../../src/app/netstack.model.schema.json'), 'utf8')) as object;
const validate = new Ajv({ allErrors: true }).compile(schema);

function app(order: readonly string[] = ['a', 'b']): NetworkApp {
  const root = new NetworkApp();
  const cluster = new Cluster(root, 'beijing', { targets: { kubernetes: '1.32', gatewayApi: { version: '1.2', channel: 'standard' } }, podCidrs: ['10.1.0.0/16'] });
  const chart = new NetworkChart(root, 'chart', { cluster });
  for (const id of order) new NetworkObject(chart, id, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: id, namespace: 'space' } });
  new NetworkObject(chart, 'class', { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'eg' } }, { clusterScoped: true });
  new ApiObject(chart, 'core', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'core' } });
  new ConfigFile(chart, 'nftables.nft', { format: { name: 'nftables', print: (text: string) => text }, owner: 'hub', model: 'flush ruleset\n' });
  Validations.of(chart).acknowledge({ id: 'NS2012', reason: 'the partner sends no Origin header', where: { kind: 'HTTPRoute' }, expires: '2027-01-31' });
  return root;
}

test('the model holds identity, file, construct path and source line of every object', () => {
  const { model } = app().assembly();
  expect(validate(model) ? [] : validate.errors).toEqual([]);
  expect(model.objects[0]).toEqual({
    cluster: 'beijing', group: '', version: 'v1', kind: 'ConfigMap', name: 'core', file: 'chart.k8s.yaml', constructPath: 'chart/core', source: expect.stringMatching(/^test\/app\/model\.test\.ts:\d+$/),
  });
  expect(model.objects.map(({ group, kind, namespace, name }) => `${group}/${kind}/${namespace ?? ''}/${name}`))
    .toEqual(['/ConfigMap//core', 'apps/Deployment/space/a', 'apps/Deployment/space/b', 'gateway.networking.k8s.io/GatewayClass//eg']);
  expect(model.outputs.map(({ path, kind, owner, format }) => ({ path, kind, owner, format }))).toEqual([
    { path: 'chart.k8s.yaml', kind: 'kubernetes' },
    { path: 'files/hub/nftables.nft', kind: 'file', owner: 'hub', format: 'nftables' },
  ]);
  expect(model.toolVersion).toBe((JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string }).version);
});

test('the model of an app without clusters has the implicit one', () => {
  const root = new NetworkApp();
  new ApiObject(new NetworkChart(root, 'c'), 'x', { apiVersion: 'v1', kind: 'ConfigMap' });
  const { model } = root.assembly();
  expect(validate(model) ? [] : validate.errors).toEqual([]);
  expect(model.clusters.map(({ name }) => name)).toEqual([model.objects[0]!.cluster]);
});

test('its text is the same for the same program, and for another order of declaration', () => {
  const text = printModel(app().assembly().model).toString();
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(app().assembly().model)));
  expect(printModel(app(['b', 'a']).assembly().model).toString()).toBe(text);
  expect(text).not.toContain(process.cwd());
});

test('the schema refuses an absolute path', () => {
  const { model } = app().assembly();
  expect(validate({ ...model, outputs: [{ path: '/etc/passwd', kind: 'file' }] })).toBe(false);
  expect(validate({ ...model, objects: [{ ...model.objects[0], source: '/home/user/main.ts:3' }] })).toBe(false);
});

test('the profile stands in the model, and an unknown one is refused', () => {
  const { model } = new NetworkApp({ profile: 'production' }).assembly();
  expect(model.profile).toBe('production');
  expect(validate(model) ? [] : validate.errors).toEqual([]);
  expect('profile' in new NetworkApp().assembly().model).toBe(false);
  expect(validate({ ...model, profile: 'prod' })).toBe(false);
  // @ts-expect-error: no such profile
  expect(() => new NetworkApp({ profile: 'prod' })).toThrow(/The profile is "prod".*: give one of 'production'\.$/);
});
