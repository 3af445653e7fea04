import type { Fields } from '../model/fields';
import { list, record } from '../model/fields';
import type { Rule } from './rule';

const SYSTEM = (solver: string): string => `
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: { name: letsencrypt }
spec:
  acme:
    server: https://acme-v02.api.letsencrypt.org/directory
    email: ops@example.com
    privateKeySecretRef: { name: letsencrypt-account }
    solvers: [${solver}]
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: wildcard, namespace: shop }
spec:
  secretName: wildcard-tls
  dnsNames: ["*.example.com"]
  issuerRef: { name: letsencrypt, kind: ClusterIssuer }
`;

export const rule: Rule = {
  id: 'NS2033',
  class: 'breaks',
  title: 'A wildcard certificate is asked for over HTTP-01',
  sees: 'Certificates with a wildcard among their dnsNames whose ACME issuer has solvers for HTTP-01 only.',
  why: 'ACME gives wildcards for a proof in DNS only: the order stays pending for ever, and the Secret is never written or never renewed.',
  fix: 'give the issuer a dns01 solver, or list the names one by one',
  covers: ['R7'],
  docs: ['https://cert-manager.io/docs/configuration/acme/', 'https://letsencrypt.org/docs/challenge-types/'],
  subjects: ['cert-manager.io/Certificate'],
  failing: {
    documents: SYSTEM('{ http01: { ingress: { ingressClassName: nginx } } }'),
    says: 'The Certificate is for *.example.com, and ClusterIssuer letsencrypt can prove names over HTTP-01 only',
    field: 'spec.dnsNames[0]',
  },
  passing: { documents: SYSTEM('{ http01: { ingress: { ingressClassName: nginx } } }, { selector: { dnsZones: [example.com] }, dns01: { cloudflare: { apiTokenSecretRef: { name: cloudflare, key: token } } } }') },
  check(cluster, report) {
    for (const certificate of cluster.objects('cert-manager.io', 'Certificate')) {
      const wildcard = list(certificate.spec.dnsNames).findIndex((name) => String(name).startsWith('*.'));
      if (wildcard < 0) continue;
      const { kind = 'Issuer', name, group = 'cert-manager.io' } = record(certificate.spec.issuerRef);
      if (group !== 'cert-manager.io' || (kind !== 'Issuer' && kind !== 'ClusterIssuer')) continue;
      const issuer = cluster.find('cert-manager.io', kind as string, kind === 'Issuer' ? certificate.namespace : '', String(name));
      const solvers = list(issuer?.sound ? issuer.spec.acme?.solvers : undefined);
      if (!issuer || solvers.length === 0 || solvers.some((solver: Fields) => solver.dns01 !== undefined || solver.http01 === undefined)) continue;
      report(certificate, ['spec', 'dnsNames', wildcard], {
        message: `The Certificate is for ${String(certificate.spec.dnsNames[wildcard])}, and ${issuer.toString()} can prove names over HTTP-01 only`, decidedBy: [issuer],
      });
    }
  },
};
