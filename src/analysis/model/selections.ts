// Selectors of policies, monitors and budgets: whom they are about, and where.
import type { FieldPath } from '../documents/document';
import { calicoRequirements, parseCalicoSelector } from './calico-selector';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields, Labels } from './fields';
import { list, record, text } from './fields';
import { beside } from './references';
import type { Requirement } from './selector';
import { LabelIndex, matches, requirementsOf, requirementsOfMap } from './selector';

/** One selector. */
export interface Selection {
  readonly entry: Entry;
  readonly path: FieldPath;
  readonly of: 'pods' | 'services' | 'workloads';
  readonly requirements: readonly Requirement[];
  /** Where it looks; undefined for the whole cluster. */
  readonly namespaces: readonly string[] | undefined;
}

type Reader = (entry: Entry, cluster: ClusterModel) => ReadonlyArray<Omit<Selection, 'entry'> | undefined>;

/** A LabelSelector in the object's own namespace. */
function own(...path: string[]): Reader {
  return (entry) => [selection(path, requirementsOf(at(entry, path)), [entry.namespace])];
}

/** A map of labels; a policy of Istio's root namespace is about every namespace. */
function istio(path: readonly string[], of: Selection['of'] = 'pods'): Reader {
  return (entry) => {
    const labels: unknown = at(entry, path);
    return typeof labels === 'object' && labels !== null ? [selection(path, requirementsOfMap(labels), ROOT.test(entry.namespace) ? undefined : [entry.namespace], of)] : [];
  };
}

/** The root namespace of a mesh, as far as a name can say. */
const ROOT = /^(?:istio.*|asm-.*)$/;

const READERS: Readonly<Record<string, Reader>> = {
  'networking.k8s.io/NetworkPolicy': own('spec', 'podSelector'),
  'policy/PodDisruptionBudget': own('spec', 'selector'),
  'policy.linkerd.io/Server': own('spec', 'podSelector'),
  'cilium.io/CiliumLocalRedirectPolicy': own('spec', 'redirectBackend', 'localEndpointSelector'),
  'cilium.io/CiliumNetworkPolicy': ciliumSubjects,
  'cilium.io/CiliumClusterwideNetworkPolicy': ciliumSubjects,
  'projectcalico.org/NetworkPolicy': calicoSubject,
  'crd.projectcalico.org/NetworkPolicy': calicoSubject,
  'security.istio.io/AuthorizationPolicy': istio(['spec', 'selector', 'matchLabels']),
  'security.istio.io/PeerAuthentication': istio(['spec', 'selector', 'matchLabels']),
  'security.istio.io/RequestAuthentication': istio(['spec', 'selector', 'matchLabels']),
  'telemetry.istio.io/Telemetry': istio(['spec', 'selector', 'matchLabels']),
  'extensions.istio.io/WasmPlugin': istio(['spec', 'selector', 'matchLabels']),
  'networking.istio.io/ProxyConfig': istio(['spec', 'selector', 'matchLabels']),
  'networking.istio.io/Sidecar': istio(['spec', 'workloadSelector', 'labels'], 'workloads'),
  'networking.istio.io/EnvoyFilter': istio(['spec', 'workloadSelector', 'labels'], 'workloads'),
  'networking.istio.io/DestinationRule': istio(['spec', 'workloadSelector', 'matchLabels'], 'workloads'),
  'networking.istio.io/ServiceEntry': istio(['spec', 'workloadSelector', 'labels'], 'workloads'),
  'monitoring.coreos.com/ServiceMonitor': (entry) => [selection(['spec', 'selector'], requirementsOf(entry.spec.selector), monitored(entry), 'services')],
  'monitoring.coreos.com/PodMonitor': (entry) => [selection(['spec', 'selector'], requirementsOf(entry.spec.selector), monitored(entry))],
};

/** Kinds that select, as `group/Kind`. */
export const SELECTING_KINDS: readonly string[] = Object.keys(READERS);

/** Every selector that names at least one label: `cluster.derive(selections)`. An empty one means everything, and is nobody's mistake. */
export function selections(cluster: ClusterModel): readonly Selection[] {
  return SELECTING_KINDS.flatMap((kind) => {
    const slash = kind.indexOf('/');
    return cluster.objects(kind.slice(0, slash), kind.slice(slash + 1)).flatMap((entry) =>
      READERS[kind]!(entry, cluster).filter((one) => one !== undefined && one.requirements.length > 0).map((one): Selection => ({ ...one!, entry })));
  });
}

/**
 * Whether a selection finds nobody, and nobody may be there without a document. What looks into every namespace finds pods of platforms, too, and namespaces of which the documents
 * have no pods cannot say: neither is judged.
 */
export function selectsNobody(cluster: ClusterModel, { namespaces, of, requirements }: Selection): boolean {
  if (namespaces === undefined || cluster.open) return false;
  const labels = labelsOfRequirements(requirements);
  const facts = cluster.derive(beside);
  if (of === 'services') {
    const services = cluster.derive(servicesByNamespace);
    return namespaces.some((home) => services.has(home))
      && !namespaces.some((home) => (services.get(home)?.select(requirements).length ?? 0) > 0 || facts.isOpen(home) || facts.mayHavePods(home, labels));
  }
  if (!namespaces.some((home) => cluster.selectBy(home, []).length > 0)) return false;
  if (of === 'workloads' && (cluster.has('networking.istio.io', 'WorkloadGroup') || workloadEntries(cluster, requirements))) return false;
  // An object whose document names no namespace may be applied to any.
  return !namespaces.some((home) => cluster.selectBy(home === '' ? undefined : home, requirements).length > 0 || facts.mayHavePods(home === '' ? undefined : home, labels));
}

/** The Services of a namespace whose labels meet requirements. */
export function servicesOf(cluster: ClusterModel, namespace: string, requirements: readonly Requirement[]): readonly Entry[] {
  return cluster.derive(servicesByNamespace).get(namespace)?.select(requirements) ?? [];
}

function workloadEntries(cluster: ClusterModel, requirements: readonly Requirement[]): boolean {
  return cluster.objects('networking.istio.io', 'WorkloadEntry').some((one) => matches({ ...one.labels, ...record(one.spec.labels) as Labels }, requirements));
}

function servicesByNamespace(cluster: ClusterModel): ReadonlyMap<string, LabelIndex<Entry>> {
  const byNamespace = new Map<string, Entry[]>();
  for (const service of cluster.everyObject('', 'Service')) {
    const known = byNamespace.get(service.namespace);
    if (known) known.push(service);
    else byNamespace.set(service.namespace, [service]);
  }
  return new Map([...byNamespace].map(([name, services]) => [name, new LabelIndex(services)]));
}

/** Labels that meet what requirements ask for by value. */
export function labelsOfRequirements(requirements: readonly Requirement[]): Labels {
  const labels: Record<string, string> = {};
  for (const { key, operator, values } of requirements) if (operator === 'In' && values.length > 0) labels[key] = values[0]!;
  return labels;
}

/** `app=orders, tier in (a, b)`, for messages. */
export function printRequirements(requirements: readonly Requirement[]): string {
  return requirements.map(({ key, operator, values }) => {
    switch (operator) {
      case 'In': return values.length === 1 ? `${key}=${values[0]!}` : `${key} in (${values.join(', ')})`;
      case 'NotIn': return `${key} not in (${values.join(', ')})`;
      case 'Exists': return key;
      default: return `no ${key}`;
    }
  }).join(', ');
}

const SOURCE = /^(?:k8s|any)[:.]/;
const OTHER_SOURCE = /^[a-z0-9-]+:/;

/** What a selector of Cilium asks of pods, of their namespace and of its labels. */
export interface CiliumSelector {
  readonly requirements: readonly Requirement[];
  readonly namespace: readonly Requirement[];
  readonly namespaceLabels: readonly Requirement[];
}

/**
 * Reads a selector of Cilium, whose keys say where a label comes from: `k8s:app`, `any:app`, `io.kubernetes.pod.namespace`.
 * Undefined where it speaks of something that is no pod.
 */
export function ciliumRequirements(selector: Fields): CiliumSelector | undefined {
  const all = requirementsOf(selector);
  if (!all) return undefined;
  const read = { requirements: [] as Requirement[], namespace: [] as Requirement[], namespaceLabels: [] as Requirement[] };
  for (const one of all) {
    const { operator, values } = one;
    const key = SOURCE.test(one.key) ? one.key.slice(4) : one.key;
    if ((key.includes(':') && OTHER_SOURCE.test(key)) || key.startsWith('io.cilium.k8s.policy.')) return undefined;
    if (key === 'io.kubernetes.pod.namespace') read.namespace.push({ key: 'kubernetes.io/metadata.name', operator, values });
    else if (key.startsWith('io.cilium.k8s.namespace.labels.')) read.namespaceLabels.push({ key: key.slice('io.cilium.k8s.namespace.labels.'.length), operator, values });
    else read.requirements.push(key === one.key ? one : { key, operator, values });
  }
  return read;
}

function ciliumSubjects(entry: Entry): ReturnType<Reader> {
  const rules: Array<[path: FieldPath, rule: Fields]> = [[['spec'], entry.spec], ...list(entry.object.specs).map((rule: Fields, index): [FieldPath, Fields] => [['specs', index], rule])];
  return rules.map(([path, rule]) => {
    const read = record(rule).endpointSelector === undefined ? undefined : ciliumRequirements(record(rule).endpointSelector);
    // Labels of namespaces and accounts would have to be known, too.
    if (!read || read.namespaceLabels.length > 0) return undefined;
    const named = read.namespace.length === 0 ? undefined : read.namespace.flatMap(({ operator, values }) => (operator === 'In' ? values : []));
    return selection([...path, 'endpointSelector'], read.requirements, entry.clusterScoped ? named : [entry.namespace]);
  });
}

function calicoSubject(entry: Entry): ReturnType<Reader> {
  const written = text(entry.spec.selector);
  const parsed = written === undefined ? undefined : parseCalicoSelector(written);
  return [selection(['spec', 'selector'], parsed && calicoRequirements(parsed), [entry.namespace])];
}

function monitored(entry: Entry): readonly string[] | undefined {
  const { any, matchNames } = record(entry.spec.namespaceSelector);
  if (any === true) return undefined;
  const names = list(matchNames).map(String);
  return names.length === 0 ? [entry.namespace] : names;
}

function selection(path: FieldPath, requirements: readonly Requirement[] | undefined, namespaces: readonly string[] | undefined, of: Selection['of'] = 'pods'): Omit<Selection, 'entry'> | undefined {
  return requirements && { path, requirements, of, namespaces };
}

function at(entry: Entry, path: readonly string[]): Fields {
  return path.reduce<Fields>((value, key) => record(value)[key] as Fields, entry.object);
}
