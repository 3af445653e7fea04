// Rules about the CNI, networks, chaos, DNS and what Prometheus is asked, in the other shapes in which they meet the same mistake, and in those that are right.
import { ask } from './network-scene';

function deployment(name: string, { image = 'registry.example.com/app:1.7.4', spec = '', annotations = '{}', namespace = 'shop' } = {}): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} }, annotations: ${annotations} }
    spec: { ${spec} containers: [{ name: ${name}, image: "${image}" }] }
---`;
}

function daemon(name: string, image: string, spec = '', ports = ''): string {
  return `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: ${name}, namespace: kube-system }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { ${spec} containers: [{ name: ${name}, image: "${image}", ${ports} }] }
---`;
}

function release(chart: string, values: string, { name = chart, version = '1.20.2', more = '' } = {}): string {
  return `
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: ${name}, namespace: kube-system }
spec:
  interval: 1h
  chart: { spec: { chart: ${chart}, version: ${version}, sourceRef: { kind: HelmRepository, name: charts } } }
  values: ${values}
  ${more}
---`;
}

function application(chart: string, source: string, destination = '{ server: "https://kubernetes.default.svc", namespace: kube-system }'): string {
  return `
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: ${chart}, namespace: argocd }
spec:
  project: default
  destination: ${destination}
  source: { repoURL: "https://charts.example.com", chart: ${chart}, targetRevision: 1.20.2, helm: ${source} }
---`;
}

describe('what Prometheus is asked', () => {
  const rules = (...all: readonly string[]): string => `
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: rules, namespace: shop }
spec: { groups: [{ name: all, rules: [${all.join(', ')}] }] }
---`;
  const alert = (expr: string, name = 'A'): string => `{ alert: ${name}, expr: ${JSON.stringify(expr)} }`;
  const series = (name: string, expr = 'sum(up)'): string => `{ record: "${name}", expr: ${JSON.stringify(expr)} }`;
  const quantile = (expr: string): string[] => ask('NS7010', rules(alert(expr)));

  test.each([
    'histogram_quantile(0.99, sum(rate(x_bucket[5m])))',
    'histogram_quantile(0.99, sum(rate(x_bucket{job="a, b)"}[5m])) by (job)) > 1',
    'histogram_quantile(0.99, sum without (instance, le) (rate(x_bucket[5m])))',
    '# a comment: by (le)\nhistogram_quantile(scalar(q{a="("}), max by (job) (increase(x_bucket[1h:5m] offset 1d)))',
    'up == 1 and on (job) histogram_quantile(0.5, avg(rate({__name__="x_bucket", job=~"a|b"}[5m])))',
  ])('a quantile without le: %s', (expr) => {
    expect(quantile(expr)).toEqual(['NS7010 spec.groups[0].rules[0].expr: Alert A asks for a quantile of x_bucket, and the aggregation takes its label le away']);
  });

  test.each([
    'histogram_quantile(0.99, rate(x_bucket[5m]))',
    'histogram_quantile(0.99, sum(rate(x_bucket[5m])) by (le, job))',
    "histogram_quantile(0.99, sum by ('le') (rate(x_bucket[5m])))",
    'histogram_quantile(0.99, sum without (instance) (rate(x_bucket[5m])))',
    'histogram_quantile(0.99, sum(rate(x[5m])))',
    'histogram_quantile(0.99, job:x_bucket:rate5m)',
    // Arithmetic, which may give le back.
    'histogram_quantile(0.99, sum(rate(x_bucket[5m])) * on () group_right () sum by (le) (y_bucket))',
    'sum(rate(x_bucket[5m]))',
    'histogram_quantile(0.99, sum(rate(x_bucket[5m]))) ~ no PromQL',
  ])('a quantile with its buckets: %s', (expr) => {
    expect(quantile(expr)).toEqual([]);
  });

  const bucket = (selector: string, beside = ''): string[] => ask('NS7011', rules(alert(`sum(rate(${selector}[5m])) > 1`)) + beside);
  const traefik = (args: string): string => deployment('traefik', { image: 'traefik:v3.5', spec: '' }).replace('image: "traefik:v3.5"', `image: "traefik:v3.5", args: [${args}]`);

  test.each<[string, string, string, number]>([
    ['Envoy has 250', 'envoy_cluster_upstream_rq_time_bucket{le="250"}', '', 0],
    ['Envoy has no 200', 'envoy_cluster_upstream_rq_time_bucket{le="200"}', '', 1],
    ['as a decimal', 'istio_request_duration_milliseconds_bucket{le="250.0"}', '', 0],
    ['one of two alternatives', 'istio_request_duration_milliseconds_bucket{le=~"100|200"}', '', 1],
    ['a pattern', 'istio_request_duration_milliseconds_bucket{le=~"2.*"}', '', 0],
    ['every bucket but one', 'istio_request_duration_milliseconds_bucket{le!="200"}', '', 0],
    ['infinity', 'istio_request_duration_milliseconds_bucket{le="+Inf"}', '', 0],
    ['an annotation without it', 'istio_request_duration_milliseconds_bucket{le="200"}', deployment('a', { annotations: '{ sidecar.istio.io/statsHistogramBuckets: \'{"istiocustom":[300]}\' }' }), 1],
    ['an annotation that nobody can read', 'istio_request_duration_milliseconds_bucket{le="200"}', deployment('a', { annotations: '{ sidecar.istio.io/statsHistogramBuckets: "x" }' }), 0],
    ['values of istiod that set them', 'istio_request_duration_milliseconds_bucket{le="200"}', release('istiod', '{ meshConfig: { defaultConfig: { proxyMetadata: { statsHistogramBuckets: "1" } } } }'), 0],
    ['CoreDNS doubles', 'coredns_dns_request_duration_seconds_bucket{le="0.128"}', '', 0],
    ['CoreDNS does not count in tens', 'coredns_dns_request_duration_seconds_bucket{le="0.1"}', '', 1],
    ['Traefik that nobody sees', 'traefik_service_request_duration_seconds_bucket{le="0.2"}', '', 0],
    ['Traefik as it comes', 'traefik_service_request_duration_seconds_bucket{le="0.2"}', traefik(''), 1],
    ['Traefik with buckets', 'traefik_service_request_duration_seconds_bucket{le="0.2"}', traefik('"--metrics.prometheus.buckets=0.1,0.2,0.5"'), 0],
    ['a program that nobody knows', 'http_request_duration_seconds_bucket{le="0.2"}', '', 0],
  ])('buckets: %s', (_, selector, beside, count) => {
    expect(bucket(selector, beside)).toHaveLength(count);
  });

  test('series that are recorded under another name', () => {
    const recorded = series('job:orders:rate5m') + ', ' + series('job:orders:rate1h');
    expect(ask('NS7012', rules(recorded, alert('job:orders:rate6h > 1')))).toEqual(['NS7012 spec.groups[0].rules[2].expr: Alert A asks for job:orders:rate6h, which no rule records; there is job:orders:rate1h']);
    expect(ask('NS7012', rules(recorded, alert('job:order:rate1h > 1')), { open: true })).toEqual([]);
    expect(ask('NS7012', rules(recorded, alert('job:orders:rate1h > 1 or node_namespace:container_cpu:sum_irate > 1')))).toEqual([]);
    // Another file, another cluster: somebody records it.
    expect(ask('NS7012', rules(recorded, alert('job:order:rate1h > 1')), { files: { 'prometheus:slo.rules': 'groups: [{ name: a, rules: [{ record: "job:order:rate1h", expr: sum(up) }] }]' } })).toEqual([]);
  });

  test('rule files say their lines', () => {
    const file = 'groups:\n  - name: a\n    rules:\n      - record: job:orders:rate5m\n        expr: sum(up)\n      - alert: Slow\n        expr: job:ordres:rate5m > 1\n';
    expect(ask('NS7012', '', { files: { 'prometheus:slo.rules': file } })).toEqual(['NS7012 6: Alert Slow asks for job:ordres:rate5m, which no rule records; there is job:orders:rate5m']);
  });

  test.each<[string, string, string, number]>([
    ['two labels for one status', 'rate(http_requests_total{code="500"}[5m])', 'rate(http_requests_total{status_code="500"}[5m])', 1],
    ['of two jobs', 'rate(http_requests_total{job="a",code="500"}[5m])', 'rate(http_requests_total{job="b",status_code="500"}[5m])', 0],
    ['of two metrics', 'rate(a_total{code="500"}[5m])', 'rate(b_total{status="500"}[5m])', 0],
    ['the same label', 'rate(a_total{code="500"}[5m])', 'rate(a_total{code=~"5.."}[5m])', 0],
  ])('%s', (_, first, second, count) => {
    expect(ask('NS7012', rules(alert(first, 'A'), alert(second, 'B')))).toHaveLength(count);
  });
});

describe('chaos experiments', () => {
  const chaos = (spec: string, kind = 'NetworkChaos', more = 'duration: 5m, '): string => `
apiVersion: chaos-mesh.org/v1alpha1
kind: ${kind}
metadata: { name: drill, namespace: shop }
spec: { mode: all, ${more}${spec} }
---`;
  const loss = 'action: loss, loss: { loss: "17" }, ';

  test.each<[string, string, number]>([
    ['external targets from outside', `${loss}selector: {}, direction: from, externalTargets: [example.com]`, 1],
    ['external targets to the outside', `${loss}selector: {}, direction: to, externalTargets: [example.com]`, 0],
    ['a partition in both directions', 'action: partition, selector: {}, direction: both', 0],
  ])('the admission: %s', (_, spec, count) => {
    expect(ask('NS7020', chaos(spec))).toHaveLength(count);
  });

  const scene = (selector: string): string[] => ask('NS7021', chaos(`${loss}selector: ${selector}`) + deployment('orders'));
  test.each<[string, string, number]>([
    ['the namespace of the object', '{ labelSelectors: { app: order } }', 1],
    ['the right labels', '{ labelSelectors: { app: orders } }', 0],
    ['no labels', '{ namespaces: [shop] }', 0],
    ['expressions', '{ labelSelectors: { app: order }, expressionSelectors: [{ key: app, operator: Exists }] }', 0],
    ['a namespace of which the documents have no pods', '{ namespaces: [other], labelSelectors: { app: order } }', 0],
  ])('meets pods or not: %s', (_, selector, count) => {
    expect(scene(selector)).toHaveLength(count);
  });

  const namespace = (name: string, metadata = ''): string => `
apiVersion: v1
kind: Namespace
metadata: { name: ${name}, ${metadata} }
---`;
  test.each<[string, string, readonly string[]]>([
    ['without an end', namespace('shop', 'labels: { chaos: allowed }') + chaos(`${loss}selector: {}`, 'NetworkChaos', ''), ['NS7022 spec: The experiment has no duration']],
    ['in the platform', chaos('action: error, patterns: [example.com], selector: { namespaces: [kube-system] }', 'DNSChaos'), ['NS7022 spec: Namespace kube-system is the platform\'s own']],
    ['agreed to by the annotation', namespace('shop', 'annotations: { chaos-mesh.org/inject: enabled }') + chaos(`${loss}selector: {}`), []],
    ['in a namespace that nobody declares', chaos(`${loss}selector: {}`), []],
  ])('bounds: %s', (_, documents, expected) => {
    expect(ask('NS7022', documents)).toEqual(expected);
  });
});

describe('values of Cilium', () => {
  const cilium = (ids: RegExp | string, values: string, more = ''): string[] => ask(ids, release('cilium', values) + more);

  test.each<[string, string, number]>([
    ['acceleration without replacement', '{ loadBalancer: { acceleration: best-effort } }', 1],
    ['acceleration that is off', '{ loadBalancer: { acceleration: disabled } }', 0],
    ['DSR through VXLAN', '{ kubeProxyReplacement: true, loadBalancer: { mode: dsr } }', 1],
    ['DSR through Geneve without its dispatch', '{ kubeProxyReplacement: true, tunnelProtocol: geneve, loadBalancer: { mode: hybrid } }', 1],
    ['DSR through Geneve', '{ kubeProxyReplacement: true, tunnelProtocol: geneve, loadBalancer: { mode: dsr, dsrDispatch: geneve } }', 0],
    ['DSR on ENIs', '{ kubeProxyReplacement: true, eni: { enabled: true }, loadBalancer: { mode: dsr } }', 0],
    ['a removed value', '{ tunnel: vxlan }', 1],
    ['SNAT through a tunnel', '{ kubeProxyReplacement: "true", loadBalancer: { mode: snat } }', 0],
  ])('NS4120: %s', (_, values, count) => {
    expect(cilium('NS4120', values)).toHaveLength(count);
  });

  test('versions that knew the words, and values that come from elsewhere', () => {
    expect(ask('NS4120', release('cilium', '{ kubeProxyReplacement: strict, tunnel: vxlan }', { version: '1.13.18' }))).toEqual([]);
    expect(ask('NS4120', release('cilium', '{ loadBalancer: { mode: dsr, acceleration: native } }', { more: 'valuesFrom: [{ kind: ConfigMap, name: more }]' }))).toEqual([]);
    expect(ask('NS4120', application('cilium', '{ values: "kubeProxyReplacement: partial" }'))).toEqual([
      'NS4120 spec.source.helm.values: kubeProxyReplacement partial is neither true nor false: the chart refuses it since 1.20, and counted it as false before',
    ]);
  });

  const gateway = '\napiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: { name: cilium }\nspec: { controllerName: io.cilium/gateway-controller }\n---\n';
  const requests = `
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  endpointSelector: {}
  egress: [{ toFQDNs: [{ matchName: example.com }], toPorts: [{ ports: [{ port: "53", protocol: UDP }], rules: { dns: [{ matchPattern: "*" }] } }] }]
---`;
  test.each<[string, string, string, number]>([
    ['a Gateway class of Cilium', '{}', gateway, 1],
    ['and Gateway API switched on', '{ gatewayAPI: { enabled: true } }', gateway, 0],
    ['requests without the proxy', '{ l7Proxy: false }', requests, 1],
    ['requests with it', '{ l7Proxy: true }', requests, 0],
  ])('NS4121: %s', (_, values, documents, count) => {
    expect(cilium('NS4121', values, documents)).toHaveLength(count);
  });

  test('values for another cluster say nothing of this one', () => {
    expect(ask('NS4121', release('cilium', '{}', { more: 'kubeConfig: { secretRef: { name: other } }' }) + gateway)).toEqual([]);
    expect(ask('NS4121', application('cilium', '{ valuesObject: {} }', '{ server: "https://other.example.com", namespace: kube-system }') + gateway)).toEqual([]);
    expect(ask('NS4121', application('cilium', '{ valuesObject: {} }') + gateway)).toHaveLength(1);
  });

  test('Hubble off beside names', () => {
    expect(cilium('NS4122', '{ hubble: { enabled: false } }', requests)).toHaveLength(1);
    expect(cilium('NS4122', '{ hubble: { enabled: false } }')).toEqual([]);
  });

  const member = (name: string, cluster: string, more = ''): string => release('cilium', `{ cluster: ${cluster}, clustermesh: { useAPIServer: true }, ${more} }`, { name });
  const pool = (cidr: string): string => `ipam: { operator: { clusterPoolIPv4PodCIDRList: ["${cidr}"] } }`;
  test.each<[string, string, readonly string[]]>([
    ['the name twice', member('a', '{ id: 1, name: x }') + member('b', '{ id: 2, name: x }'), ['NS4123 spec.values.cluster.name: cluster.name x is that of HelmRelease kube-system/a, too']],
    ['no id', member('a', '{ name: x }'), ['NS4123 spec.values: The cluster takes part in a mesh and has the cluster.id 0']],
    ['pods that overlap', member('a', '{ id: 1, name: x }', pool('10.0.0.0/8')) + member('b', '{ id: 2, name: y }', pool('10.17.0.0/16')), ['NS4123 spec.values.ipam.operator.clusterPoolIPv4PodCIDRList: The network of pods 10.17.0.0/16 overlaps that of HelmRelease kube-system/a']],
    ['pods beside each other', member('a', '{ id: 1, name: x }', pool('10.16.0.0/16')) + member('b', '{ id: 2, name: y }', pool('10.17.0.0/16')), []],
    ['no mesh', release('cilium', '{ cluster: { id: 1 } }', { name: 'a' }) + release('cilium', '{ cluster: { id: 1 } }', { name: 'b' }), []],
  ])('NS4123: %s', (_, documents, expected) => {
    expect(ask('NS4123', documents)).toEqual(expected);
  });
});

describe('Consul', () => {
  const consul = (name: string, global: string, more = 'meshGateway: { enabled: true }'): string => release('consul', `{ global: { federation: { enabled: true, ${name === 'a' ? 'createFederationSecret: true' : ''} }, ${global} }, ${more} }`, { name });

  test.each<[string, string, readonly string[]]>([
    ['no TLS', consul('a', 'datacenter: a'), ['NS8000 spec.values.global.federation: global.federation.enabled needs global.tls.enabled: the chart refuses federation without TLS']],
    ['gateways that are off', consul('a', 'tls: { enabled: true }', 'meshGateway: { enabled: false }'), ['NS8000 spec.values.meshGateway.enabled: global.federation.enabled needs meshGateway.enabled: datacenters reach each other only through their mesh gateways']],
    ['the name that both have by themselves', consul('a', 'tls: { enabled: true }') + consul('b', 'tls: { enabled: true }'), ['NS8000 spec.values.global.federation: global.datacenter dc1 is that of HelmRelease kube-system/a, too']],
    ['admin partitions', consul('a', 'tls: { enabled: true }, adminPartitions: { enabled: true }'), [expect.stringContaining('exclude each other') as string]],
    ['two primaries are two federations', consul('a', 'tls: { enabled: true }') + consul('a', 'tls: { enabled: true }').replace('namespace: kube-system', 'namespace: staging'), []],
    ['no federation', release('consul', '{ global: { datacenter: dc1 } }', { name: 'a' }) + release('consul', '{ global: { datacenter: dc1 } }', { name: 'b' }), []],
  ])('%s', (_, documents, expected) => {
    expect(ask('NS8000', documents)).toEqual(expected);
  });
});

describe('the CNI and its nodes', () => {
  const node = (name: string, kernel: string, address = '10.47.16.17', system = 'linux'): string => `
apiVersion: v1
kind: Node
metadata: { name: ${name} }
status:
  addresses: [{ type: Hostname, address: ${name} }, { type: InternalIP, address: ${address} }]
  nodeInfo: { kernelVersion: "${kernel}", osImage: x, operatingSystem: ${system}, architecture: amd64, containerRuntimeVersion: "x", kubeletVersion: v1.35.0, kubeProxyVersion: "", machineID: a, systemUUID: b, bootID: c }
---`;

  test.each<[string, string, string, number]>([
    ['5.4 for 1.17', node('a', '5.4.0-216-generic'), release('cilium', '{}', { version: '1.17.9' }), 0],
    ['4.19 for 1.17', node('a', '4.19.91'), release('cilium', '{}', { version: '1.17.9' }), 1],
    ['Red Hat', node('a', '4.18.0-553.el8_10.x86_64'), release('cilium', '{}'), 0],
    ['Windows', node('a', '10.0.20348', '10.0.0.1', 'windows').replace('10.0.20348', '3.0'), release('cilium', '{}'), 0],
    ['agents among the documents', node('a', '4.19.91'), daemon('cilium', 'quay.io/cilium/cilium:v1.20.2'), 1],
    ['no Cilium', node('a', '4.19.91'), daemon('flannel', 'ghcr.io/flannel-io/flannel:v0.26.1'), 0],
  ])('kernels: %s', (_, nodes, cni, count) => {
    expect(ask('NS8001', nodes + cni)).toHaveLength(count);
  });

  const config = (name: string, namespace: string, data: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name}, namespace: ${namespace} }
data: { ${data} }
---`;
  test.each<[string, string, number]>([
    ['Calico and the address of a node', node('a', '6.12.0') + config('kubernetes-services-endpoint', 'tigera-operator', 'KUBERNETES_SERVICE_HOST: 10.47.16.17'), 1],
    ['Calico and a virtual address', node('a', '6.12.0') + config('kubernetes-services-endpoint', 'tigera-operator', 'KUBERNETES_SERVICE_HOST: 10.47.16.100'), 0],
    ['a proxy of each node', node('a', '6.12.0') + release('cilium', '{ k8sServiceHost: localhost }'), 0],
    ['kubeadm without an endpoint', config('kubeadm-config', 'kube-system', 'ClusterConfiguration: "kind: ClusterConfiguration"'), 1],
    ['kubeadm with one', config('kubeadm-config', 'kube-system', 'ClusterConfiguration: "{ kind: ClusterConfiguration, controlPlaneEndpoint: api.example.com }"'), 0],
  ])('the API server: %s', (_, documents, count) => {
    expect(ask('NS8002', documents)).toHaveLength(count);
  });

  test('Calico that logs everything', () => {
    const felix = (spec: string): string => `apiVersion: projectcalico.org/v3\nkind: FelixConfiguration\nmetadata: { name: default }\nspec: ${spec}\n`;
    expect(ask('NS8003', felix('{ logSeverityScreen: Debug, prometheusMetricsEnabled: false }'))).toEqual(['NS8003 spec: logSeverityScreen is Debug, and prometheusMetricsEnabled is off']);
    expect(ask('NS8003', felix('{ logSeverityScreen: Info }'))).toEqual([]);
  });

  test('a hundred nodes are too many for Flannel alone', () => {
    const nodes = Array.from({ length: 101 }, (_, i) => node(`n-${i}`, '6.12.0', `10.47.${16 + (i >> 7)}.${i & 127}`)).join('');
    expect(ask('NS8004', nodes + daemon('flannel', 'ghcr.io/flannel-io/flannel:v0.26.1'))).toEqual([expect.stringContaining('there are 101 nodes: above 100 take Calico or Cilium')]);
    expect(ask('NS8004', nodes + daemon('calico-node', 'docker.io/calico/node:v3.32.1'))).toEqual([]);
  });

  test('addresses: nodes that a Service uses, and two nodes of one', () => {
    const service = '\napiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { selector: { app: web }, ports: [{ port: 80 }], externalIPs: [10.47.16.17] }\n---\n';
    expect(ask('NS9021', node('a', '6.12.0') + service)).toEqual([]);
    expect(ask('NS9021', node('a', '6.12.0'), { files: { 'wireguard:wg0.conf': '[Interface]\nAddress = 10.47.16.17/24\n' } })).toEqual([]);
    expect(ask('NS9021', node('a', '6.12.0') + node('b', '6.12.0'))).toEqual(['NS9021 status.addresses[1].address: 10.47.16.17 is an address of Node a and an address of Node b']);
    expect(ask('NS9021', service + service.replace('name: web', 'name: other'))).toHaveLength(1);
    expect(ask('NS9021', service + service.replace('name: web', 'name: other').replace('port: 80', 'port: 81'))).toEqual([]);
  });
});

describe('networks', () => {
  const pool = (kind: string, cidr: string, name = 'pool'): string => ({
    calico: `apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: { name: ${name} }\nspec: { cidr: ${cidr} }\n---\n`,
    metallb: `apiVersion: metallb.io/v1beta1\nkind: IPAddressPool\nmetadata: { name: ${name}, namespace: metallb-system }\nspec: { addresses: [${cidr}] }\n---\n`,
    cilium: `apiVersion: cilium.io/v2alpha1\nkind: CiliumPodIPPool\nmetadata: { name: ${name} }\nspec: { ipv4: { cidrs: ["${cidr}"], maskSize: 24 } }\n---\n`,
  }[kind]!);
  const model = { clusters: [{ name: 'north', podCidrs: ['10.128.0.0/16'], serviceCidrs: ['10.96.0.0/16'] }] };

  test.each<[string, string, number]>([
    ['a pool of Calico within the pods', pool('calico', '10.128.0.0/17'), 0],
    ['a pool of Calico within the Services', pool('calico', '10.96.128.0/17'), 1],
    ['two pools of Cilium', pool('cilium', '10.128.0.0/17') + pool('cilium', '10.128.64.0/18', 'other'), 1],
    ['load balancers within the Services', pool('metallb', '10.96.0.10-10.96.0.20'), 1],
    ['load balancers beside them', pool('metallb', '10.97.0.10-10.97.0.20'), 0],
  ])('%s', (_, documents, count) => {
    expect(ask('NS9020', documents, { model, cluster: 'north' })).toHaveLength(count);
  });

  test('the network of a tunnel', () => {
    const scene = (address: string): string[] => ask('NS9020', pool('calico', '10.128.0.0/16'), { files: { 'wireguard:wg0.conf': `[Interface]\nAddress = ${address}\n` } });
    expect(scene('10.128.7.1/24')).toEqual(['NS9020 2: The interface has its address in 10.128.7.1/24, which overlaps 10.128.0.0/16, the pods of IPPool pool']);
    expect(scene('10.60.17.1/24')).toEqual([]);
  });

  test('MTU of Calico\'s installation, and of Cilium with IPv6', () => {
    const installation = `apiVersion: operator.tigera.io/v1
kind: Installation
metadata: { name: default }
spec: { calicoNetwork: { mtu: 1500, ipPools: [{ cidr: 10.128.0.0/16, encapsulation: IPIP }] } }
---
apiVersion: projectcalico.org/v3
kind: FelixConfiguration
metadata: { name: default }
spec: { ipipMTU: 1480 }
`;
    expect(ask('NS9022', release('cilium', '{ MTU: 1300, ipv6: { enabled: true } }'))).toHaveLength(1);
    expect(ask('NS9022', release('cilium', '{ MTU: 1300 }'))).toEqual([]);
    expect(ask('NS9022', release('cilium', '{ MTU: 1500, ipv6: { enabled: true }, encryption: { enabled: true, type: wireguard } }'))).toEqual([]);
    expect(ask('NS9022', installation).filter((one) => one.startsWith('NS9022'))).toEqual(['NS9022 spec.calicoNetwork.mtu: Pods send packets of 1500 bytes, and the IPIP tunnel takes 1480']);
    expect(ask('NS9022', installation.replace('mtu: 1500', 'mtu: 1480'))).toEqual([]);
  });
});

describe('names', () => {
  const endpoint = (name: string, record: string, metadata = ''): string => `
apiVersion: externaldns.k8s.io/v1alpha1
kind: DNSEndpoint
metadata: { name: ${name}, namespace: edge, ${metadata} }
spec: { endpoints: [${record}] }
---`;
  const a = '{ dnsName: shop.example.com, recordType: A, targets: [192.0.2.1] }';
  const other = '{ dnsName: Shop.example.com., recordType: A, targets: [192.0.2.2] }';
  test.each<[string, string, number]>([
    ['other targets', endpoint('a', a) + endpoint('b', other), 1],
    ['the same targets', endpoint('a', a) + endpoint('b', a), 0],
    ['views inside and outside', endpoint('a', a, 'labels: { view: inside }') + endpoint('b', other, 'labels: { view: outside }'), 0],
    ['weights', endpoint('a', a.replace('{', '{ setIdentifier: one,')) + endpoint('b', other.replace('{', '{ setIdentifier: two,')), 0],
  ])('NS5022: %s', (_, documents, count) => {
    expect(ask('NS5022', documents)).toHaveLength(count);
  });

  const collector = '\napiVersion: v1\nkind: Service\nmetadata: { name: collector, namespace: shop }\nspec: { selector: { app: collector }, ports: [{ port: 4318 }] }\n---\n';
  const caller = (spec: string): string => deployment('shipper', { spec }).replace('image: "registry.example.com/app:1.7.4"', 'image: "registry.example.com/app:1.7.4", env: [{ name: TO, value: "http://collector.shop:4318" }]');
  test.each<[string, string, number]>([
    ['the resolver of the node, asked for', 'dnsPolicy: Default,', 1],
    ['the network of the node', 'hostNetwork: true,', 1],
    ['the network of the node with the names of the cluster', 'hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet,', 0],
    ['a resolver of its own', 'dnsPolicy: None, dnsConfig: { nameservers: [10.96.0.10] },', 0],
    ['pods as usual', '', 0],
  ])('NS5021: %s', (_, spec, count) => {
    expect(ask('NS5021', caller(spec) + collector)).toHaveLength(count);
  });

  const corefile = (lines: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: coredns, namespace: kube-system }
data:
  Corefile: |
${lines.split('\n').map((line) => `    ${line}`).join('\n')}
---
apiVersion: multicluster.x-k8s.io/v1alpha1
kind: ServiceExport
metadata: { name: orders, namespace: shop }
---`;
  test.each<[string, string, number]>([
    ['nobody answers', '.:53 {\n  kubernetes cluster.local\n  forward . /etc/resolv.conf\n}', 1],
    ['the multicluster plugin', '.:53 {\n  kubernetes cluster.local\n  multicluster clusterset.local\n}', 0],
    ['a rewrite', '.:53 {\n  rewrite name suffix .clusterset.local .cluster.local\n  kubernetes cluster.local\n}', 0],
  ])('NS5020: %s', (_, lines, count) => {
    expect(ask('NS5020', corefile(lines))).toHaveLength(count);
  });
});
