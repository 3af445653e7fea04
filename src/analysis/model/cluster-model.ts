// The objects of one cluster, indexed: by kind, by name, by label. Built once; what is derived is built when first asked for.
import type { ResolvedTargets } from '../../core/targets';
import type { AnalysisInput, ConfigDocument, ExternalObject, TerraformDocument } from '../input';
import { each } from './each';
import type { Entry } from './entry';
import type { Fields, Labels } from './fields';
import { record } from './fields';
import type { ObjectIndex } from './object-index';
import type { PodGroup } from './pods';
import { podsOf } from './pods';
import type { Requirement } from './selector';
import { LabelIndex, namespacesByName, requirementsOf } from './selector';

/** A cluster as its documents (and the model file, where there is one) describe it. */
export interface ClusterFacts {
  readonly name?: string;
  readonly targets: ResolvedTargets;
  readonly podCidrs: readonly string[];
  readonly serviceCidrs: readonly string[];
  /** @default 'cluster.local' */
  readonly clusterDomain: string;
  readonly trustDomain: string;
  readonly external: readonly ExternalObject[];
  /** The documents are not all there is, so that nothing can be said to be missing. */
  readonly open: boolean;
}

/** A namespace: declared by an object, or only lived in. */
export interface NamespaceView {
  readonly name: string;
  readonly labels: Labels;
  /** The Namespace object, when the documents have it. */
  readonly entry?: Entry;
  /** Its labels are known: by its object, or by the model. */
  readonly declared: boolean;
}

export class ClusterModel {
  readonly facts: ClusterFacts;
  readonly targets: ResolvedTargets;
  readonly open: boolean;
  readonly world: World;
  readonly entries: readonly Entry[];
  private readonly index: ObjectIndex;
  private readonly externals: Map<string, ExternalObject> = new Map();
  private podIndex: { readonly all: LabelIndex<PodGroup>; readonly byNamespace: ReadonlyMap<string, LabelIndex<PodGroup>> } | undefined;
  private namespaceIndex: { readonly byName: ReadonlyMap<string, NamespaceView>; readonly labels: LabelIndex<NamespaceView> } | undefined;
  private readonly derived: Map<object, unknown> = new Map();

  constructor(world: World, facts: ClusterFacts, objects: ObjectIndex) {
    this.world = world;
    this.facts = facts;
    this.targets = facts.targets;
    this.open = facts.open;
    this.entries = objects.entries;
    this.index = objects;
    for (const one of facts.external) this.externals.set(`${one.group ?? ''}/${one.kind}/${one.namespace ?? ''}/${one.name}`, one);
  }

  /** The sound objects of a kind, whatever their version; the group of Services and Pods is the empty text. */
  objects(group: string, kind: string): readonly Entry[] {
    const known = this.index.of(group, kind);
    return known === undefined ? NONE : (known.sound ??= known.all.every(isSound) ? known.all : known.all.filter(isSound));
  }

  /** The same cluster as it was before; undefined when nobody gave it. */
  get before(): ClusterModel | undefined {
    return this.world.before().find(({ facts }) => facts.name === this.facts.name);
  }

  /** The objects of a kind, sound or not: for those who ask only whether something is there. */
  everyObject(group: string, kind: string): readonly Entry[] {
    return this.index.of(group, kind)?.all ?? NONE;
  }

  /** Whether some object of one of the kinds is not sound, so that nobody knows what it would do once it is mended. */
  hasUnsound(group: string, ...kinds: readonly string[]): boolean {
    return kinds.some((kind) => this.objects(group, kind).length < this.everyObject(group, kind).length);
  }

  /** Whether the documents have any object of the kind, sound or not. */
  has(group: string, kind: string): boolean {
    return this.index.of(group, kind) !== undefined;
  }

  /** The kinds that the documents have objects of, sound or not: `group/Kind`. */
  get kinds(): readonly string[] {
    return this.index.kindNames();
  }

  /** The object of this name, sound or not. An object whose document names no namespace is found in every namespace. */
  find(group: string, kind: string, namespace: string, name: string): Entry | undefined {
    const known = this.index.of(group, kind);
    return known && (known.byNamespace.get(namespace)?.get(name) ?? (namespace === '' ? undefined : known.floating.get(name)));
  }

  /** Whether the model says that somebody else keeps this object. */
  isExternal(group: string, kind: string, namespace: string, name: string): boolean {
    return this.externals.size > 0 && this.externals.has(`${group}/${kind}/${namespace}/${name}`);
  }

  /** Every group of pods of the cluster, with those of documents that are not sound as far as they can be read. */
  get pods(): readonly PodGroup[] {
    return this.indexedPods().all.all;
  }

  /** The pods that a LabelSelector selects, in one namespace or (undefined) in all. Undefined when the selector cannot be read. */
  select(namespace: string | undefined, selector: Fields): readonly PodGroup[] | undefined {
    const requirements = requirementsOf(selector);
    return requirements && this.selectBy(namespace, requirements);
  }

  /** The pods that a plain map of labels selects, as a Service's selector does. */
  selectByMap(namespace: string | undefined, labels: Fields): readonly PodGroup[] {
    const { all, byNamespace } = this.indexedPods();
    if (namespace === undefined) return all.selectByMap(labels);
    const found = byNamespace.get(namespace)?.selectByMap(labels) ?? NONE_OF_PODS;
    return found.length > 0 || namespace === '' ? found : byNamespace.get('')?.selectByMap(labels) ?? found;
  }

  /** Whether a namespace has a pod of its own with every label of a map, whose keys `nameOf` reads: a question that makes nothing. */
  hasPodWith(namespace: string, labels: Fields, nameOf: (key: string) => string | undefined): boolean {
    return this.indexedPods().byNamespace.get(namespace)?.hasWith(labels, nameOf) === true;
  }

  /** The pods of a namespace with every label of a map, whose keys `nameOf` reads; undefined where they name none. */
  selectWith(namespace: string, labels: Fields, nameOf: (key: string) => string | undefined): readonly PodGroup[] | undefined {
    const { byNamespace } = this.indexedPods();
    const found = byNamespace.get(namespace)?.selectWith(labels, nameOf);
    if (found !== undefined && found.length > 0) return found;
    return namespace === '' ? found : byNamespace.get('')?.selectWith(labels, nameOf) ?? found;
  }

  /** The pods that meet requirements. Pods without a namespace of their own count where no other pod answers. */
  selectBy(namespace: string | undefined, requirements: readonly Requirement[]): readonly PodGroup[] {
    const { all, byNamespace } = this.indexedPods();
    if (namespace === undefined) return all.select(requirements);
    const found = byNamespace.get(namespace)?.select(requirements) ?? NONE_OF_PODS;
    return found.length > 0 || namespace === '' ? found : byNamespace.get('')?.select(requirements) ?? found;
  }

  /**
   * Whether pods that the documents do not have may carry these labels: workloads that the model calls external, pods of the control plane in `kube-system`, and pods that a
   * controller makes (Envoy Gateway's and Istio's proxies, for instance), told by their labels.
   */
  mayHaveOtherPods(namespace: string | undefined, labels: Labels): boolean {
    if (this.open || namespace === 'kube-system') return true;
    for (const { kind, namespace: home, labels: own } of this.facts.external) {
      if (kind === 'Workload' && (namespace === undefined || namespace === home) && Object.entries(labels).every(([key, value]) => own?.[key] === value)) return true;
    }
    for (const key in labels) if (isGenerated(key)) return true;
    return false;
  }

  /** The namespace of this name; undefined when neither an object nor the model nor anything in it is known. */
  namespace(name: string): NamespaceView | undefined {
    return this.indexedNamespaces().byName.get(name);
  }

  /** Every namespace that is declared or lived in. */
  get namespaces(): readonly NamespaceView[] {
    return this.indexedNamespaces().labels.all;
  }

  /** The namespaces that a LabelSelector selects; undefined when it cannot be read. */
  selectNamespaces(selector: Fields): readonly NamespaceView[] | undefined {
    const { byName, labels } = this.indexedNamespaces();
    const names = namespacesByName(selector);
    if (names) return names.map((name) => byName.get(name)).filter((view) => view !== undefined);
    const requirements = requirementsOf(selector);
    return requirements && labels.select(requirements);
  }

  /** Something derived from this cluster, made once: `cluster.derive(buildListeners)`. */
  derive<T>(make: (cluster: ClusterModel) => T): T {
    const known = this.derived.get(make);
    if (known !== undefined || this.derived.has(make)) return known as T;
    const made = make(this);
    this.derived.set(make, made);
    return made;
  }

  private indexedPods(): NonNullable<ClusterModel['podIndex']> {
    if (this.podIndex) return this.podIndex;
    const all: PodGroup[] = [];
    const byNamespace = new Map<string, PodGroup[]>();
    each(this.entries, addPods, all, byNamespace);
    return (this.podIndex = { all: new LabelIndex(all), byNamespace: new Map([...byNamespace].map(([name, groups]) => [name, new LabelIndex(groups)])) });
  }

  private indexedNamespaces(): NonNullable<ClusterModel['namespaceIndex']> {
    if (this.namespaceIndex) return this.namespaceIndex;
    const byName = new Map<string, NamespaceView>();
    for (const entry of this.everyObject('', 'Namespace')) {
      if (!byName.has(entry.name)) byName.set(entry.name, { name: entry.name, labels: { ...entry.labels, ...automatic(entry.name) }, entry, declared: true });
    }
    for (const { kind, name, labels } of this.facts.external) {
      if (kind === 'Namespace' && !byName.has(name)) byName.set(name, { name, labels: { ...labels, ...automatic(name) }, declared: true });
    }
    each(this.entries, addHome, byName);
    return (this.namespaceIndex = { byName, labels: new LabelIndex([...byName.values()]) });
  }
}

function isSound({ sound }: Entry): boolean {
  return sound;
}

function addPods(entry: Entry, all: PodGroup[], byNamespace: Map<string, PodGroup[]>): void {
  const group = podsOf(entry);
  if (group === undefined) return;
  all.push(group);
  const known = byNamespace.get(group.namespace);
  if (known) known.push(group);
  else byNamespace.set(group.namespace, [group]);
}

/** A namespace that something lives in. */
function addHome({ namespace }: Entry, byName: Map<string, NamespaceView>): void {
  if (namespace !== '' && !byName.has(namespace)) byName.set(namespace, { name: namespace, labels: automatic(namespace), declared: false });
}

/** The label that the API server writes. */
function automatic(name: string): Labels {
  return { 'kubernetes.io/metadata.name': name };
}

/** Labels that controllers put on the pods that they make: their own pods, and those of workloads whose templates do not say them. */
const GENERATED_POD_LABELS = new RegExp(`^(?:${[
  'gateway.envoyproxy.io', 'gateway.networking.k8s.io', 'gateway.istio.io', 'operator.istio.io', 'istio.io/gateway-name', 'serving.knative.dev', 'cnpg.io', 'strimzi.io', 'acme.cert-manager.io',
  'statefulset.kubernetes.io', 'apps.kubernetes.io', 'batch.kubernetes.io', 'job-name', 'controller-uid', 'pod-template-hash', 'controller-revision-hash', 'rollouts-pod-template-hash',
].join('|').replace(/\./g, '\\.')})(?:/|$)`);

/** Documents repeat a few keys. */
const GENERATED: Map<string, boolean> = new Map();

function isGenerated(key: string): boolean {
  let known = GENERATED.get(key);
  if (known === undefined && GENERATED.size < 10_000) GENERATED.set(key, (known = GENERATED_POD_LABELS.test(key)));
  return known ?? GENERATED_POD_LABELS.test(key);
}

const NONE: readonly Entry[] = [];
const NONE_OF_PODS: readonly PodGroup[] = [];

/** A resource of Terraform. */
export interface TerraformResource {
  readonly document: TerraformDocument;
  readonly type: string;
  /** Its name in Terraform, not in the service. */
  readonly name: string;
  readonly attributes: Fields;
}

export interface ClusterEntries {
  readonly facts: ClusterFacts;
  readonly objects: ObjectIndex;
}

export class World {
  readonly input: AnalysisInput;
  readonly clusters: readonly ClusterModel[];
  /** @default - none: opinions are not asked for */
  readonly profile: string | undefined;
  private resources: ReadonlyMap<string, readonly TerraformResource[]> | undefined;

  /** The clusters as they were before; empty when nobody gave them. */
  readonly before: () => readonly ClusterModel[];

  constructor(input: AnalysisInput, clusters: readonly ClusterEntries[], profile?: string, before: () => readonly ClusterModel[] = () => []) {
    this.input = input;
    this.before = before;
    this.profile = profile;
    this.clusters = clusters.map(({ facts, objects }) => new ClusterModel(this, facts, objects));
  }

  /** The Terraform resources of a type: `cloudflare_dns_record`. */
  terraform(type: string): readonly TerraformResource[] {
    return this.indexedTerraform().get(type) ?? [];
  }

  /** Every type of resource that Terraform has here. */
  get terraformTypes(): readonly string[] {
    return [...this.indexedTerraform().keys()];
  }

  /** The configuration files of one language. */
  files(format: string): readonly ConfigDocument[] {
    return (this.input.files ?? []).filter((file) => file.format === format);
  }

  private indexedTerraform(): ReadonlyMap<string, readonly TerraformResource[]> {
    if (this.resources) return this.resources;
    const byType = new Map<string, TerraformResource[]>();
    for (const document of this.input.terraform ?? []) {
      for (const [type, resources] of Object.entries(record(document.content.resource))) {
        for (const [name, attributes] of Object.entries(record(resources))) {
          const known = byType.get(type) ?? [];
          known.push({ document, type, name, attributes: record(attributes) });
          byType.set(type, known);
        }
      }
    }
    return (this.resources = byType);
  }
}
