import { goDuration, printMillis } from '../model/durations';
import type { Rule } from './rule';

const SYSTEM = (renewBefore: string): string => `
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: api, namespace: shop }
spec:
  secretName: api-tls
  dnsNames: [api.example.com]
  duration: 720h
  renewBefore: ${renewBefore}
  issuerRef: { name: internal, kind: ClusterIssuer }
`;

/** Without a word certificates of cert-manager live 90 days. */
const DEFAULT_DURATION = 90 * 24 * 3_600_000;
const SHORTEST_DURATION = 3_600_000;
const SHORTEST_RENEWAL = 5 * 60_000;

export const rule: Rule = {
  id: 'NS2032',
  class: 'breaks',
  title: 'A certificate is to be renewed before it is issued',
  sees: 'duration (90 days when it is not given) and renewBefore of cert-manager Certificates.',
  why: 'cert-manager\'s webhook refuses the Certificate; where the webhook is off, it is issued again and again without end until the issuer\'s rate limit is reached.',
  fix: 'make renewBefore a third of duration, or leave it out',
  covers: ['R7'],
  docs: ['https://cert-manager.io/docs/usage/certificate/#renewal'],
  subjects: ['cert-manager.io/Certificate'],
  failing: { documents: SYSTEM('720h'), says: 'renewBefore 720h is not shorter than the duration of 720h', field: 'spec.renewBefore' },
  passing: { documents: SYSTEM('240h') },
  check(cluster, report) {
    for (const certificate of cluster.objects('cert-manager.io', 'Certificate')) {
      const { duration, renewBefore } = certificate.spec;
      const length = duration === undefined ? DEFAULT_DURATION : goDuration(String(duration));
      const before = renewBefore === undefined ? undefined : goDuration(String(renewBefore));
      if (length !== undefined && length < SHORTEST_DURATION) {
        report(certificate, ['spec', 'duration'], { message: `The duration ${String(duration)} is below cert-manager's least of 1h`, fix: 'give at least 1h' });
      }
      if (before === undefined || length === undefined) continue;
      if (before >= length) {
        report(certificate, ['spec', 'renewBefore'], { message: `renewBefore ${String(renewBefore)} is not shorter than the duration of ${duration === undefined ? printMillis(length) : String(duration)}` });
      } else if (before < SHORTEST_RENEWAL) {
        report(certificate, ['spec', 'renewBefore'], { message: `renewBefore ${String(renewBefore)} is below cert-manager's least of 5m`, fix: 'give at least 5m' });
      }
    }
  },
};
