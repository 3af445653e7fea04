// Selectors of policies, monitors and budgets: whom they are about, and where.
import type { FieldPath } from '../documents/document';
import { calicoRequirements, parseCalicoSelector } from './calico-selector';
import { ciliumKey } from './cilium-keys';
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

type Reader = (entry: Entry) => Selection | readonly Selection[] | undefined;

/** A LabelSelector in the object's own namespace. */
function own(...path: string[]): Reader {
  return (entry) => selection(entry, path, requirementsOf(at(entry, path)), [entry.namespace]);
}

/** A map of labels; a policy of Istio's root namespace is about every namespace. */
function istio(path: readonly string[], of: Selection['of'] = 'pods'): Reader {
  return (entry) => {
    const labels: unknown = at(entry, path);
    return typeof labels === 'object' && labels !== null ? selection(entry, path, requirementsOfMap(labels), ROOT.test(entry.namespace) ? undefined : [entry.namespace], of) : undefined;
  };
}

/** The root namespace of a mesh, as far as a name can say. */
const ROOT = /^(?:istio.*|asm-.*)$/;

const SELECTOR: FieldPath = ['spec', 'selector'];

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
  'monitoring.coreos.com/ServiceMonitor': (entry) => selection(entry, SELECTOR, requirementsOf(entry.spec.selector), monitored(entry), 'services'),
  'monitoring.coreos.com/PodMonitor': (entry) => selection(entry, SELECTOR, requirementsOf(entry.spec.selector), monitored(entry)),
};

/** Kinds that select, as `group/Kind`. */
export const SELECTING_KINDS: readonly string[] = Object.keys(READERS);

/** Calls a function of a module for every selector that names at least one label: an empty one means everything, and is nobody's mistake. Of the many nothing is kept. */
export function eachSelection<A>(cluster: ClusterModel, look: (selection: Selection, cluster: ClusterModel, a: A) => void, a: A): void {
  for (const kind of SELECTING_KINDS) {
    const slash = kind.indexOf('/');
    const objects = cluster.objects(kind.slice(0, slash), kind.slice(slash + 1));
    for (let i = 0; i < objects.length; i++) lookAt(READERS[kind]!(objects[i]!), look, cluster, a);
  }
}

function lookAt<A>(read: ReturnType<Reader>, look: (selection: Selection, cluster: ClusterModel, a: A) => void, cluster: ClusterModel, a: A): void {
  if (read === undefined) return;
  if (isList(read)) for (const one of read) look(one, cluster, a);
  else look(read, cluster, a);
}

/** The selectors of monitors: `cluster.derive(monitors)`. */
export function monitors(cluster: ClusterModel): readonly Selection[] {
  const found: Selection[] = [];
  if (cluster.has('monitoring.coreos.com', 'ServiceMonitor') || cluster.has('monitoring.coreos.com', 'PodMonitor')) eachSelection(cluster, addMonitor, found);
  return found;
}

function addMonitor(selection: Selection, _: ClusterModel, found: Selection[]): void {
  if (selection.entry.group === 'monitoring.coreos.com') found.push(selection);
}

function isList(read: Selection | readonly Selection[]): read is readonly Selection[] {
  return Array.isArray(read);
}

/**
 * Whether a selection finds nobody, and nobody may be there without a document. What looks into every namespace finds pods of platforms, too, and namespaces of which the documents
 * have no pods cannot say: neither is judged.
 */
export function selectsNobody(cluster: ClusterModel, { namespaces, of, requirements }: Selection): boolean {
  if (namespaces === undefined || cluster.open) return false;
  const services = of === 'services' ? cluster.derive(servicesByNamespace) : undefined;
  for (const home of namespaces) {
    // An object whose document names no namespace may be applied to any.
    const found = services ? services.get(home)?.select(requirements) : cluster.selectBy(home === '' ? undefined : home, requirements);
    if (found !== undefined && found.length > 0) return false;
  }
  if (!namespaces.some((home) => (services ? services.has(home) : cluster.selectBy(home, []).length > 0))) return false;
  if (of === 'workloads' && (cluster.has('networking.istio.io', 'WorkloadGroup') || workloadEntries(cluster, requirements))) return false;
  const labels = labelsOfRequirements(requirements);
  const facts = cluster.derive(beside);
  return !namespaces.some((home) => facts.mayHavePods(services || home !== '' ? home : undefined, labels) || (services !== undefined && facts.isOpen(home)));
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
    const { about, name } = ciliumKey(one.key);
    if (about === 'other') return undefined;
    const of = about === 'pods' ? read.requirements : read[about];
    of.push(name === one.key ? one : { key: name, operator: one.operator, values: one.values });
  }
  return read;
}

function ciliumSubjects(entry: Entry): ReturnType<Reader> {
  const first = ciliumSubject(entry, SPEC, entry.spec);
  if (entry.object.specs === undefined) return first;
  const others = list(entry.object.specs).flatMap((rule: Fields, index) => ciliumSubject(entry, ['specs', index], rule) ?? []);
  return first === undefined ? others : [first, ...others];
}

const SPEC: FieldPath = ['spec'];

function ciliumSubject(entry: Entry, path: FieldPath, rule: Fields): Selection | undefined {
  const { endpointSelector } = record(rule);
  const read = endpointSelector === undefined ? undefined : ciliumRequirements(endpointSelector);
  // Labels of namespaces and accounts would have to be known, too.
  if (!read || read.namespaceLabels.length > 0) return undefined;
  const named = read.namespace.length === 0 ? undefined : read.namespace.flatMap(({ operator, values }) => (operator === 'In' ? values : []));
  return selection(entry, path === SPEC ? ENDPOINTS : [...path, 'endpointSelector'], read.requirements, entry.clusterScoped ? named : [entry.namespace]);
}

const ENDPOINTS: FieldPath = ['spec', 'endpointSelector'];

function calicoSubject(entry: Entry): ReturnType<Reader> {
  const written = text(entry.spec.selector);
  const parsed = written === undefined ? undefined : parseCalicoSelector(written);
  return selection(entry, SELECTOR, parsed && calicoRequirements(parsed), [entry.namespace]);
}

function monitored(entry: Entry): readonly string[] | undefined {
  const { any, matchNames } = record(entry.spec.namespaceSelector);
  if (any === true) return undefined;
  const names = list(matchNames).map(String);
  return names.length === 0 ? [entry.namespace] : names;
}

/** One that asks for something. */
function selection(entry: Entry, path: FieldPath, requirements: readonly Requirement[] | undefined, namespaces: readonly string[] | undefined, of: Selection['of'] = 'pods'): Selection | undefined {
  return requirements === undefined || requirements.length === 0 ? undefined : { entry, path, of, requirements, namespaces };
}

function at(entry: Entry, path: readonly string[]): Fields {
  let value: Fields = entry.object;
  for (const key of path) value = record(value)[key];
  return value;
}
