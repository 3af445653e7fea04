// References of Istio, Linkerd and Consul.
import type { FieldReference, KindReferences } from './reference';
import { secret, to } from './reference';

const GATEWAY = 'gateway.networking.k8s.io/Gateway';

/** What a policy of Istio is attached to beside selectors. */
const attachment: readonly FieldReference[] = ['spec.targetRef', 'spec.targetRefs[]'].map((at) =>
  to([GATEWAY, '/Service', 'networking.istio.io/ServiceEntry', 'gateway.networking.k8s.io/GatewayClass'], at, { typed: 'group' }));

/** Certificates are read in the namespace of the proxies that serve them. */
const credential = (at: string): FieldReference => secret(at, { anywhere: true });

const destination = (at: string): FieldReference => to(['/Service', 'networking.istio.io/ServiceEntry'], at, { host: true, name: 'host', port: ['port.number'] });

const tlsOf = (at: string): FieldReference[] => [credential(`${at}.credentialName`), credential(`${at}.credentialNames[]`), credential(`${at}.caCertCredentialName`)];

const CLIENTS: readonly string[] = ['/ServiceAccount'];

export const MESHES: readonly KindReferences[] = [
  {
    kinds: ['networking.istio.io/VirtualService'],
    fields: () => [
      ...['spec.gateways[]', 'spec.http[].match[].gateways[]', 'spec.tcp[].match[].gateways[]', 'spec.tls[].match[].gateways[]']
        .map((at) => to('networking.istio.io/Gateway', at, { slash: true, except: ['mesh'] })),
      to('networking.istio.io/VirtualService', 'spec.http[].delegate', { namespace: 'namespace' }),
      ...['spec.http[].route[].destination', 'spec.tcp[].route[].destination', 'spec.tls[].route[].destination', 'spec.http[].mirror', 'spec.http[].mirrors[].destination'].map(destination),
    ],
  },
  {
    kinds: ['networking.istio.io/DestinationRule'],
    fields: () => [
      to(['/Service', 'networking.istio.io/ServiceEntry'], 'spec.host', { host: true, idle: true }),
      ...['spec', 'spec.subsets[]'].flatMap((at) => [credential(`${at}.trafficPolicy.tls.credentialName`), credential(`${at}.trafficPolicy.portLevelSettings[].tls.credentialName`)]),
    ],
  },
  { kinds: ['networking.istio.io/Gateway'], fields: () => tlsOf('spec.servers[].tls') },
  {
    kinds: ['networking.istio.io/Sidecar'],
    fields: () => [...tlsOf('spec.ingress[].tls'), destination('spec.outboundTrafficPolicy.egressProxy')],
  },
  { kinds: ['networking.istio.io/WorkloadEntry'], fields: () => [to('/ServiceAccount', 'spec.serviceAccount')] },
  { kinds: ['networking.istio.io/WorkloadGroup'], fields: () => [to('/ServiceAccount', 'spec.template.serviceAccount')] },
  { kinds: ['networking.istio.io/ServiceEntry'], fields: () => [to('/ServiceAccount', 'spec.endpoints[].serviceAccount')] },
  { kinds: ['networking.istio.io/EnvoyFilter', 'security.istio.io/AuthorizationPolicy', 'security.istio.io/RequestAuthentication', 'telemetry.istio.io/Telemetry'], fields: () => attachment },
  { kinds: ['extensions.istio.io/WasmPlugin'], fields: () => [...attachment, secret('spec.imagePullSecret', { anywhere: true })] },
  { kinds: ['extensions.istio.io/TrafficExtension'], fields: () => [...attachment, secret('spec.wasm.imagePullSecret', { anywhere: true })] },
  {
    kinds: ['policy.linkerd.io/AuthorizationPolicy'],
    fields: () => [
      to(['policy.linkerd.io/Server', 'policy.linkerd.io/HTTPRoute', 'gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute', '/Namespace'], 'spec.targetRef', { typed: 'group' }),
      to(['policy.linkerd.io/MeshTLSAuthentication', 'policy.linkerd.io/NetworkAuthentication', '/ServiceAccount'], 'spec.requiredAuthenticationRefs[]', { typed: 'group', namespace: 'namespace' }),
    ],
  },
  { kinds: ['policy.linkerd.io/MeshTLSAuthentication'], fields: () => [to(['/ServiceAccount', '/Namespace'], 'spec.identityRefs[]', { typed: 'group', namespace: 'namespace' })] },
  {
    kinds: ['policy.linkerd.io/HTTPRoute'],
    fields: () => [
      to(['policy.linkerd.io/Server', '/Service', 'policy.linkerd.io/EgressNetwork', GATEWAY], 'spec.parentRefs[]', { typed: 'group', namespace: 'namespace', port: ['port'] }),
      to('/Service', 'spec.rules[].backendRefs[]', { namespace: 'namespace', port: ['port'] }),
    ],
  },
  {
    kinds: ['policy.linkerd.io/HTTPLocalRateLimitPolicy'],
    fields: () => [to('policy.linkerd.io/Server', 'spec.targetRef', { typed: 'group' }), to(CLIENTS, 'spec.overrides[].clientRefs[]', { typed: 'group', namespace: 'namespace' })],
  },
  {
    kinds: ['policy.linkerd.io/ServerAuthorization'],
    fields: () => [to('policy.linkerd.io/Server', 'spec.server'), to(CLIENTS, 'spec.client.meshTLS.serviceAccounts[]', { namespace: 'namespace' })],
  },
  { kinds: ['consul.hashicorp.com/GatewayPolicy'], fields: () => [to(GATEWAY, 'spec.targetRef', { typed: 'group', namespace: 'namespace', section: 'sectionName' })] },
  { kinds: ['consul.hashicorp.com/PeeringDialer'], fields: () => [secret('spec.peer.secret', { key: 'key' })] },
  { kinds: ['consul.hashicorp.com/PeeringAcceptor'], fields: () => [secret('spec.peer.secret', { makes: true })] },
  { kinds: ['consul.hashicorp.com/TerminatingGateway'], fields: () => [secret('spec.services[].secretRef', { anywhere: true }), to('scheduling.k8s.io/PriorityClass', 'spec.deployment.priorityClassName')] },
];
