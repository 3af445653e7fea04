import { certificatesBySecret, certificateUses, namesOf } from '../model/certificates';
import { certifies } from '../model/hostnames';
import type { Rule } from './rule';

const SYSTEM = (dnsNames: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners: [{ name: https, port: 443, protocol: HTTPS, hostname: api.example.com, tls: { certificateRefs: [{ name: api-tls }] } }]
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: api, namespace: shop }
spec:
  secretName: api-tls
  dnsNames: [${dnsNames}]
  issuerRef: { name: letsencrypt, kind: ClusterIssuer }
`;

export const rule: Rule = {
  id: 'NS2030',
  class: 'breaks',
  title: 'The certificate is not for the name that clients ask for',
  sees: 'Each TLS Secret of a Gateway listener, an Ingress, an Istio Gateway or a Traefik IngressRoute that a cert-manager Certificate writes: the hosts that it is shown for against the dnsNames of the Certificates. '
    + 'A `*` of a certificate stands for one label; a wildcard listener is content with a certificate for any name below it.',
  why: 'Clients refuse the connection, because the certificate is for another name; health checks that skip verification see nothing.',
  fix: 'add the host to dnsNames of the Certificate, or name the Secret of the right one',
  covers: ['R7', 'R79', 'R133'],
  docs: ['https://cert-manager.io/docs/usage/certificate/', 'https://www.rfc-editor.org/rfc/rfc6125'],
  subjects: ['cert-manager.io/Certificate'],
  failing: {
    documents: SYSTEM('www.example.com, "*.api.example.com"'),
    says: 'Listener https of Gateway shop/web is for api.example.com, and Certificate shop/api, which writes its Secret api-tls, is for www.example.com, *.api.example.com',
    field: 'spec.listeners[0].tls.certificateRefs',
  },
  passing: { documents: SYSTEM('"*.example.com"') },
  check(cluster, report) {
    const bySecret = cluster.derive(certificatesBySecret);
    for (const { at, path, label, secrets, hosts } of cluster.derive(certificateUses)) {
      const written = secrets.map(({ namespace, name }) => bySecret.get(`${namespace}/${name}`));
      // A Secret from elsewhere may hold a certificate for the name.
      if (written.length === 0 || written.some((certificates) => certificates?.length !== 1)) continue;
      const certificates = written.flatMap((found) => found!);
      const names = certificates.map(namesOf);
      if (names.some((one) => one === undefined || one.length === 0)) continue;
      const all = names.flatMap((one) => one!);
      const missing = hosts.filter((host) => !all.some((name) => certifies(name, host) || (host.startsWith('*.') && name.toLowerCase().endsWith(host.slice(1).toLowerCase()))));
      if (missing.length === 0) continue;
      report(at, path, {
        message: `${label} is for ${missing.join(', ')}, and ${certificates.map(String).join(' and ')}, which ${certificates.length === 1 ? 'writes its Secret' : 'write its Secrets'} ${secrets.map(({ name }) => name).join(' and ')}, `
          + `${certificates.length === 1 ? 'is' : 'are'} for ${all.join(', ')}`,
        decidedBy: certificates,
      });
    }
  },
};
