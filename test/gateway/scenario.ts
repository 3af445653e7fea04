// The order domain's front door, as the order platform declares it.
import { Testing } from 'cdk8s';
import { ObjectValidator } from '../../src/analysis/schema/validator';
import { SchemaStore } from '../../src/analysis/schema/store';
import { Cluster, Path, Percent, Port, resolveTargets } from '../../src/core';
import type { Targets } from '../../src/core';
import { NetworkApp } from '../../src/app/network-app';
import { NetworkChart } from '../../src/app/network-chart';
import { ClientIp, GatewayImplementation, OrderGateway, Tls } from '../../src/gateway';
import type { OrderGatewayProps } from '../../src/gateway';
import { Namespace, Workload } from '../../src/workload';

export const OLD: Targets = { gatewayApi: '1.2', envoyGateway: '1.2', certManager: '1.16', kubernetes: '1.32' };
export const NEW: Targets = {};

export const JWT = { issuer: 'https://id.example.com', jwksUri: 'https://id.example.com/.well-known/jwks.json', claimToHeaders: { sub: 'x-user-id' } };

/** An empty chart of the namespace `order-system`, which it makes. */
export function orderChart(targets: Targets = NEW): NetworkChart {
  const app = new NetworkApp();
  const cluster = new Cluster(app, 'beijing', { targets });
  const chart = new NetworkChart(app, 'orders', { cluster, namespace: 'order-system' });
  new Namespace(chart, 'order-system');
  return chart;
}

export const orderWorkload = (chart: NetworkChart): Workload<{ http: Port; metrics: Port }, 'stable' | 'canary'> => new Workload(chart, 'order-service', {
  ports: { http: Port.http(8080), metrics: Port.metrics(9090) },
  versions: { stable: { image: 'registry.example.com/orders:1.7.4' }, canary: { image: 'registry.example.com/orders:2.0.0' } },
});

export const orderGateway = (chart: NetworkChart, props: Partial<OrderGatewayProps> = {}): OrderGateway => new OrderGateway(chart, 'gateway', {
  implementation: GatewayImplementation.envoyGateway(),
  hostnames: ['api.example.com'],
  tls: Tls.clusterIssuer('letsencrypt-prod'),
  ...props,
});

/** The whole scenario: JWT, CORS, Cloudflare in front, 3 % of the orders to the canary. */
export function orderScenario(targets: Targets = NEW): NetworkChart {
  const chart = orderChart(targets);
  const orders = orderWorkload(chart);
  const gateway = orderGateway(chart, {
    clientIp: ClientIp.header('CF-Connecting-IP'),
    jwt: [JWT],
    cors: { allowOrigins: ['https://api.example.com'], allowMethods: ['GET', 'POST', 'PUT', 'DELETE'], allowHeaders: ['x-api-version', 'authorization'] },
  });
  gateway.addRoute('orders', {
    path: Path.prefix('/api/v1/orders'),
    headers: { 'x-api-version': 'v1' },
    to: orders.ports.http,
    canary: { version: 'canary', percent: Percent.of(3) },
  });
  return chart;
}

export interface Doc {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly spec: any;
}

export const documents = (chart: NetworkChart): Doc[] => Testing.synth(chart) as Doc[];

/** The only object of a kind, or the one of that name. */
export function find(docs: readonly Doc[], kind: string, name?: string): Doc {
  const found = docs.filter((doc) => doc.kind === kind && (name === undefined || doc.metadata.name === name));
  if (found.length !== 1) throw new Error(`${found.length} objects ${kind} ${name ?? ''}: ${found.map((doc) => doc.metadata.name).join(', ')}`);
  return found[0]!;
}

/** What the gateway made, without what workloads and namespaces made. */
export const ofGateway = (docs: readonly Doc[]): Doc[] => docs.filter((doc) => /gateway|cert-manager/.test(doc.apiVersion));

/** What the schemas of the targets' lines say against the documents. */
export function schemaProblems(docs: readonly Doc[], targets: Targets): string[] {
  const validator = new ObjectValidator(SchemaStore.shipped(), resolveTargets(targets));
  return docs.flatMap((doc) => {
    const checks = validator.checksOf(doc.apiVersion, doc.kind);
    if (!checks) return [`${doc.kind} ${doc.apiVersion} has no schema`];
    if (!checks.schema.targeted) return [`${doc.kind} ${doc.apiVersion} is not of the targeted line`];
    return validator.problems(doc as never, checks).map((problem) => `${doc.kind} ${doc.metadata.name} ${problem.path.join('.')}: ${problem.message}`);
  });
}
