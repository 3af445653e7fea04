// The cluster's DNS as its chart is told, and certificates of Traefik beside its web routes.
import { ask } from './gateway-ask';

const CACHE = '- { name: cache, parameters: 30 }';
const release = (more: string, ttl: number = 30): string => `
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: coredns, namespace: kube-system }
spec:
  interval: 5m
  chart: { spec: { chart: coredns, version: 1.45.0, sourceRef: { kind: HelmRepository, name: coredns } } }
  values:
    servers:
      - zones: [{ zone: ., use_tcp: true }]
        port: 53
        plugins:
          - { name: errors }
          - name: kubernetes
            parameters: cluster.local in-addr.arpa ip6.arpa
            configBlock: |-
              pods insecure
              ttl ${ttl}
          ${more}
          - { name: forward, parameters: . /etc/resolv.conf }
`;

test('a chart of CoreDNS without a cache, and with answers that hardly live', () => {
  expect(ask('NS5000', release(''))).toEqual(['spec.values.servers[0]: Server block .:53 answers for cluster.local without a cache (line 3 of the Corefile)']);
  expect(ask('NS5002', release(CACHE, 1))).toEqual(['spec.values.servers[0]: The kubernetes plugin of server block .:53 lets an answer live 1 s at most (line 5 of the Corefile)']);
  expect(ask(['NS5000', 'NS5001', 'NS5002', 'NS5004', 'NS5010'], release(CACHE))).toEqual([]);
  // More values come from elsewhere, and may be other ones.
  expect(ask('NS5000', release('').replace('spec:\n', 'spec:\n  valuesFrom: [{ kind: ConfigMap, name: more, optional: true }]\n'))).toEqual([]);
});

test('an Application of Argo CD with values as a text', () => {
  const application = (cache: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: coredns, namespace: argocd }
spec:
  project: default
  destination: { server: "https://kubernetes.default.svc", namespace: kube-system }
  source:
    repoURL: https://coredns.github.io/helm
    chart: coredns
    targetRevision: 1.45.0
    helm:
      values: |
        servers:
          - zones: [{ zone: . }]
            port: 53
            plugins: [{ name: kubernetes, parameters: cluster.local }, ${cache}{ name: forward, parameters: . /etc/resolv.conf }]
`;
  expect(ask('NS5000', application(''))).toEqual(['spec.source.helm.values: Server block .:53 answers for cluster.local without a cache (line 2 of the Corefile)']);
  expect(ask('NS5000', application('{ name: cache, parameters: 30 }, '))).toEqual([]);
});

test('certificates of Traefik that nobody renews', () => {
  const secret = (kind: string): string => `
apiVersion: traefik.io/v1alpha1
${kind}
---
apiVersion: v1
kind: Secret
metadata: { name: web-tls, namespace: web }
type: kubernetes.io/tls
data: { tls.crt: QUFB, tls.key: QUFB }
`;
  const store = 'kind: TLSStore\nmetadata: { name: default, namespace: web }\nspec: { defaultCertificate: { secretName: web-tls } }';
  const route = 'kind: IngressRouteTCP\nmetadata: { name: db, namespace: web }\nspec: { routes: [{ match: "HostSNI(`db.example.com`)" }], tls: { secretName: web-tls } }';
  expect(ask('NS2034', secret(store))).toEqual(['spec.defaultCertificate.secretName: TLSStore web/default shows the certificate of Secret web/web-tls, which is written by hand and renewed by nobody']);
  expect(ask('NS2034', secret(route))).toHaveLength(1);
  const certificate = `---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: web, namespace: web }
spec: { secretName: web-tls, dnsNames: [www.example.com], issuerRef: { name: acme } }
`;
  expect(ask('NS2034', `${secret(store)}${certificate}`)).toEqual([]);
  expect(ask('NS2034', `${secret(route)}${certificate}`)).toEqual([]);
});
