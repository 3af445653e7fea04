// The rules of Prometheus, wherever they stand: PrometheusRule objects, and rule files.
import type { FieldPath } from '../documents/document';
import type { ConfigDocument } from '../input';
import type { Entry } from './entry';
import { list, record, text } from './fields';
import type { PromQuery } from './promql';
import { readPromql } from './promql';
import { readYaml } from './workload-config';
import type { World } from './cluster-model';

export interface PrometheusRuleView {
  readonly at: Entry | ConfigDocument;
  /** Where the expression is written. */
  readonly path: FieldPath;
  /** The recorded series, or undefined for an alert. */
  readonly record: string | undefined;
  readonly words: string;
  readonly query: PromQuery;
}

/** Kinds that carry rules. */
export const PROMETHEUS_SUBJECTS: readonly string[] = ['monitoring.coreos.com/PrometheusRule', 'file:prometheus'];

const KNOWN = new WeakMap<World, readonly PrometheusRuleView[]>();

/** Every rule of the whole system: one Prometheus may ask what another one records. */
export function prometheusRules(world: World): readonly PrometheusRuleView[] {
  let rules = KNOWN.get(world);
  if (!rules) KNOWN.set(world, (rules = [...world.clusters.flatMap((cluster) => cluster.objects('monitoring.coreos.com', 'PrometheusRule').flatMap(ofObject)), ...world.files('prometheus').flatMap(ofFile)]));
  return rules;
}

function ofObject(at: Entry): readonly PrometheusRuleView[] {
  return list(at.spec.groups).flatMap((group, g) => list(record(group).rules).map((one, r) => view(at, ['spec', 'groups', g, 'rules', r, 'expr'], one)));
}

function ofFile(at: ConfigDocument): readonly PrometheusRuleView[] {
  const lines = at.text.split('\n');
  let line = 0;
  return list(record(readYaml(at.text)).groups).flatMap((group) => list(record(group).rules)).map((one) => {
    const name = text(record(one).record) ?? text(record(one).alert) ?? '';
    // Rules stand in their order: each one is found below the one before.
    for (let i = line; i < lines.length; i++) {
      if (!/\b(?:record|alert)["']?\s*:/.test(lines[i]!) || !lines[i]!.includes(name)) continue;
      line = i + 1;
      break;
    }
    return view(at, [Math.max(line, 1)], one);
  });
}

function view(at: Entry | ConfigDocument, path: FieldPath, one: unknown): PrometheusRuleView {
  const { record: series, alert, expr } = record(one);
  return { at, path, record: text(series), words: text(series) ?? `Alert ${text(alert) ?? ''}`, query: readPromql(String(expr ?? '')) };
}
