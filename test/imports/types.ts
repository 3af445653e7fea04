// Compiled by `npm run typecheck` and by typecheck.test.ts; never run. The samples are the order platform's, in the forms that the engines accept.
import { AuthorizationPolicy as IstioAuthorizationPolicy, PeerAuthentication, RequestAuthentication } from '../../imports/security.istio.io/v1';
import { DestinationRule, VirtualService } from '../../imports/networking.istio.io/v1';
import type { DestinationRuleSpecTrafficPolicyLoadBalancer } from '../../imports/networking.istio.io/v1';
import { CiliumBgpAdvertisement, CiliumBgpClusterConfig, CiliumBgpPeerConfig, CiliumNetworkPolicy } from '../../imports/cilium.io/v2';
import type { CiliumNetworkPolicySpec } from '../../imports/cilium.io/v2';
import { CiliumLoadBalancerIpPool } from '../../imports/cilium.io/v2alpha1';
import { Gateway, GatewayClass, HttpRoute } from '../../imports/gateway.networking.k8s.io/v1';
import type { HttpRouteSpecRulesFilters } from '../../imports/gateway.networking.k8s.io/v1';
import { BackendTrafficPolicy, ClientTrafficPolicy, SecurityPolicy } from '../../imports/gateway.envoyproxy.io/v1alpha1';
import { KubeConfigMap, KubeNamespace, KubeService } from '../../imports/core/v1';
import type { PodSpec } from '../../imports/core/v1';
import { KubeDeployment } from '../../imports/apps/v1';
import { Application } from '../../imports/argoproj.io/v1alpha1';
import { CiliumIdentity } from '../../imports/cilium.io/v2';
import type { TierSpec } from '../../imports/projectcalico.org/v3';
import type { Construct } from 'constructs';

export function gatewayApi(scope: Construct): void {
  new GatewayClass(scope, 'envoy-gateway', { spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' } });
  new Gateway(scope, 'order-gateway', {
    metadata: { namespace: 'order-system' },
    spec: {
      gatewayClassName: 'envoy-gateway',
      listeners: [{
        name: 'https-h3', port: 443, protocol: 'HTTPS', hostname: 'api.example.com',
        tls: { mode: 'Terminate', certificateRefs: [{ name: 'api-tls-cert' }] },
        allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { 'gateway-access': 'true' } } } },
      }],
    },
  });
  new HttpRoute(scope, 'order-route', {
    spec: {
      parentRefs: [{ name: 'order-gateway', sectionName: 'https-h3' }],
      hostnames: ['api.example.com'],
      rules: [{
        matches: [{ path: { type: 'PathPrefix', value: '/api/v1/orders' }, headers: [{ type: 'Exact', name: 'x-canary', value: 'true' }], method: 'GET' }],
        filters: [
          { type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-forwarded-by', value: 'order-gateway' }] } },
          { type: 'RequestMirror', requestMirror: { backendRef: { name: 'order-service-shadow', port: 8080 } } },
        ],
        backendRefs: [{ name: 'order-service', port: 8080, weight: 97 }, { name: 'order-service-canary', port: 8080, weight: 3 }],
        timeouts: { request: '4700ms', backendRequest: '1700ms' },
      }],
    },
  });
  new ClientTrafficPolicy(scope, 'order-clients', {
    spec: { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'order-gateway' }], tls: { minVersion: '1.3' }, http3: {}, clientIPDetection: { xForwardedFor: { numTrustedHops: 1 } } },
  });
  new BackendTrafficPolicy(scope, 'order-backends', {
    spec: {
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'order-route' }],
      rateLimit: { type: 'Global', global: { rules: [{ clientSelectors: [{ sourceCIDR: { type: 'Distinct', value: '0.0.0.0/0' } }], limit: { requests: 470, unit: 'Second' } }] } },
      circuitBreaker: { maxConnections: 4700, maxPendingRequests: 470, maxParallelRequests: 1700 },
      retry: { numRetries: 3, perRetry: { timeout: '1100ms', backOff: { baseInterval: '170ms' } }, retryOn: { triggers: ['connect-failure', 'retriable-status-codes'], httpStatusCodes: [503] } },
      loadBalancer: { type: 'ConsistentHash', consistentHash: { type: 'Header', header: { name: 'x-user-id' } } },
      connection: { bufferLimit: '32Ki' },
    },
  });
  new SecurityPolicy(scope, 'order-security', {
    spec: {
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'order-route' }],
      jwt: { providers: [{ name: 'id', issuer: 'https://id.example.com', remoteJWKS: { uri: 'https://id.example.com/jwks' } }] },
      cors: { allowOrigins: ['https://www.example.com'], allowMethods: ['GET', 'POST'] },
    },
  });
}

export function istio(scope: Construct): void {
  new PeerAuthentication(scope, 'order-mtls', { spec: { selector: { matchLabels: { app: 'order-service' } }, mtls: { mode: 'STRICT' }, portLevelMtls: { 9090: { mode: 'PERMISSIVE' } } } });
  new RequestAuthentication(scope, 'order-jwt', { spec: { jwtRules: [{ issuer: 'https://id.example.com', jwksUri: 'https://id.example.com/jwks' }] } });
  new IstioAuthorizationPolicy(scope, 'order-authz', {
    spec: {
      selector: { matchLabels: { app: 'order-service' } },
      action: 'ALLOW',
      rules: [{
        from: [{ source: { principals: ['cluster.local/ns/order-system/sa/frontend'], notRemoteIpBlocks: ['10.0.0.0/8'] } }],
        to: [{ operation: { methods: ['GET', 'POST'], paths: ['/api/v1/orders', '/api/v1/orders/*'], ports: ['8080'] } }],
        when: [{ key: 'request.auth.claims[role]', values: ['admin'] }],
      }],
    },
  });
  new DestinationRule(scope, 'order-destination', {
    spec: {
      host: 'order-service',
      trafficPolicy: {
        tls: { mode: 'ISTIO_MUTUAL' },
        loadBalancer: { consistentHash: { httpHeaderName: 'x-user-id', ringHash: { minimumRingSize: 1024 } } },
        outlierDetection: { consecutive5xxErrors: 7, interval: '17s', baseEjectionTime: '47s' },
      },
      subsets: [{ name: 'stable', labels: { version: 'stable' } }, { name: 'canary', labels: { version: 'canary' } }],
    },
  });
  new VirtualService(scope, 'order-traffic', {
    spec: {
      hosts: ['order-service'],
      http: [
        { match: [{ headers: { 'x-canary': { exact: 'true' } } }], route: [{ destination: { host: 'order-service', subset: 'canary' } }], timeout: '4.7s', retries: { attempts: 3, perTryTimeout: '1.1s' } },
        { route: [{ destination: { host: 'order-service', subset: 'stable' }, weight: 97 }, { destination: { host: 'order-service', subset: 'canary' }, weight: 3 }] },
      ],
    },
  });
}

export function cilium(scope: Construct): void {
  new CiliumNetworkPolicy(scope, 'order-service-policy', {
    spec: {
      endpointSelector: { matchLabels: { app: 'order-service' } },
      ingress: [{
        fromEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'envoy-gateway-system', 'app.kubernetes.io/name': 'envoy' } }],
        toPorts: [{ ports: [{ port: '8080', protocol: 'TCP' }], rules: { http: [{ method: 'GET', path: '/api/v1/orders' }] } }],
      }],
      egress: [
        { toEndpoints: [{ matchLabels: { 'k8s:k8s-app': 'kube-dns' } }], toPorts: [{ ports: [{ port: '53', protocol: 'UDP' }, { port: '53', protocol: 'TCP' }], rules: { dns: [{ matchPattern: '*' }] } }] },
        { toFQDNs: [{ matchPattern: '*.payment-gateway.com' }], toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }] },
        { toEntities: ['kube-apiserver'], toPorts: [{ ports: [{ port: '6443', protocol: 'TCP' }] }] },
      ],
    },
  });
  new CiliumBgpClusterConfig(scope, 'bgp', {
    spec: { nodeSelector: { matchLabels: { 'bgp-peer': 'true' } }, bgpInstances: [{ name: 'main', localASN: 64512, peers: [{ name: 'tor', peerASN: 64513, peerAddress: '10.47.18.1', peerConfigRef: { name: 'tor' } }] }] },
  });
  new CiliumBgpPeerConfig(scope, 'tor', {
    spec: { ebgpMultihop: 4, timers: { connectRetryTimeSeconds: 17, holdTimeSeconds: 51, keepAliveTimeSeconds: 17 }, families: [{ afi: 'ipv4', safi: 'unicast', advertisements: { matchLabels: { advertise: 'bgp' } } }] },
  });
  new CiliumBgpAdvertisement(scope, 'advertisement', {
    spec: { advertisements: [{ advertisementType: 'PodCIDR' }, { advertisementType: 'Service', service: { addresses: ['LoadBalancerIP'] }, selector: { matchLabels: { 'lb-bgp-expose': 'true' } } }] },
  });
  new CiliumLoadBalancerIpPool(scope, 'pool', { spec: { blocks: [{ cidr: '10.47.20.0/24' }] } });
}

// Types are the documents: wire names, also such as are no identifiers, and fields of the root beside spec.
export function traps(scope: Construct): void {
  new KubeNamespace(scope, 'ns');
  new KubeConfigMap(scope, 'cm', { data: { a: 'b' }, immutable: true });
  new KubeService(scope, 'svc', { spec: { ports: [{ port: 80, targetPort: 'http' }, { port: 81, targetPort: 8081 }] } });
  new CiliumIdentity(scope, 'id', { 'security-labels': { a: 'b' } });
  new CiliumNetworkPolicy(scope, 'several', { specs: [{ endpointSelector: {}, ingress: [] }] });
  new Application(scope, 'app', {
    operation: { initiatedBy: { username: 'a' } },
    spec: { project: 'default', destination: { server: 'https://kubernetes.default.svc' }, source: { repoURL: 'https://git.example.com', targetRevision: 'main' } },
  });
  const pod: PodSpec = { containers: [{ name: 'a', resources: { limits: { cpu: 1, memory: '1Gi' } } }] };
  new KubeDeployment(scope, 'dep', { spec: { selector: {}, template: { spec: pod } } });
}

export const negatives: unknown[] = [
  // A wrong value of an enum.
  // @ts-expect-error Prefix
  (scope: Construct) => new HttpRoute(scope, 'r', { spec: { rules: [{ matches: [{ path: { type: 'Prefix', value: '/' } }] }] } }),
  // @ts-expect-error lower case
  (scope: Construct) => new PeerAuthentication(scope, 'p', { spec: { mtls: { mode: 'strict' } } }),
  // @ts-expect-error no such entity
  (scope: Construct) => new CiliumNetworkPolicy(scope, 'p', { spec: { endpointSelector: {}, egress: [{ toEntities: ['internet'] }] } }),
  // A missing required field.
  // @ts-expect-error no listeners
  (scope: Construct) => new Gateway(scope, 'g', { spec: { gatewayClassName: 'a' } }),
  // @ts-expect-error no spec
  (scope: Construct) => new HttpRoute(scope, 'r'),
  // @ts-expect-error no host
  (scope: Construct) => new DestinationRule(scope, 'd', { spec: {} }),
  // A misspelt field: what cdk8s import would have named it, and a slip.
  // @ts-expect-error the name of cdk8s import
  (scope: Construct) => new CiliumNetworkPolicy(scope, 'p', { spec: { endpointSelector: {}, egress: [{ toFqdNs: [{ matchName: 'a' }] }] } }),
  // @ts-expect-error hostname for hostnames
  (scope: Construct) => new HttpRoute(scope, 'r', { spec: { hostname: ['a'] } }),
  // @ts-expect-error backoff for backOff
  (scope: Construct) => new BackendTrafficPolicy(scope, 'b', { spec: { retry: { perRetry: { backoff: { baseInterval: '1s' } } } } }),
  // int-or-string is neither boolean nor object.
  // @ts-expect-error a boolean
  (scope: Construct) => new KubeService(scope, 's', { spec: { ports: [{ port: 80, targetPort: true }] } }),
];

// Exactly one, at most one, at least one; a field that goes with a value of another.
export const oneSelector: CiliumNetworkPolicySpec = { nodeSelector: {}, egressDeny: [] };
// @ts-expect-error both selectors
export const twoSelectors: CiliumNetworkPolicySpec = { endpointSelector: {}, nodeSelector: {}, ingress: [] };
// @ts-expect-error no selector
export const noSelector: CiliumNetworkPolicySpec = { ingress: [] };
// @ts-expect-error no direction
export const noDirection: CiliumNetworkPolicySpec = { endpointSelector: {} };
export const noBalancer: DestinationRuleSpecTrafficPolicyLoadBalancer = {};
// @ts-expect-error simple and consistentHash exclude each other
export const twoBalancers: DestinationRuleSpecTrafficPolicyLoadBalancer = { simple: 'ROUND_ROBIN', consistentHash: { useSourceIp: true } };
// @ts-expect-error two hash keys (the schema says it inside allOf)
export const twoKeys: DestinationRuleSpecTrafficPolicyLoadBalancer = { consistentHash: { useSourceIp: true, httpHeaderName: 'a' } };
// @ts-expect-error the redirect's configuration is missing
export const bareRedirect: HttpRouteSpecRulesFilters = { type: 'RequestRedirect' };
// @ts-expect-error a rewrite beside a redirect
export const twoFilters: HttpRouteSpecRulesFilters = { type: 'RequestRedirect', requestRedirect: {}, urlRewrite: {} };
// Two lists of values, of which the server takes what stands in both.
export const tier: TierSpec = { defaultAction: 'Pass' };
// @ts-expect-error in one list only
export const wrongTier: TierSpec = { defaultAction: 'Log' };
