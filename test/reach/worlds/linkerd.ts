// Random Servers, authorizations and routes of Linkerd for the pods of one namespace, and calls that come close to them.
import type { Choices } from './draw';
import type { MeshCaller } from './mesh';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

export interface LinkerdCall {
  readonly caller: MeshCaller;
  readonly port: number;
  readonly request: { readonly method: string; readonly path: string };
}

export interface LinkerdWorld {
  readonly documents: readonly Json[];
  readonly calls: readonly LinkerdCall[];
}

/** The pods that are called: what their ports are called, and where their probe looks. */
export const ORDERS = { namespace: 'shop', labels: { app: 'orders', tier: 'back' }, ports: { http: 8080, admin: 9090 }, probe: { port: 8080, path: '/ready' } } as const;

const caller = (namespace: string, name: string, meshed: boolean, address: string): MeshCaller => ({ name: `${namespace}/${name}`, namespace, serviceAccount: name, meshed, address });
const CALLERS: readonly MeshCaller[] = [
  caller('front', 'web', true, '10.0.1.5'), caller('front', 'admin', true, '10.0.1.6'), caller('back', 'web', true, '10.0.1.7'), caller('legacy', 'batch', false, '10.0.1.9'),
  ...['192.0.2.7', '192.0.2.200', '10.9.9.9', '203.0.113.5'].map((address) => ({ name: address, namespace: '', serviceAccount: '', meshed: false, address })),
];
/** The addresses of every pod. */
export const LINKERD_PODS = '10.0.1.0/24';

const GROUP = 'policy.linkerd.io';
const DEFAULTS = ['all-unauthenticated', 'all-authenticated', 'cluster-unauthenticated', 'cluster-authenticated', 'deny', 'audit'];

function deployment(namespace: string, name: string, more: Json = {}): Json {
  return {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name, ...more.labels }, annotations: more.annotations ?? {} }, spec: { serviceAccountName: name, containers: [{ name: 'main', image: 'registry.example.com/main:1.7.4', ...more.container }] } },
    },
  };
}

export function linkerdWorld(choices: Choices, calls: number): LinkerdWorld {
  const one = (version: string, kind: string, name: string, spec: Json, labels: Json = {}): Json => ({ apiVersion: `${GROUP}/${version}`, kind, metadata: { name, namespace: 'shop', labels }, spec });
  const fallback = choices.one(DEFAULTS);
  const names = ['front', 'back', 'legacy'];
  const annotations: Record<string, string> = choices.chance(30) ? { 'config.linkerd.io/default-inbound-policy': choices.one(DEFAULTS) } : {};
  if (choices.chance(20)) annotations['config.linkerd.io/skip-inbound-ports'] = '9000-9100';
  if (choices.chance(20)) annotations['config.linkerd.io/proxy-require-identity-inbound-ports'] = '7070,8080';
  const documents: Json[] = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', annotations: { 'linkerd.io/inject': 'enabled', 'config.linkerd.io/default-inbound-policy': fallback } } },
    ...names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, annotations: name === 'legacy' ? {} : { 'linkerd.io/inject': 'enabled' } } })),
    ...CALLERS.filter(({ namespace }) => namespace !== '').map(({ namespace, serviceAccount }) => deployment(namespace, serviceAccount)),
    deployment('shop', 'orders', {
      labels: { tier: 'back' }, annotations,
      container: {
        ports: Object.entries(ORDERS.ports).map(([name, containerPort]) => ({ name, containerPort })), readinessProbe: { httpGet: { path: ORDERS.probe.path, port: 'http' } },
      },
    }),
  ];
  const servers = choices.some(['s0', 's1', 's2'], choices.between(0, 2));
  for (const name of servers) {
    documents.push(one('v1beta3', 'Server', name, {
      podSelector: { matchLabels: choices.one([{ app: 'orders' }, {}, { tier: 'back' }, { app: 'other' }]) }, port: choices.one(['http', 'admin', 8080, 7070]),
      ...choices.chance(70) && { proxyProtocol: choices.one(['HTTP/1', 'HTTP/2', 'opaque', 'unknown', 'TLS']) }, ...choices.chance(30) && { accessPolicy: choices.one(DEFAULTS) },
    }, { kind: choices.one(['public', 'private']) }));
  }
  const routes = choices.chance(50) ? choices.some(['r0', 'r1'], choices.between(1, 2)) : [];
  for (const name of routes) {
    documents.push(one('v1beta3', 'HTTPRoute', name, {
      parentRefs: [{ group: GROUP, kind: 'Server', name: choices.one(['s0', 's1', 's2']) }],
      rules: [{ matches: [{ ...choices.chance(50) && { method: choices.one(['GET', 'PUT']) }, path: choices.one([{ type: 'PathPrefix', value: '/orders' }, { type: 'Exact', value: '/orders' }, { type: 'PathPrefix', value: '/' }]) }] }],
    }));
  }
  documents.push(one('v1alpha1', 'NetworkAuthentication', 'nets', { networks: [{ cidr: '192.0.2.0/24', except: ['192.0.2.128/25'] }] }));
  documents.push(one('v1alpha1', 'NetworkAuthentication', 'pods', { networks: [{ cidr: LINKERD_PODS }] }));
  documents.push(one('v1alpha1', 'MeshTLSAuthentication', 'all', { identities: ['*'] }));
  documents.push(one('v1alpha1', 'MeshTLSAuthentication', 'front', { identityRefs: [{ kind: 'Namespace', name: 'front' }] }));
  documents.push(one('v1alpha1', 'MeshTLSAuthentication', 'back', { identityRefs: [{ kind: 'ServiceAccount', name: 'web', namespace: 'back' }] }));
  documents.push(one('v1alpha1', 'MeshTLSAuthentication', 'webs', { identities: ['web.front.serviceaccount.identity.linkerd.cluster.local', '*.back.serviceaccount.identity.linkerd.cluster.local'] }));
  const identity = (): Json => choices.one([
    ...['all', 'front', 'back', 'webs', 'missing'].map((name) => ({ group: GROUP, kind: 'MeshTLSAuthentication', name })), { kind: 'ServiceAccount', name: 'web', namespace: 'front' },
  ]);
  const network = (): Json => ({ group: GROUP, kind: 'NetworkAuthentication', name: choices.one(['nets', 'pods']) });
  for (let i = 0; i < choices.between(0, 3); i++) {
    documents.push(one('v1alpha1', 'AuthorizationPolicy', `a${i}`, {
      targetRef: choices.one([
        { group: GROUP, kind: 'Server', name: choices.one(['s0', 's1', 's2']) }, { kind: 'Namespace', name: 'shop' }, { group: GROUP, kind: 'HTTPRoute', name: choices.one(['r0', 'r1']) },
      ]),
      requiredAuthenticationRefs: choices.one([[identity()], [network()], [identity(), network()]]),
    }));
  }
  for (let i = 0; i < choices.between(0, 1); i++) {
    const networks = choices.chance(50) ? { networks: [{ cidr: choices.one(['192.0.2.0/24', '0.0.0.0/0']) }] } : {};
    documents.push(one('v1beta1', 'ServerAuthorization', `z${i}`, {
      server: choices.chance(50) ? { name: choices.one(['s0', 's1']) } : { selector: { matchLabels: { kind: 'public' } } },
      client: {
        ...networks, ...choices.one<Json>([{ unauthenticated: true }, { meshTLS: { unauthenticatedTLS: true } }, { meshTLS: { identities: ['*'] } }, { meshTLS: { serviceAccounts: [{ name: 'admin', namespace: 'front' }] } }]),
      },
    }));
  }
  const request = (): LinkerdCall['request'] => ({ method: choices.one(['GET', 'PUT']), path: choices.one(['/', '/orders', '/orders/7', '/ready']) });
  return { documents, calls: Array.from({ length: calls }, () => ({ caller: choices.one(CALLERS), port: choices.one([8080, 8080, 9090, 7070, 6060]), request: request() })) };
}
