import { certificatesBySecret, certificateUses, mayHaveSecret } from '../model/certificates';
import type { Rule } from './rule';

const GATEWAY = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners: [{ name: https, port: 443, protocol: HTTPS, hostname: api.example.com, tls: { certificateRefs: [{ name: api-tls }] } }]
---
apiVersion: v1
kind: Secret
metadata: { name: api-tls, namespace: shop }
type: kubernetes.io/tls
stringData: { tls.crt: example, tls.key: example }
`;

export const rule: Rule = {
  id: 'NS2034',
  class: 'practice',
  title: 'Nobody renews a certificate',
  sees: 'TLS Secrets of listeners, Ingresses, Istio Gateways, routes and stores of Traefik that stand in the documents as they are or not at all, without a cert-manager Certificate, an annotation or another controller that writes them; and Certificates whose renewal is switched off. '
    + 'Secrets that the model calls external are left alone.',
  why: 'The certificate ends on a day that nobody has in mind, and all clients are refused at once.',
  fix: 'let cert-manager write the Secret, or say in the model that somebody else keeps it',
  covers: ['R7', 'R79', 'R95', 'R135'],
  docs: ['https://cert-manager.io/docs/usage/'],
  subjects: ['gateway.networking.k8s.io/Gateway', 'networking.k8s.io/Ingress', 'networking.istio.io/Gateway', 'traefik.io/IngressRoute', 'traefik.io/IngressRouteTCP', 'traefik.io/TLSStore', 'cert-manager.io/Certificate'],
  failing: {
    documents: GATEWAY,
    says: 'Listener https of Gateway shop/web shows the certificate of Secret shop/api-tls, which is written by hand and renewed by nobody',
    field: 'spec.listeners[0].tls.certificateRefs',
  },
  passing: {
    documents: `${GATEWAY}---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: api, namespace: shop }
spec:
  secretName: api-tls
  dnsNames: [api.example.com]
  issuerRef: { name: letsencrypt, kind: ClusterIssuer }
`,
  },
  check(cluster, report) {
    const bySecret = cluster.derive(certificatesBySecret);
    for (const { at, path, label, secrets } of cluster.derive(certificateUses)) {
      for (const { namespace, name } of secrets) {
        const secret = cluster.find('', 'Secret', namespace, name);
        if (bySecret.has(`${namespace}/${name}`) || mayHaveSecret(cluster, namespace, name) || (!secret && cluster.open)) continue;
        report(at, path, secret
          ? { message: `${label} shows the certificate of Secret ${namespace}/${name}, which is written by hand and renewed by nobody`, decidedBy: [secret] }
          : { message: `${label} shows the certificate of Secret ${namespace}/${name}, which nothing here makes or renews` });
      }
    }
    for (const certificate of cluster.objects('cert-manager.io', 'Certificate')) {
      if (certificate.spec.renewal?.policy === 'Disabled') {
        report(certificate, ['spec', 'renewal', 'policy'], { message: `${certificate.toString()} is issued once and never renewed`, fix: 'remove renewal.policy' });
      }
    }
  },
};
