import { Testing } from 'cdk8s';
import { Port, Registry } from '../../src/core';
import { Workload } from '../../src/workload';
import { sentence } from '../core/sentence';
import { shop } from './objects';

test('an external workload is an identity without objects', () => {
  const chart = shop();
  const postgres = Workload.external(chart, 'postgres', {
    namespace: 'databases', labels: { app: 'postgres', role: 'primary' }, ports: { sql: Port.tcp(5432), metrics: Port.metrics(9187) }, serviceAccountName: 'postgres-operator', service: 'postgres-rw', servicePorts: { sql: 6432 },
  });
  expect(Testing.synth(chart)).toEqual([]);
  expect(postgres).toMatchObject({
    name: 'postgres', namespace: 'databases', labels: { app: 'postgres', role: 'primary' }, serviceAccountName: 'postgres-operator', external: true, versions: [], path: 'shop/postgres',
  });
  expect([postgres.serviceName(), postgres.ports.sql.servicePort, postgres.ports.metrics.servicePort]).toEqual(['postgres-rw', 6432, 9187]);
  expect(postgres.source).toMatch(/^test\/workload\/external-workload\.test\.ts:\d+$/);
  expect(postgres.ports.sql.peer).toEqual({ kind: 'workload', workload: postgres, port: postgres.ports.sql });
  expect(Registry.of(chart).workloads()).toEqual([postgres]);
});

test('by default its Service has its name, in the chart\'s namespace', () => {
  const redis = Workload.external(shop(), 'redis', { labels: { app: 'redis' }, ports: { tcp: Port.tcp(6379) } });
  expect([redis.serviceName(), redis.namespace, redis.serviceAccountName]).toEqual(['redis', 'order-system', 'default']);
});

test('mutating what was given changes nothing', () => {
  const labels = { app: 'redis' };
  const redis = Workload.external(shop(), 'redis', { labels, ports: {} });
  labels.app = 'other';
  expect(redis.labels).toEqual({ app: 'redis' });
  expect(() => { (redis.labels as Record<string, string>).app = 'other'; }).toThrow(TypeError);
});

test.each<[string, () => unknown, string]>([
  ['no labels', () => Workload.external(shop(), 'redis', { labels: {}, ports: {} }), "External workload redis has no labels to know its pods by (shop/redis, <here>): give labels, such as { app: 'redis' }."],
  ['missing labels', () => Workload.external(shop(), 'redis', { ports: {} } as never), "External workload redis has no labels to know its pods by (shop/redis, <here>): give labels, such as { app: 'redis' }."],
  ['missing ports', () => Workload.external(shop(), 'redis', { labels: { app: 'redis' } } as never), 'Ports undefined of workload redis are no record of ports (shop/redis, <here>): give such as { http: Port.http(8080) }.'],
  ['a version', () => Workload.external(shop(), 'redis', { labels: { app: 'redis' }, ports: {} }).labelsOf('v1' as never), 'External workload redis has no version "v1" (shop/redis, <here>): use its labels.'],
  ['a Service that it has not', () => Workload.external(shop(), 'redis', { labels: { app: 'redis' }, ports: {}, service: false }).serviceName(), "External workload redis has no Service (shop/redis, <here>): name one with service: 'name'."],
])('refuses %s', (_, make, message) => {
  expect(sentence(make)).toBe(message);
});
