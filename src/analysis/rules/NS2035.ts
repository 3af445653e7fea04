import { inSentence } from '../model/labels';
import { certificateUses } from '../model/certificates';
import type { World } from '../model/cluster-model';
import { list, record } from '../model/fields';
import type { Rule } from './rule';

const SYSTEM = (expr: string): string => `
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: api, namespace: shop }
spec:
  secretName: api-tls
  dnsNames: [api.example.com]
  issuerRef: { name: letsencrypt, kind: ClusterIssuer }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: api, namespace: shop }
spec:
  ingressClassName: nginx
  tls: [{ hosts: [api.example.com], secretName: api-tls }]
  rules: [{ host: api.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: api, port: { number: 80 } } } }] } }]
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: edge, namespace: monitoring }
spec:
  groups: [{ name: edge, rules: [{ alert: CertificateExpiresSoon, expr: "${expr}" }] }]
`;

/** What exporters call the end of a certificate: cert-manager, x509-exporter, blackbox, Traefik, ingress-nginx, Envoy, HAProxy. */
const EXPIRY = /certificate_(?:expiration|renewal|not_after|ready)|cert_(?:not_after|expir)|certs_not_after|ssl_(?:earliest_cert_expiry|expire|certificate)|days_until_first_cert_expir|x509_cert|seconds_until_first_.*expir|tls_.*expir/i;

export const rule: Rule = {
  id: 'NS2035',
  class: 'practice',
  title: 'No alert says that a certificate ends soon',
  sees: 'Whether any PrometheusRule or Prometheus file of the system asks a metric for the end of certificates, when listeners, Ingresses, Istio Gateways or IngressRoutes show some.',
  why: 'A renewal that fails is silent for weeks, and the first sign is the outage.',
  fix: 'add an alert such as certmanager_certificate_expiration_timestamp_seconds - time() < 14 * 24 * 3600',
  covers: ['R7'],
  docs: ['https://cert-manager.io/docs/devops-tips/prometheus-metrics/'],
  subjects: ['gateway.networking.k8s.io/Gateway', 'networking.k8s.io/Ingress', 'networking.istio.io/Gateway', 'traefik.io/IngressRoute', 'traefik.io/IngressRouteTCP', 'traefik.io/TLSStore'],
  failing: { documents: SYSTEM('up == 0'), says: 'No alert of the system asks when certificates end, and Ingress shop/api shows one', field: 'spec.tls[0].secretName' },
  passing: { documents: SYSTEM('certmanager_certificate_expiration_timestamp_seconds - time() < 14 * 24 * 3600') },
  checkWorld(world, report) {
    for (const cluster of world.clusters) {
      const [first] = cluster.derive(certificateUses);
      if (!first || cluster.open) continue;
      if (hasExpiryAlert(world)) return;
      report(first.at, first.path, { message: `No alert of the system asks when certificates end, and ${inSentence(first.label)} shows one` });
      return;
    }
  },
};

function hasExpiryAlert(world: World): boolean {
  // Alerts may be kept by a tool that only Terraform or an operator without a schema here knows.
  if (world.terraformTypes.some((type) => /alert|monitor|notification/.test(type))) return true;
  if (world.files('prometheus').some(({ text }) => EXPIRY.test(text))) return true;
  return world.clusters.some((cluster) => cluster.objects('monitoring.coreos.com', 'PrometheusRule').some((entry) => list(entry.spec.groups).some((group: unknown) => (
    list(record(group).rules).some((one: unknown) => EXPIRY.test(String(record(one).expr)))))) || ['VMRule', 'GrafanaAlertRuleGroup'].some((kind) => cluster.entries.some((entry) => entry.kind === kind)));
}
