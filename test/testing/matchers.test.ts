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

describe('toHaveFinding', () => {
  const build = (): { app: NetworkApp; chart: Chart } => {
    const app = new NetworkApp();
    const chart = new Chart(app, 'chart');
    new ApiObject(chart, 'bad', bad);
    return { app, chart };
  };

  test('by id, object, field, construct and message', () => {
    const { app } = build();
    expect(app).toHaveFinding('NS0011');
    for (const object of ['ConfigMap a', 'a']) expect(app).toHaveFinding('NS0011', { object, field: 'dta', construct: 'chart', message: 'no field dta' });
    expect(app).toHaveFinding('NS0011', { construct: 'chart/bad', message: /^There is .* dta/ });
    for (const wrong of [{ object: 'Secret a' }, { field: 'dt' }, { construct: 'char' }, { message: 'nothing' }]) expect(app).not.toHaveFinding('NS0011', wrong);
    expect(app).not.toHaveFinding('NS0012');
  });

  test('an acknowledged one is there still', () => {
    const { app, chart } = build();
    Validations.of(chart).acknowledge({ id: 'NS0011', reason: 'the field comes with the next version' });
    expect(app).toHaveFinding('NS0011');
    expect(app).toHaveNoFindings();
  });

  test('the message says what there is', () => {
    const { app } = build();
    expect(() => expect(app).toHaveFinding('NS0033', { object: 'Service a' })).toThrow('Expected a finding NS0033, object Service a. What there is:\n\nerror NS0011  ConfigMap a: There is no field dta here');
    expect(() => expect(app).not.toHaveFinding('NS0011')).toThrow('Expected no finding NS0011.\n\nerror NS0011');
  });

  test('a wrong id and a misspelt option are sentences', () => {
    expect(() => matchers.toHaveFinding([bad], 'NS11')).toThrow('"NS11" is not the id of a finding');
    expect(() => matchers.toHaveFinding([bad], 'NS0011', { name: 'a' } as never)).toThrow('What toHaveFinding is given has no option "name"');
    expect(() => matchers.toHaveNoFindings([bad], { severity: 'error' } as never)).toThrow('What toHaveNoFindings is given has no option "severity"');
  });

  test('as vitest calls it: the extension of an expect of its own', () => {
    const results = Object.entries(matchers).filter(([name]) => name.startsWith('toHave')).map(([name, matcher]) => [name, (matcher as (subject: unknown, id?: string) => { pass: boolean })([bad], name === 'toHaveFinding' ? 'NS0011' : undefined).pass]);
    expect(results).toEqual([['toHaveNoFindings', false], ['toHaveFinding', true]]);
  });
});

describe('one chart of an app', () => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' }, spec: { selector: { app: 'cart' }, ports: [{ port: 80 }] } };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'cart', namespace: 'shop', labels: { app: 'cart' } }, spec: { containers: [{ name: 'a', image: 'a:1' }] } };

  test.each([['a stock App', (): App => Testing.app()], ['a NetworkApp', (): App => new NetworkApp()]])('under %s the rest is there and is not judged', (_, make) => {
    const app = make();
    const one = new Chart(app, 'one');
    new ApiObject(one, 'service', service);
    expect(one).toHaveFinding('NS0033');
    const other = new Chart(app, 'other');
    new ApiObject(other, 'pod', pod);
    new ApiObject(other, 'bad', bad);
    expect(one).toHaveNoFindings();
    expect(other).toHaveFinding('NS0011');
    expect(app).not.toHaveNoFindings();
  });
});

test('the day on which acknowledgements are judged is given, and stale ones are found', () => {
  const app = new NetworkApp();
  const chart = new Chart(app, 'chart');
  new ApiObject(chart, 'bad', bad);
  Validations.of(chart).acknowledge({ id: 'NS0011', reason: 'the field comes with the next version', expires: '2027-01-31' });
  expect(app).toHaveNoFindings({ now: '2027-01-31' });
  expect(app).toHaveFinding('NS0003', { now: '2027-02-01', construct: 'chart' });
  expect(app).not.toHaveNoFindings({ now: '2027-02-01' });
  Validations.of(chart).acknowledge({ id: 'NS0012', reason: 'nothing has it any more', where: { kind: 'ConfigMap' } });
  expect(app).toHaveFinding('NS0002', { now: '2027-01-31', message: 'NS0012 is accepted at or below chart (kind ConfigMap), and there is none' });
});

test('the types know the matcher', () => {
  const typed = (): void => {
    // @ts-expect-error: no such severity
    expect([good]).toHaveNoFindings({ minSeverity: 'fatal' });
    // @ts-expect-error: an object is named by a text
    expect([bad]).not.toHaveFinding('NS0011', { object: 3 });
    expect([bad]).toHaveFinding('NS0011', { object: 'ConfigMap a', message: /dta/ });
  };
  expect(typed).not.toThrow();
});
