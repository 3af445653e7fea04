import { list, record } from '../model/fields';
import type { Rule } from './rule';

const scene = (tls: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: payment, namespace: shop }
spec:
  host: api.payment.example.com
  trafficPolicy: { tls: { mode: SIMPLE${tls} } }
`;

export const rule: Rule = {
  id: 'NS3048',
  class: 'practice',
  title: 'A DestinationRule takes any certificate',
  sees: 'tls settings of DestinationRules with insecureSkipVerify, for the host or for one port.',
  why: 'Whoever can answer in the server\'s place is believed: the connection is encrypted and leads anywhere.',
  fix: 'remove insecureSkipVerify, and name the certificate authority with caCertificates or credentialName where it is none of the public ones',
  covers: ['IST0128', 'IST0129'],
  docs: ['https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings'],
  subjects: ['networking.istio.io/DestinationRule'],
  failing: {
    documents: scene(', insecureSkipVerify: true'),
    says: 'Certificates of api.payment.example.com are not verified',
    field: 'spec.trafficPolicy.tls.insecureSkipVerify',
  },
  passing: { documents: scene(', sni: api.payment.example.com') },
  check(cluster, report) {
    for (const destination of cluster.objects('networking.istio.io', 'DestinationRule')) {
      const { trafficPolicy, host } = destination.spec;
      const places = [
        { tls: record(trafficPolicy).tls, path: ['spec', 'trafficPolicy', 'tls'] },
        ...list(record(trafficPolicy).portLevelSettings).map((one, index) => ({ tls: record(one).tls, path: ['spec', 'trafficPolicy', 'portLevelSettings', index, 'tls'] })),
      ];
      for (const { tls, path } of places) {
        if (record(tls).insecureSkipVerify === true) report(destination, [...path, 'insecureSkipVerify'], { message: `Certificates of ${String(host)} are not verified` });
      }
    }
  },
};
