import { goDuration } from '../model/durations';
import type { Rule } from './rule';

const SYSTEM = (duration: string): string => `
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: api, namespace: shop }
spec:
  secretName: api-tls
  dnsNames: [api.example.com]
  duration: ${duration}
  issuerRef: { name: internal, kind: ClusterIssuer }
`;

export const rule: Rule = {
  id: 'NS2036',
  class: 'breaks',
  title: 'A duration is not in the grammar of its engine',
  sees: 'duration and renewBefore of cert-manager Certificates, which are durations of Go: hours, minutes and seconds, no days. Kinds whose schema has a pattern are held against that.',
  why: 'The API server takes any text here, and cert-manager cannot read the object: it stops seeing changes of any Certificate until it is mended.',
  fix: 'write hours: 90 days are 2160h',
  covers: ['R127'],
  docs: ['https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.CertificateSpec', 'https://pkg.go.dev/time#ParseDuration'],
  subjects: ['cert-manager.io/Certificate'],
  failing: { documents: SYSTEM('90d'), says: '90d is no duration of Go', field: 'spec.duration' },
  passing: { documents: SYSTEM('2160h0m0s') },
  check(cluster, report) {
    for (const certificate of cluster.objects('cert-manager.io', 'Certificate')) {
      for (const key of ['duration', 'renewBefore']) {
        const value: unknown = certificate.spec[key];
        if (typeof value === 'string' && goDuration(value) === undefined) report(certificate, ['spec', key], { message: `${value === '' ? 'An empty text' : value} is no duration of Go` });
      }
    }
  },
};
