// The order team: what runs, and who may talk to whom.
import { Http, Namespace, Path, Peer, Percent, Port, Workload } from 'cdk8s-netstack';
import type { IWorkload, NetworkChart } from 'cdk8s-netstack';
import { Capability, Deployment, Probe, SeccompProfileType, ServiceAccount } from 'cdk8s-plus-28';
import { INTERNAL_ZONE } from './dns';

const ORDERS = Path.prefix('/api/v1/orders');
const VERSIONED = (http: Http): Http => http.withHeader('x-api-version', ['v1', 'v2']);

export type OrderService = Workload<{ readonly http: Port; readonly metrics: Port }, 'stable' | 'canary' | 'shadow'>;

export interface OrderWorkloads {
  readonly service: OrderService;
  readonly frontend: IWorkload;
  readonly admin: IWorkload;
  readonly postgres: IWorkload;
  readonly prometheus: IWorkload;
}

export function workloads(chart: NetworkChart): OrderWorkloads {
  new Namespace(chart, 'order-system');
  for (const name of ['order-data', 'monitoring', 'observability']) new Namespace(chart, name, { existing: true });

  const service: OrderService = new Workload(chart, 'order-service', {
    labels: { tier: 'backend' },
    ports: { http: Port.http(8080), metrics: Port.metrics(9090) },
    serviceAccount: { automountToken: true },
    versions: {
      stable: { image: 'registry.example.com/orders:1.7.4', label: 'v1', autoscaling: { min: 4, max: 20, cpu: Percent.of(70) } },
      canary: { image: 'registry.example.com/orders:2.0.0', label: 'v2-canary', replicas: 2 },
      shadow: { image: 'registry.example.com/orders:2.1.0-rc.1', label: 'v2-shadow', replicas: 2 },
    },
  });
  const admin = new Workload(chart, 'order-admin', {
    labels: { tier: 'backend' }, image: 'registry.example.com/order-admin:1.2.0', ports: { http: Port.http(8080), metrics: Port.metrics(9090) },
  });
  const frontend = frontendOf(chart);

  // Made by others: we only say who they are.
  const data = { namespace: 'order-data' };
  const postgres = Workload.external(chart, 'postgres', { ...data, labels: { app: 'postgres', tier: 'database' }, ports: { sql: Port.tcp(5432) } });
  const redis = Workload.external(chart, 'redis', { ...data, labels: { app: 'redis', tier: 'cache' }, ports: { redis: Port.tcp(6379) } });
  const prometheus = Workload.external(chart, 'prometheus', {
    namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' }, ports: { web: Port.http(9090) }, serviceAccountName: 'prometheus',
  });
  const telemetry = Workload.external(chart, 'otel-collector', { namespace: 'observability', labels: { app: 'otel-collector' }, ports: { otlp: Port.grpc(4317) } });

  service.connections.allowFrom(frontend, service.ports.http, VERSIONED(Http.methods(['GET', 'POST'], ORDERS)));
  service.connections.allowFrom(admin, service.ports.http, Http.methods(['DELETE', 'PUT'], ORDERS).withJwt({ issuer: 'https://id.example.com', claims: { role: ['admin', 'operator'] } }));
  service.connections.allowTo(postgres);
  service.connections.allowTo(redis);
  service.connections.allowTo(telemetry);
  service.connections.allowTo(Peer.fqdn(`kafka.${INTERNAL_ZONE}`, Port.tcp(9092)));
  service.connections.allowTo(Peer.fqdn('*.payment-gateway.com', Port.tcp(443)));
  service.connections.allowTo(Peer.kubeApiServer);
  return { service, frontend, admin, postgres, prometheus };
}

/** The frontend team brings a Deployment of cdk8s-plus. */
function frontendOf(chart: NetworkChart): IWorkload {
  const labels = { app: 'order-frontend', tier: 'frontend' };
  const deployment = new Deployment(chart, 'order-frontend', {
    metadata: { name: 'order-frontend', labels }, podMetadata: { labels }, replicas: 2,
    serviceAccount: new ServiceAccount(chart, 'order-frontend-account', { metadata: { name: 'order-frontend' } }), automountServiceAccountToken: false,
    containers: [{
      image: 'registry.example.com/order-frontend:3.1.0', ports: [{ number: 8080, name: 'http' }],
      readiness: Probe.fromHttpGet('/health', { port: 8080 }), liveness: Probe.fromHttpGet('/health', { port: 8080 }),
      securityContext: { user: 10001, group: 10001, capabilities: { drop: [Capability.ALL] }, seccompProfile: { type: SeccompProfileType.RUNTIME_DEFAULT } },
    }],
  });
  return Workload.of(deployment, { labels });
}
