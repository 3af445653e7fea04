// Every kind that the mesh and the CNI write, in full, against the schemas of both lines.
import { ObjectValidator } from '../../src/analysis/schema/validator';
import { SchemaStore } from '../../src/analysis/schema/store';
import { Cni } from '../../src/cni';
import { Duration, Http, Path, Peer, Percent, resolveTargets, SecretRef } from '../../src/core';
import type { Targets } from '../../src/core';
import { Mesh, ZeroTrustMesh } from '../../src/mesh';
import { Namespace } from '../../src/workload';
import { connect, documents, meshProps, NEWER, newChart, OLDER, workloads } from './scenario';
import type { Document } from './scenario';

function problems(all: readonly Document[], targets: Targets): string[] {
  const validator = new ObjectValidator(SchemaStore.shipped(), resolveTargets(targets));
  return all.flatMap((one) => {
    const checks = validator.checksOf(one.apiVersion, one.kind);
    if (!checks?.schema.targeted) return [`${one.kind} of ${one.apiVersion} is not served`];
    return validator.problems(one as never, checks).map(({ path, message }) => `${one.kind} ${one.metadata.name} ${path.join('.')}: ${message}`);
  });
}

/** Every option at once. */
function everything(targets: Targets, withMesh: boolean): Document[] {
  const chart = newChart(targets);
  new Namespace(chart, 'order-system');
  const parts = workloads(chart);
  const { orders, frontend, admin, gateway } = parts;
  connect(parts);
  for (const peer of [Peer.allPodsIn('tools'), Peer.cidr('10.1.0.0/16', { except: ['10.1.2.0/24'] }), Peer.internet, Peer.kubeApiServer, Peer.nodes, Peer.group('dba', ['10.47.17.3/32'])]) {
    admin.connections.allowFrom(peer, Http.get([Path.prefix('/x'), Path.exact('/y')]).withHeader('x-v', ['1', '2']));
  }
  const cni = Cni.cilium({
    bgp: {
      localAsn: 64512, nodes: { 'bgp-peer': 'true' }, advertise: { podCidrs: true, services: { labels: { expose: 'true' }, addresses: ['LoadBalancerIP', 'ExternalIP'] } },
      peers: [{ name: 'a', address: '192.0.2.1', asn: 64513, port: 1790, multihop: 4, gracefulRestart: Duration.seconds(60), password: SecretRef.existing('bgp', 'password'), families: ['ipv4', 'ipv6'] }],
    },
    loadBalancerPools: [{ name: 'p', cidrs: ['192.0.2.128/25'], services: { expose: 'true' }, allowFirstLastIps: false }],
  });
  const mesh = Mesh.istio({
    members: [gateway],
    outside: [frontend],
    plainText: [{ port: orders.ports.http, reason: 'a client without a sidecar' }],
    traffic: [{
      workload: orders, timeout: Duration.millis(4700), retries: { attempts: 2, perTry: Duration.millis(1500) }, canary: { version: 'canary', percent: Percent.of(3) },
      mirror: { version: 'shadow', percent: Percent.of(0.5) }, byHeader: [{ header: 'x-canary', value: 'true', version: 'canary' }],
      connectionPool: {
        maxConnections: 1, connectTimeout: Duration.millis(1), keepAlive: { time: Duration.seconds(47), interval: Duration.seconds(17) }, maxRequests: 1, maxPendingRequests: 1,
        maxRequestsPerConnection: 1, maxRetries: 1, idleTimeout: Duration.millis(1500), upgradeToHttp2: false,
      },
      outlierDetection: { consecutive5xx: 7, interval: Duration.millis(4700), baseEjection: Duration.seconds(47), maxEjection: Percent.of(47), minHealthy: Percent.of(47) },
      loadBalancer: { hashHeader: 'x-user-id' },
    }],
  });
  const reason = 'moves to the new cluster in March';
  const shared = { cni, stage: 'strict', exclude: [{ workload: parts.postgres, reason }], prometheus: parts.prometheus } as const;
  new ZeroTrustMesh(chart, 'mesh', withMesh ? { ...meshProps('strict', parts), ...shared, mesh } : shared);
  return documents(chart);
}

test.each([['older', OLDER], ['newer', NEWER]] as const)('the %s line takes every field', (_, targets) => {
  for (const withMesh of [true, false]) {
    const all = everything(targets, withMesh);
    expect(problems(all, targets)).toEqual([]);
    if (withMesh) {
      expect([...new Set(all.map((one) => one.kind))].filter((kind) => !['Deployment', 'Service', 'ServiceAccount', 'PodDisruptionBudget', 'Namespace'].includes(kind)).sort()).toEqual([
        'AuthorizationPolicy', 'CiliumBGPAdvertisement', 'CiliumBGPClusterConfig', 'CiliumBGPPeerConfig', 'CiliumLoadBalancerIPPool', 'CiliumNetworkPolicy', 'DestinationRule',
        'PeerAuthentication', 'RequestAuthentication', 'ServiceEntry', 'Sidecar', 'VirtualService',
      ]);
    }
  }
});

test('a wrong field would be seen', () => {
  const [rule] = everything(OLDER, true).filter((one) => one.kind === 'DestinationRule' && one.metadata.name === 'order-service');
  const wrong = { ...rule!, spec: { ...rule!.spec, trafficPolicy: { loadBalancer: { simple: 'LEAST_REQUEST', consistentHash: { httpHeaderName: 'x' } } } } };
  expect(problems([wrong], OLDER)).toHaveLength(1);
});
