import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { Entry } from '../model/entry';
import { list, record, text } from '../model/fields';
import type { PodGroup } from '../model/pods';
import { autoscalers } from '../model/autoscalers';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0072',
  class: 'risk',
  title: 'Clients of a database may open more connections than it takes',
  sees: 'Workloads whose variables name a database by its Service and the size of their pool, times the replicas that their autoscaler may reach, against max_connections in the arguments or variables of the database.',
  why: 'At the peak, when the autoscaler has made all replicas, the database refuses new connections, and all clients fail at once.',
  fix: 'make the pools smaller, lower the highest number of replicas, or put a pooler in front of the database',
  covers: ['R148'],
  docs: ['https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-MAX-CONNECTIONS'],
  subjects: ['apps/Deployment', 'apps/StatefulSet'],
  failing: {
    documents: scene(500),
    says: 'Deployment shop/orders may open 1000 connections to Service shop/db (20 replicas with pools of 50), and it takes 500',
    field: 'spec.template.spec.containers[0].env[1].value',
  },
  passing: { documents: scene(2000) },
  check(cluster, report) {
    const limits = new Map<Entry, number | undefined>();
    const demand: Demand = new Map();
    each(cluster.pods, addDemand, cluster, demand);
    for (const [service, { total, parts }] of demand) {
      if (!limits.has(service)) limits.set(service, limitOf(cluster, service));
      const limit = limits.get(service);
      if (limit === undefined || total <= limit) continue;
      const [first] = parts;
      const who = parts.length === 1 ? `${first!.group.entry.toString()} may open ${total} connections to ${service.toString()} (${first!.replicas} replicas with pools of ${first!.pool})`
        : `${parts.length} workloads, ${first!.group.entry.toString()} among them, may open ${total} connections to ${service.toString()}`;
      report(first!.group.entry, first!.path, { message: `${who}, and it takes ${limit}`, decidedBy: [service, ...parts.slice(1, 4).map(({ group }) => group.entry)] });
    }
  },
};

/** The connections that programs may open, by the Service of the database. */
type Demand = Map<Entry, { total: number; parts: Array<{ group: PodGroup; path: readonly (string | number)[]; pool: number; replicas: number }> }>;

function addDemand(group: PodGroup, cluster: ClusterModel, demand: Demand): void {
  if (!group.entry.sound || group.entry.kind === 'Job' || group.entry.kind === 'CronJob') return;
  const containers = list(group.spec.containers);
  for (let i = 0; i < containers.length; i++) {
    const variables = list(record(containers[i]).env);
    const pool = poolIn(variables);
    const service = pool === -1 ? undefined : databaseOf(cluster, group, variables.map(record));
    if (!service) continue;
    const size = Number(record(variables[pool]).value);
    const replicas = cluster.derive(autoscalers).most(group.entry);
    const known = demand.get(service) ?? { total: 0, parts: [] };
    known.total += size * replicas;
    known.parts.push({ group, path: [...group.specPath, 'containers', i, 'env', pool, 'value'], pool: size, replicas });
    demand.set(service, known);
  }
}

/** The place of the variable with the size of a pool, or -1. */
function poolIn(variables: readonly unknown[]): number {
  for (let i = 0; i < variables.length; i++) {
    const { name, value } = record(variables[i]);
    if (/^\d{1,5}$/.test(String(value)) && POOL.test(String(name))) return i;
  }
  return -1;
}

/** Variables with the size of a pool of database connections. */
const POOL = /(?:HIKARI_MAX(?:IMUM)?_POOL_?SIZE|(?:DB|DATABASE|POSTGRES|PG|MYSQL|SQL|DATASOURCE)\w*_(?:MAX_)?POOL(?:_MAX)?(?:_SIZE)?|(?:DB|DATABASE|SQL)\w*_MAX_(?:OPEN_)?CONN(?:ECTION)?S)$/i;
const HOST = /(?:DB|DATABASE|POSTGRES|PG|MYSQL|SQL)\w*(?:HOST|HOSTNAME|ADDR|ADDRESS)$/i;

/** The Service of the database that the variables of a container name. */
function databaseOf(cluster: ClusterModel, { namespace }: PodGroup, env: readonly Readonly<Record<string, unknown>>[]): Entry | undefined {
  for (const { name, value } of env) {
    const written = text(value);
    if (written === undefined) continue;
    const host = /^(?:jdbc:)?(?:mysql|mariadb|postgres(?:ql)?):\/\/(?:[^@/]*@)?([^:/?]+)/i.exec(written)?.[1] ?? (HOST.test(String(name)) ? written.replace(/:\d+$/, '') : undefined);
    const parts = host?.split('.');
    if (!parts || (parts.length > 2 && parts[2] !== 'svc')) continue;
    const service = cluster.find('', 'Service', parts[1] ?? namespace, parts[0]!);
    if (service?.sound) return service;
  }
  return undefined;
}

/** What the pods behind a Service say of max_connections; undefined when they say nothing. */
function limitOf(cluster: ClusterModel, { namespace, spec }: Entry): number | undefined {
  const limits = cluster.selectByMap(namespace, spec.selector).flatMap((group) => list(group.spec.containers).flatMap((one) => {
    const { args, command, env } = record(one);
    const said = [...list(command), ...list(args)].map(String).join(' ');
    const set = /max[_-]connections[= ](\d+)/.exec(said)?.[1] ?? text(list(env).map(record).find(({ name }) => /MAX_CONNECTIONS$/.test(String(name)))?.value);
    return set === undefined || !/^\d+$/.test(set) ? [] : [Number(set)];
  }));
  return limits.length === 0 ? undefined : Math.max(...limits);
}

function scene(connections: number): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      containers:
        - name: orders
          image: registry.example.com/orders:1.7.4
          env: [{ name: DB_HOST, value: db }, { name: HIKARI_MAXIMUM_POOL_SIZE, value: "50" }]
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: orders, namespace: shop }
spec: { scaleTargetRef: { name: orders }, minReplicaCount: 2, maxReplicaCount: 20, triggers: [{ type: rabbitmq, metadata: { queueName: orders, value: "20" } }] }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { selector: { app: db }, ports: [{ name: sql, port: 5432 }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: db, image: "docker.io/library/postgres:17", args: ["-c", "max_connections=${connections}"] }] }
`;
}
