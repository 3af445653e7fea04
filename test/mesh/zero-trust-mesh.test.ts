import { Cni } from '../../src/cni';
import { NetstackError, Path, Http, Peer, Port, Registry, workloadKey } from '../../src/core';
import type { IPodMetadataTaker, IWorkload, MeshStage, PodMetadata } from '../../src/core';
import { Mesh, ZeroTrustMesh } from '../../src/mesh';
import { Namespace, Workload } from '../../src/workload';
import { connect, documents, find, images, meshProps, NEWER, newChart, OLDER, policies, scenario, validate, workloads } from './scenario';

const message = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (NetstackError.is(error)) return `${error.what} | ${error.fix}`;
    throw error;
  }
  throw new Error('nothing was refused');
};

test.each([['older', OLDER], ['newer', NEWER]] as const)('renders the scenario for the %s line', (_, targets) => {
  const { chart } = scenario('strict', targets);
  expect(validate(chart)).toEqual([]);
  expect(documents(chart).filter((one) => /cilium|istio/.test(one.apiVersion))).toMatchSnapshot();
});

describe('stages', () => {
  const facts = (stage: MeshStage) => {
    const { chart } = scenario(stage);
    const all = documents(chart);
    const cnps = all.filter((one) => one.kind === 'CiliumNetworkPolicy');
    const authz = all.filter((one) => one.kind === 'AuthorizationPolicy');
    return {
      denies: new Set(cnps.flatMap((one) => [one.spec.enableDefaultDeny.ingress, one.spec.enableDefaultDeny.egress])),
      dryRun: new Set(authz.map((one) => one.metadata.annotations?.['istio.io/dry-run'])),
      mtls: new Set(all.filter((one) => one.kind === 'PeerAuthentication').map((one) => one.spec.mtls.mode)),
      tls: new Set(all.filter((one) => one.kind === 'DestinationRule' && one.metadata.namespace === 'order-system').map((one) => one.spec.trafficPolicy?.tls?.mode)),
      tokens: all.filter((one) => one.kind === 'RequestAuthentication').length,
      wraps: all.filter((one) => one.kind === 'Sidecar').length,
      policies: cnps.length + authz.length,
    };
  };

  test('observe has every policy and denies nothing', () => {
    expect(facts('observe')).toEqual({ denies: new Set([false]), dryRun: new Set(['true']), mtls: new Set(['PERMISSIVE']), tls: new Set(), tokens: 0, wraps: 0, policies: facts('strict').policies });
  });

  test('permissive denies in the network and takes plain text', () => {
    expect(facts('permissive')).toMatchObject({ denies: new Set([true]), dryRun: new Set(['true']), mtls: new Set(['PERMISSIVE']), tls: new Set(), tokens: 0, wraps: 1 });
  });

  test('strict denies in both and refuses plain text', () => {
    expect(facts('strict')).toMatchObject({ denies: new Set([true]), dryRun: new Set([undefined]), mtls: new Set(['STRICT']), tls: new Set(['ISTIO_MUTUAL']), tokens: 1, wraps: 1 });
  });

  test('Cilium reads no requests at observe, because its proxy would deny them', () => {
    const http = (stage: MeshStage): boolean => {
      const chart = newChart();
      new Namespace(chart, 'order-system');
      const { orders, frontend } = workloads(chart);
      orders.connections.allowFrom(frontend, orders.ports.http, Http.get('/x'));
      new ZeroTrustMesh(chart, 'mesh', { cni: Cni.cilium(), stage });
      return JSON.stringify(find(chart, 'CiliumNetworkPolicy', 'order-service')).includes('"http"');
    };
    expect([http('observe'), http('permissive'), http('strict')]).toEqual([false, true, true]);
  });
});

describe('who is guarded', () => {
  test('a namespace that a Namespace construct makes, without any workload', () => {
    const chart = newChart();
    new ZeroTrustMesh(chart, 'mesh', { cni: Cni.cilium(), stage: 'strict' });
    new Namespace(chart, 'empty');
    new Namespace(chart, 'theirs', { existing: true });
    expect(documents(chart).filter((one) => one.kind === 'CiliumNetworkPolicy').map((one) => one.metadata)).toEqual([{ name: 'mesh-default-deny', namespace: 'empty' }]);
  });

  test('external pods of a guarded namespace have a policy, and others are only peers', () => {
    const { chart } = scenario();
    const names = documents(chart).filter((one) => one.kind === 'CiliumNetworkPolicy').map((one) => one.metadata.name);
    expect(names).toContain('postgres');
    expect(names).not.toContain('prometheus');
    expect(names).not.toContain('order-gateway');
  });

  test('external pods that were declared before their namespace became guarded', () => {
    const chart = newChart();
    new ZeroTrustMesh(chart, 'mesh', { cni: Cni.cilium(), stage: 'strict' });
    Workload.external(chart, 'postgres', { labels: { app: 'postgres' }, ports: { sql: Port.tcp(5432) } });
    expect(policies(chart).size).toBe(0);
    new Workload(chart, 'orders', { ...images(), ports: { http: Port.http(8080) } });
    expect([...policies(chart).keys()]).toEqual(['CiliumNetworkPolicy order-system/mesh-default-deny', 'CiliumNetworkPolicy order-system/orders', 'CiliumNetworkPolicy order-system/postgres']);
  });

  test('a workload without edges is selected and reached by nobody but its node', () => {
    const chart = newChart();
    new Namespace(chart, 'order-system');
    const lonely = new Workload(chart, 'lonely', { ...images(), ports: { sql: Port.tcp(5432) }, probes: false });
    new ZeroTrustMesh(chart, 'mesh', { cni: Cni.cilium(), mesh: Mesh.istio(), stage: 'strict' });
    expect(find(chart, 'CiliumNetworkPolicy', lonely.name).spec.ingress.map((rule: object) => Object.keys(rule)[0])).toEqual(['fromEntities']);
    expect(find(chart, 'CiliumNetworkPolicy', 'mesh-default-deny').spec).toMatchObject({ endpointSelector: {}, ingress: [{}], egress: [{}], enableDefaultDeny: { ingress: true, egress: true } });
    expect(find(chart, 'AuthorizationPolicy', lonely.name).spec).toEqual({ selector: { matchLabels: { app: 'lonely' } }, action: 'ALLOW' });
    expect(find(chart, 'AuthorizationPolicy', 'mesh-allow-nothing').spec).toEqual({});
  });

  test('the cluster itself only when it is named', () => {
    const chart = newChart(OLDER, 'kube-system');
    new Workload(chart, 'agent', { ...images(), ports: { http: Port.http(8080) } });
    const mesh = new ZeroTrustMesh(chart, 'mesh', { cni: Cni.cilium(), stage: 'strict' });
    expect(policies(chart).size).toBe(0);
    expect(mesh.guards(Registry.of(chart).workloads().find((one) => one.name === 'agent')!)).toBe(false);
  });

  test('only the namespaces that are named', () => {
    const chart = newChart();
    new Workload(chart, 'orders', { ...images(), ports: { http: Port.http(8080) } });
    new Workload(chart, 'other', { ...images(), namespace: 'other', ports: { http: Port.http(8080) } });
    new ZeroTrustMesh(chart, 'mesh', { cni: Cni.cilium(), stage: 'strict', namespaces: ['other'] });
    expect(new Set(documents(chart).filter((one) => one.kind === 'CiliumNetworkPolicy').map((one) => one.metadata.namespace))).toEqual(new Set(['other']));
  });

  test('an excluded workload is let through, and says why', () => {
    const chart = newChart();
    new Namespace(chart, 'order-system');
    const { orders, frontend } = workloads(chart);
    const reason = 'moves to the new cluster in March';
    new ZeroTrustMesh(chart, 'mesh', { cni: Cni.cilium(), mesh: Mesh.istio(), stage: 'strict', exclude: [{ workload: frontend, reason }, { namespace: 'legacy', reason }] });
    expect(find(chart, 'CiliumNetworkPolicy', 'order-frontend').spec).toEqual({
      description: `Excluded: ${reason}`, endpointSelector: { matchLabels: { app: 'order-frontend' } }, enableDefaultDeny: { ingress: false, egress: false },
      ingress: [{ fromEntities: ['all'] }], egress: [{ toEntities: ['all'] }],
    });
    expect(find(chart, 'AuthorizationPolicy', 'order-frontend').spec.rules).toEqual([{}]);
    expect(find(chart, 'PeerAuthentication', 'order-frontend').spec.mtls.mode).toBe('PERMISSIVE');
    new Workload(chart, 'old', { ...images(), namespace: 'legacy', ports: { http: Port.http(8080) } });
    expect([...policies(chart).keys()].filter((key) => key.includes('legacy'))).toEqual([]);
    orders.connections.allowFrom(frontend, orders.ports.http);
    expect(validate(chart)[0]).toContain('beijing:order-system/order-frontend calls order-system/order-service on 8080, which takes mTLS only at stage strict, and has no sidecar');
  });
});

describe('infrastructure', () => {
  test('DNS over UDP and TCP, of the cluster and of the node', () => {
    const { chart } = scenario();
    const egress: Array<Record<string, unknown>> = find(chart, 'CiliumNetworkPolicy', 'order-frontend').spec.egress;
    const toPorts = [{ ports: [{ port: '53', protocol: 'TCP' }] }, { ports: [{ port: '53', protocol: 'UDP' }] }];
    const namespace = { 'k8s:io.kubernetes.pod.namespace': 'kube-system' };
    expect(egress).toContainEqual({ toEndpoints: [{ matchLabels: { ...namespace, 'k8s-app': 'kube-dns' } }, { matchLabels: { ...namespace, 'k8s-app': 'node-local-dns' } }], toPorts });
    expect(egress).toContainEqual({ toCIDRSet: [{ cidr: '169.254.20.10/32' }], toPorts });
    expect(egress).toContainEqual({ toEntities: ['host'], toPorts });
  });

  test('without NodeLocal DNSCache, and with the DNS server of the program', () => {
    const chart = newChart();
    const dns = Workload.external(chart, 'coredns', { namespace: 'dns', labels: { app: 'coredns' }, ports: { dns: Port.udp(1053), metrics: Port.metrics(9153) } });
    new Workload(chart, 'orders', { ...images(), ports: { http: Port.http(8080) } });
    new ZeroTrustMesh(chart, 'mesh', { cni: Cni.cilium(), stage: 'strict', dns, nodeLocalDns: false });
    expect(find(chart, 'CiliumNetworkPolicy', 'orders').spec.egress).toEqual([
      { toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'dns', 'app': 'coredns' } }], toPorts: [{ ports: [{ port: '1053', protocol: 'UDP' }] }] },
    ]);
  });

  test('the control plane and the sidecar, where there is a sidecar', () => {
    const { chart } = scenario();
    const edges = Registry.of(chart).edges().filter((edge) => edge.tags.includes('control-plane')).map((edge) => `${edge.from.kind === 'workload' ? edge.from.workload.name : ''} ${edge.port?.number}`);
    expect(edges.sort()).toEqual(['order-admin 15012', 'order-frontend 15012', 'order-gateway 15012', 'order-service 15012', 'postgres 15012']);
    const ingress = JSON.stringify(find(chart, 'CiliumNetworkPolicy', 'order-admin').spec.ingress);
    expect(ingress).toContain('"15020"');
    expect(ingress).toContain('"15021"');
  });

  test('namespaces are labelled for injection, by revision when there is one', () => {
    expect(find(scenario().chart, 'Namespace', 'order-system').metadata.labels).toMatchObject({ 'istio-injection': 'enabled' });
    const labels = find(scenario('strict', OLDER, { revision: 'stable' }).chart, 'Namespace', 'order-system').metadata.labels;
    expect(labels).toMatchObject({ 'istio.io/rev': 'stable' });
    expect(labels).not.toHaveProperty('istio-injection');
  });

  test('a namespace that nobody declares is a finding, because its pods would have no sidecar', () => {
    const chart = newChart();
    new Workload(chart, 'orders', { ...images(), ports: { http: Port.http(8080) } });
    new ZeroTrustMesh(chart, 'mesh', { cni: Cni.cilium(), mesh: Mesh.istio(), stage: 'strict' });
    expect(validate(chart).map((text) => text.replace(/ts:\d+/, 'ts:N'))).toEqual([
      'Namespace order-system of cluster beijing needs label istio-injection=enabled (for chart/mesh/mesh, test/mesh/zero-trust-mesh.test.ts:N), and nothing declares it: add new Namespace(chart, \'order-system\'), with { existing: true } when somebody else makes it.',
    ]);
  });
});

test('the order of declaration changes no document', () => {
  const usual = policies(scenario().chart);
  const orders: Array<(chart: ReturnType<typeof newChart>) => void> = [
    // The mesh before everything that can be after it.
    (chart) => {
      const parts = workloads(chart);
      new ZeroTrustMesh(chart, 'mesh', meshProps('strict', parts));
      connect(parts);
      new Namespace(chart, 'order-system');
    },
    // Edges before the namespace, the mesh in between.
    (chart) => {
      const parts = workloads(chart);
      connect(parts);
      new ZeroTrustMesh(chart, 'mesh', meshProps('strict', parts));
      new Namespace(chart, 'order-system');
    },
  ];
  for (const declare of orders) {
    const chart = newChart();
    declare(chart);
    expect(policies(chart)).toEqual(usual);
    expect(validate(chart)).toEqual([]);
  }
});

test('workloads and edges that come after the mesh', () => {
  const declare = (meshFirst: boolean): ReadonlyMap<string, string> => {
    const chart = newChart();
    const mesh = (): ZeroTrustMesh => new ZeroTrustMesh(chart, 'mesh', { cni: Cni.cilium(), mesh: Mesh.istio(), stage: 'strict', jwt: [{ issuer: 'https://id.example.com', jwksUri: 'https://id.example.com/jwks' }] });
    if (meshFirst) mesh();
    const names = meshFirst ? ['b', 'a'] : ['a', 'b'];
    const [first, second] = names.map((name) => new Workload(chart, name, { ...images(), ports: { http: Port.http(8080) } }));
    const [a, b] = meshFirst ? [second!, first!] : [first!, second!];
    a.connections.allowFrom(b, Http.get(Path.prefix('/x')).withJwt({ issuer: 'https://id.example.com' }));
    b.connections.allowTo(Peer.internet.on(Port.https(443)));
    new Namespace(chart, 'order-system');
    if (!meshFirst) mesh();
    return policies(chart);
  };
  expect(declare(true)).toEqual(declare(false));
});

test('a construct that makes a member\'s pods is asked for the sidecar', () => {
  const chart = newChart();
  new Namespace(chart, 'order-system');
  const { gateway, orders } = workloads(chart);
  const asked: PodMetadata[] = [];
  const proxies = Object.assign(Object.create(gateway) as IWorkload, { addPodMetadata: (metadata: PodMetadata) => { asked.push(metadata); } }) as IPodMetadataTaker;
  new ZeroTrustMesh(chart, 'mesh', { cni: Cni.cilium(), mesh: Mesh.istio({ members: [proxies] }), stage: 'strict' });
  orders.connections.allowFrom(gateway, orders.ports.http);
  expect(workloadKey(proxies)).toBe(workloadKey(gateway));
  // Their sidecar takes nothing in: a client with one must not wrap its call in mTLS, which nobody would unwrap.
  expect(asked).toEqual([{ labels: { 'security.istio.io/tlsMode': 'disabled', 'sidecar.istio.io/inject': 'true' }, annotations: { 'traffic.sidecar.istio.io/includeInboundPorts': '' } }]);
  expect(validate(chart)).toEqual([]);
});

test('objects can be found for patches', () => {
  const { mesh } = scenario();
  expect(mesh.resource('CiliumNetworkPolicy', 'order-service', 'order-system').name).toBe('order-service');
  expect(message(() => mesh.resource('PeerAuthentication', 'nobody'))).toBe('There is no "PeerAuthentication" "nobody" | name one of mesh-mtls, order-service');
});

describe('bad input', () => {
  const props = { cni: Cni.cilium(), stage: 'strict' } as const;

  test('whole message of a missing reason', () => {
    const chart = newChart();
    const { frontend } = workloads(chart);
    const where = message(() => new ZeroTrustMesh(chart, 'mesh', { ...props, exclude: [{ workload: frontend, reason: 'later' }] }));
    expect(where).toBe('The reason for excluding workload order-frontend has 5 characters | say in 10 to 1000 characters why it goes without policies');
  });

  test.each([
    ['stage', { stage: 'strictest' }, 'Stage "strictest" is unknown | give \'observe\', \'permissive\', \'strict\''],
    ['cni', { cni: 'cilium' }, 'cni "cilium" is no CNI | give such as Cni.cilium()'],
    ['mesh', { mesh: {} }, 'mesh {} is no mesh | give such as Mesh.istio(), or leave it out'],
    ['namespaces', { namespaces: [] }, 'namespaces [] names none | name the namespaces to guard, or leave it out to guard all'],
    ['deniedSources', { deniedSources: ['10.47.47.0/24'] }, 'deniedSources is given and there is no mesh to check requests | give mesh: Mesh.istio(), or let the gateway check them'],
    ['jwt', { jwt: [{ issuer: 'https://id.example.com', jwksUri: 'https://id.example.com/k' }] }, 'jwt is given and there is no mesh to check requests | give mesh: Mesh.istio(), or let the gateway check them'],
    ['jwksUri', { mesh: Mesh.istio(), jwt: [{ issuer: 'https://id.example.com', jwksUri: 'http://id.example.com/k' }] },
      'jwksUri "http://id.example.com/k" of issuer "https://id.example.com" is not an https URL | give where its keys are, such as \'https://id.example.com/jwks.json\''],
    ['exclude', { exclude: { namespace: 'shop' } }, 'Exclude is {"namespace": "shop"}, not a list | put it into [ ]'],
    ['an excluded name', { exclude: [{ workload: 'orders', reason: 'a good reason' }] },
      'The workload of an exclusion is "orders", which is no workload | give a Workload, or Workload.external(…) for pods that somebody else makes'],
    ['prometheus', { prometheus: Peer.internet }, 'Prometheus is an instance of Peer, which is no workload | give a Workload, or Workload.external(…) for pods that somebody else makes'],
    ['nodeLocalDns', { nodeLocalDns: 'no' }, 'NodeLocalDns is "no" | give true or false'],
    ['issuer', { mesh: Mesh.istio(), jwt: [{ issuer: '*', jwksUri: 'https://id.example.com/k' }] }, 'Token issuer "*" holds a "*" | give the iss claim exactly'],
  ])('%s', (_, given, expected) => {
    expect(message(() => new ZeroTrustMesh(newChart(), 'mesh', { ...props, ...given } as never))).toBe(expected);
  });

  test.each<[string, object, string]>([
    ['members', { members: 'gateway' }, 'Members is "gateway", not a list | put it into [ ]'],
    ['plainText', { plainText: [{ port: 8080, reason: 'a good reason' }] },
      'The workload of a plain text port is undefined, which is no workload | give a Workload, or Workload.external(…) for pods that somebody else makes'],
    ['traffic', { traffic: [{ workload: 'orders' }] }, 'The workload of traffic is "orders", which is no workload | give a Workload, or Workload.external(…) for pods that somebody else makes'],
  ])('Istio without types: %s', (_, given, expected) => {
    expect(message(() => Mesh.istio(given))).toBe(expected);
  });

  test('a second one in the cluster', () => {
    const chart = newChart();
    new ZeroTrustMesh(chart, 'mesh', props);
    expect(message(() => new ZeroTrustMesh(chart, 'again', { ...props, cni: Cni.cilium() }))).toBe('Cluster beijing has a ZeroTrustMesh already, chart/mesh | keep one; it guards every namespace');
  });

  const hostile = ['a\nb', 'a"b', 'a}b', 'a#b', 'a${b}', 'a\0b', 'ä', 'x'.repeat(65_536)];
  test.each(hostile)('hostile text %#', (text) => {
    for (const given of [
      { namespaces: [text] }, { exclude: [{ namespace: text, reason: 'a good reason' }] }, { mesh: Mesh.istio(), deniedSources: [text] },
      { mesh: Mesh.istio(), jwt: [{ issuer: 'https://id.example.com', jwksUri: text }] },
      { mesh: Mesh.istio(), jwt: [{ issuer: 'https://id.example.com', jwksUri: 'https://id.example.com/k', claimHeaders: { [text]: 'sub' } }] },
    ]) expect(() => new ZeroTrustMesh(newChart(), 'mesh', { ...props, ...given } as never)).toThrow(NetstackError);
    expect(() => Mesh.istio({ revision: text })).toThrow(NetstackError);
  });

  test('a reason that YAML has to quote comes back unchanged', () => {
    const chart = newChart();
    const { frontend } = workloads(chart);
    const reason = 'a "quoted" } # ${reason}\nof two lines, für alle';
    new ZeroTrustMesh(chart, 'mesh', { ...props, exclude: [{ workload: frontend, reason }] });
    expect(find(chart, 'CiliumNetworkPolicy', 'order-frontend').spec.description).toBe(`Excluded: ${reason}`);
  });

  test('secrets are refused without being repeated', () => {
    const secret = `ghp_${'a'.repeat(36)}`;
    const chart = newChart();
    const { frontend } = workloads(chart);
    const text = message(() => new ZeroTrustMesh(chart, 'mesh', { ...props, exclude: [{ workload: frontend, reason: `token ${secret}` }] }));
    expect(text).toContain('holds a secret');
    expect(text).not.toContain(secret);
  });
});

test('costs what the edges are: a thousand workloads with ten thousand edges', () => {
  const chart = newChart();
  new Namespace(chart, 'order-system');
  const all = Array.from({ length: 1000 }, (_, i) => Workload.external(chart, `w${i}`, { labels: { app: `w${i}` }, ports: { http: Port.http(8080) } }));
  all.forEach((one, i) => {
    for (let k = 1; k <= 10; k++) one.connections.allowFrom(all[(i + k * 97) % 1000]!, Http.get(`/p${k}`));
  });
  new ZeroTrustMesh(chart, 'mesh', { cni: Cni.cilium(), mesh: Mesh.istio(), stage: 'strict' });
  const registry = Registry.of(chart);
  const read = jest.spyOn(registry, 'edgesOf');
  const everything = jest.spyOn(registry, 'edges');
  const all2 = documents(chart);
  const size = all2.reduce((sum, one) => sum + JSON.stringify(one).length, 0);
  // Each policy reads the edges of its own workload, and nobody reads all of them.
  expect(read.mock.calls.length).toBeLessThanOrEqual(5 * 1000);
  expect(everything).not.toHaveBeenCalled();
  expect(size).toBeLessThan(10_000_000);
});
