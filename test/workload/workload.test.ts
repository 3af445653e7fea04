import { App, Chart, Duration as Cdk8sDuration, JsonPatch, Testing } from 'cdk8s';
import { validate } from '../../src/analysis/validate';
import type { KubernetesObject } from '../../src/analysis/documents/document';
import { NetworkChart } from '../../src/app/network-chart';
import { Cluster, Duration, Http, NetstackError, Peer, Percent, Port, Registry, SecretRef } from '../../src/core';
import { edgeKey } from '../../src/core/edge';
import { EnvValue, Volume, Workload } from '../../src/workload';
import type { ResourceOptions, WorkloadProps } from '../../src/workload';
import { sentence } from '../core/sentence';
import { container, objects, shop } from './objects';
import type { Rendered } from './objects';

const image = 'registry.example.com/orders:1.7.4';
const PORTS = { http: Port.http(8080), metrics: Port.metrics(9090) };

/** One of everything that the order platform uses. */
function orderService(chart: Chart, distribution: 'PreferClose' | 'PreferSameZone' = 'PreferClose'): Workload<typeof PORTS, 'canary' | 'stable' | 'shadow'> {
  return new Workload(chart, 'order-service', {
    labels: { tier: 'backend' },
    podAnnotations: { 'example.com/team': 'orders' },
    ports: PORTS,
    env: { LOG_LEVEL: 'info', DB_PASSWORD: SecretRef.existing('orders-db', 'password'), POD_IP: EnvValue.field('status.podIP') },
    volumes: { tmp: Volume.emptyDir('/tmp', { sizeLimit: '64Mi' }), tls: Volume.secret('/etc/tls', SecretRef.existing('tls', 'tls.key'), SecretRef.existing('tls', 'tls.crt')) },
    service: { ports: { http: 80 } },
    terminationGracePeriod: Duration.seconds(45),
    versions: {
      canary: { image: 'registry.example.com/orders:2.0.0', label: 'v2-canary', env: { LOG_LEVEL: 'debug' } },
      stable: {
        image, label: 'v1', autoscaling: { min: 3, max: 12, cpu: Percent.of(60) },
        service: { type: 'LoadBalancer', labels: { 'lb-bgp-expose': 'true' }, loadBalancerClass: 'io.cilium/bgp-control-plane', externalTrafficPolicy: 'Local', trafficDistribution: distribution },
      },
      shadow: { image: 'registry.example.com/orders:2.1.0', label: 'v2-shadow', replicas: 1 },
    },
  });
}

test('the order service, with three versions', () => {
  const chart = shop();
  orderService(chart);
  expect(Testing.synth(chart)).toMatchSnapshot();
});

test.each(['1.32', '1.35'])('every object is what Kubernetes %s reads', (kubernetes) => {
  const chart = shop();
  orderService(chart, kubernetes === '1.32' ? 'PreferClose' : 'PreferSameZone');
  new Workload(chart, 'store', {
    controller: 'StatefulSet', image, ports: { grpc: Port.grpc(9000), gossip: Port.udp(7946), sctp: Port.sctp(5000), tls: Port.https(8443) },
    volumes: { data: Volume.claim('/data', { size: '10Gi', storageClass: 'fast' }), config: Volume.configMap('/etc/store', 'store') },
    probes: { readiness: { port: 'grpc', service: 'store.v1.Store' }, liveness: { port: 'tls', path: '/live' } },
    security: { runAsUser: 10_001, runAsGroup: 10_001, fsGroup: 10_001 }, command: ['/store'], args: ['--data', '/data'],
  });
  const rendered = Testing.synth(chart) as KubernetesObject[];
  expect(rendered.length).toBe(15);
  expect(validate(rendered.map((object) => ({ object })), { targets: { kubernetes }, open: true })).toEqual([]);
});

test('names and labels tell versions apart; the main one has the name of the workload', () => {
  const chart = shop();
  const orders = orderService(chart);
  expect(orders.labels).toEqual({ app: 'order-service' });
  expect(orders.versions).toEqual(['stable', 'canary', 'shadow']);
  expect([orders.labelsOf('stable'), orders.labelsOf('canary')]).toEqual([{ app: 'order-service', version: 'v1' }, { app: 'order-service', version: 'v2-canary' }]);
  expect([orders.serviceName(), orders.serviceName('stable'), orders.serviceName('canary')]).toEqual(['order-service', 'order-service', 'order-service-canary']);
  const made = objects(chart);
  for (const version of ['stable', 'canary', 'shadow'] as const) {
    const name = orders.serviceName(version);
    const [service, deployment] = [made[`Service/${name}`], made[`Deployment/${name}`]];
    expect(deployment.spec.selector.matchLabels).toEqual(orders.labelsOf(version));
    expect(service.spec.selector).toEqual(orders.labelsOf(version));
    expect(deployment.spec.template.metadata.labels).toEqual({ ...orders.labelsOf(version), tier: 'backend' });
  }
});

test('without versions there is no label of one', () => {
  const chart = shop();
  const web = new Workload(chart, 'web', { ports: PORTS, image });
  const made = objects(chart);
  expect(Object.keys(made)).toEqual(['ServiceAccount/web', 'Service/web', 'Deployment/web', 'PodDisruptionBudget/web']);
  expect(made['Deployment/web'].spec.selector.matchLabels).toEqual({ app: 'web' });
  expect(web.versions).toEqual([]);
  expect(sentence(() => web.labelsOf('stable' as never))).toBe('Workload web has no version "stable" (shop/web, <here>): declare versions.');
});

test('without a stable version the first one is the main one', () => {
  const chart = shop();
  const web = new Workload(chart, 'web', { ports: PORTS, versions: { blue: { image }, green: { image } } });
  expect([web.serviceName(), web.serviceName('green'), web.labelsOf('blue')]).toEqual(['web', 'web-green', { app: 'web', version: 'blue' }]);
  expect(web.node.defaultChild).toBe(web.resources.deployment('blue'));
});

test('the pods meet the restricted Pod Security Standard', () => {
  const chart = shop();
  orderService(chart);
  for (const deployment of Object.values(objects(chart)).filter(({ kind }) => kind === 'Deployment')) {
    const pod = deployment.spec.template.spec;
    expect(pod.securityContext).toEqual({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(container(deployment).securityContext).toEqual({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true });
    expect(pod.automountServiceAccountToken).toBe(false);
    for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) expect(pod).not.toHaveProperty(field);
    // https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    for (const volume of pod.volumes) expect(Object.keys(volume).every((key) => ['name', 'configMap', 'emptyDir', 'persistentVolumeClaim', 'projected', 'secret'].includes(key))).toBe(true);
  }
});

test('what the restricted standard leaves open can be said', () => {
  const chart = shop();
  new Workload(chart, 'web', { ports: PORTS, image, security: { runAsUser: 101, runAsGroup: 0, fsGroup: 101, readOnlyRootFilesystem: false } });
  const deployment = objects(chart)['Deployment/web'];
  expect(deployment.spec.template.spec.securityContext).toEqual({ runAsNonRoot: true, runAsUser: 101, runAsGroup: 0, fsGroup: 101, seccompProfile: { type: 'RuntimeDefault' } });
  expect(container(deployment).securityContext.readOnlyRootFilesystem).toBe(false);
});

test('nothing is null or undefined anywhere', () => {
  const chart = shop();
  orderService(chart);
  new Workload(chart, 'store', { controller: 'StatefulSet', image, ports: { sql: Port.tcp(5432) }, volumes: { data: Volume.claim('/data', { size: '1Gi' }) } });
  const look = (value: unknown, path: string): void => {
    if (value === null || value === undefined) throw new Error(`${path} is ${value}`);
    if (typeof value === 'object') for (const [key, inner] of Object.entries(value)) look(inner, `${path}.${key}`);
  };
  look(Testing.synth(chart), 'chart');
  // Before cdk8s takes empty fields away, too: the renderers themselves leave them out.
  for (const object of chart.apiObjects) look((object as unknown as { props: object }).props, object.node.path);
});

describe('Service', () => {
  test('carries every port by name, with what is spoken on it', () => {
    const chart = shop();
    const web = new Workload(chart, 'web', { image, ports: { http: Port.http(8080), admin: Port.grpc(9000), dns: Port.udp(53, { name: 'dns-udp' }), metrics: Port.metrics(9090) }, service: { ports: { http: 80 } } });
    expect(objects(chart)['Service/web'].spec).toEqual({
      type: 'ClusterIP',
      selector: { app: 'web' },
      ports: [
        { name: 'admin', port: 9000, protocol: 'TCP', targetPort: 'admin', appProtocol: 'grpc' },
        { name: 'dns-udp', port: 53, protocol: 'UDP', targetPort: 'dns-udp' },
        { name: 'http', port: 80, protocol: 'TCP', targetPort: 'http', appProtocol: 'http' },
        { name: 'metrics', port: 9090, protocol: 'TCP', targetPort: 'metrics', appProtocol: 'http' },
      ],
    });
    expect([web.ports.http.servicePort, web.ports.metrics.servicePort, web.ports.dns.name]).toEqual([80, 9090, 'dns-udp']);
  });

  test('options of a version go before the workload\'s, labels add up', () => {
    const chart = shop();
    new Workload(chart, 'web', {
      ports: PORTS, service: { labels: { a: '1', b: '1' }, annotations: { 'service.cilium.io/global': 'true' } },
      versions: { stable: { image, service: { type: 'LoadBalancer', labels: { b: '2' } } }, canary: { image } },
    });
    const { 'Service/web': stable, 'Service/web-canary': canary } = objects(chart);
    expect([stable.spec.type, canary.spec.type]).toEqual(['LoadBalancer', 'ClusterIP']);
    expect([stable.metadata.labels, canary.metadata.labels]).toEqual([{ a: '1', app: 'web', b: '2', version: 'stable' }, { a: '1', app: 'web', b: '1', version: 'canary' }]);
    expect(canary.metadata.annotations).toEqual({ 'service.cilium.io/global': 'true' });
  });

  test('there is none without ports, and none when none is wanted', () => {
    const chart = shop();
    const worker = new Workload(chart, 'worker', { ports: {}, image });
    const silent = new Workload(chart, 'silent', { ports: PORTS, image, service: false });
    expect(Object.keys(objects(chart)).filter((key) => key.startsWith('Service/'))).toEqual([]);
    expect(container(objects(chart)['Deployment/worker'])).not.toHaveProperty('ports');
    for (const one of [worker, silent]) {
      expect(sentence(() => one.serviceName())).toBe(`Workload ${one.name} has no Service (shop/${one.name}, <here>): declare a port and leave out service: false.`);
      expect(sentence(() => one.resources.service())).toBe(`The workload has no Service (shop/${one.name}, <here>): see its properties.`);
    }
  });

  test('topologyKeys, gone since Kubernetes 1.22, are no option', () => {
    const chart = shop();
    expect(sentence(() => new Workload(chart, 'web', { ports: PORTS, image, service: { topologyKeys: ['kubernetes.io/hostname'] } as never })))
      .toMatch(/^The Service of workload web has no option "topologyKeys" \(.*\): name one of annotations, .*trafficDistribution, type\.$/);
  });

  test('a preference for the same zone needs a Kubernetes that knows it', () => {
    const app = new App();
    const old = new NetworkChart(app, 'old', { cluster: new Cluster(app, 'beijing', { targets: { kubernetes: '1.32' } }) });
    expect(sentence(() => new Workload(old, 'web', { ports: PORTS, image, service: { trafficDistribution: 'PreferSameZone' } }))).toBe(
      "Service of workload web has trafficDistribution PreferSameZone, which Kubernetes 1.32 does not know (old/web, <here>): give 'PreferClose', or target Kubernetes 1.35.");
    const chart = shop();
    new Workload(chart, 'web', { ports: PORTS, image, service: { trafficDistribution: 'PreferSameZone' } });
    expect(objects(chart)['Service/web'].spec.trafficDistribution).toBe('PreferSameZone');
  });
});

describe('StatefulSet', () => {
  test('has a headless Service, claims, and a name that leaves room for its revision', () => {
    const chart = shop();
    const store = new Workload(chart, 'store', {
      controller: 'StatefulSet', image, ports: { sql: Port.tcp(5432) }, service: { ports: { sql: 6543 } },
      volumes: { data: Volume.claim('/var/lib/store', { size: '10Gi', accessMode: 'ReadWriteOncePod' }) },
    });
    const made = objects(chart);
    expect(made['StatefulSet/store'].spec).toMatchObject({
      serviceName: 'store-headless',
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOncePod'], resources: { requests: { storage: '10Gi' } } } }],
    });
    expect(made['StatefulSet/store'].spec.template.spec).not.toHaveProperty('volumes');
    expect(made['Service/store-headless'].spec).toEqual({ type: 'ClusterIP', clusterIP: 'None', selector: { app: 'store' }, ports: [{ name: 'sql', port: 5432, protocol: 'TCP', targetPort: 'sql' }] });
    expect(made['Service/store'].spec.ports[0].port).toBe(6543);
    expect(store.resources.statefulSet()).toBe(store.node.defaultChild);
    expect(sentence(() => store.resources.deployment())).toBe("The workload is a StatefulSet and no Deployment (shop/store, <here>): set controller: 'Deployment'.");
    expect(sentence(() => new Workload(chart, 'x'.repeat(53), { controller: 'StatefulSet', image, ports: {} }))).toContain('has a name of 53 characters');
  });
});

describe('ServiceAccount', () => {
  test('is one per workload, without its token', () => {
    const chart = shop();
    const orders = orderService(chart);
    expect(Object.keys(objects(chart)).filter((key) => key.startsWith('ServiceAccount/'))).toEqual(['ServiceAccount/order-service']);
    expect(orders.resources.serviceAccount!.toJson()).toMatchObject({ automountServiceAccountToken: false });
  });

  test('may be somebody else\'s, and its token mounted where it is needed', () => {
    const chart = shop();
    const operator = new Workload(chart, 'operator', { ports: {}, image, serviceAccount: { name: 'order-admin', existing: true, automountToken: true } });
    expect(Object.keys(objects(chart))).toEqual(['Deployment/operator', 'PodDisruptionBudget/operator']);
    expect(objects(chart)['Deployment/operator'].spec.template.spec).toMatchObject({ serviceAccountName: 'order-admin', automountServiceAccountToken: true });
    expect([operator.serviceAccountName, operator.resources.serviceAccount]).toEqual(['order-admin', undefined]);
  });
});

describe('scale', () => {
  test('an autoscaler decides the number of replicas, and the budget follows its minimum', () => {
    const chart = shop();
    orderService(chart);
    const made = objects(chart);
    expect(made['Deployment/order-service'].spec).not.toHaveProperty('replicas');
    expect(made['HorizontalPodAutoscaler/order-service'].spec).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'order-service' },
      minReplicas: 3, maxReplicas: 12,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } }],
    });
    expect(made['PodDisruptionBudget/order-service'].spec).toEqual({ maxUnavailable: 1, selector: { matchLabels: { app: 'order-service', version: 'v1' } } });
  });

  test('one pod has no budget: it would only block the node\'s maintenance', () => {
    const chart = shop();
    orderService(chart);
    new Workload(chart, 'one', { ports: {}, image, autoscaling: { min: 1, max: 3 } });
    new Workload(chart, 'none', { ports: {}, image, disruptionBudget: false });
    expect(Object.keys(objects(chart)).filter((key) => key.startsWith('PodDisruptionBudget/'))).toEqual(['PodDisruptionBudget/order-service', 'PodDisruptionBudget/order-service-canary']);
  });

  test('what a version says of its scale goes before the workload\'s', () => {
    const chart = shop();
    new Workload(chart, 'web', { ports: {}, autoscaling: { max: 9 }, versions: { stable: { image }, canary: { image, replicas: 1 }, shadow: { image, autoscaling: { min: 1, max: 2 } } } });
    const made = objects(chart);
    expect(Object.values(made).filter(({ kind }) => kind === 'HorizontalPodAutoscaler').map((object) => [object.metadata.name, object.spec.minReplicas, object.spec.maxReplicas])).toEqual([['web', 2, 9], ['web-shadow', 1, 2]]);
    expect(made['Deployment/web-canary'].spec.replicas).toBe(1);
  });

  test('pods of a version are spread over nodes and zones', () => {
    const chart = shop();
    orderService(chart);
    expect(objects(chart)['Deployment/order-service-canary'].spec.template.spec.topologySpreadConstraints).toEqual(['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => (
      { maxSkew: 1, topologyKey, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: { app: 'order-service', version: 'v2-canary' } } })));
  });
});

describe('probes', () => {
  const probesOf = (props: Partial<WorkloadProps<Record<string, Port>, never>>): Rendered => {
    const chart = shop();
    new Workload(chart, 'web', { ports: PORTS, image, ...props } as never);
    const { readinessProbe, livenessProbe, startupProbe } = container(objects(chart)['Deployment/web']);
    return { readinessProbe, livenessProbe, startupProbe };
  };

  test('ask for /health on the HTTP port by default', () => {
    expect(probesOf({})).toEqual({
      readinessProbe: { httpGet: { path: '/health', port: 'http' }, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 },
      livenessProbe: { httpGet: { path: '/health', port: 'http' }, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 6 },
      startupProbe: { httpGet: { path: '/health', port: 'http' }, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 30 },
    });
  });

  test('are asked as the port is spoken to', () => {
    const ports = { api: Port.https(8443), grpc: Port.grpc(9000), sql: Port.tcp(5432), metrics: Port.metrics(9090) };
    expect(probesOf({ ports, probes: { readiness: { port: 'grpc', service: 'orders.v1.Orders' }, liveness: { port: 'sql', period: Duration.seconds(7), timeout: Duration.seconds(3), failures: 4 }, startup: { port: 'metrics', path: '/ready' } } })).toEqual({
      readinessProbe: { grpc: { port: 9000, service: 'orders.v1.Orders' }, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 },
      livenessProbe: { tcpSocket: { port: 'sql' }, periodSeconds: 7, timeoutSeconds: 3, failureThreshold: 4 },
      startupProbe: { httpGet: { path: '/ready', port: 'metrics' }, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 30 },
    });
    expect(probesOf({ ports }).readinessProbe.httpGet).toEqual({ path: '/health', port: 'api', scheme: 'HTTPS' });
  });

  test('there are none without an HTTP port, and none that are not wanted', () => {
    expect(probesOf({ ports: { sql: Port.tcp(5432) } })).toEqual({});
    expect(probesOf({ probes: false })).toEqual({});
    const { readinessProbe, livenessProbe, startupProbe } = probesOf({ probes: { liveness: false } });
    expect([readinessProbe !== undefined, livenessProbe, startupProbe !== undefined]).toEqual([true, undefined, true]);
  });

  test('a duration of cdk8s will do', () => {
    expect(probesOf({ probes: { readiness: { period: Cdk8sDuration.seconds(9) as never } } }).readinessProbe.periodSeconds).toBe(9);
  });

  test('open the probed ports to the nodes', () => {
    const chart = shop();
    const web = new Workload(chart, 'web', { ports: PORTS, image, probes: { startup: { port: 'metrics' } } });
    new Workload(chart, 'quiet', { ports: PORTS, image, probes: false });
    expect(Registry.of(chart).edges().map((edge) => [edgeKey(edge), edge.tags, edge.http])).toEqual([
      ['nodes > default:order-system/web : 8080/TCP', ['probe'], []],
      ['nodes > default:order-system/web : 9090/TCP', ['probe'], []],
    ]);
    expect(Registry.of(chart).edgesOf(web).ingress).toHaveLength(2);
  });
});

describe('environment', () => {
  const envOf = (env: Record<string, EnvValue | SecretRef | string>): Rendered => {
    const chart = shop();
    new Workload(chart, 'web', { ports: {}, image, env });
    return container(objects(chart)['Deployment/web']).env;
  };

  test('is sorted; secrets come by reference, fields of the pod by path', () => {
    expect(envOf({ B: 'b', A: SecretRef.externalSecret({ name: 'db', key: 'password', store: 'vault', remoteKey: 'orders/db' }), C: EnvValue.field("metadata.labels['app']"), D: SecretRef.sops({ name: 'tls', key: 'key', file: 'secrets/tls.yaml' }) })).toEqual([
      { name: 'A', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
      { name: 'B', value: 'b' },
      { name: 'C', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
      { name: 'D', valueFrom: { secretKeyRef: { name: 'tls', key: 'key' } } },
    ]);
  });

  test('Kubernetes expands $(NAME) only where it is asked to, in variables that come after those that they name', () => {
    expect(envOf({ A_URL: EnvValue.expand('http://$(POD_IP):80'), POD_IP: EnvValue.field('status.podIP'), LITERAL: '$(POD_IP) $$ $5 $' })).toEqual([
      { name: 'LITERAL', value: '$$(POD_IP) $$$ $5 $' },
      { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'A_URL', value: 'http://$(POD_IP):80' },
    ]);
  });

  test('a version adds to the workload\'s and goes before it', () => {
    const chart = shop();
    orderService(chart);
    const level = (name: string): unknown => container(objects(chart)[`Deployment/${name}`]).env.find((one: { name: string }) => one.name === 'LOG_LEVEL').value;
    expect([level('order-service'), level('order-service-canary')]).toEqual(['info', 'debug']);
  });
});

describe('resources', () => {
  const resourcesOf = (resources: ResourceOptions | undefined): Rendered => {
    const chart = shop();
    new Workload(chart, 'web', { ports: {}, image, resources });
    return container(objects(chart)['Deployment/web']).resources;
  };

  test('ask for a little, and hold memory to what was asked', () => {
    expect(resourcesOf(undefined)).toEqual({ requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '256Mi' } });
    expect(resourcesOf({ requests: { memory: '1Gi' } })).toEqual({ requests: { cpu: '100m', memory: '1Gi' }, limits: { memory: '1Gi' } });
    expect(resourcesOf({ limits: { cpu: '50m', memory: '64Mi' } })).toEqual({ requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '50m', memory: '64Mi' } });
    expect(resourcesOf({ requests: { cpu: '0.5' }, limits: { cpu: '1' } })).toEqual({ requests: { cpu: '0.5', memory: '256Mi' }, limits: { cpu: '1', memory: '256Mi' } });
  });
});

test('a patch of a field that we have never heard of reaches the manifest', () => {
  const chart = shop();
  const orders = orderService(chart);
  orders.resources.deployment('canary').addJsonPatch(JsonPatch.add('/spec/futureField', { deep: true }));
  orders.resources.service().addJsonPatch(JsonPatch.add('/spec/topology', 'near'));
  orders.resources.disruptionBudget().addJsonPatch(JsonPatch.add('/spec/unhealthyPodEvictionPolicy', 'AlwaysAllow'));
  orders.resources.autoscaler().addJsonPatch(JsonPatch.replace('/spec/maxReplicas', 20));
  const made = objects(chart);
  expect(made['Deployment/order-service-canary'].spec.futureField).toEqual({ deep: true });
  expect(made['Service/order-service'].spec.topology).toBe('near');
  expect(made['PodDisruptionBudget/order-service'].spec.unhealthyPodEvictionPolicy).toBe('AlwaysAllow');
  expect(made['HorizontalPodAutoscaler/order-service'].spec.maxReplicas).toBe(20);
  expect(orders.node.defaultChild).toBe(orders.resources.deployment());
  expect(sentence(() => orders.resources.autoscaler('shadow'))).toBe('The workload has no HorizontalPodAutoscaler for version shadow (shop/order-service, <here>): see its properties.');
  expect(sentence(() => orders.resources.service('blue' as never))).toBe('The workload has no version "blue" (shop/order-service, <here>): name one of canary, shadow, stable.');
});

test('connections are idempotent and symmetric', () => {
  const chart = shop();
  const [a, b] = ['a', 'b'].map((name) => new Workload(chart, name, { ports: PORTS, image, probes: false })) as [Workload<typeof PORTS>, Workload<typeof PORTS>];
  a.connections.allowTo(b.ports.http, Http.get('/x'));
  const once = Registry.of(chart).edges();
  a.connections.allowTo(b.ports.http, Http.get('/x'));
  b.connections.allowFrom(a, Http.get('/x'));
  expect(Registry.of(chart).edges().map(edgeKey)).toEqual(once.map(edgeKey));
  expect(Registry.of(chart).edges()[0]!.http).toEqual(once[0]!.http);
});

test('the order in which versions, labels, ports and workloads are written changes nothing inside a document', () => {
  const forward = shop();
  orderService(forward);
  new Workload(forward, 'web', { ports: { http: Port.http(80), admin: Port.http(81) }, labels: { a: '1', b: '2' }, env: { A: '1', B: '2' }, image });
  const backward = shop();
  new Workload(backward, 'web', { image, env: { B: '2', A: '1' }, labels: { b: '2', a: '1' }, ports: { admin: Port.http(81), http: Port.http(80) } });
  const orders = orderService(backward);
  orders.connections.allowTo(Peer.internet);
  expect(objects(backward)).toEqual(objects(forward));
});

test('works in a stock app and chart, in the chart\'s namespace or the default one', () => {
  const app = new App();
  new Workload(new Chart(app, 'bare'), 'web', { ports: PORTS, image });
  new Workload(new Chart(app, 'other', { namespace: 'elsewhere' }), 'web', { ports: PORTS, image });
  new Workload(new Chart(app, 'own', { namespace: 'elsewhere' }), 'api', { namespace: { name: 'given' }, ports: PORTS, image });
  expect(app.charts.map((chart) => [...new Set((Testing.synth(chart) as Rendered[]).map((object) => object.metadata.namespace))])).toEqual([['default'], ['elsewhere'], ['given']]);
});

type Props = Partial<Record<keyof WorkloadProps<Record<string, Port>, string>, unknown>>;

test.each<[string, Props, string]>([
  ['neither image nor versions', { image: undefined }, "Workload web has neither image nor versions (shop/web, <here>): give image: 'registry.example.com/orders:1.7.4', or versions: { stable: { image: … }, canary: { image: … } }."],
  ['both image and versions', { versions: { stable: { image } } }, 'Workload web has both image and versions (shop/web, <here>): move the image into a version.'],
  ['no versions', { image: undefined, versions: {} }, "Workload web has no versions (shop/web, <here>): give image: 'registry.example.com/orders:1.7.4', or versions: { stable: { image: … }, canary: { image: … } }."],
  ['two versions of one label', { image: undefined, versions: { stable: { image, label: 'v1' }, canary: { image, label: 'v1' } } }, 'Versions stable and canary of workload web have the same label "v1" (shop/web, <here>): give one of them another label.'],
  ['an empty label', { image: undefined, versions: { stable: { image, label: '' } } }, "Label of version stable of workload web is empty (shop/web, <here>): give such as 'v1'."],
  ['a version without image', { image: undefined, versions: { stable: { replicas: 2 } } }, "Image of version stable of workload web undefined is not the reference of an image (shop/web, <here>): give such as 'registry.example.com/orders:1.7.4'."],
  ['a blank image', { image: ' ' }, "Image of workload web \" \" is not the reference of an image (shop/web, <here>): give such as 'registry.example.com/orders:1.7.4'."],
  ['a name that is no label', { name: 'Order_Service' }, 'Workload name "Order_Service" is not a DNS label (shop/web, <here>): use 1 to 63 lower-case letters, digits and "-", with a letter or digit at both ends, such as "order-service".'],
  ['the label app', { labels: { app: 'orders' } }, 'Label app of workload web is set by the workload itself (shop/web, <here>): leave it out; the name and the versions decide it.'],
  ['a port that is a number', { ports: { http: 8080 } }, 'Port "http" of workload web is 8080 (shop/web, <here>): give a Port such as Port.http(8080).'],
  ['two ports of one number', { ports: { http: Port.http(80), web: Port.tcp(80) } }, 'Ports http and web of workload web have the same number and protocol 80/TCP (shop/web, <here>): declare it once.'],
  ['two ports of one name', { ports: { http: Port.http(80), web: Port.http(81, { name: 'http' }) } }, 'Ports http and web of workload web have the same name http (shop/web, <here>): declare it once.'],
  ['two Service ports of one number', { ports: { http: Port.http(80), web: Port.http(81) }, service: { ports: { web: 80 } } }, 'Ports http and web of workload web have the same Service port 80/TCP (shop/web, <here>): declare it once.'],
  ['a Service port of no port', { service: { ports: { htpp: 80 } } }, 'Workload web has no port "htpp" to give a Service port (shop/web, <here>): name one of http, metrics.'],
  ['a Service port out of range', { service: { ports: { http: 0 } } }, 'Service port 0 of port http is not a whole number from 1 to 65535 (shop/web, <here>): give such as 80.'],
  ['a key that is no port name', { ports: { httpAdmin: Port.http(80) } }, 'The port of workload web named "httpAdmin" is not a port name (shop/web, <here>): use 1 to 15 lower-case letters, digits and single "-", with a letter or digit at both ends and at least one letter.'],
  ['an unknown controller', { controller: 'DaemonSet' }, 'Workload web has controller "DaemonSet" (shop/web, <here>): give \'Deployment\' or \'StatefulSet\'.'],
  ['half a pod', { replicas: 1.5 }, 'Number of replicas of workload web is 1.5 (shop/web, <here>): give a whole number from 0.'],
  ['replicas and an autoscaler', { replicas: 3, autoscaling: { max: 5 } }, 'Both replicas and autoscaling of workload web are given (shop/web, <here>): leave one out: the autoscaler decides the number.'],
  ['an autoscaler that goes down', { autoscaling: { min: 5, max: 3 } }, 'Autoscaling of workload web goes from 5 to 3 pods (shop/web, <here>): give whole numbers, min from 1 and max not below min.'],
  ['half a percent of CPU', { autoscaling: { max: 3, cpu: Percent.of(0.5) } }, 'Autoscaling of workload web aims at 0.5% of CPU (shop/web, <here>): give whole percent from 1, such as Percent.of(70).'],
  ['a number for a percent', { autoscaling: { max: 3, cpu: 70 } }, 'Autoscaling of workload web aims at 70 of CPU (shop/web, <here>): give whole percent from 1, such as Percent.of(70).'],
  ['a budget of nothing', { disruptionBudget: { maxUnavailable: 0 } }, 'The disruption budget of workload web lets 0 pods go (shop/web, <here>): give a whole number from 1, or false for no budget.'],
  ['a request above its limit', { resources: { requests: { memory: '1Gi' }, limits: { memory: '512Mi' } } }, 'Workload web requests 1Gi of memory and is limited to 512Mi (shop/web, <here>): raise the limit or lower the request.'],
  ['megabytes by another name', { resources: { requests: { memory: '512MB' } } }, "The memory request of workload web \"512MB\" is not a Kubernetes quantity above zero (shop/web, <here>): give such as '250m' of CPU or '512Mi' of memory."],
  ['user root', { security: { runAsUser: 0 } }, 'runAsUser of workload web is 0 (shop/web, <here>): give a whole number from 1 to 2147483647.'],
  ['a period of half a second', { probes: { readiness: { period: Duration.millis(500) } } }, 'The period of the readiness probe of workload web is 500ms, and Kubernetes counts whole seconds from 1 (shop/web, <here>): give such as Duration.seconds(5).'],
  ['a probe of no port', { probes: { readiness: { port: 'htpp' } } }, 'The readiness probe of workload web names port "htpp", which is not declared (shop/web, <here>): name one of http, metrics.'],
  ['a probe without a port to ask', { ports: { sql: Port.tcp(5432) }, probes: { readiness: {} } }, 'The readiness probe of workload web names no port, and there is no HTTP port (shop/web, <here>): name one of sql.'],
  ['a path on a plain port', { ports: { sql: Port.tcp(5432) }, probes: { readiness: { port: 'sql', path: '/' } } }, 'The readiness probe of workload web has a path, and port sql is tcp (shop/web, <here>): leave the path out, or name an HTTP port.'],
  ['a probe over UDP', { ports: { dns: Port.udp(53) }, probes: { readiness: { port: 'dns' } } }, 'The readiness probe of workload web names port dns, which is UDP (shop/web, <here>): name a TCP port; the kubelet asks no other.'],
  ['failures of less than one', { probes: { liveness: { failures: 0 } } }, 'The liveness probe of workload web has 0 failures (shop/web, <here>): give a whole number from 1 to 1000.'],
  ['a grace period in milliseconds', { terminationGracePeriod: Duration.millis(4700) }, 'The termination grace period of workload web is 4s700ms, and Kubernetes counts whole seconds from 0 (shop/web, <here>): give such as Duration.seconds(5).'],
  ['a secret in the environment', { env: { TOKEN: `ghp_${'a'.repeat(36)}` } }, "Variable TOKEN of workload web holds a secret (GitHub token) (shop/web, <here>): keep the secret out of the program and pass a SecretRef, such as SecretRef.existing('name', 'key')."],
  ['a secret of another namespace', { env: { TOKEN: SecretRef.existing('a', 'b', { namespace: 'vault' }) } }, 'Variable TOKEN of workload web is kept in namespace vault, and a pod reads Secrets of its own namespace order-system only (shop/web, <here>): keep a copy of it there.'],
  ['a secret of Terraform', { env: { TOKEN: SecretRef.terraformVariable('token') } }, 'Variable TOKEN of workload web is kept in terraformVariable token, which no pod can read (shop/web, <here>): keep it in a Secret: SecretRef.existing, SecretRef.externalSecret or SecretRef.sops.'],
  ['a number in the environment', { env: { LEVEL: 5 } }, 'Variable LEVEL of workload web 5 is not a text of whole characters without NUL (shop/web, <here>): give a string.'],
  ['a variable without a name', { env: { '1A': 'x' } }, '"1A" is not the name of an environment variable (shop/web, <here>): use letters, digits and "_", not beginning with a digit.'],
  ['two volumes at one path', { volumes: { a: Volume.emptyDir('/tmp'), b: Volume.emptyDir('/tmp') } }, 'Volume b of workload web is mounted at /tmp, where volume a is (shop/web, <here>): give one of them another path.'],
  ['a claim of a Deployment', { volumes: { data: Volume.claim('/data', { size: '1Gi' }) } }, "Volume data of workload web is a claim of each pod, which a Deployment cannot have (shop/web, <here>): set controller: 'StatefulSet'."],
  ['keys of two Secrets in one volume', { volumes: { tls: Volume.secret('/etc/tls', SecretRef.existing('a', 'k'), SecretRef.existing('b', 'k')) } }, 'Volume tls of workload web mixes keys of the Secrets a, b (shop/web, <here>): use a volume for each.'],
  ['a volume that is a path', { volumes: { tmp: '/tmp' } }, "Volume tmp of workload web is \"/tmp\" (shop/web, <here>): give a Volume such as Volume.emptyDir('/tmp')."],
  ['a NodePort', { service: { type: 'NodePort' } }, "Service of workload web has type \"NodePort\" (shop/web, <here>): give 'ClusterIP' or 'LoadBalancer'."],
  ['a policy of no load balancer', { service: { externalTrafficPolicy: 'Local' } }, "Service of workload web has externalTrafficPolicy and is no load balancer (shop/web, <here>): set type: 'LoadBalancer', or leave it out."],
])('refuses %s', (_, props, message) => {
  expect(sentence(() => new Workload(shop(), 'web', { ports: PORTS, image, ...props } as never))).toBe(message);
});

test('a second workload of the name in the namespace is refused', () => {
  const chart = shop();
  new Workload(chart, 'web', { ports: PORTS, image });
  expect(() => new Workload(chart, 'again', { name: 'web', ports: PORTS, image })).toThrow(NetstackError);
});
