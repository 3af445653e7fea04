// Alerts: how fast the error budget burns, and what the incidents of the rebuild would have shown.
import { ConfigFile, Duration, formats } from 'cdk8s-netstack';
import type { Construct } from 'constructs';

const s = Duration.seconds;
const m = Duration.minutes;
const h = Duration.hours;

const burn = (window: string): string => `job:http_requests:error_ratio_rate${window}`;
const ratio = (window: string): readonly string[] => [
  `sum by (job) (rate(http_requests_total{status_code=~"5.."}[${window}]))`, '  /', `sum by (job) (rate(http_requests_total[${window}]))`,
];

export const rules: formats.prometheus.RuleFile = {
  groups: [
    {
      name: 'slo-http-recording',
      interval: s(30),
      rules: [
        ...['5m', '30m', '1h', '6h'].map((window) => ({ record: burn(window), expr: ratio(window) })),
        { record: 'job_route:http_request_duration_seconds:p99_rate5m', expr: 'histogram_quantile(0.99, sum by (job, http_method, route, le) (rate(go_http_request_duration_seconds_bucket[5m])))' },
      ],
    },
    {
      name: 'slo-http-alerts',
      rules: [
        {
          alert: 'HttpErrorBudgetBurnFast', expr: [`${burn('1h')} > (14.4 * 0.001)`, '  and', `${burn('5m')} > (14.4 * 0.001)`], for: m(2), labels: { severity: 'page' },
          annotations: {
            summary: ['Error budget of ', { template: '$labels.job' }, ' burns 14.4x'],
            description: ['1h error ratio ', { template: '$value | humanizePercentage' }],
          },
        },
        {
          alert: 'HttpErrorBudgetBurnSlow', expr: [`${burn('6h')} > (6 * 0.001)`, '  and', `${burn('30m')} > (6 * 0.001)`], for: m(15), labels: { severity: 'ticket' },
          annotations: { summary: ['Error budget of ', { template: '$labels.job' }, ' burns 6x'] },
        },
        {
          alert: 'HttpLatencyP99High', expr: 'job_route:http_request_duration_seconds:p99_rate5m > 0.2', for: m(5), labels: { severity: 'ticket' },
          annotations: { summary: ['p99 of ', { template: '$labels.route' }, ' above 200ms'] },
        },
      ],
    },
    {
      name: 'edge',
      rules: [
        {
          alert: 'CertificateExpiresSoon', expr: 'certmanager_certificate_expiration_timestamp_seconds - time() < 14 * 24 * 3600', for: h(1), labels: { severity: 'page' },
          annotations: { summary: ['Certificate ', { template: '$labels.name' }, ' expires in ', { template: '$value | humanizeDuration' }] },
        },
        {
          alert: 'TunnelWithoutConnection', expr: 'sum by (cluster) (cloudflared_tunnel_ha_connections) < 2', for: m(5), labels: { severity: 'page' },
          annotations: { summary: ['The tunnel of ', { template: '$labels.cluster' }, ' has ', { template: '$value' }, ' connections to the edge'] },
        },
      ],
    },
    {
      name: 'network',
      rules: [{
        alert: 'HighDNSErrorRate', expr: ['sum(rate(coredns_dns_responses_total{rcode="SERVFAIL"}[5m]))', '  /', 'sum(rate(coredns_dns_responses_total[5m])) > 0.01'], for: m(5),
        labels: { severity: 'page' }, annotations: { summary: ['CoreDNS SERVFAIL ratio ', { template: '$value | humanizePercentage' }] },
      }],
    },
  ],
};

export function alerts(scope: Construct): void {
  new ConfigFile(scope, 'alerts', { format: formats.prometheus.ruleFileFormat, owner: 'prometheus', fileName: 'network.rules', model: rules });
}
