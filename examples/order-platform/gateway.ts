// The gateway team: the front door of the order API, with the order domain's production numbers.
import { ClientIp, GatewayImplementation, Namespace, OrderGateway, Path, Percent, Port, Tls, Volume, Workload } from 'cdk8s-netstack';
import type { IWorkloadPort, NetworkChart, Route } from 'cdk8s-netstack';
import type { RegionAddresses } from './clusters';
import type { OrderService } from './workloads';

export const HOSTNAME = 'api.example.com';

export function gateway(chart: NetworkChart, addresses: RegionAddresses, orders: OrderService): { route: Route; redis: IWorkloadPort } {
  new Namespace(chart, 'envoy-gateway-system', { existing: true });
  new Namespace(chart, 'redis-system');
  // Envoy Gateway counts global rate limits here.
  const redis = new Workload(chart, 'rate-limit-redis', {
    namespace: 'redis-system', image: 'docker.io/library/redis:7.4.2', replicas: 1, ports: { redis: Port.tcp(6379) },
    args: ['--save', '', '--appendonly', 'no'], probes: { readiness: { port: 'redis' }, liveness: { port: 'redis' }, startup: false },
    security: { runAsUser: 999, runAsGroup: 999 }, volumes: { data: Volume.emptyDir('/data', { sizeLimit: '256Mi' }) },
  });

  const gateway = new OrderGateway(chart, 'order-gateway', {
    implementation: GatewayImplementation.envoyGateway({
      gatewayClassName: 'envoy-gateway', redis: redis.ports.redis,
      // Cilium gives the Service this address of the pool, and announces it by BGP.
      proxy: { serviceLabels: { 'lb-bgp-expose': 'true' }, serviceAnnotations: { 'lbipam.cilium.io/ips': addresses.gateway } },
    }),
    hostnames: [HOSTNAME],
    tls: Tls.clusterIssuer('letsencrypt-prod', { secretName: 'api-tls-cert' }),
    clientIp: ClientIp.header('CF-Connecting-IP'),
    jwt: [{ issuer: 'https://id.example.com', jwksUri: 'https://id.example.com/.well-known/jwks.json', claimToHeaders: { sub: 'x-user-id' } }],
    cors: { allowOrigins: ['https://shop.example.com'], allowMethods: ['GET', 'POST', 'PUT', 'DELETE'], allowHeaders: ['authorization', 'x-api-version'] },
  });
  const route = gateway.addRoute('orders', {
    path: Path.prefix('/api/v1/orders'),
    headers: { 'x-api-version': 'v1' },
    to: orders.ports.http,
    canary: { version: 'canary', percent: Percent.of(3) },
  });
  return { route, redis: redis.ports.redis };
}
