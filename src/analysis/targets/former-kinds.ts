// Kinds of other systems that moved, were replaced, or came with a release between two shipped lines. What the lines themselves tell is not repeated here.

/** When a version of a kind came and went, where that is known better than from the lines. */
export interface KindLife {
  /** The first release that serves it. */
  readonly since?: string;
  /** The last release that serves it. */
  readonly until?: string;
  /** What to write instead of a kind that is gone. */
  readonly fix?: string;
}

const CILIUM_BGP: KindLife = { since: '1.18' };

/** By apiVersion and kind. */
export const KIND_LIVES: Readonly<Record<string, KindLife>> = {
  'cilium.io/v2 CiliumBGPAdvertisement': CILIUM_BGP,
  'cilium.io/v2 CiliumBGPClusterConfig': CILIUM_BGP,
  'cilium.io/v2 CiliumBGPNodeConfig': CILIUM_BGP,
  'cilium.io/v2 CiliumBGPNodeConfigOverride': CILIUM_BGP,
  'cilium.io/v2 CiliumBGPPeerConfig': CILIUM_BGP,
  'cilium.io/v2 CiliumLoadBalancerIPPool': CILIUM_BGP,
  'cilium.io/v2alpha1 CiliumBGPPeeringPolicy': { until: '1.18', fix: 'write CiliumBGPClusterConfig, CiliumBGPPeerConfig and CiliumBGPAdvertisement of cilium.io/v2' },
  'gateway.networking.k8s.io/v1 BackendTLSPolicy': { since: '1.4' },
  'gateway.networking.k8s.io/v1 ListenerSet': { since: '1.5' },
  'gateway.networking.k8s.io/v1 ReferenceGrant': { since: '1.5' },
  'gateway.networking.k8s.io/v1 TCPRoute': { since: '1.6' },
  'gateway.networking.k8s.io/v1 TLSRoute': { since: '1.5' },
  'gateway.networking.k8s.io/v1 UDPRoute': { since: '1.6' },
  'gateway.networking.k8s.io/v1alpha2 BackendLBPolicy': { until: '1.2', fix: 'write XBackendTrafficPolicy of gateway.networking.x-k8s.io/v1alpha1, or the policy of the implementation' },
  'gateway.networking.k8s.io/v1alpha3 TLSRoute': { since: '1.4' },
  'gateway.networking.x-k8s.io/v1alpha1 XListenerSet': { until: '1.4', fix: 'write ListenerSet of gateway.networking.k8s.io/v1' },
  'networking.k8s.io/v1 IPAddress': { since: '1.33' },
  'networking.k8s.io/v1 ServiceCIDR': { since: '1.33' },
  'policy.networking.k8s.io/v1alpha1 AdminNetworkPolicy': { fix: 'write ClusterNetworkPolicy of policy.networking.k8s.io/v1alpha2 with tier: Admin' },
  'policy.networking.k8s.io/v1alpha1 BaselineAdminNetworkPolicy': { fix: 'write ClusterNetworkPolicy of policy.networking.k8s.io/v1alpha2 with tier: Baseline' },
  'storage.k8s.io/v1 VolumeAttributesClass': { since: '1.34' },
};

/** A kind that no shipped line has, and what became of it. */
export interface FormerKind {
  /** The system that had it. */
  readonly system: string;
  /** Why it is not there: continues a sentence. */
  readonly gone: string;
  readonly fix: string;
}

const POLICY_FIX = (field: string): string => `write a BackendTrafficPolicy with spec.${field} that targets the route`;

/** By group and kind, `*` for each kind of the group. */
export const FORMER_KINDS: Readonly<Record<string, FormerKind>> = {
  'gateway.envoyproxy.io/RateLimitFilter': { system: 'Envoy Gateway', gone: 'it was removed in Envoy Gateway 0.6', fix: POLICY_FIX('rateLimit') },
  'gateway.envoyproxy.io/AuthenticationFilter': { system: 'Envoy Gateway', gone: 'it was removed in Envoy Gateway 0.6', fix: 'write a SecurityPolicy with spec.jwt that targets the route' },
  'gateway.envoyproxy.io/CircuitBreakerFilter': { system: 'Envoy Gateway', gone: 'it never existed', fix: POLICY_FIX('circuitBreaker') },
  'gateway.envoyproxy.io/WAFFilter': { system: 'Envoy Gateway', gone: 'it never existed', fix: 'write an EnvoyExtensionPolicy with the filter of a web application firewall, or filter at the edge' },
  'extensions/*': { system: 'Kubernetes', gone: 'the group was removed in Kubernetes 1.22', fix: 'write the kind in the group that it moved to: apps/v1, networking.k8s.io/v1 or policy/v1' },
  'traefik.containo.us/*': { system: 'Traefik', gone: 'the group was removed in Traefik 3', fix: 'write apiVersion: traefik.io/v1alpha1' },
  'certmanager.k8s.io/*': { system: 'cert-manager', gone: 'the group was removed in cert-manager 0.11', fix: 'write apiVersion: cert-manager.io/v1' },
  'networking.x-k8s.io/*': { system: 'Gateway API', gone: 'the group was left with Gateway API 0.5', fix: 'write apiVersion: gateway.networking.k8s.io/v1' },
  'authentication.istio.io/*': { system: 'Istio', gone: 'the group was removed in Istio 1.6', fix: 'write PeerAuthentication and RequestAuthentication of security.istio.io/v1' },
  'rbac.istio.io/*': { system: 'Istio', gone: 'the group was removed in Istio 1.6', fix: 'write AuthorizationPolicy of security.istio.io/v1' },
  'config.istio.io/*': { system: 'Istio', gone: 'the group was removed in Istio 1.8', fix: 'write EnvoyFilter, WasmPlugin or Telemetry' },
};

/** Groups of which every kind that upstream has is in the shipped lines: what is not there does not exist. */
export const COMPLETE_GROUPS: ReadonlySet<string> = new Set([
  '', 'apps', 'batch', 'discovery.k8s.io', 'networking.k8s.io', 'policy', 'rbac.authorization.k8s.io',
  'cilium.io', 'gateway.envoyproxy.io', 'gateway.networking.k8s.io', 'networking.istio.io', 'security.istio.io', 'telemetry.istio.io', 'traefik.io',
]);

/** Requests of built-in groups that are no objects; nobody declares them, and no schema is needed. */
export const REQUESTS: ReadonlySet<string> = new Set(['Binding', 'ComponentStatus', 'DeleteOptions', 'Eviction', 'RangeAllocation', 'Scale', 'SerializedReference', 'Status', 'TokenRequest']);
