import { ApiObject, App, Chart, Cron, Include, Testing } from 'cdk8s';
import * as plus28 from 'cdk8s-plus-28';
import * as plus33 from 'cdk8s-plus-33';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster, Port, Registry } from '../../src/core';
import { Workload } from '../../src/workload';
import { sentence } from '../core/sentence';
import { objects, shop } from './objects';
import type { Rendered } from './objects';

const image = 'nginx:1.29';
let chart: Chart;

beforeEach(() => {
  chart = shop();
});

function raw(kind: string, spec: object, metadata: object = { name: 'raw' }): ApiObject {
  return new ApiObject(chart, 'raw', { apiVersion: 'apps/v1', kind, metadata, spec } as never);
}

const template = (labels: object, ports: object[] = []): object => ({ metadata: { labels }, spec: { serviceAccountName: 'web', containers: [{ name: 'web', image, ports }] } });

describe.each([['28', plus28 as unknown as typeof plus33], ['33', plus33]])('cdk8s-plus-%s', (_, plus) => {
  const props = (): plus33.DeploymentProps => ({
    metadata: { name: 'frontend' }, containers: [{ image, ports: [{ number: 8080, name: 'http' }, { number: 9090, name: 'metrics' }, { number: 53, name: 'dns', protocol: plus.Protocol.UDP }] }],
  });

  test('a Deployment is known by the label that only its pods carry', () => {
    const account = new plus.ServiceAccount(chart, 'account', { metadata: { name: 'order-frontend' } });
    const deployment = new plus.Deployment(chart, 'frontend', { ...props(), serviceAccount: account, podMetadata: { labels: { tier: 'frontend' } } });
    const frontend = Workload.of(deployment);
    const rendered = objects(chart)['Deployment/frontend'];
    expect(frontend.labels).toEqual(rendered.spec.selector.matchLabels);
    expect(rendered.spec.template.metadata.labels).toMatchObject(frontend.labels);
    expect(frontend).toMatchObject({ name: 'frontend', namespace: 'order-system', serviceAccountName: 'order-frontend', external: false, versions: [], path: 'shop/frontend' });
    expect(Object.entries(frontend.ports).map(([key, { port }]) => `${key} ${port} ${port.protocol}`)).toEqual(['http http:8080 TCP', 'metrics metrics:9090 TCP', 'dns udp:53 UDP']);
    frontend.connections.allowFrom(frontend, frontend.ports.http!);
    expect(Registry.of(chart).edgesOf(frontend).ingress).toHaveLength(1);
  });

  test('the same object gives the same workload, registered once', () => {
    const deployment = new plus.Deployment(chart, 'frontend', props());
    const frontend = Workload.of(deployment);
    expect(Workload.of(deployment)).toBe(frontend);
    expect(Workload.of(ApiObject.of(deployment))).toBe(frontend);
    expect(frontend.ports.http).toBe(frontend.ports.http);
    expect(Registry.of(chart).workloads()).toEqual([frontend]);
  });

  test('ports may be given, with their types', () => {
    const frontend = Workload.of(new plus.Deployment(chart, 'frontend', { containers: [{ image, portNumber: 8080 }] }), { name: 'web', ports: { web: Port.http(8080) } });
    expect([frontend.name, frontend.ports.web.port.kind, Object.keys(frontend.ports)]).toEqual(['web', 'http', ['web']]);
  });

  test('containers that are added later count', () => {
    const deployment = new plus.Deployment(chart, 'frontend', { metadata: { name: 'frontend' } });
    const frontend = Workload.of(deployment);
    expect(Object.keys(frontend.ports)).toEqual([]);
    deployment.addContainer({ image, portNumber: 8080 });
    expect(frontend.ports['tcp-8080']!.port.number).toBe(8080);
  });

  test('its Service is named by the construct, with its port', () => {
    const deployment = new plus.Deployment(chart, 'frontend', props());
    const service = deployment.exposeViaService({ name: 'web', ports: [{ port: 80, targetPort: 8080 }] });
    const frontend = Workload.of(deployment, { service });
    expect([frontend.serviceName(), frontend.ports.http!.servicePort, frontend.ports.metrics!.servicePort]).toEqual(['web', 80, 9090]);
  });

  test.each<[string, (scope: Chart) => Parameters<typeof Workload.of>[0]]>([
    ['StatefulSet', (scope) => new plus.StatefulSet(scope, 'it', { containers: [{ image }], service: new plus.Service(scope, 'service', { ports: [{ port: 80 }] }) })],
    ['DaemonSet', (scope) => new plus.DaemonSet(scope, 'it', { containers: [{ image }] })],
    ['Job', (scope) => new plus.Job(scope, 'it', { containers: [{ image }] })],
    ['CronJob', (scope) => new plus.CronJob(scope, 'it', { containers: [{ image }], schedule: Cron.daily() })],
    ['Pod', (scope) => new plus.Pod(scope, 'it', { containers: [{ image }] })],
  ])('a %s has a label of its own', (kind, make) => {
    const object = make(chart);
    const workload = Workload.of(object);
    const manifest = (Testing.synth(chart) as Rendered[]).find((one) => one.kind === kind);
    const pod = kind === 'Pod' ? manifest : kind === 'CronJob' ? manifest.spec.jobTemplate.spec.template : manifest.spec.template;
    expect(Object.keys(workload.labels)).toEqual(['cdk8s.io/metadata.addr']);
    expect(pod.metadata.labels).toMatchObject(workload.labels);
  });
});

describe('ApiObject', () => {
  test.each<[string, object]>([
    ['Deployment', { selector: { matchLabels: { app: 'web' } }, template: template({ app: 'web', extra: '1' }) }],
    ['StatefulSet', { selector: { matchLabels: { app: 'web' } }, template: template({ app: 'web', extra: '1' }) }],
    ['Job', { template: template({ app: 'web' }) }],
    ['CronJob', { jobTemplate: { spec: { template: template({ app: 'web' }) } } }],
  ])('a %s is known by its selector, else by the labels of its pods', (kind, spec) => {
    expect(Workload.of(raw(kind, spec))).toMatchObject({ name: 'raw', labels: { app: 'web' }, serviceAccountName: 'web', namespace: 'order-system' });
  });

  test('a Pod is known by its labels', () => {
    const pod = new ApiObject(chart, 'pod', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod', labels: { app: 'pod' }, namespace: 'elsewhere' }, spec: { containers: [{ name: 'a', image }] } });
    expect(Workload.of(pod)).toMatchObject({ labels: { app: 'pod' }, namespace: 'elsewhere', serviceAccountName: 'default' });
  });

  test('what is spoken on a port is read from its name', () => {
    const names = ['http', 'http-admin', 'http2', 'https', 'https-web', 'grpc', 'grpc-web', 'tcp', 'mysql', 'metrics', 'http-metrics', 'metrics-x', 'prometheus', 'httpd', undefined];
    const ports = names.map((name, i) => ({ containerPort: 8000 + i, ...name !== undefined && { name } }));
    const workload = Workload.of(raw('Deployment', { selector: { matchLabels: { app: 'web' } }, template: template({ app: 'web' }, [...ports, { containerPort: 53, name: 'dns', protocol: 'UDP' }, { containerPort: 5000, protocol: 'SCTP' }]) }));
    expect(Object.fromEntries(Object.entries(workload.ports).map(([key, { port }]) => [key, port.kind]))).toEqual({
      'http': 'http', 'http-admin': 'http', 'http2': 'http', 'https': 'https', 'https-web': 'https', 'grpc': 'grpc', 'grpc-web': 'grpc', 'tcp': 'tcp', 'mysql': 'tcp', 'metrics': 'metrics',
      'http-metrics': 'metrics', 'metrics-x': 'metrics', 'prometheus': 'metrics', 'httpd': 'tcp', 'tcp-8014': 'tcp', 'dns': 'udp', 'sctp-5000': 'sctp',
    });
  });

  test('its Service may be an ApiObject, which names target ports', () => {
    const service = new ApiObject(chart, 'service', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports: [{ port: 80, targetPort: 'http' }, { port: 9090 }] } });
    const workload = Workload.of(raw('Deployment', { selector: { matchLabels: { app: 'web' } }, template: template({ app: 'web' }, [{ containerPort: 8080, name: 'http' }, { containerPort: 9090, name: 'metrics' }]) }), { service });
    expect([workload.serviceName(), workload.ports.http!.servicePort, workload.ports.metrics!.servicePort]).toEqual(['web', 80, 9090]);
  });

  test('an Include has one workload, or one is named', () => {
    const folder = mkdtempSync(join(tmpdir(), 'netstack-'));
    const document = (name: string): string => JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { selector: { matchLabels: { app: name } }, template: template({ app: name }) } });
    try {
      writeFileSync(join(folder, 'one.yaml'), `${document('one')}\n---\n{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}\n`);
      writeFileSync(join(folder, 'two.yaml'), `${document('two')}\n---\n${document('three')}\n`);
      expect(Workload.of(new Include(chart, 'one', { url: join(folder, 'one.yaml') }))).toMatchObject({ name: 'one', labels: { app: 'one' }, namespace: 'order-system' });
      const two = new Include(chart, 'two', { url: join(folder, 'two.yaml') });
      expect(sentence(() => Workload.of(two))).toBe('The objects Deployment three, Deployment two make pods (<here>): give one of its apiObjects.');
      expect(Workload.of(two.apiObjects[1]!).name).toBe('three');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('belongs to the cluster of its chart', () => {
    const workload = Workload.of(raw('Job', { template: template({ app: 'web' }) }));
    expect(workload.cluster).toBe(Cluster.of(chart));
  });
});

const web = (): ApiObject => raw('Deployment', { selector: { matchLabels: { app: 'web' } }, template: template({ app: 'web' }) });

test.each<[string, () => unknown, string]>([
  ['an object without pods', () => Workload.of(raw('ConfigMap', {})), 'ConfigMap raw makes no pods (<here>): give a Deployment, StatefulSet, DaemonSet, Job or Pod of cdk8s-plus, or the ApiObject of one.'],
  ['something else', () => Workload.of('web' as never), '"web" is no workload (<here>): give a Deployment, StatefulSet, DaemonSet, Job or Pod of cdk8s-plus, or the ApiObject of one.'],
  ['nothing', () => Workload.of(undefined as never), 'undefined is no workload (<here>): give a Deployment, StatefulSet, DaemonSet, Job or Pod of cdk8s-plus, or the ApiObject of one.'],
  ['a selector of expressions', () => Workload.of(raw('Deployment', { selector: { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, template: template({ app: 'web' }) })),
    "The pods of Deployment raw cannot be told by labels, for its selector is made of expressions (shop/raw, <here>): name them: Workload.of(object, { labels: { app: 'raw' } })."],
  ['pods without labels', () => Workload.of(raw('Job', { template: { spec: { containers: [] } } })),
    "The pods of Job raw cannot be told by labels (shop/raw, <here>): name them: Workload.of(object, { labels: { app: 'raw' } })."],
  ['our own Deployment', () => Workload.of(new Workload(chart, 'orders', { image, ports: {} }).resources.deployment()), 'Deployment orders is made by workload orders (shop/orders, <here>): use that workload itself.'],
  ['another namespace than the object\'s', () => Workload.of(web(), { namespace: 'other' }), 'Deployment raw is in namespace order-system, not in other (shop/raw, <here>): leave the namespace out.'],
  ['a Service that is not known', () => Workload.of(web()).serviceName(), "The Service of workload raw is not known (shop/raw, <here>): name it: Workload.of(object, { service: 'name' })."],
  ['a Service without a name', () => Workload.of(web(), { service: {} as never }), 'Service name undefined is not a DNS label (shop/raw, <here>): use 1 to 63 lower-case letters, digits and "-", with a letter or digit at both ends.'],
  ['a version', () => Workload.of(web()).labelsOf('v1' as never), 'Workload raw has no version "v1" (shop/raw, <here>): use its labels.'],
])('refuses %s', (_, adopt, message) => {
  expect(sentence(adopt)).toBe(message);
});

test('options are given once', () => {
  const object = web();
  const workload = Workload.of(object, { ports: { http: Port.http(80) } });
  expect(Workload.of(object)).toBe(workload);
  expect(Workload.of(object, { ports: { http: Port.http(80) } })).toBe(workload);
  expect(sentence(() => Workload.of(object, { ports: { http: Port.http(81) } })).replace(/test\.ts:\d+\)/, 'test.ts:N)')).toBe(
    'Deployment raw was adopted before with other options (test/workload/adopted-workload.test.ts:N) (shop/raw, <here>): give options once, and keep the workload in a variable.');
});

test('adopting writes nothing', () => {
  const app = new App();
  const stock = new Chart(app, 'stock');
  const deployment = new plus33.Deployment(stock, 'frontend', { containers: [{ image, portNumber: 80 }] });
  const before = Testing.synth(stock);
  expect(Workload.of(deployment).namespace).toBe('default');
  expect(Testing.synth(stock)).toEqual(before);
});
