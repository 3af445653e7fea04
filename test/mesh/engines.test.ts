// Cilium's and Istio's own code read what we write, and say who may call whom. Skipped, and said so, where the engines are not in the cache:
// `npx projen conformance -- --prepare cilium istio` builds them.
import { Cni } from '../../src/cni';
import { Http, Path, Peer, Port, Registry, workloadKey } from '../../src/core';
import type { ConnectionEdge, MeshStage, PeerTarget } from '../../src/core';
import { Mesh, ZeroTrustMesh } from '../../src/mesh';
import { Namespace, Workload } from '../../src/workload';
import { askCilium, hasCilium } from '../conformance/engines/cilium';
import type { CiliumEndpoint, CiliumFlow } from '../conformance/engines/cilium';
import { askIstio, hasIstio } from '../conformance/engines/istio';
import type { IstioCall, IstioProxy } from '../conformance/engines/istio';
import { documents, images, NEWER, newChart, OLDER, scenario } from './scenario';
import type { Document } from './scenario';

const withCilium = hasCilium() ? test : test.skip;
const withIstio = hasIstio() ? test : test.skip;

/** Every pod that the program knows, and strangers. */
function endpointsOf(chart: ReturnType<typeof newChart>): Record<string, CiliumEndpoint> {
  const pods = Registry.of(chart).workloads().map((one) => [workloadKey(one), { namespace: one.namespace, labels: one.labels }] as const);
  const gateway = Registry.of(chart).workloads().find((one) => one.name === 'order-gateway');
  return {
    ...Object.fromEntries(pods),
    'stranger': { namespace: 'order-system', labels: { app: 'stranger' } },
    'stranger elsewhere': { namespace: 'elsewhere', labels: { app: 'order-frontend' } },
    ...gateway && { 'the gateway\'s labels in another namespace': { namespace: 'order-system', labels: gateway.labels } },
    'nodes': { entity: 'host' },
    'kube-apiserver': { entity: 'kube-apiserver' },
    'internet': { entity: 'world' },
    'fqdn:*.payment-gateway.com': { cidr: '203.0.113.7/32', fqdns: ['*.payment-gateway.com'] },
    'fqdn:kafka.internal.example.com': { cidr: '203.0.113.8/32', fqdns: ['kafka.internal.example.com'] },
    'cidr:169.254.20.10/32': { cidr: '169.254.20.10/32' },
  };
}

const keyOf = (peer: PeerTarget): string => (peer.kind === 'workload' ? workloadKey(peer.workload) : peer.kind === 'fqdn' ? `fqdn:${peer.hostname.value}` : peer.kind === 'cidr' ? `cidr:${peer.cidr.value}` : peer.kind);

/** The flows of all edges, and every other flow to the same ports. */
function allFlows(chart: ReturnType<typeof newChart>, endpoints: Record<string, CiliumEndpoint>): { flows: CiliumFlow[]; declared: boolean[] } {
  const edges = Registry.of(chart).edges();
  const key = (from: string, to: string, port: number, protocol: string): string => `${from} > ${to} ${port}/${protocol}`;
  const declared = new Set(edges.map(({ from, to, port }: ConnectionEdge) => key(keyOf(from), keyOf(to), port!.number, port!.protocol)));
  const ports = new Map(edges.map(({ port }) => [`${port!.number}/${port!.protocol}`, port!]));
  const flows: CiliumFlow[] = [];
  for (const from of Object.keys(endpoints)) {
    for (const to of Object.keys(endpoints)) {
      if (from === to) continue;
      for (const { number: port, protocol } of ports.values()) flows.push({ from, to, port, protocol });
    }
  }
  return { flows, declared: flows.map(({ from, to, port, protocol }) => declared.has(key(from, to, port, protocol))) };
}

describe('Cilium', () => {
  withCilium.each([['older', OLDER], ['newer', NEWER]] as const)('allows exactly what is declared, on the %s line', async (_, targets) => {
    const { chart, mesh } = scenario('strict', targets);
    const endpoints = endpointsOf(chart);
    const { flows, declared } = allFlows(chart, endpoints);
    const answer = await askCilium(documents(chart).filter((one) => one.kind === 'CiliumNetworkPolicy'), endpoints, flows);
    expect(answer.refused).toEqual([]);
    const guarded = new Set([...Registry.of(chart).workloads().filter((one) => mesh.guards(one)).map(workloadKey), 'stranger', 'the gateway\'s labels in another namespace']);
    const wrong = flows.map((flow, i) => ({ ...flow, ...answer.verdicts[i], declared: declared[i]! })).filter(({ from, to, port, egress, ingress, declared: wanted }) => {
      const allowed = egress === 'allowed' && ingress === 'allowed';
      // NodeLocal DNSCache may be known as the host. Who is guarded at neither end is free.
      if (to === 'nodes' && port === 53 || !guarded.has(from) && !guarded.has(to)) return false;
      return allowed !== wanted;
    });
    expect(wrong).toEqual([]);
    expect(declared.filter(Boolean).length).toBeGreaterThan(30);
    expect(flows.length).toBeGreaterThan(1000);
  });

  withCilium('denies nothing at observe, and everything without edges at permissive', async () => {
    for (const [stage, expected] of [['observe', 'allowed'], ['permissive', 'denied']] as ReadonlyArray<[MeshStage, string]>) {
      const chart = newChart();
      new Namespace(chart, 'order-system');
      for (const name of ['a', 'b']) new Workload(chart, name, { ...images(), ports: { http: Port.http(8080) } });
      new ZeroTrustMesh(chart, 'mesh', { cni: Cni.cilium(), mesh: Mesh.istio(), stage });
      const { verdicts } = await askCilium(documents(chart).filter((one) => one.kind === 'CiliumNetworkPolicy'), endpointsOf(chart), [{ from: 'beijing:order-system/a', to: 'beijing:order-system/b', port: 8080, protocol: 'TCP' }]);
      expect(verdicts).toEqual([{ egress: expected, ingress: expected }]);
    }
  });

  withCilium('lets an excluded workload through, both ways', async () => {
    const chart = newChart();
    new Namespace(chart, 'order-system');
    const [free] = ['a', 'b'].map((name) => new Workload(chart, name, { ...images(), ports: { http: Port.http(8080) } }));
    new ZeroTrustMesh(chart, 'mesh', { cni: Cni.cilium(), stage: 'strict', exclude: [{ workload: free!, reason: 'moves next month' }] });
    const key = workloadKey(free!);
    const { verdicts } = await askCilium(documents(chart).filter((one) => one.kind === 'CiliumNetworkPolicy'), endpointsOf(chart), [
      { from: 'stranger elsewhere', to: key, port: 1, protocol: 'TCP' }, { from: key, to: 'internet', port: 1, protocol: 'UDP' },
    ]);
    expect(verdicts).toEqual([{ egress: 'allowed', ingress: 'allowed' }, { egress: 'allowed', ingress: 'allowed' }]);
  });

  withCilium('reads requests and every kind of peer', async () => {
    const chart = newChart();
    new Namespace(chart, 'order-system');
    const orders = new Workload(chart, 'orders', { ...images(), ports: { http: Port.http(8080) } });
    const odd = Http.methods(['GET', 'POST'], [Path.exact('/a.(b)+$'), Path.prefix('/x'), Path.prefix('/'), Path.regex('/o/[0-9]+|/p')]).withHeader('x-v', ['a "b" # {c} ${d}', '%']);
    for (const peer of [Peer.allPodsIn('tools'), Peer.cidr('10.1.0.0/16', { except: ['10.1.2.0/24'] }), Peer.cidr('fd00::/64'), Peer.internet, Peer.kubeApiServer, Peer.nodes, Peer.group('dba', ['10.47.17.3/32'])]) {
      orders.connections.allowFrom(peer, odd);
    }
    orders.connections.allowTo(Peer.internet);
    new ZeroTrustMesh(chart, 'mesh', { cni: Cni.cilium(), stage: 'strict' });
    const { refused } = await askCilium(documents(chart).filter((one) => one.kind === 'CiliumNetworkPolicy'), {}, []);
    expect(refused).toEqual([]);
  });
});

describe('Istio', () => {
  const addresses: Record<string, string> = { 'order-service': '10.244.0.10', 'order-service-canary': '10.244.0.11', 'order-service-shadow': '10.244.0.12', 'order-frontend': '10.244.0.20', 'order-admin': '10.244.0.21' };
  const proxies: Record<string, IstioProxy> = {
    orders: { pod: 'order-service', ip: addresses['order-service']!, namespace: 'order-system', labels: { app: 'order-service', version: 'v1' }, serviceAccount: 'order-service' },
    frontend: { pod: 'order-frontend', ip: addresses['order-frontend']!, namespace: 'order-system', labels: { app: 'order-frontend' }, serviceAccount: 'order-frontend' },
    gateway: {
      pod: 'proxy', ip: '10.244.9.9', namespace: 'envoy-gateway-system', serviceAccount: 'envoy-order-system-order-gateway',
      labels: { 'app.kubernetes.io/name': 'envoy', 'gateway.envoyproxy.io/owning-gateway-name': 'order-gateway', 'gateway.envoyproxy.io/owning-gateway-namespace': 'order-system' },
    },
  };
  const toOrders = { address: addresses['order-service']!, port: 8080, host: 'api.example.com', path: '/api/v1/orders/42' };

  /** What a cluster adds: addresses of Services, pods and endpoints. */
  function running(all: readonly Document[]): object[] {
    const services = all.filter((one) => one.kind === 'Service');
    return [
      ...all.map((one) => (one.kind === 'Service' ? { ...one, spec: { ...one.spec, clusterIP: `10.96.0.${services.indexOf(one) + 1}` } } : one)),
      ...services.flatMap(({ metadata: { name, namespace }, spec }) => {
        const labels = { ...spec.selector, 'security.istio.io/tlsMode': 'istio' };
        const ports = spec.ports.map((port: { name: string; port: number }) => ({ name: port.name, containerPort: port.port, protocol: 'TCP' }));
        return [
          {
            apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels }, spec: { serviceAccountName: spec.selector.app, containers: [{ name: 'app', image: 'i', ports }] },
            status: { phase: 'Running', podIP: addresses[name], conditions: [{ type: 'Ready', status: 'True' }] },
          },
          {
            apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } },
            endpoints: [{ addresses: [addresses[name]], conditions: { ready: true }, targetRef: { kind: 'Pod', name, namespace } }],
            ports: spec.ports.map((port: { name: string; port: number }) => ({ name: port.name, port: port.port, protocol: 'TCP' })),
          },
        ];
      }),
    ];
  }

  const ask = (stage: MeshStage, calls: readonly IstioCall[], drop: (one: Document) => boolean = () => false) => {
    const all = documents(scenario(stage).chart).filter((one) => !drop(one));
    return askIstio(running(all), proxies, calls);
  };

  withIstio.each<MeshStage>(['observe', 'permissive', 'strict'])('accepts everything at %s', async (stage) => {
    const answer = await ask(stage, []);
    expect(answer.invalid).toEqual([]);
    expect(answer.messages).toEqual([]);
  }, 60_000);

  withIstio('strict: mTLS in, plain text refused, metrics in the clear', async () => {
    const { outcomes } = await ask('strict', [
      { proxy: 'orders', direction: 'inbound', ...toOrders, tls: 'mtls', alpn: 'istio' },
      { proxy: 'orders', direction: 'inbound', ...toOrders },
      { proxy: 'orders', direction: 'inbound', ...toOrders, port: 9090, path: '/metrics' },
    ]);
    expect(outcomes[0]).toMatchObject({ cluster: 'inbound|8080||' });
    expect(outcomes[1]).toEqual({ error: 'no filter chains matched' });
    expect(outcomes[2]).toMatchObject({ cluster: 'inbound|9090||' });
  }, 60_000);

  withIstio('strict: the policy that Envoy gets names the callers, their requests and the token', async () => {
    const { outcomes } = await ask('strict', [{ proxy: 'orders', direction: 'inbound', ...toOrders, tls: 'mtls', alpn: 'istio' }]);
    const [rbac] = outcomes[0]!.rbac!;
    expect(Object.keys(rbac.rules.policies).sort()).toEqual([
      'ns[order-system]-policy[mesh-allow-nothing]-rule[0]', 'ns[order-system]-policy[order-service]-rule[0]', 'ns[order-system]-policy[order-service]-rule[1]', 'ns[order-system]-policy[order-service]-rule[2]',
    ]);
    expect(JSON.stringify(rbac)).toContain('spiffe://cluster.local/ns/envoy-gateway-system/sa/envoy-order-system-order-gateway');
    expect(JSON.stringify(rbac)).toContain('{"urlPath":{"path":{"prefix":"/api/v1/orders/"}}}');
    expect(rbac).not.toHaveProperty('shadowRules');
    expect(outcomes[0]!.jwt).toHaveLength(1);
  }, 60_000);

  withIstio('permissive: plain text is taken, and policies only count', async () => {
    const { outcomes } = await ask('permissive', [{ proxy: 'orders', direction: 'inbound', ...toOrders }]);
    expect(outcomes[0]).toMatchObject({ cluster: 'inbound|8080||' });
    const [rbac] = outcomes[0]!.rbac!;
    expect(rbac).not.toHaveProperty('rules');
    expect(Object.keys(rbac.shadowRules.policies)).toContain('ns[order-system]-policy[order-service]-rule[0]');
  }, 60_000);

  withIstio('a member\'s calls go in mTLS to the very pod that it picked, and its other calls as they are', async () => {
    const calls: IstioCall[] = [
      { proxy: 'gateway', direction: 'outbound', ...toOrders }, { proxy: 'gateway', direction: 'outbound', address: '192.0.2.1', port: 18000, path: '/' },
    ];
    const { outcomes } = await ask('strict', calls);
    expect(outcomes[0]).toMatchObject({ cluster: 'outbound|8080||pods.mesh.internal', transport: 'mtls' });
    expect(outcomes[1]).toMatchObject({ cluster: 'PassthroughCluster', transport: 'plaintext' });
    // What a sidecar alone would do: pass the call on in plain text, which the pod refuses.
    const bare = await ask('strict', calls, (one) => one.metadata.name === 'mesh-order-gateway');
    expect(bare.outcomes[0]).toMatchObject({ cluster: 'PassthroughCluster', transport: 'plaintext' });
  }, 60_000);

  withIstio('calls inside the mesh are routed, in mTLS with the service account of the other end', async () => {
    const { outcomes } = await ask('strict', [{ proxy: 'frontend', direction: 'outbound', address: '10.96.0.1', port: 8080, host: 'order-service.order-system.svc.cluster.local', path: '/health' }]);
    expect(outcomes[0]).toMatchObject({
      cluster: 'outbound|8080||order-service.order-system.svc.cluster.local', route: 'default', transport: 'mtls', sans: ['spiffe://cluster.local/ns/order-system/sa/order-service'],
    });
  }, 60_000);
});
