// Rules about Kubernetes' own kinds: variants and near misses beyond their fixtures.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Rule } from '../../../src/analysis/rules/rule';
import type { Asked } from './ask';
import { asker } from './ask';

const FOLDER = join(__dirname, '../../../src/analysis/rules');
// eslint-disable-next-line @typescript-eslint/no-require-imports
const rules = readdirSync(FOLDER).filter((file) => /^NS(?:00[3-9]\d|2202)\.ts$/.test(file)).map((file) => (require(join(FOLDER, file)) as { rule: Rule }).rule);

/** What one rule says. */
function says(id: string, documents: string, options?: Asked): string[] {
  return asker(rules.find((rule) => rule.id === id)!)(documents, options);
}

interface Workload {
  readonly kind?: string;
  readonly name?: string;
  readonly labels?: string;
  readonly replicas?: number;
  readonly pod?: string;
  readonly container?: string;
}

function workload({ kind = 'Deployment', name = 'orders', labels = '{ app: orders }', replicas, pod = '', container = '' }: Workload): string {
  return `---
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name}, namespace: shop }
spec:
  ${replicas === undefined ? '' : `replicas: ${replicas}`}
  selector: { matchLabels: ${labels} }
  template:
    metadata: { labels: ${labels} }
    spec:
      ${pod}
      containers: [{ name: ${name}, image: "registry.example.com/orders:1.7.4" ${container === '' ? '' : `, ${container}`} }]
`;
}

function service(spec: string, name: string = 'orders', metadata: string = ''): string {
  return `---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop ${metadata === '' ? '' : `, ${metadata}`} }
spec: ${spec}
`;
}

function ingress(name: string, annotations: string, spec: string): string {
  return `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name}, namespace: shop, annotations: { ${annotations} } }
spec: ${spec}
`;
}

const path = (at: string, backend: string, type: string = 'Prefix'): string =>
  `rules: [{ host: shop.example.com, http: { paths: [{ path: ${at}, pathType: ${type}, backend: { service: { name: ${backend}, port: { number: 80 } } } }] } }]`;

describe('who is behind a Service', () => {
  const selecting = service('{ selector: { app: orders }, ports: [{ port: 80, targetPort: http }] }');

  test('pods of another namespace, of the control plane and of operators', () => {
    expect(says('NS0033', selecting)).toEqual(['NS0033 Service shop/orders spec.selector: No pod of namespace shop has the labels app=orders']);
    expect(says('NS0033', selecting.replace('namespace: shop', 'namespace: kube-system'))).toEqual([]);
    expect(says('NS0033', `${selecting}---
apiVersion: example.com/v1
kind: Shop
metadata: { name: orders, namespace: shop }
`)).toEqual([]);
    expect(says('NS0033', selecting, { open: true })).toEqual([]);
  });

  test('a port name of the wrong protocol is none', () => {
    expect(says('NS0040', service('{ selector: { app: orders }, ports: [{ port: 53, protocol: UDP, targetPort: dns }] }') + workload({ container: 'ports: [{ name: dns, containerPort: 53 }]' }))).toEqual([
      'NS0040 Service shop/orders spec.ports[0].targetPort: Service shop/orders leads port 53 to dns, and Deployment shop/orders has no UDP port of that name',
    ]);
  });

  test('a port of a sidecar that starts first is one', () => {
    const sidecar = workload({ pod: 'initContainers: [{ name: proxy, image: "registry.example.com/proxy:1", restartPolicy: Always, ports: [{ name: http, containerPort: 8080 }] }]' });
    expect(says('NS0040', selecting + sidecar)).toEqual([]);
    expect(says('NS0040', selecting + sidecar.replace('restartPolicy: Always, ', ''))).toHaveLength(1);
  });

  test('pods that declare metrics alone say nothing of where they listen', () => {
    const numbered = service('{ selector: { app: orders }, ports: [{ port: 80, targetPort: 8080 }] }');
    expect(says('NS0041', numbered + workload({ container: 'ports: [{ name: http-metrics, containerPort: 9090 }]' }))).toEqual([]);
    expect(says('NS0041', numbered + workload({ container: 'ports: [{ containerPort: 3000 }]' }))).toEqual([
      'NS0041 Service shop/orders spec.ports[0].targetPort: Service shop/orders leads to port 8080, and Deployment shop/orders declares 3000',
    ]);
  });

  test('a name that some pods do not have', () => {
    const two = workload({ container: 'ports: [{ name: http, containerPort: 8080 }]' }) + workload({ name: 'old' });
    expect(says('NS0042', selecting + two)).toEqual(['NS0042 Service shop/orders spec.ports[0].targetPort: Port http of Service shop/orders is 8080 in Deployment shop/orders and none in Deployment shop/old']);
    expect(says('NS0042', selecting + two, { profile: undefined as unknown as string })).toEqual([]);
  });

  test('hooks ask ports of their own container', () => {
    expect(says('NS0043', workload({ container: 'ports: [{ name: http, containerPort: 8080 }], lifecycle: { preStop: { httpGet: { port: drain } } }, startupProbe: { tcpSocket: { port: http } }' }))).toEqual([
      'NS0043 Deployment shop/orders spec.template.spec.containers[0].lifecycle.preStop.httpGet.port: The hook before stop of container orders asks port drain, and the container has http',
    ]);
  });
});

describe('selectors', () => {
  const policy = (kind: string, spec: string): string => `---
apiVersion: ${kind === 'PodMonitor' || kind === 'ServiceMonitor' ? 'monitoring.coreos.com/v1' : kind === 'CiliumNetworkPolicy' ? 'cilium.io/v2' : kind === 'PodDisruptionBudget' ? 'policy/v1' : 'security.istio.io/v1'}
kind: ${kind}
metadata: { name: orders, namespace: shop }
spec: ${spec}
`;

  test.each([
    ['PeerAuthentication', '{ selector: { matchLabels: { app: order } }, mtls: { mode: STRICT } }', 'spec.selector.matchLabels', 'pod', 'app=order'],
    ['AuthorizationPolicy', '{ selector: { matchLabels: { app: order } }, rules: [{}] }', 'spec.selector.matchLabels', 'pod', 'app=order'],
    ['PodDisruptionBudget', '{ maxUnavailable: 1, selector: { matchLabels: { app: order } } }', 'spec.selector', 'pod', 'app=order'],
    ['CiliumNetworkPolicy', '{ endpointSelector: { matchLabels: { "k8s:app": order } }, ingress: [{}] }', 'spec.endpointSelector', 'pod', 'app=order'],
    ['PodMonitor', '{ selector: { matchExpressions: [{ key: app, operator: In, values: [order, cart] }] }, podMetricsEndpoints: [{ port: metrics }] }', 'spec.selector', 'pod', 'app in (order, cart)'],
    ['ServiceMonitor', '{ selector: { matchLabels: { app: order } }, endpoints: [{ port: metrics }] }', 'spec.selector', 'Service', 'app=order'],
  ])('%s', (kind, spec, field, what, labels) => {
    const there = workload({}) + service('{ ports: [{ port: 80 }] }', 'orders', 'labels: { app: orders }');
    expect(says('NS0037', there + policy(kind, spec))).toEqual([`NS0037 ${kind} shop/orders ${field}: ${kind} shop/orders selects no ${what}: none in namespace shop has ${labels}`]);
    expect(says('NS0037', there + policy(kind, spec.replaceAll('order', 'orders')))).toEqual([]);
    expect(says('NS0037', policy(kind, spec))).toEqual([]);
  });

  test('what may be of another program, or of an operator', () => {
    const orders = workload({});
    expect(says('NS0037', orders + policy('CiliumNetworkPolicy', '{ endpointSelector: { matchLabels: { "reserved:health": "" } }, ingress: [{}] }'))).toEqual([]);
    expect(says('NS0037', `${orders}---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: db, namespace: shop }
${policy('PodDisruptionBudget', '{ maxUnavailable: 1, selector: { matchLabels: { "app.kubernetes.io/instance": db } } }')}`)).toEqual([]);
    const root = policy('AuthorizationPolicy', '{ selector: { matchLabels: { istio: ingressgateway } }, rules: [{}] }').replace('namespace: shop', 'namespace: istio-system');
    expect(says('NS0037', orders + root)).toEqual([]);
  });

  test('peers of a CiliumNetworkPolicy in a namespace that has pods', () => {
    const peer = (labels: string): string => policy('CiliumNetworkPolicy', `{ endpointSelector: {}, ingress: [{ fromEndpoints: [{ matchLabels: { ${labels} } }] }] }`);
    expect(says('NS0038', workload({}) + peer('"k8s:io.kubernetes.pod.namespace": shop, app: web'))).toEqual([
      'NS0038 CiliumNetworkPolicy shop/orders spec.ingress[0].fromEndpoints[0]: No pod of namespace shop has app=web',
    ]);
    expect(says('NS0038', workload({}) + peer('"k8s:io.kubernetes.pod.namespace": monitoring, app: web'))).toEqual([]);
    expect(says('NS0038', workload({}) + peer('"k8s:io.kubernetes.pod.namespace": shop, app: orders'))).toEqual([]);
  });

  test('listeners that take routes of namespaces with a label', () => {
    const gateway = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  gatewayClassName: cilium
  listeners: [{ name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: { gateway-access: "true" } } } } }]
`;
    expect(says('NS0039', gateway)).toEqual(['NS0039 Gateway shop/public spec.listeners[0].allowedRoutes.namespaces.selector: No namespace has the label gateway-access=true']);
    expect(says('NS0039', gateway.replace('name: shop }', 'name: shop, labels: { gateway-access: "true" } }'))).toEqual([]);
    // A namespace that something lives in and nothing declares may have any label.
    expect(says('NS0039', `${gateway}---
apiVersion: v1
kind: ServiceAccount
metadata: { name: web, namespace: web }
`)).toEqual([]);
    expect(says('NS0039', gateway, { models: [{ external: [{ kind: 'Namespace', name: 'web', labels: { 'gateway-access': 'true' } }] }] })).toEqual([]);
  });
});

describe('addresses and ports of the cluster', () => {
  test('one Service may name its own port twice, two Services may not share an address', () => {
    expect(says('NS0045', service('{ clusterIP: 10.96.0.50, ports: [{ port: 80 }] }') + service('{ clusterIP: 10.96.0.50, ports: [{ port: 80 }] }', 'carts'))).toEqual([
      'NS0045 Service shop/carts spec.clusterIP: Address 10.96.0.50 is claimed by Service shop/orders, too',
    ]);
    expect(says('NS0045', service('{ type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 30999, ports: [{ port: 80 }] }') + service('{ type: NodePort, ports: [{ port: 80, nodePort: 30999 }] }', 'carts'))).toEqual([
      'NS0045 Service shop/carts spec.ports[0].nodePort: Node port 30999/TCP is claimed by Service shop/orders, too',
    ]);
  });

  test('addresses are held against what the program declares', () => {
    const models = [{ clusters: [{ name: 'beijing', serviceCidrs: ['10.96.0.0/12'] }] }];
    const fixed = service('{ clusterIP: 10.120.0.9, ports: [{ port: 80 }] }');
    expect(says('NS0046', fixed, { models, cluster: 'beijing' })).toEqual(['NS0046 Service shop/orders spec.clusterIP: Address 10.120.0.9 is not in the service range 10.96.0.0/12 of the cluster']);
    expect(says('NS0046', fixed.replace('10.120', '10.100'), { models, cluster: 'beijing' })).toEqual([]);
    expect(says('NS0046', fixed)).toEqual([]);
  });

  test('a thousand Services are too many for iptables', () => {
    const proxy = (mode: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: kube-proxy, namespace: kube-system }
data: { config.conf: "kind: KubeProxyConfiguration\\nmode: '${mode}'" }
`;
    const many = Array.from({ length: 1001 }, (_, i) => service('{ ports: [{ port: 80 }] }', `s${i}`)).join('');
    expect(says('NS0048', proxy('') + many)).toEqual(['NS0048 ConfigMap kube-system/kube-proxy data["config.conf"]: The cluster has 1001 Services, and kube-proxy runs in iptables mode, which is good for 1000']);
    expect(says('NS0048', proxy('nftables') + many)).toEqual([]);
    expect(says('NS0048', proxy('ipvs'), { targets: { kubernetes: '1.32' } })).toEqual([]);
  });

  test('ports of nodes: a DaemonSet is everywhere, two Deployments are not', () => {
    const open = (kind: string, name: string, pod: string = ''): string => workload({ kind, name, labels: `{ app: ${name} }`, pod, container: 'ports: [{ containerPort: 80, hostPort: 80 }]' });
    expect(says('NS0080', open('Deployment', 'a') + open('Deployment', 'b'))).toEqual([]);
    expect(says('NS0080', open('Deployment', 'a') + open('DaemonSet', 'b'))).toEqual(['NS0080 Deployment shop/a spec.template.spec.containers[0].ports[0]: Port 80/TCP of the nodes is claimed by DaemonSet shop/b, too']);
    expect(says('NS0080', open('DaemonSet', 'a', 'nodeSelector: { pool: a }') + open('DaemonSet', 'b', 'nodeSelector: { pool: b }'))).toEqual([]);
    expect(says('NS0080', open('DaemonSet', 'a', 'nodeSelector: { pool: a }') + open('DaemonSet', 'b', 'nodeSelector: { pool: a }'))).toHaveLength(1);
  });
});

describe('kernel parameters', () => {
  const sets = (name: string): string => workload({ pod: `securityContext: { sysctls: [{ name: ${name}, value: "1" }] }` });

  test('of the node, of the level of the namespace, of the release', () => {
    expect(says('NS0049', sets('vm.max_map_count'))).toEqual(['NS0049 Deployment shop/orders spec.template.spec.securityContext.sysctls[0].name: vm.max_map_count belongs to the node, and no pod can set it']);
    expect(says('NS0049', sets('net.ipv4.tcp_tw_recycle'))[0]).toContain('was removed in Linux 4.12');
    const restricted = `---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { pod-security.kubernetes.io/enforce: restricted } }
`;
    expect(says('NS0049', sets('net.core.somaxconn') + restricted)[0]).toContain('Namespace shop enforces the level restricted, which refuses pods that set net.core.somaxconn');
    expect(says('NS0049', sets('net.ipv4.tcp_rmem') + restricted)).toEqual([]);
  });
});

describe('texts', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`;

  test('a secret is said in every place, and never shown', () => {
    const found = says('NS0051', `${workload({ container: `env: [{ name: A, value: "${token}" }], args: ["--token=${token}"]` })}---
apiVersion: v1
kind: Service
metadata: { name: s, namespace: shop, annotations: { note: "${token}" } }
spec: { ports: [{ port: 80 }] }
---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: e, namespace: shop }
spec: { configPatches: [{ applyTo: HTTP_FILTER, patch: { operation: MERGE, value: { header: "token ${token}" } } }] }
---
apiVersion: v1
kind: Secret
metadata: { name: s, namespace: shop }
stringData: { token: "${token}" }
`, { terraform: { resource: { cloudflare_record: { a: { comment: `see ${token}` } } } } });
    expect(found).toEqual([
      'NS0051 Deployment shop/orders spec.template.spec.containers[0].env[0].value: Variable A holds a secret (GitHub token)',
      'NS0051 Deployment shop/orders spec.template.spec.containers[0].args[0]: An argument holds a secret (GitHub token)',
      'NS0051 Service shop/s metadata.annotations.note: Annotation note holds a secret (GitHub token)',
      'NS0051 EnvoyFilter shop/e spec.configPatches[0].patch.value.header: Field header holds a secret (GitHub token)',
      'NS0051 cloudflare_record a comment: cloudflare_record.a holds a secret (GitHub token)',
    ]);
    expect(found.join('')).not.toContain(token);
  });

  test.each([
    ['mysql://db/orders', true], ['mysql://db/orders?tls=true', false], ['jdbc:mysql://db/orders?useSSL=true', false], ['postgres://db/orders?sslmode=prefer', true],
    ['postgresql://db/orders?sslmode=require', false], ['mongodb+srv://db/orders', false], ['mongodb://db/orders', true], ['redis://cache:6379', true], ['amqps://queue', false],
    ['mysql://localhost/orders', false], ['see mysql://<host>/<database>', false], ['https://mysql.example.com', false],
  ])('%s', (address, said) => {
    expect(says('NS0050', workload({ container: `env: [{ name: URL, value: "${address}" }]` }))).toHaveLength(said ? 1 : 0);
  });

  test('variables that are called a password', () => {
    const holds = (name: string, value: string): number => says('NS0052', workload({ container: `env: [{ name: ${name}, value: ${JSON.stringify(value)} }]` })).length;
    expect([holds('DB_PASSWORD', 'hunter22'), holds('API_KEY', 'abcdef'), holds('DB_PASSWORD', '$(OTHER)'), holds('DB_PASSWORD_FILE', 'hunter22'), holds('SECRET', 'false'), holds('PASSWORD', '')]).toEqual([1, 1, 0, 0, 0, 0]);
  });

  test('JSON that cannot be read', () => {
    const map = (key: string, value: string, labels: string = ''): string[] => says('NS0067', `
apiVersion: v1
kind: ConfigMap
metadata: { name: c, namespace: shop ${labels} }
data: { ${key}: ${JSON.stringify(value)} }
`);
    expect(map('a.json', '{ "a": 1,, }')[0]).toContain('Key a.json is not JSON');
    expect(map('a.json', '{ "a": 1 } // one')).toEqual([]);
    expect(map('10-cni.conflist', '{ "a": 1, }')[0]).toContain('holds a comment or a comma too many');
    expect(map('board.json', '{ "a": 1, }', ', labels: { grafana_dashboard: "1" }')).toHaveLength(1);
    expect(map('a.json', '{ "a": "// no comment", "b": ",]" }')).toEqual([]);
    expect(map('a.json', '')).toEqual([]);
    expect(says('NS0067', ingress('i', 'alb.ingress.kubernetes.io/listen-ports: "[{HTTPS: 443}]"', '{ ingressClassName: alb, defaultBackend: { service: { name: a, port: { number: 80 } } } }'))).toHaveLength(1);
    expect(says('NS0067', `
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: { name: sriov, namespace: shop }
spec: { config: '{ "type": "sriov", }' }
`)).toHaveLength(1);
  });
});

describe('Ingresses', () => {
  test('a canary with settings of its own, which nobody reads', () => {
    const both = (main: string): string => ingress('main', main, `{ ingressClassName: nginx, ${path('/', 'web')} }`)
      + ingress('canary', 'nginx.ingress.kubernetes.io/canary: "true", nginx.ingress.kubernetes.io/canary-by-header: x, nginx.ingress.kubernetes.io/rewrite-target: /', `{ ingressClassName: nginx, ${path('/', 'next')} }`);
    expect(says('NS2202', both(''))).toEqual(['NS2202 Ingress shop/canary metadata.annotations["nginx.ingress.kubernetes.io/rewrite-target"]: nginx.ingress.kubernetes.io/rewrite-target has no effect on a canary, which takes all other settings from the main Ingress']);
    expect(says('NS2202', both('nginx.ingress.kubernetes.io/rewrite-target: /'))).toEqual([]);
    expect(says('NS0063', both(''))).toEqual([]);
  });

  test('one backend in two Ingresses is no contradiction, and neither are load balancers of their own', () => {
    const two = (name: string, backend: string): string => ingress('a', '', `{ ingressClassName: ${name}, ${path('/', 'web')} }`) + ingress('b', '', `{ ingressClassName: ${name}, ${path('/', backend)} }`);
    expect(says('NS0063', two('nginx', 'web'))).toEqual([]);
    expect(says('NS0063', two('alb', 'other'))).toEqual([]);
    expect(says('NS0063', two('nginx', 'other'))).toHaveLength(1);
  });

  test('TLS of a cloud, and of a private class', () => {
    const open = (annotations: string, name: string): number => says('NS0060', ingress('a', annotations, `{ ingressClassName: ${name}, ${path('/', 'web')} }`)).length;
    expect([open('', 'nginx'), open('alb.ingress.kubernetes.io/certificate-arn: arn', 'alb'), open('', 'nginx-internal'), open('', 'tailscale')]).toEqual([1, 0, 0, 0]);
  });
});

describe('policies', () => {
  test('Flannel with something that enforces', () => {
    const flannel = `${workload({ kind: 'DaemonSet', name: 'kube-flannel-ds' })}---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress] }
`;
    expect(says('NS0065', flannel)).toHaveLength(1);
    expect(says('NS0065', flannel + workload({ kind: 'DaemonSet', name: 'kube-network-policies', labels: '{ app: knp }' }))).toEqual([]);
    expect(says('NS0065', flannel.replace('kind: NetworkPolicy', 'kind: NetworkPolicy').replaceAll('kube-flannel-ds', 'kindnet'))).toEqual([]);
  });
});

describe('autoscalers and budgets', () => {
  const scaler = (name: string, target: string, metrics: string = ''): string => `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: ${name}, namespace: shop }
spec: { maxReplicas: 10, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${target} } ${metrics} }
`;
  const cpu = ', metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]';

  test('an autoscaler beside KEDA', () => {
    expect(says('NS0074', `${workload({})}${scaler('a', 'orders')}---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: b, namespace: shop }
spec: { scaleTargetRef: { name: orders }, triggers: [{ type: cpu, metricType: Utilization, metadata: { value: "50" } }] }
`)).toEqual(['NS0074 ScaledObject shop/b spec.scaleTargetRef: ScaledObject shop/b scales what HorizontalPodAutoscaler shop/a scales, too']);
  });

  test('requests that a LimitRange or the pod itself brings', () => {
    const plain = workload({}) + scaler('a', 'orders', cpu);
    expect(says('NS0075', plain)).toHaveLength(1);
    expect(says('NS0075', `${plain}---
apiVersion: v1
kind: LimitRange
metadata: { name: defaults, namespace: shop }
spec: { limits: [{ type: Container, defaultRequest: { cpu: 100m } }] }
`)).toEqual([]);
    expect(says('NS0075', workload({}) + scaler('a', 'orders', cpu.replace('Utilization, averageUtilization: 70', 'AverageValue, averageValue: 200m')))).toEqual([]);
    const named = scaler('a', 'orders', ', metrics: [{ type: ContainerResource, containerResource: { name: cpu, container: order, target: { type: Utilization, averageUtilization: 70 } } }]');
    expect(says('NS0075', workload({}) + named)).toEqual(['NS0075 HorizontalPodAutoscaler shop/a spec.metrics[0].containerResource.container: Deployment shop/orders has no container order; it has orders']);
  });

  test('a budget that keeps all, where nothing makes more', () => {
    const budget = '---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: b, namespace: shop }\nspec: { minAvailable: 1, selector: { matchLabels: { app: orders } } }\n';
    expect(says('NS0077', budget + workload({ replicas: 1 }))).toHaveLength(1);
    expect(says('NS0077', budget + workload({ replicas: 1 }) + scaler('a', 'orders'))).toEqual([]);
    expect(says('NS0077', budget + workload({ replicas: 2 }))).toEqual([]);
  });

  test('pools of several clients add up', () => {
    const client = (name: string): string => workload({ name, labels: `{ app: ${name} }`, replicas: 3, container: 'env: [{ name: DATABASE_URL, value: "postgres://app@db.shop.svc.cluster.local:5432/app?sslmode=require" }, { name: DB_POOL_SIZE, value: "20" }]' });
    const database = (most: number): string => service('{ selector: { app: db }, ports: [{ port: 5432 }] }', 'db') + workload({ kind: 'StatefulSet', name: 'db', labels: '{ app: db }', container: `env: [{ name: POSTGRESQL_MAX_CONNECTIONS, value: "${most}" }]` });
    expect(says('NS0072', client('a') + client('b') + database(100))).toEqual([
      'NS0072 Deployment shop/a spec.template.spec.containers[0].env[1].value: 2 workloads, Deployment shop/a among them, may open 120 connections to Service shop/db, and it takes 100',
    ]);
    expect(says('NS0072', client('a') + client('b') + database(200))).toEqual([]);
  });
});

test('Karmada, and a ConfigMap that is another in each cluster', () => {
  const policy = `---
apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: { name: p, namespace: shop }
spec: { resourceSelectors: [{ apiVersion: v1, kind: ConfigMap }] }
`;
  expect(says('NS0071', policy)).toEqual(['NS0071 PropagationPolicy shop/p spec.resourceSelectors[0]: PropagationPolicy shop/p takes every ConfigMap to its clusters']);
});
