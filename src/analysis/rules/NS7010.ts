import { PROMETHEUS_SUBJECTS, prometheusRules } from '../model/prometheus-rules';
import type { Rule } from './rule';

const ALERT = (expr: string): string => `
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: orders, namespace: shop }
spec: { groups: [{ name: orders, rules: [{ alert: OrdersSlow, expr: '${expr}' }] }] }
`;

export const rule: Rule = {
  id: 'NS7010',
  class: 'risk',
  title: 'A quantile is asked of a histogram without its buckets',
  sees: 'histogram_quantile over series that end in _bucket, in PrometheusRules and rule files, whose aggregation does not keep the label le. Native histograms have no such label and no such series.',
  why: 'Without le Prometheus cannot tell the buckets apart: the answer is empty, and the alert never fires.',
  fix: 'add le to the labels of by (...)',
  covers: ['R61'],
  docs: ['https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile'],
  subjects: PROMETHEUS_SUBJECTS,
  failing: {
    documents: ALERT('histogram_quantile(0.99, sum by (job) (rate(http_request_duration_seconds_bucket[5m]))) > 0.2'),
    says: 'Alert OrdersSlow asks for a quantile of http_request_duration_seconds_bucket, and the aggregation takes its label le away',
    field: 'spec.groups[0].rules[0].expr',
  },
  passing: { documents: ALERT('histogram_quantile(0.99, sum by (job, le) (rate(http_request_duration_seconds_bucket[5m]))) > 0.2 or histogram_quantile(0.99, sum by (job) (rate(rpc_duration_seconds[5m]))) > 1') },
  checkWorld(world, report) {
    for (const { at, path, words, query } of prometheusRules(world)) {
      for (const histogram of query.quantilesWithoutLe) report(at, path, { message: `${words} asks for a quantile of ${histogram}, and the aggregation takes its label le away` });
    }
  },
};
