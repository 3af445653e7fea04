import type { Buckets } from '../model/histograms';
import { bucketsOf } from '../model/histograms';
import type { PrometheusRuleView } from '../model/prometheus-rules';
import { PROMETHEUS_SUBJECTS, prometheusRules } from '../model/prometheus-rules';
import type { PromMatcher } from '../model/promql';
import type { Rule } from './rule';

const SYSTEM = (le: string, annotations = '{}'): string => `
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: orders, namespace: shop }
spec:
  groups:
    - name: orders
      rules: [{ record: 'job:orders_fast:ratio', expr: 'sum(rate(istio_request_duration_milliseconds_bucket{le="${le}"}[5m])) / sum(rate(istio_request_duration_milliseconds_count[5m]))' }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders }, annotations: ${annotations} }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }] }
`;

export const rule: Rule = {
  id: 'NS7011',
  class: 'risk',
  title: 'A histogram has no bucket at the threshold that is asked for',
  sees: 'matchers on le in PrometheusRules and rule files, against the buckets of Istio, Envoy, Traefik and CoreDNS: their own, and those that annotations and arguments add. Histograms of other programs are not known.',
  why: 'A bucket counts up to its own bound and no series has another one: the expression is empty, and the objective looks as if nobody called.',
  fix: 'take a bound that is there, or add the threshold to the buckets (sidecar.istio.io/statsHistogramBuckets, --metrics.prometheus.buckets)',
  covers: ['R63'],
  docs: ['https://prometheus.io/docs/practices/histograms/', 'https://istio.io/latest/docs/reference/config/annotations/#SidecarStatsHistogramBuckets', 'https://doc.traefik.io/traefik/observability/metrics/prometheus/'],
  subjects: PROMETHEUS_SUBJECTS,
  failing: {
    documents: SYSTEM('200'),
    says: 'job:orders_fast:ratio asks for the bucket 200 of istio_request_duration_milliseconds_bucket, which has 100 and 250',
    field: 'spec.groups[0].rules[0].expr',
  },
  passing: { documents: SYSTEM('200', '{ sidecar.istio.io/statsHistogramBuckets: \'{"istiocustom":[50,100,200,500,1000]}\' }') },
  checkWorld(world, report) {
    const known = new Map<string, Buckets>();
    const of = (metric: string): Buckets => {
      if (!known.has(metric)) known.set(metric, bucketsOf(world, metric));
      return known.get(metric);
    };
    for (const view of prometheusRules(world)) for (const message of missing(view, of)) report(view.at, view.path, { message });
  },
};

function missing({ words, query }: PrometheusRuleView, of: (metric: string) => Buckets): readonly string[] {
  return query.selectors.flatMap(({ metric, matchers }) => {
    const buckets = metric.endsWith('_bucket') ? of(metric) : undefined;
    return !buckets ? [] : matchers.flatMap(boundsOf).filter((bound) => ![...buckets].some((one) => Math.abs(one - bound) < 1e-9)).map((bound) => {
      const sorted = [...buckets].sort((a, b) => a - b);
      const near = [sorted.filter((one) => one < bound).pop(), sorted.find((one) => one > bound)].filter((one) => one !== undefined);
      return `${words} asks for the bucket ${bound} of ${metric}, which has ${near.join(' and ')}`;
    });
  });
}

/** The bounds that a matcher names; patterns with more than alternatives are not followed. */
function boundsOf({ label, op, value }: PromMatcher): readonly number[] {
  if (label !== 'le' || (op !== '=' && op !== '=~')) return [];
  const parts = op === '=' ? [value] : value.split('|').map((part) => part.replace(/\\\./g, '.'));
  return parts.every((part) => /^\d+(?:\.\d+)?$/.test(part)) ? parts.map(Number) : [];
}
