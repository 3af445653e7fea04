// The styles of handwritten systems: what stands in front of the applications and between them.
import type { Application, Handwritten, Manifest } from './handwritten';
import { basics, monitoring, namespace, networkPolicies } from './handwritten';
import { Random } from './random';

const object = (apiVersion: string, kind: string, name: string, home: string | undefined, rest: object): Manifest =>
  ({ apiVersion, kind, metadata: { name, ...(home === undefined ? {} : { namespace: home }) }, ...rest });

const issuer = (): Manifest => object('cert-manager.io/v1', 'ClusterIssuer', 'letsencrypt', undefined, {
  spec: { acme: { server: 'https://acme-v02.api.letsencrypt.org/directory', privateKeySecretRef: { name: 'letsencrypt-account' }, solvers: [{ http01: { ingress: {} } }] } },
});

const certificate = (name: string, home: string, hosts: readonly string[]): Manifest => object('cert-manager.io/v1', 'Certificate', name, home, {
  spec: { secretName: name, dnsNames: hosts, issuerRef: { kind: 'ClusterIssuer', name: 'letsencrypt' } },
});

type Style = (random: Random) => Manifest[];

const ingress: Style = (random) => {
  const team = basics(random, 'shop');
  const { documents, applications } = team;
  const tls = !random.once(3);
  documents.push(object('networking.k8s.io/v1', 'IngressClass', 'nginx', undefined, { spec: { controller: 'k8s.io/ingress-nginx' } }));
  if (tls) documents.push(issuer());
  documents.push({
    apiVersion: 'networking.k8s.io/v1', kind: 'Ingress',
    metadata: { name: 'shop', namespace: 'shop', annotations: tls ? { 'cert-manager.io/cluster-issuer': 'letsencrypt' } : {} },
    spec: {
      ingressClassName: 'nginx',
      ...(tls ? { tls: [{ hosts: ['shop.example.com'], secretName: 'shop-tls' }] } : {}),
      rules: [{
        host: 'shop.example.com',
        http: { paths: applications.map((one, i) => ({ path: i === 0 ? '/' : `/${one.name}`, pathType: 'Prefix', backend: { service: { name: one.name, port: random.once(2) ? { number: one.servicePort } : { name: 'http' } } } })) },
      }],
    },
  });
  if (random.once(2)) networkPolicies(random, 'shop', team, [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } }], documents);
  if (random.once(2)) documents.push(namespace('ingress-nginx'));
  if (random.once(2)) monitoring(applications, documents);
  return documents;
};

/** Gateway API with one of several controllers. */
const gateway: Style = (random) => {
  const { documents, applications } = basics(random, 'shop', { 'shared-gateway': 'true' });
  const controller = random.pick(['gateway.envoyproxy.io/gatewayclass-controller', 'io.cilium/gateway-controller', 'istio.io/gateway-controller', 'traefik.io/gateway-controller']);
  const home = random.pick(['shop', 'edge']);
  if (home !== 'shop') documents.push(namespace('edge'));
  documents.push(object('gateway.networking.k8s.io/v1', 'GatewayClass', 'public', undefined, { spec: { controllerName: controller } }));
  documents.push(issuer(), certificate('shop-tls', home, ['shop.example.com', 'www.shop.example.com']));
  const allowedRoutes = home === 'shop' && random.once(2) ? {} : { allowedRoutes: { namespaces: random.once(2) ? { from: 'All' } : { from: 'Selector', selector: { matchLabels: { 'shared-gateway': 'true' } } } } };
  documents.push(object('gateway.networking.k8s.io/v1', 'Gateway', 'public', home, {
    spec: {
      gatewayClassName: 'public',
      listeners: [
        { name: 'http', port: 80, protocol: 'HTTP', ...allowedRoutes },
        { name: 'https', port: 443, protocol: 'HTTPS', hostname: random.pick(['shop.example.com', '*.example.com']), tls: { certificateRefs: [{ name: 'shop-tls' }] }, ...allowedRoutes },
      ],
    },
  }));
  const parent = (sectionName: string): object => ({ name: 'public', ...(home === 'shop' ? {} : { namespace: home }), sectionName });
  documents.push(object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'redirect', 'shop', {
    spec: { parentRefs: [parent('http')], hostnames: ['shop.example.com'], rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }] }] },
  }));
  for (const [i, one] of applications.entries()) {
    const backend = { name: one.name, port: one.servicePort };
    const canary = i > 0 && random.once(3);
    documents.push(object('gateway.networking.k8s.io/v1', 'HTTPRoute', one.name, 'shop', {
      spec: {
        parentRefs: [parent('https')], ...(random.once(2) ? { hostnames: ['shop.example.com'] } : {}),
        rules: [{
          matches: [{ path: { type: 'PathPrefix', value: i === 0 ? '/' : `/${one.name}` } }],
          ...(random.once(3) ? { timeouts: { request: '10s', backendRequest: '5s' } } : {}),
          ...(random.once(3) ? { filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-from', value: 'gateway' }] } }] } : {}),
          backendRefs: canary ? [{ ...backend, weight: 95 }, { name: applications[0]!.name, port: applications[0]!.servicePort, weight: 5 }] : [backend],
        }],
      },
    }));
  }
  if (random.once(3)) {
    documents.push(namespace('partner'));
    documents.push(object('gateway.networking.k8s.io/v1beta1', 'ReferenceGrant', 'shop-routes', 'shop', {
      spec: { from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'partner' }], to: [{ group: '', kind: 'Service' }] },
    }));
    const open = JSON.stringify(allowedRoutes).includes('All');
    if (open) {
      documents.push(object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'partner', 'partner', {
        spec: {
          parentRefs: [{ name: 'public', namespace: home, sectionName: 'https' }], hostnames: ['shop.example.com'],
          rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/partner' } }], backendRefs: [{ name: applications[0]!.name, namespace: 'shop', port: applications[0]!.servicePort }] }],
        },
      }));
    }
  }
  if (controller.includes('envoyproxy') && random.once(2)) envoyPolicies(random, home, applications, documents);
  if (random.once(3)) monitoring(applications, documents);
  return documents;
};

function envoyPolicies(random: Random, home: string, applications: readonly Application[], documents: Manifest[]): void {
  const target = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' };
  documents.push(object('gateway.envoyproxy.io/v1alpha1', 'ClientTrafficPolicy', 'clients', home, { spec: { targetRefs: [target], tls: { minVersion: '1.2' }, ...(random.once(2) ? { http3: {} } : {}) } }));
  documents.push(object('gateway.envoyproxy.io/v1alpha1', 'BackendTrafficPolicy', 'traffic', 'shop', {
    spec: { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: applications[0]!.name }], retry: { numRetries: 2, retryOn: { triggers: ['connect-failure'] } }, circuitBreaker: { maxConnections: 1000 } },
  }));
}

/** Istio with sidecars everywhere and STRICT mTLS. */
const sidecars: Style = (random) => {
  const { documents, applications, callers: jobs } = basics(random, 'shop', random.once(2) ? { 'istio-injection': 'enabled' } : { 'istio.io/rev': 'default' });
  documents.push(namespace('istio-system'));
  const wide = random.once(2);
  documents.push(object('security.istio.io/v1', 'PeerAuthentication', 'default', wide ? 'istio-system' : 'shop', { spec: { mtls: { mode: 'STRICT' } } }));
  documents.push(namespace('istio-ingress', { 'istio-injection': 'enabled' }));
  documents.push(object('v1', 'ServiceAccount', 'istio-ingress', 'istio-ingress', {}));
  documents.push(object('apps/v1', 'Deployment', 'istio-ingress', 'istio-ingress', {
    spec: {
      selector: { matchLabels: { istio: 'ingress' } },
      template: {
        metadata: { labels: { istio: 'ingress', 'sidecar.istio.io/inject': 'true' }, annotations: { 'inject.istio.io/templates': 'gateway' } },
        spec: { serviceAccountName: 'istio-ingress', containers: [{ name: 'istio-proxy', image: 'auto' }] },
      },
    },
  }));
  documents.push(object('v1', 'Service', 'istio-ingress', 'istio-ingress', {
    spec: { type: 'LoadBalancer', selector: { istio: 'ingress' }, ports: [{ name: 'http2', port: 80, targetPort: 80 }, { name: 'https', port: 443, targetPort: 443 }] },
  }));
  documents.push(issuer(), certificate('shop-tls', 'istio-ingress', ['shop.example.com']));
  documents.push(object('networking.istio.io/v1', 'Gateway', 'shop', 'istio-ingress', {
    spec: {
      selector: { istio: 'ingress' },
      servers: [
        { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['shop.example.com'], tls: { httpsRedirect: true } },
        { port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts: ['shop.example.com'], tls: { mode: 'SIMPLE', credentialName: 'shop-tls' } },
      ],
    },
  }));
  const [first] = applications as [Application];
  documents.push(object('networking.istio.io/v1', 'VirtualService', 'shop', 'shop', {
    spec: {
      hosts: ['shop.example.com'], gateways: ['istio-ingress/shop'],
      http: [
        ...applications.slice(1).map((one) => ({ match: [{ uri: { prefix: `/${one.name}/` } }], route: [{ destination: { host: `${one.name}.shop.svc.cluster.local`, port: { number: one.servicePort } } }] })),
        { route: [{ destination: { host: random.once(2) ? first.name : `${first.name}.shop.svc.cluster.local`, port: { number: first.servicePort } } }], timeout: '10s' },
      ],
    },
  }));
  if (random.once(2)) {
    documents.push(object('networking.istio.io/v1', 'DestinationRule', first.name, 'shop', {
      spec: { host: `${first.name}.shop.svc.cluster.local`, trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' }, connectionPool: { tcp: { maxConnections: 100 } } } },
    }));
  }
  documents.push(object('security.istio.io/v1', 'AuthorizationPolicy', 'deny-all', 'shop', { spec: {} }));
  for (const one of applications) {
    const callers = [...applications.filter((other) => other !== one && other.serviceAccount !== 'default'), ...jobs.filter(({ calls }) => calls === one)];
    documents.push(object('security.istio.io/v1', 'AuthorizationPolicy', one.name, 'shop', {
      spec: {
        selector: { matchLabels: one.labels }, action: 'ALLOW',
        rules: [{
          from: [{ source: { principals: ['cluster.local/ns/istio-ingress/sa/istio-ingress', ...callers.map((other) => `cluster.local/ns/shop/sa/${other.serviceAccount}`)] } }],
          ...(random.once(2) ? { to: [{ operation: { methods: ['GET', 'POST'], ports: [String(one.port)] } }] } : {}),
        }],
      },
    }));
  }
  if (random.once(3)) {
    documents.push(object('networking.istio.io/v1', 'ServiceEntry', 'payments', 'shop', {
      spec: { hosts: ['api.payments.example.com'], location: 'MESH_EXTERNAL', resolution: 'DNS', ports: [{ number: 443, name: 'tls', protocol: 'TLS' }] },
    }));
  }
  return documents;
};

/** Istio without sidecars; a waypoint where requests are read. */
const ambient: Style = (random) => {
  const waypoint = random.once(2);
  const { documents, applications } = basics(random, 'shop', { 'istio.io/dataplane-mode': 'ambient', ...(waypoint ? { 'istio.io/use-waypoint': 'waypoint' } : {}) });
  if (waypoint) {
    documents.push(object('gateway.networking.k8s.io/v1', 'Gateway', 'waypoint', 'shop', { spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] } }));
  }
  documents.push(object('security.istio.io/v1', 'PeerAuthentication', 'default', 'shop', { spec: { mtls: { mode: 'STRICT' } } }));
  for (const one of applications) {
    const from = [{ source: { namespaces: ['shop'] } }];
    documents.push(object('security.istio.io/v1', 'AuthorizationPolicy', one.name, 'shop', waypoint
      ? { spec: { targetRefs: [{ kind: 'Service', group: '', name: one.name }], action: 'ALLOW', rules: [{ from, to: [{ operation: { methods: ['GET'] } }] }] } }
      : { spec: { selector: { matchLabels: one.labels }, action: 'ALLOW', rules: [{ from, to: [{ operation: { ports: [String(one.port)] } }] }] } }));
  }
  return documents;
};

const linkerd: Style = (random) => {
  const { documents, applications, callers } = basics(random, 'shop');
  documents[0] = { ...documents[0]!, metadata: { name: 'shop', annotations: { 'linkerd.io/inject': 'enabled' } } };
  const [server, client] = applications as [Application, Application];
  documents.push(object('policy.linkerd.io/v1beta3', 'Server', server.name, 'shop', { spec: { podSelector: { matchLabels: server.labels }, port: server.port, proxyProtocol: 'HTTP/1' } }));
  documents.push(object('policy.linkerd.io/v1alpha1', 'MeshTLSAuthentication', client.name, 'shop', {
    spec: { identityRefs: [client, ...callers].map(({ serviceAccount }) => ({ kind: 'ServiceAccount', name: serviceAccount })) },
  }));
  documents.push(object('policy.linkerd.io/v1alpha1', 'AuthorizationPolicy', server.name, 'shop', {
    spec: { targetRef: { group: 'policy.linkerd.io', kind: 'Server', name: server.name }, requiredAuthenticationRefs: [{ group: 'policy.linkerd.io', kind: 'MeshTLSAuthentication', name: client.name }] },
  }));
  return documents;
};

const cilium: Style = (random) => {
  const { documents, applications, callers } = basics(random, 'shop');
  const policy = (name: string, spec: object): void => {
    documents.push(object('cilium.io/v2', 'CiliumNetworkPolicy', name, 'shop', { spec }));
  };
  const kubeDns = { matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'kube-system', 'k8s-app': 'kube-dns' } };
  policy('dns', {
    endpointSelector: {},
    egress: [{ toEndpoints: [kubeDns], toPorts: [{ ports: [{ port: '53', protocol: random.once(2) ? 'ANY' : 'UDP' }, { port: '53', protocol: 'TCP' }].slice(0, 2), rules: { dns: [{ matchPattern: '*' }] } }] }],
  });
  for (const { name, labels, calls } of callers) {
    policy(name, { endpointSelector: { matchLabels: labels }, egress: [{ toEndpoints: [{ matchLabels: calls.labels }], toPorts: [{ ports: [{ port: String(calls.port), protocol: 'TCP' }] }] }] });
  }
  for (const one of applications) {
    policy(one.name, {
      endpointSelector: { matchLabels: one.labels },
      ingress: [{
        fromEndpoints: [...applications.filter((other) => other !== one), ...callers.filter(({ calls }) => calls === one)].map((other) => ({ matchLabels: other.labels })),
        toPorts: [{ ports: [{ port: String(one.port), protocol: 'TCP' }], ...(random.once(3) ? { rules: { http: [{ method: 'GET', path: '/api/.*' }] } } : {}) }],
      }, ...(one.metrics ? [{ fromEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'monitoring' } }], toPorts: [{ ports: [{ port: '9100', protocol: 'TCP' }] }] }] : [])],
      egress: [
        { toEndpoints: applications.filter((other) => other !== one).map((other) => ({ matchLabels: other.labels })) },
        ...(random.once(3) ? [{ toFQDNs: [{ matchName: 'api.stripe.com' }], toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }] }] : []),
      ],
    });
  }
  if (random.once(2)) bgp(random, documents);
  if (random.once(2)) monitoring(applications, documents);
  return documents;
};

function bgp(random: Random, documents: Manifest[]): void {
  const v2 = 'cilium.io/v2';
  const multihop = random.once(2);
  documents.push(object(v2, 'CiliumBGPClusterConfig', 'rack', undefined, {
    spec: { nodeSelector: { matchLabels: { 'kubernetes.io/os': 'linux' } }, bgpInstances: [{ name: 'main', localASN: 64512, peers: [{ name: 'tor', peerASN: 64513, peerAddress: '192.0.2.1', peerConfigRef: { name: 'tor' } }] }] },
  }));
  documents.push(object(v2, 'CiliumBGPPeerConfig', 'tor', undefined, {
    spec: {
      timers: { holdTimeSeconds: 9, keepAliveTimeSeconds: 3 }, ...(multihop ? { ebgpMultihop: 2 } : {}),
      families: [{ afi: 'ipv4', safi: 'unicast', advertisements: { matchLabels: { advertise: 'bgp' } } }],
    },
  }));
  documents.push({ apiVersion: v2, kind: 'CiliumBGPAdvertisement', metadata: { name: 'pods', labels: { advertise: 'bgp' } }, spec: { advertisements: [{ advertisementType: 'PodCIDR' }] } });
}

const calico: Style = (random) => {
  const { documents, applications, callers } = basics(random, 'shop');
  documents.push(object('projectcalico.org/v3', 'GlobalNetworkPolicy', 'allow-dns', undefined, {
    spec: {
      order: 10, namespaceSelector: "projectcalico.org/name == 'shop'", types: ['Egress'],
      egress: [
        { action: 'Allow', protocol: 'UDP', destination: { selector: "k8s-app == 'kube-dns'", namespaceSelector: "projectcalico.org/name == 'kube-system'", ports: [53] } },
        { action: 'Allow', protocol: 'TCP', destination: { selector: "k8s-app == 'kube-dns'", namespaceSelector: "projectcalico.org/name == 'kube-system'", ports: [53] } },
      ],
    },
  }));
  for (const { name, calls } of callers) {
    const [key, value] = Object.entries(calls.labels)[0]!;
    documents.push(object('projectcalico.org/v3', 'NetworkPolicy', name, 'shop', {
      spec: { order: 100, selector: "job == 'cleanup'", types: ['Egress'], egress: [{ action: 'Allow', protocol: 'TCP', destination: { selector: `${key} == '${value}'`, ports: [calls.port] } }] },
    }));
  }
  for (const one of applications) {
    const [key, value] = Object.entries(one.labels)[0]!;
    documents.push(object('projectcalico.org/v3', 'NetworkPolicy', one.name, 'shop', {
      spec: {
        order: 100, selector: `${key} == '${value}'`, types: ['Ingress', 'Egress'],
        ingress: [{ action: 'Allow', protocol: 'TCP', source: { selector: 'all()' }, destination: { ports: [one.port] } }],
        egress: [{ action: 'Allow' }],
      },
    }));
  }
  return documents;
};

const traefik: Style = (random) => {
  const { documents, applications } = basics(random, 'shop');
  documents.push(issuer(), certificate('shop-tls', 'shop', ['shop.example.com']));
  documents.push(object('traefik.io/v1alpha1', 'Middleware', 'limit', 'shop', { spec: { rateLimit: { average: 100, burst: 150 } } }));
  documents.push(object('traefik.io/v1alpha1', 'IngressRoute', 'shop', 'shop', {
    spec: {
      entryPoints: ['websecure'], tls: { secretName: 'shop-tls' },
      routes: applications.map((one, i) => ({
        kind: 'Rule', match: i === 0 ? 'Host(`shop.example.com`)' : `Host(\`shop.example.com\`) && PathPrefix(\`/${one.name}\`)`,
        services: [{ name: one.name, port: one.servicePort }], ...(random.once(2) ? { middlewares: [{ name: 'limit' }] } : {}),
      })),
    },
  }));
  return documents;
};

/** What platforms bring beside applications. */
const platform: Style = (random) => {
  const { documents, applications } = basics(random, 'shop');
  const [first] = applications as [Application];
  if (random.once(2)) {
    documents.push(object('metallb.io/v1beta1', 'IPAddressPool', 'public', 'metallb-system', { spec: { addresses: ['198.51.100.0/24'] } }), namespace('metallb-system'));
    documents.push(object('metallb.io/v1beta1', 'L2Advertisement', 'public', 'metallb-system', { spec: { ipAddressPools: ['public'] } }));
    documents.push(object('v1', 'Service', 'public', 'shop', { spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local', selector: first.labels, ports: [{ name: 'http', port: 80, targetPort: first.port }] } }));
  }
  if (random.once(2)) {
    documents.push(object('keda.sh/v1alpha1', 'ScaledObject', 'worker', 'shop', {
      spec: { scaleTargetRef: { name: 'worker' }, minReplicaCount: 1, maxReplicaCount: 10, triggers: [{ type: 'cron', metadata: { timezone: 'UTC', start: '0 8 * * *', end: '0 20 * * *', desiredReplicas: '5' } }] },
    }));
    documents.push(object('apps/v1', 'Deployment', 'worker', 'shop', {
      spec: { selector: { matchLabels: { app: 'worker' } }, template: { metadata: { labels: { app: 'worker' } }, spec: { containers: [{ name: 'worker', image: 'registry.example.com/worker:1.0.0' }] } } },
    }));
  }
  documents.push(object('apps/v1', 'DaemonSet', 'agent', 'shop', {
    spec: {
      selector: { matchLabels: { app: 'agent' } },
      template: { metadata: { labels: { app: 'agent' } }, spec: { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet', tolerations: [{ operator: 'Exists' }], containers: [{ name: 'agent', image: 'registry.example.com/agent:1.0.0', ports: [{ containerPort: 9101, hostPort: 9101 }] }] } },
    },
  }));
  if (random.once(2)) {
    documents.push(object('external-secrets.io/v1', 'ExternalSecret', 'api-key', 'shop', {
      spec: { refreshInterval: '1h', secretStoreRef: { kind: 'ClusterSecretStore', name: 'vault' }, target: { name: 'api-key' }, data: [{ secretKey: 'key', remoteRef: { key: 'shop/api' } }] },
    }));
  }
  documents.push(object('v1', 'ConfigMap', 'coredns', 'kube-system', {
    data: { Corefile: '.:53 {\n    errors\n    health {\n       lameduck 5s\n    }\n    ready\n    kubernetes cluster.local in-addr.arpa ip6.arpa {\n       pods insecure\n       fallthrough in-addr.arpa ip6.arpa\n       ttl 30\n    }\n    prometheus :9153\n    forward . /etc/resolv.conf {\n       max_concurrent 1000\n    }\n    cache 30\n    loop\n    reload\n    loadbalance\n}\n' },
  }));
  documents.push(object('rbac.authorization.k8s.io/v1', 'Role', 'reader', 'shop', { rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] }] }));
  documents.push(object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'reader', 'shop', {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' }, subjects: [{ kind: 'ServiceAccount', name: first.serviceAccount, namespace: 'shop' }],
  }));
  return documents;
};

export const STYLES: Readonly<Record<string, Style>> = { ingress, gateway, sidecars, ambient, linkerd, cilium, calico, traefik, platform };

/** One handwritten system. */
export function handwritten(seed: number): Handwritten {
  const random = new Random(seed);
  const style = random.pick(Object.keys(STYLES));
  return { style, documents: STYLES[style]!(random) };
}
