import { PROMETHEUS_SUBJECTS, prometheusRules } from '../model/prometheus-rules';
import { Entry } from '../model/entry';
import { suggest } from '../schema/suggest';
import type { Rule } from './rule';

const RULES = (series: string, label: string): string => `
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: orders, namespace: shop }
spec:
  groups:
    - name: orders
      rules:
        - { record: 'job:orders_errors:ratio_rate5m', expr: 'sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (job) (rate(http_requests_total[5m]))' }
        - { alert: OrdersFail, expr: '${series} > 0.001 and on (job) rate(http_requests_total{${label}="200"}[5m]) > 1' }
`;

export const rule: Rule = {
  id: 'NS7012',
  class: 'risk',
  title: 'A rule of Prometheus asks for series that nobody makes',
  sees: 'PrometheusRules and rule files of the whole system: recorded series (with colons) that no rule records while another one has nearly that name, and one metric whose status is asked by two names of the label (code, status, status_code …).',
  why: 'A series that is not there is no error: the expression is empty, the alert never fires, and the objective looks kept.',
  fix: 'write the name that the rule records, and the label that the exporter gives',
  covers: ['R61', 'R141'],
  docs: ['https://prometheus.io/docs/practices/rules/', 'https://prometheus.io/docs/prometheus/latest/querying/basics/'],
  subjects: PROMETHEUS_SUBJECTS,
  failing: {
    documents: RULES('job:order_errors:ratio_rate5m', 'code'),
    says: 'Alert OrdersFail asks for job:order_errors:ratio_rate5m, which no rule records; there is job:orders_errors:ratio_rate5m',
    field: 'spec.groups[0].rules[1].expr',
  },
  passing: { documents: RULES('job:orders_errors:ratio_rate5m', 'code') },
  checkWorld(world, report) {
    const rules = prometheusRules(world);
    const recorded = new Set(rules.map(({ record }) => record).filter((name) => name !== undefined));
    const near = nearby(recorded);
    const statuses = new Map<string, { readonly label: string; readonly words: string; readonly at: unknown }>();
    for (const { at, path, words, query } of rules) {
      for (const { metric, matchers } of query.selectors) {
        if (metric.includes(':') && !recorded.has(metric) && !world.clusters.some(({ open }) => open)) {
          const meant = near(metric);
          if (meant !== undefined) report(at, path, { message: `${words} asks for ${metric}, which no rule records; there is ${meant}`, fix: `write ${meant}` });
        }
        const status = matchers.find(({ label }) => STATUSES.has(label))?.label;
        if (status === undefined) continue;
        // Exporters differ, so that only selectors that are the same otherwise are compared.
        const key = JSON.stringify([metric, ...matchers.filter(({ label }) => !STATUSES.has(label)).map(({ label, op, value }) => `${label}${op}${value}`).sort()]);
        const other = statuses.get(key);
        if (!other) statuses.set(key, { label: status, words, at });
        else if (other.label !== status) {
          report(at, path, {
            message: `${words} asks ${metric} for the label ${status}, and ${other.words} for ${other.label}: one of them finds nothing`, decidedBy: other.at instanceof Entry && other.at !== at ? [other.at] : [],
          });
        }
      }
    }
  },
};

/** Names under which exporters give the status of an answer. */
const STATUSES: ReadonlySet<string> = new Set(['code', 'status', 'status_code', 'http_status', 'http_status_code', 'response_code', 'http_response_status_code']);

/** The recorded series that differs in one of its parts (level, metric, operations), and there by little. */
function nearby(recorded: ReadonlySet<string>): (name: string) => string | undefined {
  const byRest = new Map<string, string[]>();
  for (const name of recorded) {
    for (const rest of restsOf(name)) {
      const known = byRest.get(rest) ?? [];
      if (known.length < 64) byRest.set(rest, [...known, name]);
    }
  }
  return (name) => suggest(name, restsOf(name).flatMap((rest) => byRest.get(rest) ?? []));
}

/** A name without each of its parts in turn. */
function restsOf(name: string): readonly string[] {
  const parts = name.split(':');
  return parts.map((_, i) => `${i} ${parts.filter((__, at) => at !== i).join(':')}`);
}
