// NS0017, NS0018 and NS0022: what the targets do not serve, what another line or channel has, and what is on its way out.
import { parseText, validate } from '../../../src/analysis';
import type { Targets } from '../../../src/analysis';

/** What is said of one object: `severity id field: message; fix`. */
function said(text: string, targets: Targets = {}): string[] {
  const { documents, findings } = parseText(text, 'a.yaml');
  expect(findings).toEqual([]);
  return validate(documents, { targets, open: true, rules: [] }).map(({ id, severity, where, message, fix }) => `${severity} ${id} ${where.field}: ${message}${fix === undefined ? '' : `; ${fix}`}`);
}

const object = (apiVersion: string, kind: string, rest: string = 'spec: {}'): string => `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a, namespace: x }\n${rest}\n`;

const only = (lines: readonly string[], id: string): string[] => lines.filter((line) => line.includes(id));

describe('an apiVersion that the target does not serve', () => {
  test.each<[what: string, apiVersion: string, kind: string, targets: Targets, said: string]>([
    ['only the other channel has the version', 'gateway.networking.k8s.io/v1alpha2', 'TCPRoute', {},
      'The standard channel of Gateway API 1.6.1 does not serve TCPRoute of gateway.networking.k8s.io/v1alpha2, the experimental channel does; write apiVersion: gateway.networking.k8s.io/v1'],
    ['only the other channel has the kind', 'gateway.networking.k8s.io/v1alpha2', 'TCPRoute', { gatewayApi: '1.5' },
      'The standard channel of Gateway API 1.5.1 does not serve TCPRoute of gateway.networking.k8s.io/v1alpha2, the experimental channel does; '
      + 'leave it out, or target gateway-api=1.5/experimental where the experimental definitions are installed'],
    ['a group of the experimental channel', 'gateway.networking.x-k8s.io/v1alpha1', 'XMesh', {},
      'The standard channel of Gateway API 1.6.1 does not serve XMesh of gateway.networking.x-k8s.io/v1alpha1, the experimental channel does; '
      + 'leave it out, or target gateway-api=1.6/experimental where the experimental definitions are installed'],
    ['a later release does', 'gateway.networking.k8s.io/v1', 'TLSRoute', { gatewayApi: '1.2' },
      'The standard channel of Gateway API 1.2.1 does not serve TLSRoute of gateway.networking.k8s.io/v1: it is served since Gateway API 1.5; '
      + 'leave it out, or target gateway-api=1.5 if that is what runs'],
    ['a later release does, and this one an earlier version', 'cilium.io/v2', 'CiliumBGPPeerConfig', { cilium: '1.17' },
      'Cilium 1.17.2 does not serve CiliumBGPPeerConfig of cilium.io/v2: it is served since Cilium 1.18; write apiVersion: cilium.io/v2alpha1'],
    ['an earlier release did, and other kinds took its place', 'cilium.io/v2alpha1', 'CiliumBGPPeeringPolicy', {},
      'Cilium 1.20.2 does not serve CiliumBGPPeeringPolicy of cilium.io/v2alpha1: it was served until Cilium 1.18; '
      + 'write CiliumBGPClusterConfig, CiliumBGPPeerConfig and CiliumBGPAdvertisement of cilium.io/v2'],
    ['the lines tell when only roughly', 'helm.toolkit.fluxcd.io/v2beta2', 'HelmRelease', {},
      'Flux 2.9.4 does not serve HelmRelease of helm.toolkit.fluxcd.io/v2beta2: it was served until Flux 2.4.0 or a later release; write apiVersion: helm.toolkit.fluxcd.io/v2'],
    ['a kind of two systems', 'policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy', {},
      'Calico 3.32.1 and Network Policy API 0.2.0 do not serve AdminNetworkPolicy of policy.networking.k8s.io/v1alpha1: it was served until Network Policy API 0.1.5 or a later release; '
      + 'write ClusterNetworkPolicy of policy.networking.k8s.io/v1alpha2 with tier: Admin'],
    ['Kubernetes removed it', 'extensions/v1beta1', 'Ingress', {},
      'Kubernetes 1.35 does not serve Ingress of extensions/v1beta1: it was removed in Kubernetes 1.22; write apiVersion: networking.k8s.io/v1'],
    ['Kubernetes removed the kind', 'policy/v1beta1', 'PodSecurityPolicy', {},
      'Kubernetes 1.35 does not serve PodSecurityPolicy of policy/v1beta1: it was removed in Kubernetes 1.25; '
      + 'remove it, and label the namespaces with pod-security.kubernetes.io/enforce, or write the policy for a policy engine'],
    ['Kubernetes brought it later', 'networking.k8s.io/v1', 'ServiceCIDR', { kubernetes: '1.32' },
      'Kubernetes 1.32 does not serve ServiceCIDR of networking.k8s.io/v1: it is served since Kubernetes 1.33; leave it out, or target kubernetes=1.35 if that is what runs'],
    ['nobody ever did', 'networking.k8s.io/v2', 'Ingress', {},
      'Kubernetes 1.35 does not serve Ingress of networking.k8s.io/v2, nor does another release that is known; write apiVersion: networking.k8s.io/v1'],
    ['the core group has no name', 'core/v1', 'Pod', {}, 'The core group has no name in an apiVersion; write apiVersion: v1'],
    ['a kind from before every line', 'gateway.envoyproxy.io/v1alpha1', 'RateLimitFilter', {},
      'Envoy Gateway does not serve RateLimitFilter of gateway.envoyproxy.io/v1alpha1: it was removed in Envoy Gateway 0.6; write a BackendTrafficPolicy with spec.rateLimit that targets the route'],
    ['a group from before every line', 'traefik.containo.us/v1alpha1', 'IngressRoute', {},
      'Traefik does not serve IngressRoute of traefik.containo.us/v1alpha1: the group was removed in Traefik 3; write apiVersion: traefik.io/v1alpha1'],
  ])('%s', (_, apiVersion, kind, targets, expected) => {
    expect(only(said(object(apiVersion, kind), targets), 'NS0017')).toEqual([`error NS0017 apiVersion: ${expected}`]);
  });

  test('a kind that a known group does not have', () => {
    expect(said(object('gateway.networking.k8s.io/v1', 'HTTPRuote'))).toEqual([
      'error NS0017 kind: There is no kind HTTPRuote in gateway.networking.k8s.io of Gateway API 1.6.1; did you mean HTTPRoute?',
    ]);
    expect(said(object('v1', 'Ingress'))).toEqual([
      'error NS0017 kind: There is no kind Ingress in v1 of Kubernetes 1.35; write one of ConfigMap, Endpoints, Event, LimitRange, Namespace, Node, PersistentVolume, PersistentVolumeClaim, …',
    ]);
  });

  test('texts that are no group and version', () => {
    expect(only(said(object('a/b/c', 'Pod')), 'NS')).toEqual(['error NS0017 apiVersion: "a/b/c" is no group and version; write one of each, such as apps/v1']);
    expect(only(said(object('apps/', 'Deployment')), 'NS')).toEqual(['error NS0017 apiVersion: "apps/" is no group and version; write one of each, such as apps/v1']);
    expect(only(said(object('gateway.networking.k8s.io', 'HTTPRoute')), 'NS')).toEqual([
      'error NS0017 apiVersion: "gateway.networking.k8s.io" is a group, and no version stands behind it; write apiVersion: gateway.networking.k8s.io/v1',
    ]);
  });

  test('groups whose kinds are not all known are only asked about', () => {
    expect(said(object('keda.sh/v1alpha1', 'ScaledObjec'))).toEqual([
      'info NS0023 kind: No schema is known for ScaledObjec of keda.sh/v1alpha1, so one object was not checked; did you mean ScaledObject?',
    ]);
    expect(said(object('example.com/v1', 'Widget'))).toEqual(['info NS0023 kind: No schema is known for Widget of example.com/v1, so one object was not checked']);
  });

  test('what an API server can be told to serve is not refused', () => {
    expect(said(object('autoscaling/v1', 'HorizontalPodAutoscaler'))).toEqual([
      'info NS0023 kind: No schema is known for HorizontalPodAutoscaler of autoscaling/v1, so one object was not checked; known versions of this kind: autoscaling/v2',
    ]);
    expect(said(object('networking.k8s.io/v1beta1', 'ServiceCIDR'), { kubernetes: '1.32' })).toEqual([
      'info NS0023 kind: No schema is known for ServiceCIDR of networking.k8s.io/v1beta1, so one object was not checked; known versions of this kind: networking.k8s.io/v1',
    ]);
  });

  test('both groups of Calico are served by each of its releases', () => {
    const pool = object('projectcalico.org/v3', 'IPPool', 'spec: { cidr: 10.0.0.0/16 }');
    expect(said(pool, { calico: '3.29' })).toEqual([]);
    expect(said(pool)).toEqual([]);
    expect(said(object('crd.projectcalico.org/v1', 'IPPool', 'spec: { cidr: 10.0.0.0/16 }'))).toEqual([]);
  });

  test('what the version that is served knows differently stands beside it', () => {
    const ingress = object('networking.k8s.io/v1beta1', 'Ingress', 'spec: { rules: [{ http: { paths: [{ path: /, backend: { serviceName: a, servicePort: 80 } }] } }] }');
    expect(said(ingress)).toEqual([
      'error NS0017 apiVersion: Kubernetes 1.35 does not serve Ingress of networking.k8s.io/v1beta1: it was removed in Kubernetes 1.22; write apiVersion: networking.k8s.io/v1',
      'error NS0018 spec.rules[0].http.paths[0].pathType: In networking.k8s.io/v1 Ingress the required field pathType is missing; give pathType, a string',
      'error NS0018 spec.rules[0].http.paths[0].backend.serviceName: The field serviceName is of networking.k8s.io/v1beta1, which Kubernetes 1.22 removed; write backend.service.name',
      'error NS0018 spec.rules[0].http.paths[0].backend.servicePort: The field servicePort is of networking.k8s.io/v1beta1, which Kubernetes 1.22 removed; write backend.service.port.number, or port.name',
    ]);
  });

  test('an object that is not served is not sound: no rule looks into it', () => {
    const { documents } = parseText(object('extensions/v1beta1', 'Ingress'), 'a.yaml');
    const seen: number[] = [];
    validate(documents, { rules: [{ id: 'NS9999', class: 'risk', title: 'test', subjects: ['*'], load: () => ({
      id: 'NS9999', class: 'risk', title: '', sees: '', why: '', fix: '', subjects: ['*'], failing: {}, passing: {},
      check: (cluster) => void seen.push(cluster.objects('extensions', 'Ingress').length, cluster.entries.length),
    }) }] });
    expect(seen).toEqual([0, 1]);
  });
});

describe('a field or value that the target does not have', () => {
  const route = (rule: string): string => object('gateway.networking.k8s.io/v1', 'HTTPRoute', `spec: { rules: [{ ${rule} }] }`);

  test('and its other channel does', () => {
    expect(said(route('retry: { attempts: 3 }'))).toEqual([
      'error NS0018 spec.rules[0].retry: The field retry is in the experimental channel of Gateway API 1.6.1 only, and the target is the standard channel; '
      + 'leave it out, or target gateway-api=1.6/experimental where the experimental definitions are installed',
    ]);
    expect(said(route('retry: { attempts: 3 }'), { gatewayApi: { channel: 'experimental' } })).toEqual([]);
  });

  test('and a later line does', () => {
    expect(only(said(route('filters: [{ type: CORS, cors: {} }]'), { gatewayApi: '1.2' }), 'NS0018')).toEqual([
      'error NS0018 spec.rules[0].filters[0].type: The value "CORS" is not in the standard channel of Gateway API 1.2.1: it is allowed since Gateway API 1.5.1 or an earlier release; '
      + 'leave it out, or target gateway-api=1.5 if that is what runs',
      'error NS0018 spec.rules[0].filters[0].cors: The field cors is not in the standard channel of Gateway API 1.2.1: it is there since Gateway API 1.5.1 or an earlier release; '
      + 'leave it out, or target gateway-api=1.5 if that is what runs',
    ]);
    expect(said(object('gateway.envoyproxy.io/v1alpha1', 'BackendTrafficPolicy',
      'spec: { targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: a }], mergeType: StrategicMerge }'), { envoyGateway: '1.2' })).toEqual([
      'error NS0018 spec.mergeType: The field mergeType is not in Envoy Gateway 1.2.8: it is there since Envoy Gateway 1.9.0 or an earlier release; '
      + 'leave it out, or target envoy-gateway=1.9 if that is what runs',
    ]);
  });

  test('and an earlier line did', () => {
    expect(said(object('gateway.networking.k8s.io/v1', 'Gateway', 'spec: { gatewayClassName: a, backendTLS: {}, listeners: [{ name: a, port: 80, protocol: HTTP }] }'))).toEqual([
      'error NS0018 spec.backendTLS: The field backendTLS is not in the standard channel of Gateway API 1.6.1: it was there until Gateway API 1.2.1 or a later release, in the experimental channel; remove it',
    ]);
  });

  test('and another served version does', () => {
    expect(only(said(object('opentelemetry.io/v1beta1', 'OpenTelemetryCollector', 'spec: { config: {}, maxReplicas: 3 }')), 'NS0018')).toEqual([
      'error NS0018 spec.maxReplicas: The field maxReplicas is of opentelemetry.io/v1alpha1, not of v1beta1; leave it out, or write apiVersion: opentelemetry.io/v1alpha1',
    ]);
  });

  test('and Kubernetes had it once', () => {
    expect(said(object('v1', 'Service', 'spec: { ports: [{ port: 80 }], topologyKeys: ["*"] }'))).toEqual([
      'error NS0018 spec.topologyKeys: The field topologyKeys was removed in Kubernetes 1.22; write spec.trafficDistribution',
    ]);
    expect(only(said(object('autoscaling/v2', 'HorizontalPodAutoscaler', 'spec: { maxReplicas: 2, scaleTargetRef: { kind: Deployment, name: a }, targetCPUUtilizationPercentage: 80 }')), 'NS0018')).toEqual([
      'error NS0018 spec.targetCPUUtilizationPercentage: The field targetCPUUtilizationPercentage is of autoscaling/v1; '
      + 'write metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: … } } }]',
    ]);
  });

  test('misspelt ones stay unknown', () => {
    expect(said(route('timeuots: { request: 1s }'))).toEqual(['error NS0011 spec.rules[0].timeuots: There is no field timeuots here; did you mean timeouts?']);
    expect(said(route('matches: [{ path: { type: Prefix, value: / } }]'))).toEqual([
      'error NS0014 spec.rules[0].matches[0].path.type: "Prefix" is not one of Exact, PathPrefix, RegularExpression; did you mean PathPrefix?',
    ]);
  });

  test('a text of another form is no value of another line', () => {
    expect(only(said(route('timeouts: { request: 1.5s }')), 'NS0018')).toEqual([]);
  });
});

describe('what is deprecated', () => {
  test('a version, by the definition of the target', () => {
    const advertisement = object('cilium.io/v2alpha1', 'CiliumBGPPeerConfig');
    expect(said(advertisement)).toEqual(['warning NS0022 apiVersion: CiliumBGPPeerConfig of cilium.io/v2alpha1 is deprecated in Cilium 1.20.2; write apiVersion: cilium.io/v2']);
    expect(said(advertisement, { cilium: '1.17' })).toEqual([]);
  });

  test('a version without another to go to has no fix', () => {
    expect(said(object('cilium.io/v2alpha1', 'CiliumDatapathPlugin', 'spec: { attachmentPolicy: Always, version: "1" }'))).toEqual([
      'warning NS0022 apiVersion: CiliumDatapathPlugin of cilium.io/v2alpha1 is deprecated in Cilium 1.20.2',
    ]);
  });

  test('a version of Kubernetes', () => {
    const endpoints = object('v1', 'Endpoints', '');
    expect(said(endpoints)).toEqual(['warning NS0022 apiVersion: Endpoints of v1 is deprecated since Kubernetes 1.33; write EndpointSlice of discovery.k8s.io/v1']);
    expect(said(endpoints, { kubernetes: '1.32' })).toEqual([]);
  });

  test('a version that has no schema, either', () => {
    expect(said(object('storage.k8s.io/v1beta1', 'VolumeAttributesClass'))).toEqual([
      'warning NS0022 apiVersion: VolumeAttributesClass of storage.k8s.io/v1beta1 is deprecated since Kubernetes 1.34, and Kubernetes 1.37 is to remove it; write apiVersion: storage.k8s.io/v1',
      'info NS0023 kind: No schema is known for VolumeAttributesClass of storage.k8s.io/v1beta1, so one object was not checked; known versions of this kind: storage.k8s.io/v1',
    ]);
  });

  test('a version that is off by default', () => {
    expect(said(object('scheduling.k8s.io/v1alpha1', 'Workload', 'spec: { podGroups: [{ name: a, policy: { basic: {} } }] }'))).toEqual([
      'warning NS0017 apiVersion: Kubernetes 1.35 serves Workload of scheduling.k8s.io/v1alpha1 only where its API server is told to; start the API server with --runtime-config=scheduling.k8s.io/v1alpha1=true',
    ]);
  });

  test('annotations and values that the API server warns of', () => {
    const service = object('v1', 'Service', 'spec: { ports: [{ port: 80 }], trafficDistribution: PreferClose }').replace('namespace: x', 'namespace: x, annotations: { service.kubernetes.io/topology-aware-hints: auto }');
    expect(said(service)).toEqual([
      'warning NS0022 metadata.annotations["service.kubernetes.io/topology-aware-hints"]: The annotation service.kubernetes.io/topology-aware-hints is deprecated since Kubernetes 1.27; '
      + 'remove it, and write spec.trafficDistribution',
      'warning NS0022 spec.trafficDistribution: The value PreferClose of trafficDistribution is deprecated since Kubernetes 1.35; write PreferSameZone, which means the same',
    ]);
    expect(said(service, { kubernetes: '1.32' })).toHaveLength(1);
    const ingress = object('networking.k8s.io/v1', 'Ingress', 'spec: { defaultBackend: { service: { name: a, port: { number: 80 } } } }').replace('namespace: x', 'namespace: x, annotations: { kubernetes.io/ingress.class: nginx }');
    expect(said(ingress)).toEqual([
      'warning NS0022 metadata.annotations["kubernetes.io/ingress.class"]: The annotation kubernetes.io/ingress.class is deprecated since Kubernetes 1.18; remove it, and write spec.ingressClassName',
    ]);
    expect(said(ingress.replace('spec: {', 'spec: { ingressClassName: nginx,'))).toEqual([]);
  });
});

test('targets over targets, system by system', () => {
  const documents = parseText(object('cilium.io/v2', 'CiliumBGPPeerConfig') + '---\n' + object('gateway.networking.k8s.io/v1', 'TLSRoute'), 'a.yaml').documents
    .map((document) => ({ ...document, targets: { cilium: '1.17', gatewayApi: { version: '1.2', channel: 'experimental' as const } } }));
  const messages = (overrideTargets: Targets): string[] => validate(documents, { overrideTargets, rules: [] }).filter(({ id }) => id === 'NS0017').map(({ message }) => message);
  expect(messages({})).toHaveLength(2);
  expect(messages({ cilium: '1.20' })).toEqual(['The experimental channel of Gateway API 1.2.1 does not serve TLSRoute of gateway.networking.k8s.io/v1: it is served since Gateway API 1.5, in the experimental channel']);
  expect(messages({ cilium: '1.20', gatewayApi: { version: '1.5' } })).toEqual([]);
  expect(messages({ gatewayApi: { channel: 'standard' } })[1]).toContain('The standard channel of Gateway API 1.2.1');
});
