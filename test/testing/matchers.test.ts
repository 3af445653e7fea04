import { ApiObject, Chart, Testing } from 'cdk8s';
import type { App } from 'cdk8s';
import { NetworkApp } from '../../src/app/network-app';
import { NetworkChart } from '../../src/app/network-chart';
import { Cluster } from '../../src/core/cluster';
import { Validations } from '../../src/core/validations';
import '../../src/testing';
import { matchers } from '../../src/testing';

const good = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { a: 'b' } };
const bad = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, dta: {} };
const unknown = { apiVersion: 'example.com/v1', kind: 'Foo', metadata: { name: 'a' } };
const message = (subject: unknown, options?: { minSeverity?: 'error' | 'warning' | 'info' }): string => matchers.toHaveNoFindings(subject, options).message();

test('manifests, a chart, a stock app, our app', () => {
  expect([good]).toHaveNoFindings();
  expect([bad]).not.toHaveNoFindings();
  for (const make of [(): App => Testing.app(), (): App => new NetworkApp()]) {
    const app = make();
    const chart = new Chart(app, 'chart');
    new ApiObject(chart, 'good', good);
    expect(app).toHaveNoFindings();
    expect(chart).toHaveNoFindings();
    expect(Testing.synth(chart)).toHaveNoFindings();
    new ApiObject(chart, 'bad', { ...bad, metadata: { name: 'b' } });
    expect(app).not.toHaveNoFindings();
    expect(chart).not.toHaveNoFindings();
  }
});

test('the message is the report', () => {
  const app = new NetworkApp();
  new ApiObject(new NetworkChart(app, 'chart'), 'bad', bad);
  expect(message(app).replace(/test\/testing\/matchers\.test\.ts:\d+/, 'SOURCE'))
    .toBe('Expected no findings.\n\nerror NS0011  ConfigMap a: There is no field dta here\n  ┌ SOURCE   chart/bad\n  │ dta\n  ├ fix   did you mean data?\n'
      + "  ├ docs  docs/rules.md   (netstack rules NS0011)\n  └ ack   Validations.of(…).acknowledge({ id: 'NS0011', reason: '…' })\n\n1 document, 1 finding: 1 error\n");
  expect(() => expect([bad]).toHaveNoFindings()).toThrow('There is no field dta here');
  expect(() => expect([good]).not.toHaveNoFindings()).toThrow('Expected findings in 1 document, and there are none.');
});

test('infos count when they are asked for', () => {
  expect([unknown]).toHaveNoFindings();
  expect([unknown]).not.toHaveNoFindings({ minSeverity: 'info' });
});

test("each document is held against its cluster's targets", () => {
  const route = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'a', namespace: 'x' }, spec: { rules: [{ retry: { attempts: 3 } }] } };
  const build = (app: App, channel: 'standard' | 'experimental'): App => {
    const cluster = new Cluster(app, 'beijing', { targets: { gatewayApi: { version: '1.2', channel } } });
    new ApiObject(new NetworkChart(app, 'chart', { cluster }), 'route', route);
    return app;
  };
  for (const make of [(): App => Testing.app(), (): App => new NetworkApp()]) {
    expect(build(make(), 'experimental')).toHaveNoFindings();
    expect(build(make(), 'standard')).not.toHaveNoFindings();
  }
});

test('what is acknowledged passes, and stays in the message of others', () => {
  const app = new NetworkApp();
  const chart = new NetworkChart(app, 'chart');
  new ApiObject(chart, 'bad', bad);
  Validations.of(chart).acknowledge({ id: 'NS0011', reason: 'the field comes with the next version' });
  expect(app).toHaveNoFindings();
  new ApiObject(chart, 'worse', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b' }, data: { a: 1 } });
  expect(message(app)).toContain('acknowledged at chart: the field comes with the next version');
});

test.each<[string, unknown, string]>([
  ['a text', 'dist', '"dist" holds no manifests'],
  ['nothing', undefined, 'undefined holds no manifests'],
  ['no manifest', [{ kind: 'Pod' }], '{"kind": "Pod"} is no Kubernetes object'],
])('%s is one sentence', (_, subject, sentence) => {
  expect(() => matchers.toHaveNoFindings(subject)).toThrow(sentence);
});

test('the types know the matcher', () => {
  const typed = (): void => {
    // @ts-expect-error: no such severity
    expect([good]).toHaveNoFindings({ minSeverity: 'fatal' });
  };
  expect(typed).not.toThrow();
});
