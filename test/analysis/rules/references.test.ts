// References in every system: what is not there, what is there without a document, and what each part of the table means.
import { rule as NS0030 } from '../../../src/analysis/rules/NS0030';
import { rule as NS0031 } from '../../../src/analysis/rules/NS0031';
import { rule as NS0032 } from '../../../src/analysis/rules/NS0032';
import { rule as NS0034 } from '../../../src/analysis/rules/NS0034';
import { rule as NS0035 } from '../../../src/analysis/rules/NS0035';
import { rule as NS0036 } from '../../../src/analysis/rules/NS0036';
import { asker } from './ask';

const ask = asker(NS0030, NS0031, NS0032, NS0034, NS0035, NS0036);

const pods = (spec: string, kind: string = 'Deployment'): string => `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: orders, namespace: shop }
spec:
  ${kind === 'StatefulSet' ? 'serviceName: orders' : ''}
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      ${spec}
      containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }]
---
`;
const service = (name: string, namespace: string = 'shop', ports: string = '[{ name: http, port: 80 }]'): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { ports: ${ports} }
---
`;

describe('what is not there', () => {
  test.each([
    ['an account of pods', pods('serviceAccountName: order'), 'NS0030 Deployment shop/orders spec.template.spec.serviceAccountName: There is no ServiceAccount order in namespace shop'],
    ['a claim', pods('volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]'), 'NS0030 Deployment shop/orders spec.template.spec.volumes[0].persistentVolumeClaim.claimName: There is no PersistentVolumeClaim data in namespace shop'],
    ['a parent in another namespace', `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: cart, namespace: shop }
spec: { parentRefs: [{ name: public }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: edge }
spec: { gatewayClassName: cilium, listeners: [{ name: http, port: 80, protocol: HTTP }] }
`, 'NS0030 HTTPRoute shop/cart spec.parentRefs[0].name: There is no Gateway public in namespace shop; there is one in namespace edge'],
    ['a namespace that no document knows', `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: cart, namespace: shop }
spec: { parentRefs: [{ name: public, namespace: egde }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: edge }
spec: { gatewayClassName: cilium, listeners: [{ name: http, port: 80, protocol: HTTP }] }
`, 'NS0030 HTTPRoute shop/cart spec.parentRefs[0].name: There is no Gateway public in namespace egde, which no document knows; did you mean namespace edge?'],
    ['a peer configuration of BGP', `
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: { name: rack }
spec: { bgpInstances: [{ name: a, localASN: 64512, peers: [{ name: tor, peerASN: 64513, peerAddress: 10.47.1.1, peerConfigRef: { name: tor } }] }] }
`, 'NS0030 CiliumBGPClusterConfig rack spec.bgpInstances[0].peers[0].peerConfigRef.name: There is no CiliumBGPPeerConfig tor'],
    ['a target of a scaler', `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: orders, namespace: shop }
spec: { maxReplicas: 4, scaleTargetRef: { apiVersion: apps/v1, kind: StatefulSet, name: orders } }
---
${pods('')}`, 'NS0030 HorizontalPodAutoscaler shop/orders spec.scaleTargetRef.name: There is no StatefulSet orders in namespace shop'],
    ['a Service behind a webhook', `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: check }
webhooks:
  - name: check.example.com
    admissionReviewVersions: [v1]
    sideEffects: None
    clientConfig: { service: { name: checks, namespace: shop } }
---
${service('check', 'shop', '[{ port: 443 }]')}`, 'NS0030 ValidatingWebhookConfiguration check webhooks[0].clientConfig.service.name: There is no Service checks in namespace shop; did you mean check?'],
    ['a middleware of Traefik', `
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: shop, namespace: shop }
spec: { routes: [{ kind: Rule, match: Host(\`shop.example.com\`), middlewares: [{ name: limit }, { name: auth@file }], services: [{ name: api@internal, kind: TraefikService }] }] }
`, 'NS0030 IngressRoute shop/shop spec.routes[0].middlewares[0].name: There is no Middleware limit in namespace shop'],
    ['a host of a mesh', `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec: { hosts: [orders], http: [{ route: [{ destination: { host: pay.example.com } }] }] }
`, 'NS0030 VirtualService shop/orders spec.http[0].route[0].destination.host: Host pay.example.com is neither a Service nor a host of a ServiceEntry'],
    ['a governing Service', pods('', 'StatefulSet'), 'NS0034 StatefulSet shop/orders spec.serviceName: There is no Service orders in namespace shop'],
    ['an AuthorizationPolicy of Linkerd', `
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec:
  targetRef: { group: policy.linkerd.io, kind: Server, name: orders }
  requiredAuthenticationRefs: [{ kind: ServiceAccount, name: web }]
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: web, namespace: shop }
`, 'NS0030 AuthorizationPolicy shop/orders spec.targetRef.name: There is no Server orders in namespace shop'],
    ['a source of Flux', `
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: redis, namespace: data }
spec: { interval: 10m, chart: { spec: { chart: redis, sourceRef: { kind: HelmRepository, name: bitnami, namespace: shop } } } }
---
${service('redis')}`, 'NS0030 HelmRelease data/redis spec.chart.spec.sourceRef.name: There is no HelmRepository bitnami in namespace shop'],
    ['an authentication of KEDA', `
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: orders, namespace: shop }
spec:
  scaleTargetRef: { name: orders }
  triggers: [{ type: rabbitmq, metadata: { queueName: orders }, authenticationRef: { name: rabbit } }]
---
${pods('')}`, 'NS0030 ScaledObject shop/orders spec.triggers[0].authenticationRef.name: There is no TriggerAuthentication rabbit in namespace shop'],
    ['a class that is one letter aside', `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, namespace: shop }
spec: { storageClassName: fats-ssd, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: fast-ssd }
provisioner: ebs.csi.aws.com
`, 'NS0034 PersistentVolumeClaim shop/data spec.storageClassName: StorageClass fats-ssd is not in the documents, and StorageClass fast-ssd is'],
  ])('%s', (_, documents, said) => {
    expect(ask(documents)).toEqual([said]);
    expect(ask(documents, { open: true })).toEqual([]);
  });

  test('a reference with a namespace says which to write', () => {
    const parent = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec: { hosts: [orders.example.com], gateways: [public, mesh, edge/public], http: [{ route: [{ destination: { host: orders } }] }] }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: edge }
spec: { selector: { istio: gateway }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"] }] }
---
${service('orders')}`;
    expect(ask(parent)).toEqual(['NS0030 VirtualService shop/orders spec.gateways[0]: There is no Gateway public in namespace shop; there is one in namespace edge']);
  });

  test('what the model calls external is there', () => {
    const documents = pods('serviceAccountName: order');
    const external = [{ kind: 'ServiceAccount', namespace: 'shop', name: 'order' }];
    expect(ask(documents, { models: [{ external }] })).toEqual([]);
    expect(ask(documents, { models: [{ external: [{ ...external[0]!, namespace: 'web' }] }] })).toHaveLength(1);
  });

  test('many wrong names are compared with many right ones for the first suggestions only', () => {
    const many = Array.from({ length: 300 }, (_, i) => service(`backend-${i}`)).join('');
    const wrong = Array.from({ length: 300 }, (_, i) => `{ path: /${i}, pathType: Prefix, backend: { service: { name: backnd-${i}, port: { number: 80 } } } }`);
    const said = ask(`${many}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop }
spec: { rules: [{ http: { paths: [${wrong.join(', ')}] } }] }
`);
    expect(said).toHaveLength(300);
    expect(said.filter((one) => one.includes('did you mean')).length).toBe(166);
  });
});

describe('what is there without a document', () => {
  test.each([
    ['the default account and that of a platform', `${pods('serviceAccountName: default')}
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: read, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ kind: ServiceAccount, name: prometheus, namespace: monitoring }, { kind: Group, apiGroup: rbac.authorization.k8s.io, name: developers }]
`],
    ['the Service of the API server', `
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: { name: api, namespace: default }
spec: { hostnames: [api.example.com], rules: [{ backendRefs: [{ name: kubernetes, port: 443 }] }] }
`],
    ['the claims of a StatefulSet', `${pods('volumes: [{ name: data, persistentVolumeClaim: { claimName: data-db-0 } }]')}
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: db, image: "registry.example.com/db:1" }] } }
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }]
`],
    ['classes of a provider', `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop }
spec: { ingressClassName: nginx, defaultBackend: { service: { name: web, port: { name: http } } } }
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: local-gp3 }
provisioner: ebs.csi.aws.com
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, namespace: shop }
spec: { storageClassName: local-gp2, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
---
${service('web')}`],
    ['GatewayClasses that controllers make', `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: shop }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
`],
    ['a Service of an operator', `
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: orders-db, namespace: shop }
spec: { instances: 3 }
---
apiVersion: gateway.networking.k8s.io/v1
kind: TCPRoute
metadata: { name: db, namespace: shop }
spec: { rules: [{ backendRefs: [{ name: orders-db-rw, port: 5432 }] }] }
---
${pods('volumes: [{ name: tls, secret: { secretName: orders-db-ca } }]')}`],
    ['what a Helm release brings', `
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: redis, namespace: data }
spec: { interval: 10m, chart: { spec: { chart: redis, sourceRef: { kind: HelmRepository, name: bitnami } } } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: redis, namespace: shop }
spec: { hosts: [redis], tcp: [{ route: [{ destination: { host: redis-master.data.svc.cluster.local } }] }] }
`],
    ['a Service of another cluster of the mesh, and a host of a wildcard', `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: pay, namespace: shop }
spec: { hosts: [pay], http: [{ route: [{ destination: { host: api.pay.example.com } }] }] }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: pay, namespace: shop }
spec: { hosts: ["*.pay.example.com"], ports: [{ number: 443, name: https, protocol: HTTPS }], resolution: NONE }
`],
  ])('%s', (_, documents) => {
    expect(ask(documents)).toEqual([]);
  });

  test('objects and releases that Terraform makes', () => {
    const documents = `${pods('serviceAccountName: order')}
apiVersion: gateway.networking.k8s.io/v1
kind: TCPRoute
metadata: { name: db, namespace: shop }
spec: { rules: [{ backendRefs: [{ name: postgres, namespace: data, port: 5432 }] }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: ReferenceGrant
metadata: { name: db, namespace: data }
spec: { from: [{ group: gateway.networking.k8s.io, kind: TCPRoute, namespace: shop }], to: [{ group: "", kind: Service }] }
`;
    expect(ask(documents)).toHaveLength(2);
    const terraform = { resource: {
      kubernetes_service_account_v1: { order: { metadata: [{ name: 'order', namespace: 'shop' }] } },
      helm_release: { db: { name: 'db', chart: 'postgresql', namespace: 'data' } },
    } };
    expect(ask(documents, { terraform })).toEqual([]);
  });

  test('a Kustomization of Flux may bring anything, unless the program says that it has said it all', () => {
    const documents = `${pods('serviceAccountName: order')}
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: platform, namespace: flux-system }
spec: { interval: 10m, path: ./platform, prune: true, sourceRef: { kind: GitRepository, name: platform } }
`;
    expect(ask(documents)).toEqual([]);
    expect(ask(documents, { cluster: 'beijing' })).toHaveLength(1);
  });
});

describe('grants', () => {
  const gateway = (grant: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: edge }
spec:
  gatewayClassName: cilium
  listeners: [{ name: https, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: api-tls, namespace: certs }] } }]
---
apiVersion: v1
kind: Secret
metadata: { name: api-tls, namespace: certs }
type: kubernetes.io/tls
data: { tls.crt: LS0t, tls.key: LS0t }
---
${grant}`;
  const grant = (to: string, version: string = 'v1'): string => `
apiVersion: gateway.networking.k8s.io/${version}
kind: ReferenceGrant
metadata: { name: edge, namespace: certs }
spec: { from: [{ group: gateway.networking.k8s.io, kind: Gateway, namespace: edge }], to: [${to}] }
`;

  test('a certificate of another namespace needs one that names it', () => {
    const said = ['NS0031 Gateway edge/public spec.listeners[0].tls.certificateRefs[0].namespace: '
      + 'Gateway edge/public refers to Secret api-tls of namespace certs, and no ReferenceGrant there lets Gateways of namespace edge do so'];
    expect(ask(gateway(''))).toEqual(said);
    expect(ask(gateway(grant('{ group: "", kind: Secret, name: other }')))).toEqual(said);
    expect(ask(gateway(grant('{ group: "", kind: ConfigMap }')))).toEqual(said);
    expect(ask(gateway(grant('{ group: "", kind: Secret, name: api-tls }')))).toEqual([]);
    expect(ask(gateway(grant('{ group: "", kind: Secret }', 'v1beta1')))).toEqual([]);
  });

  test('a namespace that no document knows may have one', () => {
    expect(ask(`
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: grafana, namespace: web }
spec: { rules: [{ backendRefs: [{ name: grafana, namespace: monitoring, port: 80 }] }] }
`)).toEqual([]);
  });
});

describe('parts', () => {
  test('keys of what the documents hold, and not of what controllers fill', () => {
    const read = (name: string): string => pods(`volumes: [{ name: a, configMap: { name: ${name}, items: [{ key: app.yml, path: app.yml }] } }]`);
    const map = (rest: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop ${rest} }
data: { app.yaml: "a: 1" }
`;
    expect(ask(read('settings') + map(''))).toEqual([
      'NS0032 Deployment shop/orders spec.template.spec.volumes[0].configMap.items[0].key: ConfigMap shop/settings has no key app.yml; it has app.yaml',
    ]);
    expect(ask(read('settings') + map(', annotations: { reflector.v1.k8s.emberstack.com/reflects: base/settings }'))).toEqual([]);
    expect(ask(pods('volumes: [{ name: a, configMap: { name: settings, optional: true, items: [{ key: b, path: b }] } }]') + map(''))).toEqual([]);
  });

  test('listeners by name and by port', () => {
    const route = (parent: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: cart, namespace: shop }
spec: { parentRefs: [{ name: public, ${parent} }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec: { gatewayClassName: cilium, listeners: [{ name: https, port: 443, protocol: HTTPS, tls: { mode: Terminate, certificateRefs: [{ name: t }] } }, { name: http, port: 80, protocol: HTTP }] }
---
apiVersion: v1
kind: Secret
metadata: { name: t, namespace: shop }
type: kubernetes.io/tls
data: { tls.crt: LS0t, tls.key: LS0t }
`;
    expect(ask(route('sectionName: htps'))).toEqual(['NS0032 HTTPRoute shop/cart spec.parentRefs[0].sectionName: Gateway shop/public has no listener htps; it has https, http']);
    expect(ask(route('port: 8443'))).toEqual(['NS0032 HTTPRoute shop/cart spec.parentRefs[0].port: Gateway shop/public has no port 8443; it has 443, 80']);
    expect(ask(route('sectionName: http, port: 80'))).toEqual([]);
  });

  test('a certificate must hold a certificate', () => {
    expect(ask(`
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop }
spec: { tls: [{ secretName: shop }], defaultBackend: { service: { name: web, port: { number: 8080 } } } }
---
apiVersion: v1
kind: Secret
metadata: { name: shop, namespace: shop }
stringData: { cert.pem: x, tls.key: x }
---
${service('web')}`)).toEqual([
      'NS0032 Ingress shop/shop spec.defaultBackend.service.port.number: Service shop/web has no port 8080; it has 80 (http)',
      'NS0032 Ingress shop/shop spec.tls[0].secretName: Secret shop/shop has no key tls.crt; it has cert.pem, tls.key',
    ]);
  });

  test('a webhook without a port means 443, and an ExternalName Service has any', () => {
    const hook = (name: string): string => `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: { name: check }
webhooks: [{ name: check.example.com, admissionReviewVersions: [v1], sideEffects: None, clientConfig: { service: { name: ${name}, namespace: shop } } }]
---
apiVersion: v1
kind: Service
metadata: { name: far, namespace: shop }
spec: { type: ExternalName, externalName: far.example.com }
---
${service('check', 'shop', '[{ port: 8443 }]')}`;
    expect(ask(hook('check'))).toEqual(['NS0032 MutatingWebhookConfiguration check webhooks[0].clientConfig.service.name: Service shop/check has no port 443, which is meant where none is named; it has 8443']);
    expect(ask(hook('far'))).toEqual([]);
  });

  test('ports of hosts, of Services and ServiceEntries together', () => {
    const route = (port: number): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: pay, namespace: shop }
spec: { hosts: [pay], http: [{ route: [{ destination: { host: api.pay.example.com, port: { number: ${port} } } }] }] }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: pay, namespace: shop }
spec: { hosts: [api.pay.example.com], ports: [{ number: 443, name: https, protocol: HTTPS }], resolution: DNS }
`;
    expect(ask(route(443))).toEqual([]);
    expect(ask(route(80))).toEqual(['NS0032 VirtualService shop/pay spec.http[0].route[0].destination.port.number: ServiceEntry shop/pay has no port 80; it has 443']);
  });
});

describe('Secrets', () => {
  const reads = pods('volumes: [{ name: a, secret: { secretName: db-password } }, { name: b, secret: { secretName: api-key } }]');
  const kept = (name: string): string => `
apiVersion: v1
kind: Secret
metadata: { name: ${name}, namespace: shop }
stringData: { a: "1" }
`;

  test('a namespace whose Secrets come by another way has one note', () => {
    expect(ask(reads)).toEqual(['info NS0035 Deployment shop/orders spec.template.spec.volumes[0].secret.secretName: Secrets db-password, api-key are read in namespace shop, and no document makes them']);
  });

  test('a namespace whose Secrets are among the documents misses each', () => {
    expect(ask(reads + kept('api-key'))).toEqual(['NS0035 Deployment shop/orders spec.template.spec.volumes[0].secret.secretName: There is no Secret db-password in namespace shop']);
  });

  test.each([
    ['ExternalSecret', `
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: db, namespace: shop }
spec: { target: { name: db-password } }
`],
    ['SealedSecret', `
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: { name: db-password, namespace: shop }
spec: { encryptedData: {} }
`],
    ['ClusterExternalSecret', `
apiVersion: external-secrets.io/v1
kind: ClusterExternalSecret
metadata: { name: db }
spec: { externalSecretName: db, externalSecretSpec: { target: { name: db-password } } }
`],
    ['a Secret that is spread', `
apiVersion: v1
kind: Secret
metadata: { name: db-password, namespace: base, annotations: { reflector.v1.k8s.emberstack.com/reflection-auto-enabled: "true" } }
stringData: { a: "1" }
`],
    ['Kyverno', `
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: { name: copy }
spec:
  rules:
    - name: copy
      match: { any: [{ resources: { kinds: [Namespace] } }] }
      generate: { apiVersion: v1, kind: Secret, name: db-password, namespace: "{{request.object.metadata.name}}", clone: { name: db-password, namespace: base } }
`],
  ])('%s makes it', (_, maker) => {
    expect(ask(pods('volumes: [{ name: a, secret: { secretName: db-password } }]') + maker)).toEqual([]);
  });

  test('certificates of annotated Ingresses and Gateways are made', () => {
    const ingress = (annotation: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop, annotations: { ${annotation} } }
spec: { tls: [{ secretName: shop-tls, hosts: [shop.example.com] }], defaultBackend: { service: { name: web, port: { number: 80 } } } }
---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: { name: letsencrypt }
spec: { acme: { server: "https://acme.example.com", privateKeySecretRef: { name: account }, solvers: [{ dns01: { cloudflare: { apiTokenSecretRef: { name: account, key: token } } } }] } }
---
${service('web')}`;
    expect(ask(ingress('cert-manager.io/cluster-issuer: letsencrypt'))).toEqual([]);
    expect(ask(ingress('cert-manager.io/cluster-issuer: letsencrpt'))).toEqual([
      'NS0030 Ingress shop/shop metadata.annotations["cert-manager.io/cluster-issuer"]: There is no ClusterIssuer letsencrpt; did you mean letsencrypt?',
    ]);
    expect(ask(ingress('example.com/other: "x"'))).toEqual(['info NS0035 Ingress shop/shop spec.tls[0].secretName: Secret shop-tls is read in namespace shop, and no document makes it']);
  });

  test('a Certificate beside another name is a misspelt one', () => {
    expect(ask(`
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec: { gatewayClassName: cilium, listeners: [{ name: https, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: shop }] } }] }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: shop, namespace: shop }
spec: { secretName: shop-certificate, dnsNames: [shop.example.com], issuerRef: { name: ca } }
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: { name: ca, namespace: shop }
spec: { selfSigned: {} }
`)).toEqual(['NS0035 Gateway shop/public spec.listeners[0].tls.certificateRefs[0].name: There is no Secret shop in namespace shop']);
  });
});

describe('subsets', () => {
  const route = (destination: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: web }
spec: { hosts: [orders.example.com], http: [{ route: [{ destination: ${destination} }], mirror: { host: orders.shop.svc.cluster.local, subset: shadow } }] }
---
${service('orders')}`;
  const rules = (host: string, names: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: d${names.length}, namespace: shop }
spec: { host: "${host}", subsets: [${names.split(' ').map((name) => `{ name: ${name}, labels: { version: ${name} } }`).join(', ')}] }
---
`;

  test('a subset of a wildcard or of another rule of the host is one', () => {
    const to = route('{ host: orders.shop.svc.cluster.local, subset: canary }');
    expect(ask(to + rules('orders', 'stable') + rules('*.shop.svc.cluster.local', 'canary shadow'))).toEqual([]);
    expect(ask(to + rules('orders', 'stable shadow'))).toEqual(['NS0036 VirtualService web/orders spec.http[0].route[0].destination.subset: Host orders.shop.svc.cluster.local has no subset canary; it has stable, shadow']);
    expect(ask(to)).toHaveLength(2);
  });
});
