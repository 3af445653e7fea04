// Values of Helm charts, wherever documents have them: HelmRelease of Flux, Application of Argo CD, and files of values.
import type { FieldPath } from '../documents/document';
import type { ConfigDocument } from '../input';
import type { ClusterModel, World } from './cluster-model';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import { readYaml } from './workload-config';

export interface HelmValues {
  readonly at: Entry | ConfigDocument;
  /** The cluster that the chart is installed into; absent where that is another one than the object's own. */
  readonly cluster?: ClusterModel;
  /** Of a field of the values; values within a text stand at the text. */
  path(field: readonly string[]): FieldPath;
  readonly chart: string;
  /** The first two numbers of the chart's version, where one is named. */
  readonly version?: string;
  readonly values: Fields;
  /** False when more values come from objects or files that are not read: what is not here may be set there. */
  readonly complete: boolean;
}

const KNOWN = new WeakMap<World, readonly HelmValues[]>();

/** The values for a chart of this name. */
export function helmValues(world: World, chart: string): readonly HelmValues[] {
  let all = KNOWN.get(world);
  if (!all) KNOWN.set(world, (all = [...world.clusters.flatMap(ofCluster), ...ofFiles(world)]));
  return all.filter((one) => one.chart === chart);
}

/** Kinds that carry values. */
export const HELM_SUBJECTS: readonly string[] = ['helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application', 'file:helm-values'];

function ofCluster(cluster: ClusterModel): HelmValues[] {
  const releases = cluster.objects('helm.toolkit.fluxcd.io', 'HelmRelease').flatMap((at): HelmValues[] => {
    const chart = text(record(record(record(at.spec.chart).spec)).chart) ?? text(record(at.spec.chartRef).name);
    const here = at.spec.kubeConfig === undefined ? { cluster } : {};
    const { version } = record(record(at.spec.chart).spec);
    return chart === undefined ? [] : [{
      at, ...here, ...lineOf(version), chart: nameOf(chart), values: record(at.spec.values), complete: list(at.spec.valuesFrom).length === 0, path: (field) => ['spec', 'values', ...field],
    }];
  });
  const applications = cluster.objects('argoproj.io', 'Application').flatMap((at) => {
    const sources: readonly (readonly [Fields, FieldPath])[] = [
      ...at.spec.source === undefined ? [] : [[at.spec.source, ['spec', 'source']] as const], ...list(at.spec.sources).map((source: Fields, i) => [source, ['spec', 'sources', i]] as const),
    ];
    const { server, name } = record(at.spec.destination);
    const here = server === 'https://kubernetes.default.svc' || name === 'in-cluster' ? { cluster } : {};
    return sources.flatMap(([source, path]): HelmValues[] => {
      const { chart, helm, targetRevision } = record(source);
      if (text(chart) === undefined) return [];
      const { valuesObject, values, valueFiles, parameters, fileParameters } = record(helm);
      const complete = [valueFiles, parameters, fileParameters].every((more) => list(more).length === 0);
      const common = { at, ...here, ...lineOf(targetRevision), chart: nameOf(chart as string), complete };
      if (valuesObject !== undefined) return [{ ...common, values: record(valuesObject), path: (field) => [...path, 'helm', 'valuesObject', ...field] }];
      return [{ ...common, values: record(text(values) === undefined ? {} : readYaml(values as string)), path: () => [...path, ...values === undefined ? [] : ['helm', 'values']] }];
    });
  });
  return [...releases, ...applications];
}

function lineOf(version: unknown): { readonly version?: string } {
  const line = /^v?(\d+\.\d+)/.exec(text(version) ?? '')?.[1];
  return line === undefined ? {} : { version: line };
}

/** `oci://…/charts/cilium` and `cilium` are one chart. */
function nameOf(chart: string): string {
  return chart.split('/').pop()!;
}

function ofFiles(world: World): HelmValues[] {
  return world.files('helm-values').flatMap((at): HelmValues[] => (at.owner === undefined ? [] : [{ at, chart: at.owner, values: record(readYaml(at.text)), complete: false, path: () => [1] }]));
}

/** The value of a field, such as `loadBalancer.acceleration`. */
export function valueAt({ values }: HelmValues, field: string): unknown {
  return field.split('.').reduce<unknown>((value, part) => record(value)[part], values);
}

/** `true` as Helm's templates take it: also as a text. */
export function isOn(value: unknown): boolean {
  return value === true || value === 'true';
}
