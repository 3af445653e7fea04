// Which namespaces and workloads of a cluster are guarded. A namespace becomes guarded when the first workload of ours appears in it, so what was
// declared there before is told of then: the order of declaration does not matter.
import type { Construct } from 'constructs';
import type { Cidr } from '../core/cidr';
import type { Cluster } from '../core/cluster';
import { workloadKey } from '../core/peer';
import type { IWorkload } from '../core/peer';
import type { IMesh, MeshStage, PolicyContext, TokenIssuer } from '../core/policy';
import { Registry } from '../core/registry';

/** Namespaces that are guarded only when they are named: a default deny there cuts the cluster off from itself. */
export const INFRASTRUCTURE_NAMESPACES: readonly string[] = ['istio-system', 'kube-node-lease', 'kube-public', 'kube-system'];

export interface GuardOptions {
  readonly cluster: Cluster;
  readonly stage: MeshStage;
  readonly mesh: IMesh | undefined;
  readonly deniedSources: readonly Cidr[];
  readonly tokenIssuers: readonly TokenIssuer[];
  /** The only namespaces to guard, when given. */
  readonly namespaces: ReadonlySet<string> | undefined;
  /** Reasons by namespace. */
  readonly excludedNamespaces: ReadonlyMap<string, string>;
  /** Reasons by `workloadKey`. */
  readonly excludedWorkloads: ReadonlyMap<string, string>;
}

/** The guarded part of a cluster, as a CNI and a mesh see it. */
export class GuardedWorkloads implements PolicyContext {
  readonly cluster: Cluster;
  readonly stage: MeshStage;
  readonly mesh: IMesh | undefined;
  readonly deniedSources: readonly Cidr[];
  readonly tokenIssuers: readonly TokenIssuer[];
  private readonly options: GuardOptions;
  private readonly namespaces: Set<string> = new Set();
  private readonly waiting: Map<string, IWorkload[]> = new Map();
  private readonly workloads: IWorkload[] = [];
  private readonly excluded: IWorkload[] = [];
  private readonly namespaceObservers: Array<(namespace: string) => void> = [];
  private readonly workloadObservers: Array<(workload: IWorkload) => void> = [];
  private readonly exclusionObservers: Array<(workload: IWorkload, reason: string) => void> = [];

  constructor(scope: Construct, options: GuardOptions) {
    this.options = options;
    this.cluster = options.cluster;
    this.stage = options.stage;
    this.mesh = options.mesh;
    this.deniedSources = options.deniedSources;
    this.tokenIssuers = options.tokenIssuers;
    const registry = Registry.of(scope);
    for (const namespace of options.namespaces ?? []) this.guard(namespace);
    registry.onNamespace((record) => {
      if (record.cluster === this.cluster && record.declaredBy !== undefined && !record.existing) this.consider(record.name);
    });
    registry.onWorkload((workload) => {
      if (workload.cluster !== this.cluster) return;
      if (!workload.external) this.consider(workload.namespace);
      if (this.namespaces.has(workload.namespace)) this.admit(workload);
      else this.wait(workload);
    });
  }

  guardsNamespace(namespace: string): boolean {
    return this.namespaces.has(namespace);
  }

  guards(workload: IWorkload): boolean {
    return workload.cluster === this.cluster && this.namespaces.has(workload.namespace) && !this.options.excludedWorkloads.has(workloadKey(workload));
  }

  onNamespace(observer: (namespace: string) => void): void {
    this.namespaceObservers.push(observer);
    for (const namespace of [...this.namespaces]) observer(namespace);
  }

  onWorkload(observer: (workload: IWorkload) => void): void {
    this.workloadObservers.push(observer);
    for (const workload of [...this.workloads]) observer(workload);
  }

  onExcluded(observer: (workload: IWorkload, reason: string) => void): void {
    this.exclusionObservers.push(observer);
    for (const workload of [...this.excluded]) observer(workload, this.options.excludedWorkloads.get(workloadKey(workload))!);
  }

  private consider(namespace: string): void {
    if (this.options.namespaces === undefined && !INFRASTRUCTURE_NAMESPACES.includes(namespace)) this.guard(namespace);
  }

  private guard(namespace: string): void {
    if (this.namespaces.has(namespace) || this.options.excludedNamespaces.has(namespace)) return;
    this.namespaces.add(namespace);
    for (const observer of this.namespaceObservers) observer(namespace);
    const waiting = this.waiting.get(namespace) ?? [];
    this.waiting.delete(namespace);
    for (const workload of waiting) this.admit(workload);
  }

  private wait(workload: IWorkload): void {
    const waiting = this.waiting.get(workload.namespace);
    if (waiting) waiting.push(workload);
    else this.waiting.set(workload.namespace, [workload]);
  }

  private admit(workload: IWorkload): void {
    const reason = this.options.excludedWorkloads.get(workloadKey(workload));
    if (reason === undefined) {
      this.workloads.push(workload);
      for (const observer of this.workloadObservers) observer(workload);
    } else {
      this.excluded.push(workload);
      for (const observer of this.exclusionObservers) observer(workload, reason);
    }
  }
}
