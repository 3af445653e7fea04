// What one app knows of itself: workloads, connections, namespaces, files, acknowledgements. It can be observed, because cdk8s has no prepare phase and
// whether an object exists cannot be lazy: a layer replays what is there and makes objects at once for each newcomer.
import type { IConstruct } from 'constructs';
import type { Cluster } from './cluster';
import { edgeKey, joinEdges } from './edge';
import type { ConnectionEdge } from './edge';
import { NetstackError } from './errors';
import { workloadKey } from './peer';
import type { IWorkload } from './peer';
import { sourceOf } from './provenance';
import type { AcknowledgeWhere } from './acknowledgement';

const REGISTRY = Symbol.for('cdk8s-netstack.registry');
/** The mark of NetworkApp, which writes files and companions. */
const WRITES_EVERYTHING = Symbol.for('cdk8s-netstack.NetworkApp');

/** A configuration file below `files/<owner>/<name>`. */
export interface OutputFile {
  readonly owner: string;
  readonly name: string;
  /** Construct path. */
  readonly path: string;
  readonly source: string | undefined;
  /** Language of the file, for the model: `haproxy`, `corefile`, … */
  readonly format: string;
  render(): string;
}

/** A second tree of outputs beside the Kubernetes manifests, such as Terraform's. */
export interface OutputCompanion {
  /** Name of the folder below the output folder. */
  readonly name: string;
  /** Every file with its path below that folder. Writes nothing. */
  render(): readonly CompanionFile[];
}

/** A file of a second tree. */
export interface CompanionFile {
  /** Below the companion's folder. */
  readonly path: string;
  readonly content: string;
  /** The construct that everything in it is of, or the nearest one above several. */
  readonly constructPath?: string;
  /** Line of the program, when one construct made it. */
  readonly source?: string;
}

/** A finding that the program accepts, in the subtree of `path`. */
export interface Acknowledgement {
  readonly id: string;
  readonly reason: string;
  readonly path: string;
  readonly source: string | undefined;
  /** Only some objects or fields. */
  readonly where?: AcknowledgeWhere;
  /** The last day, `2027-01-31`. */
  readonly expires?: string;
}

/** An object of a cluster that the program names and somebody else keeps. */
export interface ExistingObject {
  readonly cluster: Cluster;
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** Absent for objects of the whole cluster, and where only the controller knows. */
  readonly namespace?: string;
  readonly name: string;
}

/** What is known of a namespace. Layers ask for labels; the Namespace construct writes them. */
export interface NamespaceRecord {
  readonly cluster: Cluster;
  readonly name: string;
  /** Labels that layers need, each with who asked first. */
  readonly labels: ReadonlyMap<string, { readonly value: string; readonly by: string; readonly source: string | undefined }>;
  /** Construct path of the Namespace construct, when there is one. */
  readonly declaredBy: string | undefined;
  /** Somebody else makes the namespace. */
  readonly existing: boolean;
}

interface MutableNamespace {
  cluster: Cluster;
  name: string;
  labels: Map<string, { value: string; by: string; source: string | undefined }>;
  declaredBy: string | undefined;
  existing: boolean;
}

/** The edges that end or begin at one workload. */
export interface WorkloadEdges {
  readonly ingress: readonly ConnectionEdge[];
  readonly egress: readonly ConnectionEdge[];
}

export class Registry {
  /** The registry of the app that `scope` belongs to. */
  static of(scope: IConstruct): Registry {
    const root = scope.node.root as IConstruct & { [REGISTRY]?: Registry };
    if (!root[REGISTRY]) Object.defineProperty(root, REGISTRY, { value: new Registry(root), enumerable: false });
    return root[REGISTRY]!;
  }

  readonly root: IConstruct;
  private readonly workloadsByKey: Map<string, IWorkload> = new Map();
  private readonly workloadObservers: Array<(workload: IWorkload) => void> = [];
  /** Under each key what was said, joined when it is read: joining at every call would make an edge with many requests quadratic. */
  private readonly edgesByKey: Map<string, ConnectionEdge[]> = new Map();
  private readonly edgeKeysByWorkload: Map<string, { ingress: Set<string>; egress: Set<string> }> = new Map();
  private readonly edgeObservers: Array<(edge: ConnectionEdge) => void> = [];
  private readonly namespacesByKey: Map<string, MutableNamespace> = new Map();
  private readonly namespaceObservers: Array<(namespace: NamespaceRecord) => void> = [];
  private readonly filesByPath: Map<string, OutputFile> = new Map();
  private readonly companionsByName: Map<string, OutputCompanion> = new Map();
  private readonly acknowledged: Acknowledgement[] = [];
  private readonly existingByKey: Map<string, ExistingObject> = new Map();
  private warned: boolean = false;

  private constructor(root: IConstruct) {
    this.root = root;
    root.node.addValidation({
      validate: () => {
        this.warnOfUnwritten();
        return this.unmetNamespaceLabels();
      },
    });
  }

  // --- workloads ---

  /** @throws NetstackError for a second workload of the same cluster, namespace and name */
  addWorkload(workload: IWorkload, scope: IConstruct): void {
    const key = workloadKey(workload);
    const twin = this.workloadsByKey.get(key);
    if (twin) {
      throw new NetstackError({
        what: `Workload ${workload.namespace}/${workload.name} is declared twice in cluster ${workload.cluster.name}; the first is ${twin.path} (${twin.source ?? 'line unknown'})`,
        scope,
        fix: 'keep one of them, or give one another name',
      });
    }
    this.workloadsByKey.set(key, workload);
    this.touchNamespace(workload.cluster, workload.namespace);
    for (const observer of this.workloadObservers) observer(workload);
  }

  /** Calls `observer` for every workload that is there, and for each newcomer at once. */
  onWorkload(observer: (workload: IWorkload) => void): void {
    this.workloadObservers.push(observer);
    for (const workload of [...this.workloadsByKey.values()]) observer(workload);
  }

  /** Every workload, sorted by cluster, namespace and name. */
  workloads(cluster?: Cluster): readonly IWorkload[] {
    return sortedValues(this.workloadsByKey).filter((workload) => !cluster || workload.cluster === cluster);
  }

  findWorkload(cluster: Cluster, namespace: string, name: string): IWorkload | undefined {
    return this.workloadsByKey.get(`${cluster.name}:${namespace}/${name}`);
  }

  // --- connections ---

  /** Adds an edge; one with the same ends and port is joined with it. */
  addEdge(edge: ConnectionEdge): void {
    const key = edgeKey(edge);
    const present = this.edgesByKey.get(key);
    if (present) {
      present.push(edge);
    } else {
      this.edgesByKey.set(key, [edge]);
      if (edge.to.kind === 'workload') this.edgeKeysOf(edge.to.workload).ingress.add(key);
      if (edge.from.kind === 'workload') this.edgeKeysOf(edge.from.workload).egress.add(key);
    }
    for (const observer of this.edgeObservers) observer(this.joined(key));
  }

  /** Calls `observer` for every edge that is there, and again whenever one is added or widened. */
  onEdge(observer: (edge: ConnectionEdge) => void): void {
    this.edgeObservers.push(observer);
    for (const key of [...this.edgesByKey.keys()]) observer(this.joined(key));
  }

  /** Every edge, sorted by ends and port. */
  edges(): readonly ConnectionEdge[] {
    return [...this.edgesByKey.keys()].sort().map((key) => this.joined(key));
  }

  /** The edges of one workload, sorted. Cost is that of its own edges only. */
  edgesOf(workload: IWorkload): WorkloadEdges {
    const keys = this.edgeKeysByWorkload.get(workloadKey(workload));
    const read = (of: Set<string> | undefined): ConnectionEdge[] => [...(of ?? [])].sort().map((key) => this.joined(key));
    return { ingress: read(keys?.ingress), egress: read(keys?.egress) };
  }

  private joined(key: string): ConnectionEdge {
    const said = this.edgesByKey.get(key)!;
    if (said.length > 1) said.splice(0, said.length, joinEdges(said));
    return said[0]!;
  }

  private edgeKeysOf(workload: IWorkload): { ingress: Set<string>; egress: Set<string> } {
    const key = workloadKey(workload);
    let keys = this.edgeKeysByWorkload.get(key);
    if (!keys) this.edgeKeysByWorkload.set(key, keys = { ingress: new Set(), egress: new Set() });
    return keys;
  }

  // --- namespaces ---

  /** Says that a Namespace construct makes (or, `existing`, only names) a namespace. @throws NetstackError for a second one */
  declareNamespace(cluster: Cluster, name: string, scope: IConstruct, existing: boolean): NamespaceRecord {
    const record = this.touchNamespace(cluster, name);
    if (record.declaredBy !== undefined) {
      throw new NetstackError({ what: `Namespace ${name} is declared twice in cluster ${cluster.name}; the first is ${record.declaredBy}`, scope, fix: 'keep one of them' });
    }
    record.declaredBy = scope.node.path;
    record.existing = existing;
    for (const observer of this.namespaceObservers) observer(record);
    return record;
  }

  /** Asks for a label on a namespace. @throws NetstackError when another construct asked for another value */
  labelNamespace(cluster: Cluster, name: string, labels: Readonly<Record<string, string>>, by: IConstruct): void {
    const record = this.touchNamespace(cluster, name);
    for (const [key, value] of Object.entries(labels)) {
      const present = record.labels.get(key);
      if (present && present.value !== value) {
        throw new NetstackError({
          what: `Namespace ${name} needs label ${key}=${value}, and ${present.by} needs ${key}=${present.value}`, scope: by, fix: 'let both want the same value, or use two namespaces',
        });
      }
      if (!present) record.labels.set(key, { value, by: by.node.path, source: sourceOf(by) });
    }
  }

  /** Calls `observer` for every namespace that is declared or has a workload, and for each newcomer at once; a namespace may be given twice. */
  onNamespace(observer: (namespace: NamespaceRecord) => void): void {
    this.namespaceObservers.push(observer);
    for (const record of [...this.namespacesByKey.values()]) observer(record);
  }

  namespaces(cluster?: Cluster): readonly NamespaceRecord[] {
    return sortedValues(this.namespacesByKey).filter((record) => !cluster || record.cluster === cluster);
  }

  namespace(cluster: Cluster, name: string): NamespaceRecord | undefined {
    return this.namespacesByKey.get(`${cluster.name}:${name}`);
  }

  private touchNamespace(cluster: Cluster, name: string): MutableNamespace {
    const key = `${cluster.name}:${name}`;
    let record = this.namespacesByKey.get(key);
    if (!record) {
      record = { cluster, name, labels: new Map(), declaredBy: undefined, existing: false };
      this.namespacesByKey.set(key, record);
      for (const observer of this.namespaceObservers) observer(record);
    }
    return record;
  }

  /** A label that nobody writes is an outage: a refused route, a pod without its sidecar. */
  private unmetNamespaceLabels(): string[] {
    return this.namespaces().filter((record) => record.declaredBy === undefined && record.labels.size > 0).map((record) => {
      const [label, { value, by, source }] = [...record.labels.entries()].sort(([a], [b]) => (a < b ? -1 : 1))[0]!;
      return `Namespace ${record.name} of cluster ${record.cluster.name} needs label ${label}=${value} (for ${[by, source].filter(Boolean).join(', ')}), and nothing declares it: `
        + `add new Namespace(chart, '${record.name}'), with { existing: true } when somebody else makes it.`;
    });
  }

  // --- objects of others ---

  /** Says that an object is there without the program: one that it was given the name of. */
  addExisting(object: ExistingObject): void {
    this.existingByKey.set([object.cluster.name, object.group, object.kind, object.namespace ?? '', object.name].join('\n'), object);
  }

  /** Sorted by cluster, group, kind, namespace and name. */
  get existingObjects(): readonly ExistingObject[] {
    return sortedValues(this.existingByKey);
  }

  // --- outputs ---

  /** Under another root than NetworkApp the manifests come out as they should; that the rest is missing, a firewall among it, must not pass in silence. */
  private warnOfUnwritten(): void {
    const unwritten = [
      ...this.companions.map(({ name }) => `${name}/`),
      ...(this.filesByPath.size > 0 ? [`${this.filesByPath.size} ${this.filesByPath.size === 1 ? 'file' : 'files'} below files/`] : []),
    ];
    if (this.warned || unwritten.length === 0 || WRITES_EVERYTHING in this.root) return;
    this.warned = true;
    process.emitWarning(`Not written: ${unwritten.join(' and ')}, because this program's root is not a NetworkApp. Make it with new NetworkApp().`, { type: 'cdk8s-netstack' });
  }

  /** @throws NetstackError for a second file of the same owner and name */
  addFile(file: OutputFile, scope: IConstruct): void {
    const key = `${file.owner}/${file.name}`;
    const twin = this.filesByPath.get(key);
    if (twin) {
      throw new NetstackError({ what: `File files/${key} is written twice; the first is ${twin.path} (${twin.source ?? 'line unknown'})`, scope, fix: 'give one of them another name or owner' });
    }
    this.filesByPath.set(key, file);
  }

  /** Sorted by owner and name. */
  get files(): readonly OutputFile[] {
    return sortedValues(this.filesByPath);
  }

  /** The companion of that name, made by `create` the first time. */
  companion<C extends OutputCompanion>(name: string, create: () => C): C {
    let companion = this.companionsByName.get(name);
    if (!companion) this.companionsByName.set(name, companion = create());
    return companion as C;
  }

  get companions(): readonly OutputCompanion[] {
    return sortedValues(this.companionsByName);
  }

  // --- acknowledgements ---

  addAcknowledgement(acknowledgement: Acknowledgement): void {
    this.acknowledged.push(acknowledgement);
  }

  get acknowledgements(): readonly Acknowledgement[] {
    const key = (one: Acknowledgement): string => `${one.path} ${one.id} ${one.reason} ${one.expires ?? ''} ${JSON.stringify(one.where ?? {})}`;
    return [...this.acknowledged].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  }
}

function sortedValues<T>(map: ReadonlyMap<string, T>): T[] {
  return [...map.entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, value]) => value);
}
