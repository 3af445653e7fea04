// Experiments of Chaos Mesh: objects of their own, and those that a Schedule makes.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import type { Requirement } from './selector';
import { requirementsOfMap } from './selector';

export interface Experiment {
  readonly entry: Entry;
  /** `NetworkChaos`, `DNSChaos` … */
  readonly kind: string;
  readonly spec: Fields;
  readonly path: FieldPath;
  readonly scheduled: boolean;
}

export const CHAOS_SUBJECTS: readonly string[] = ['chaos-mesh.org/NetworkChaos', 'chaos-mesh.org/DNSChaos', 'chaos-mesh.org/Schedule'];

/** Every experiment of a cluster: `cluster.derive(experiments)`. */
export function experiments(cluster: ClusterModel): readonly Experiment[] {
  const alone = ['NetworkChaos', 'DNSChaos'].flatMap((kind) => cluster.objects('chaos-mesh.org', kind).map((entry): Experiment => ({ entry, kind, spec: entry.spec, path: ['spec'], scheduled: false })));
  const scheduled = cluster.objects('chaos-mesh.org', 'Schedule').flatMap((entry): Experiment[] => {
    const kind = text(entry.spec.type) ?? '';
    // NetworkChaos stands in networkChaos, DNSChaos in dnsChaos.
    const key = Object.keys(entry.spec as object).find((one) => one.toLowerCase() === kind.toLowerCase());
    return key === undefined ? [] : [{ entry, kind, spec: record(entry.spec[key]), path: ['spec', key], scheduled: true }];
  });
  return [...alone, ...scheduled];
}

/** The namespaces that an experiment is about: without any, that of its object. */
export function namespacesOf({ entry, spec }: Experiment): readonly string[] {
  const named = list(record(spec.selector).namespaces).map(String);
  const pods = Object.keys(record(record(spec.selector).pods));
  return named.length + pods.length > 0 ? [...new Set([...named, ...pods])] : [entry.namespace];
}

/** The labels that are asked of pods, where nothing else chooses them; undefined when it does. */
export function labelsAsked({ spec }: Experiment): readonly Requirement[] | undefined {
  const selector = record(spec.selector);
  const others = Object.keys(selector).filter((key) => key !== 'namespaces' && key !== 'labelSelectors');
  return others.length > 0 ? undefined : requirementsOfMap(record(selector.labelSelectors));
}
