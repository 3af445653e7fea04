// The mesh team: nothing talks that was not declared, and what talks is encrypted. Routes to the rack by BGP.
import { Cni, Duration, Mesh, Percent, ZeroTrustMesh } from 'cdk8s-netstack';
import type { IstioTraffic, IWorkloadPort, NetworkChart, Route } from 'cdk8s-netstack';
import type { RegionAddresses } from './clusters';
import type { OrderWorkloads } from './workloads';

const ASN = 64512;
const ROUTER_ASN = 64513;

/** Every call inside the mesh to the order service. The canary is split once, at the gateway. */
const ORDER_TRAFFIC: IstioTraffic = {
  timeout: Duration.millis(4700),
  retries: { attempts: 3, perTry: Duration.millis(1100) },
  connectionPool: {
    maxConnections: 4700, connectTimeout: Duration.millis(1700), keepAlive: { time: Duration.seconds(47), interval: Duration.seconds(17) }, maxRequests: 17_000,
    maxRequestsPerConnection: 1700, maxRetries: 3, idleTimeout: Duration.seconds(47), upgradeToHttp2: true,
  },
  outlierDetection: { consecutive5xx: 7, interval: Duration.millis(4700), baseEjection: Duration.seconds(47), maxEjection: Percent.of(47), minHealthy: Percent.of(47) },
  loadBalancer: { hashHeader: 'x-user-id', minimumRingSize: 4700 },
  versions: { canary: { connectionPool: { maxConnections: 470 } } },
  byHeader: [{ header: 'x-canary-user', value: 'true', version: 'canary' }],
  mirror: { version: 'shadow', percent: Percent.of(17) },
};

export function mesh(chart: NetworkChart, addresses: RegionAddresses, orders: OrderWorkloads, gateway: { route: Route; redis: IWorkloadPort }): ZeroTrustMesh {
  return new ZeroTrustMesh(chart, 'mesh', {
    stage: 'strict',
    prometheus: orders.prometheus,
    deniedSources: ['10.47.47.0/24'],
    jwt: [{ issuer: 'https://id.example.com', jwksUri: 'https://id.example.com/.well-known/jwks.json' }],
    mesh: Mesh.istio({
      members: [gateway.route],
      plainText: [{ port: gateway.redis, reason: "Envoy Gateway's rate limit service calls it, from a namespace without sidecars" }],
      traffic: [{ workload: orders.service, ...ORDER_TRAFFIC }],
    }),
    cni: Cni.cilium({
      bgp: {
        localAsn: ASN, nodes: { 'bgp-peer': 'true' },
        peers: [{
          name: 'rack', address: addresses.router, asn: ROUTER_ASN, multihop: 4, holdTime: Duration.seconds(51), keepAlive: Duration.seconds(17), connectRetry: Duration.seconds(17),
        }],
        advertise: { podCidrs: true, services: { labels: { 'lb-bgp-expose': 'true' } } },
      },
      loadBalancerPools: [{ name: 'public', cidrs: [addresses.loadBalancers] }],
    }),
  });
}
