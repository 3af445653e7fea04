// References of Gateway API and of Envoy Gateway.
import { environment, variables, volumes } from './pods';
import type { FieldReference, KindReferences } from './reference';
import { configMap, secret, to } from './reference';

const API = 'gateway.networking.k8s.io';
const ROUTES: readonly string[] = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'].map((kind) => `${API}/${kind}`);

const PARENTS: readonly string[] = [`${API}/Gateway`, '/Service', `${API}/ListenerSet`, 'networking.istio.io/ServiceEntry', 'policy.linkerd.io/EgressNetwork'];
const BACKENDS: readonly string[] = ['/Service', 'gateway.envoyproxy.io/Backend', 'gateway.networking.x-k8s.io/XBackend', 'traefik.io/TraefikService', 'policy.linkerd.io/EgressNetwork'];
const EXTENSIONS: readonly string[] = ['gateway.envoyproxy.io/HTTPRouteFilter', 'traefik.io/Middleware', 'consul.hashicorp.com/RouteRetryFilter', 'consul.hashicorp.com/RouteTimeoutFilter',
  'consul.hashicorp.com/RouteAuthFilter', 'consul.hashicorp.com/RouteTLSSDSFilter', 'consul.hashicorp.com/RouteExtProc'];
const PARAMETERS: readonly string[] = ['gateway.envoyproxy.io/EnvoyProxy', '/ConfigMap', 'cilium.io/CiliumGatewayClassConfig', 'consul.hashicorp.com/GatewayClassConfig'];

/** A Secret or ConfigMap of another namespace needs a grant. */
const GRANTED = { typed: 'group', namespace: 'namespace', grant: true } as const;
const CERTIFICATE = { ...GRANTED, keys: ['tls.crt', 'tls.key'] } as const;
const AUTHORITY = { ...GRANTED, keys: ['ca.crt'] } as const;
const BACKEND = { ...GRANTED, port: ['port'] } as const;

const certificate = (at: string): FieldReference => secret(at, CERTIFICATE);
const authority = (at: string): FieldReference => to(['/Secret', '/ConfigMap'], at, AUTHORITY);
const backend = (at: string): FieldReference => to(BACKENDS, at, BACKEND);
const parents = (at: string, kinds: readonly string[] = PARENTS): FieldReference => to(kinds, at, { typed: 'group', namespace: 'namespace', section: 'sectionName', port: ['port'] });
const issuers: readonly FieldReference[] = [
  to('cert-manager.io/Issuer', ['metadata', 'annotations', 'cert-manager.io/issuer']),
  to('cert-manager.io/ClusterIssuer', ['metadata', 'annotations', 'cert-manager.io/cluster-issuer']),
];

function filters(at: string): FieldReference[] {
  return [to(EXTENSIONS, `${at}.filters[].extensionRef`, { typed: 'group' }), backend(`${at}.filters[].requestMirror.backendRef`), backend(`${at}.filters[].externalAuth.backendRef`)];
}

/** What an Envoy Gateway policy is attached to, in its own namespace. */
const attachment: readonly FieldReference[] = ['spec.targetRef', 'spec.targetRefs[]'].map((at) => to([`${API}/Gateway`, ...ROUTES, `${API}/ListenerSet`], at, { typed: 'group', section: 'sectionName' }));

/** Services that a policy or a proxy of Envoy Gateway calls. */
const called = (at: string): FieldReference[] => [backend(`${at}.backendRef`), backend(`${at}.backendRefs[]`)];

const pod = (at: string): FieldReference[] => [
  ...variables(`${at}.container`), ...volumes(`${at}.pod.volumes[]`), secret(`${at}.pod.imagePullSecrets[]`, { idle: true }),
  to('scheduling.k8s.io/PriorityClass', `${at}.pod.priorityClassName`, { except: ['system-node-critical', 'system-cluster-critical'] }),
  // The proxies run where Envoy Gateway puts them, which may be beside itself.
].map((one): FieldReference => ({ ...one, anywhere: true }));

export const GATEWAYS: readonly KindReferences[] = [
  { kinds: [`${API}/GatewayClass`], fields: () => [to(PARAMETERS, 'spec.parametersRef', { typed: 'group', namespace: 'namespace' })] },
  {
    kinds: [`${API}/Gateway`],
    fields: () => [
      to(`${API}/GatewayClass`, 'spec.gatewayClassName'), ...issuers,
      to(PARAMETERS, 'spec.infrastructure.parametersRef', { typed: 'group' }),
      certificate('spec.listeners[].tls.certificateRefs[]'), authority('spec.listeners[].tls.frontendValidation.caCertificateRefs[]'),
      certificate('spec.backendTLS.clientCertificateRef'), certificate('spec.tls.backend.clientCertificateRef'),
      authority('spec.tls.frontend.default.validation.caCertificateRefs[]'), authority('spec.tls.frontend.perPort[].tls.validation.caCertificateRefs[]'),
    ],
  },
  { kinds: [`${API}/ListenerSet`], fields: () => [parents('spec.parentRef', [`${API}/Gateway`]), certificate('spec.listeners[].tls.certificateRefs[]'), ...issuers] },
  {
    kinds: [`${API}/HTTPRoute`, `${API}/GRPCRoute`],
    fields: () => [parents('spec.parentRefs[]'), backend('spec.rules[].backendRefs[]'), ...filters('spec.rules[]'), ...filters('spec.rules[].backendRefs[]')],
  },
  { kinds: [`${API}/TLSRoute`, `${API}/TCPRoute`, `${API}/UDPRoute`], fields: () => [parents('spec.parentRefs[]'), backend('spec.rules[].backendRefs[]')] },
  {
    kinds: [`${API}/BackendTLSPolicy`],
    fields: () => [
      to(['/Service', 'gateway.envoyproxy.io/Backend', 'networking.istio.io/ServiceEntry', 'gateway.networking.x-k8s.io/XBackend'], 'spec.targetRefs[]', { typed: 'group', section: 'sectionName' }),
      to(['/ConfigMap', '/Secret'], 'spec.validation.caCertificateRefs[]', { typed: 'group', keys: ['ca.crt'] }),
    ],
  },
  { kinds: [`${API}/BackendLBPolicy`, 'gateway.networking.x-k8s.io/XBackendTrafficPolicy'], fields: () => [to('/Service', 'spec.targetRefs[]', { typed: 'group' })] },
  { kinds: ['gateway.networking.x-k8s.io/XMesh'], fields: () => [to('/ConfigMap', 'spec.parametersRef', { typed: 'group', namespace: 'namespace' })] },
  {
    kinds: ['gateway.networking.x-k8s.io/XBackend'],
    fields: () => [certificate('spec.tls.clientCertificateRef'), to(['/ConfigMap', '/Secret'], 'spec.tls.validation.caCertificateRefs[]', { typed: 'group', keys: ['ca.crt'] })],
  },
  {
    kinds: ['gateway.envoyproxy.io/ClientTrafficPolicy'],
    fields: () => [...attachment, authority('spec.tls.clientValidation.caCertificateRefs[]'), to(['/Secret', '/ConfigMap'], 'spec.tls.clientValidation.crl.refs[]', { ...GRANTED, keys: ['ca.crl'] })],
  },
  {
    kinds: ['gateway.envoyproxy.io/BackendTrafficPolicy'],
    fields: () => [...attachment, configMap('spec.responseOverride[].response.body.valueRef', { typed: 'group' })],
  },
  {
    kinds: ['gateway.envoyproxy.io/SecurityPolicy'],
    fields: () => [
      ...attachment, ...called('spec.extAuth.grpc'), ...called('spec.extAuth.http'), ...called('spec.oidc.provider'), ...called('spec.jwt.providers[].remoteJWKS'),
      secret('spec.oidc.clientSecret', { ...GRANTED, keys: ['client-secret'] }), secret('spec.oidc.clientIDRef', { ...GRANTED, keys: ['client-id'] }),
      secret('spec.basicAuth.users', { ...GRANTED, keys: ['.htpasswd'] }), secret('spec.apiKeyAuth.credentialRefs[]', GRANTED),
      to(['/ConfigMap', '/Secret'], 'spec.extAuth.contextExtensions[].valueRef', { typed: 'group', key: 'key' }),
      configMap('spec.jwt.providers[].localJWKS.valueRef', { typed: 'group' }),
    ],
  },
  {
    kinds: ['gateway.envoyproxy.io/EnvoyExtensionPolicy'],
    fields: () => [
      ...attachment, ...called('spec.extProc[]'), secret('spec.wasm[].code.image.pullSecretRef', { ...GRANTED, keys: ['.dockerconfigjson'] }),
      configMap('spec.lua[].valueRef', { typed: 'group' }), authority('spec.wasm[].code.http.tls.caCertificateRef'), authority('spec.wasm[].code.image.tls.caCertificateRef'),
    ],
  },
  { kinds: ['gateway.envoyproxy.io/EnvoyPatchPolicy'], fields: () => [to([`${API}/Gateway`, `${API}/GatewayClass`], 'spec.targetRef', { typed: 'group' })] },
  {
    kinds: ['gateway.envoyproxy.io/HTTPRouteFilter'],
    fields: () => [configMap('spec.directResponse.body.valueRef', { typed: 'group' }), secret('spec.credentialInjection.credential.valueRef', { ...GRANTED, keys: ['credential'] })],
  },
  { kinds: ['gateway.envoyproxy.io/Backend'], fields: () => [authority('spec.tls.caCertificateRefs[]'), certificate('spec.tls.clientCertificateRef')] },
  {
    kinds: ['gateway.envoyproxy.io/EnvoyProxy'],
    fields: () => [
      certificate('spec.backendTLS.clientCertificateRef'), ...pod('spec.provider.kubernetes.envoyDeployment'), ...environment('spec.provider.kubernetes.envoyDeployment.initContainers[]').map((one): FieldReference => ({ ...one, anywhere: true })), ...pod('spec.provider.kubernetes.envoyDaemonSet'),
      ...called('spec.telemetry.accessLog.settings[].sinks[].als'), ...called('spec.telemetry.accessLog.settings[].sinks[].openTelemetry'),
      ...called('spec.telemetry.metrics.sinks[].openTelemetry'), ...called('spec.telemetry.tracing.provider'),
    ],
  },
];
