// From documents to findings: each object against its schema, each against the others of its cluster, and the system against the rules.
import { sentenceCase } from '../core/errors';
import type { Finding } from '../core/finding';
import type { ResolvedTargets, Targets } from '../core/targets';
import type { KubernetesObject, ManifestDocument } from './documents/document';
import type { AnalysisInput, DeclaredCluster, ExternalObject } from './input';
import type { ClusterEntries, ClusterFacts, ClusterModel } from './model/cluster-model';
import { World } from './model/cluster-model';
import { each } from './model/each';
import { Entry } from './model/entry';
import { ObjectIndex } from './model/object-index';
import { locate, place, reference } from './place';
import type { RuleEntry } from './rules/rule';
import { runRules } from './rules/run';
import { remembering } from './schema/remembered';
import type { SchemaStore } from './schema/store';
import { suggest } from './schema/suggest';
import { groupVersion } from './schema/validator';
import type { Judgement } from './targets/judge';
import { Judges } from './targets/judges';
import { keepWarm } from './warm';

export interface ValidateOptions {
  /**
   * Versions of the engines, for documents that do not bring their own.
   *
   * @default - the newest known line of each
   */
  readonly targets?: Targets;
  /**
   * Versions of engines that win over what documents bring, system by system.
   *
   * @default - none
   */
  readonly overrideTargets?: Targets;
  /**
   * Where schemas are read from.
   *
   * @default - the ones that the package ships
   */
  readonly schemas?: SchemaStore;
  /**
   * CustomResourceDefinitions of your own: what their kinds are held against, also in place of shipped schemas. They are no part of the system; other objects are passed over.
   *
   * @default - those among the documents, for kinds without a shipped schema
   */
  readonly definitions?: readonly ManifestDocument[];
  /**
   * The documents are not all there is: nothing is said to be missing.
   *
   * @default false - they are the whole of their clusters
   */
  readonly open?: boolean;
  /**
   * Asks for opinions, too: `production` switches on the rules of class practice.
   *
   * @default - what the model file says, otherwise none
   */
  readonly profile?: string;
  /**
   * The rules to ask.
   *
   * @default - the whole catalogue
   */
  readonly rules?: readonly RuleEntry[];
  /**
   * The documents that these take the place of: rules about changes are asked of objects that both have, in one version.
   *
   * @default - every object is new
   */
  readonly base?: readonly ManifestDocument[];
}

/**
 * Holds objects against the schemas of their cluster's targets, and the system against the catalogue of rules.
 *
 * @param input - the documents of a system, with what stands beside them where it is known
 * @returns findings in the order of the documents, within a document in the order of its lines
 * @throws NetstackError for targets that are not known
 */
export function validate(input: readonly ManifestDocument[] | AnalysisInput, options: ValidateOptions = {}): Finding[] {
  return readSystem(input, options).findings();
}

/** A system whose documents have been held against their schemas. */
export interface ReadSystem {
  readonly world: World;
  /** What its schemas and the rules say, in the order of the documents, within a document in the order of its lines. */
  findings(): Finding[];
}

/**
 * The clusters of a system, with what their schemas say of each object, for those who ask other questions than rules do, too.
 *
 * @throws NetstackError for targets that are not known
 */
export function readSystem(input: readonly ManifestDocument[] | AnalysisInput, options: ValidateOptions = {}): ReadSystem {
  const system: AnalysisInput = 'documents' in input ? input : { documents: input };
  const run = new Run(options, system.documents);
  remembering(() => each(system.documents, add, run));
  const world = run.world(system);
  let findings: Finding[] | undefined;
  return {
    world,
    findings: () => {
      if (options.rules === undefined) keepWarm('rules', system.documents, (documents) => askedOnce({ documents, models: system.models ?? [] }, { ...options, base: [] }));
      return (findings ??= run.finish(system, world));
    },
  };
}

function askedOnce(input: AnalysisInput, options: ValidateOptions): World {
  const { world, findings } = readSystem(input, options);
  findings();
  return world;
}

function add(document: ManifestDocument, run: Run): void {
  run.add(document);
}

/** What is said of an object that SOPS has encrypted: nothing before it is decrypted. Its name is known. */
const ENCRYPTED: Judgement = { problems: [], sound: false, known: true };

function isEncrypted(object: KubernetesObject): boolean {
  const { sops } = object as { readonly sops?: unknown };
  return typeof sops === 'object' && sops !== null && 'mac' in sops;
}

/** A finding with its place in the order of the input. */
interface Placed {
  readonly finding: Finding;
  readonly order: number;
}

class Run {
  private readonly findings: Placed[] = [];
  private readonly options: ValidateOptions;
  private readonly judges: Judges;
  private readonly unknownKinds: Map<string, { first: ManifestDocument; order: number; count: number }> = new Map();
  private readonly clusters: Map<string | undefined, { readonly targets: ResolvedTargets; readonly objects: ObjectIndex }> = new Map();
  private documents: number = 0;

  /** Objects that are replaced, by the same. */
  private readonly before: Map<string, ManifestDocument> = new Map();

  constructor(options: ValidateOptions, documents: readonly ManifestDocument[]) {
    this.options = options;
    this.judges = new Judges(options, documents);
    for (const { document, judgement } of this.judges.broken) this.tell(document, -1, judgement);
    for (const document of options.base ?? []) {
      const key = this.keyOf(document);
      if (key !== undefined) this.before.set(key, document);
    }
  }

  add(document: ManifestDocument): void {
    const order = this.documents++;
    const { object } = document;
    const key = this.before.size === 0 ? undefined : this.keyOf(document);
    const before = key === undefined ? undefined : this.before.get(key)?.object;
    const judgement = isEncrypted(object) ? ENCRYPTED : this.judges.judge(document, before?.apiVersion === object.apiVersion ? before : undefined);
    if (!judgement.known) this.enterUnknown(document, order);
    const judge = this.judges.judgeOf(document);
    const { sound, known } = judgement;
    const entry = new Entry(document, judge.known(object.apiVersion, object.kind), sound, known && !sound && judgement !== ENCRYPTED);
    const twin = this.objectsOf(document.cluster, judge.targets).add(entry);
    if (twin) this.tellTwin(document, twin.document, order);
    this.tell(document, order, judgement);
  }

  private tell(document: ManifestDocument, order: number, { problems }: Judgement): void {
    if (problems.length === 0) return;
    const found = problems.map((problem) => ({ problem, at: locate(document, problem.path) }));
    found.sort((a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0));
    for (const { problem: { id, path, message, fix, severity }, at } of found) {
      this.findings.push({ order, finding: {
        id, severity: severity ?? 'error', message: sentenceCase(message), where: place(document, path, at), ...(fix === undefined ? {} : { fix }),
      } });
    }
  }

  finish(input: AnalysisInput, world: World): Finding[] {
    for (const { first, order, count } of this.unknownKinds.values()) {
      const { apiVersion, kind } = first.object;
      const { group } = groupVersion(apiVersion);
      this.findings.push({ order, finding: {
        id: 'NS0023', severity: 'info',
        message: `No schema is known for ${kind} of ${apiVersion}, so ${count === 1 ? 'one object was' : `${count} objects were`} not checked`,
        where: place(first, ['kind'], locate(first, ['kind'])),
        ...this.unknownFix(first.cluster, group, kind),
      } });
    }
    const results = runRules(world, this.options.rules);
    if (results.length > 0) {
      const orders = new Map<unknown, number>();
      for (const one of [...input.documents, ...(input.terraform ?? []), ...(input.files ?? [])]) orders.set(one, orders.size);
      for (const { finding, at } of results) this.findings.push({ order: orders.get(at instanceof Entry ? at.document : 'text' in at ? at : at.document) ?? 0, finding });
    }
    const line = ({ finding }: Placed): number => finding.where.line ?? 0;
    return this.findings.sort((a, b) => a.order - b.order || line(a) - line(b)).map(({ finding }) => finding);
  }

  private unknownFix(cluster: string | undefined, group: string, kind: string): { readonly fix?: string } {
    const schemas = this.judges.schemasOf(cluster);
    const versions = Object.keys(schemas.kind(group, kind)?.versions ?? {});
    if (versions.length > 0) return { fix: `known versions of this kind: ${versions.map((version) => (group === '' ? version : `${group}/${version}`)).join(', ')}` };
    const meant = suggest(kind, schemas.kinds(group));
    return meant === undefined ? {} : { fix: `did you mean ${meant}?` };
  }

  world(input: AnalysisInput): World {
    const models = input.models ?? [];
    const external = models.flatMap((model) => model.external ?? []);
    const declared = new Map(models.flatMap((model) => model.clusters ?? []).map((cluster) => [cluster.name, cluster]));
    const clusters = [...this.clusters].map(([name, { targets, objects }]): ClusterEntries => ({
      objects, facts: factsOf(name, targets, name === undefined ? undefined : declared.get(name), external, this.options.open === true),
    }));
    const profile = this.options.profile ?? models.find((model) => model.profile !== undefined)?.profile;
    let earlier: readonly ClusterModel[] | undefined;
    return new World(input, clusters, profile, () => (earlier ??= this.earlier(clusters)));
  }

  /** The clusters of the documents that are replaced: only rules about changes ask for them. */
  private earlier(now: readonly ClusterEntries[]): readonly ClusterModel[] {
    const earlier = new Map(now.map(({ facts }) => [facts.name, { facts, objects: new ObjectIndex() }]));
    for (const document of this.before.values()) {
      const { apiVersion, kind } = document.object;
      earlier.get(document.cluster)?.objects.add(new Entry(document, this.judges.judgeOf(document).known(apiVersion, kind), this.judges.judge(document).sound));
    }
    return new World({ documents: [] }, [...earlier.values()]).clusters;
  }

  private objectsOf(cluster: string | undefined, targets: ResolvedTargets): ObjectIndex {
    let known = this.clusters.get(cluster);
    if (!known) this.clusters.set(cluster, (known = { targets, objects: new ObjectIndex() }));
    return known.objects;
  }

  private isClusterScoped({ object, cluster }: ManifestDocument): boolean {
    return this.judges.schemasOf(cluster).kind(groupVersion(object.apiVersion).group, object.kind)?.scope === 'Cluster';
  }

  private enterUnknown(document: ManifestDocument, order: number): void {
    const key = `${document.object.apiVersion} ${document.object.kind}`;
    const known = this.unknownKinds.get(key);
    if (known) known.count++;
    else this.unknownKinds.set(key, { first: document, order, count: 1 });
  }

  /** Cluster, group, kind, namespace and name; undefined for an object without a name. */
  private keyOf(document: ManifestDocument): string | undefined {
    const { object } = document;
    const metadata = object.metadata as { readonly name?: unknown; readonly namespace?: unknown } | null | undefined;
    const name = metadata?.name;
    if (typeof name !== 'string' || name === '') return undefined;
    const { group } = groupVersion(object.apiVersion);
    const namespace = this.isClusterScoped(document) || typeof metadata!.namespace !== 'string' ? '' : metadata!.namespace;
    return `${document.cluster ?? ''}\n${group}\n${object.kind}\n${namespace}\n${name}`;
  }

  private tellTwin(document: ManifestDocument, first: ManifestDocument, order: number): void {
    const at = locate(first, ['metadata', 'name']);
    const other = first.file === undefined ? 'another document' : `${first.file}${at ? `:${at.line}` : ''}`;
    this.findings.push({ order, finding: {
      id: 'NS0019', severity: 'error',
      message: `This object stands twice${document.cluster === undefined ? '' : ` in cluster ${document.cluster}`}: first in ${other}, and the later one overwrites it`,
      where: place(document, ['metadata', 'name'], locate(document, ['metadata', 'name'])),
      decidedBy: [reference(first)],
      fix: 'rename or remove one of them',
    } });
  }
}

function factsOf(name: string | undefined, targets: ResolvedTargets, declared: DeclaredCluster | undefined, external: readonly ExternalObject[], open: boolean): ClusterFacts {
  return {
    ...(name === undefined ? {} : { name }),
    targets, open,
    podCidrs: declared?.podCidrs ?? [],
    serviceCidrs: declared?.serviceCidrs ?? [],
    clusterDomain: declared?.clusterDomain ?? 'cluster.local',
    trustDomain: declared?.trustDomain ?? 'cluster.local',
    external: external.filter((one) => one.cluster === undefined || name === undefined || one.cluster === name),
  };
}
