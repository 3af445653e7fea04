// A Kubernetes cluster: the first part of every object's identity, and what chooses versions.
import { Construct } from 'constructs';
import type { IConstruct } from 'constructs';
import { Cidr } from './cidr';
import { NetstackError } from './errors';
import { dnsLabel, dnsSubdomain } from './kubernetes-name';
import { claimNetwork } from './networks';
import { recordSource, sourceOf } from './provenance';
import { requireList, requireObject, requireOptions } from './shape';
import { resolveTargets } from './targets';
import type { ResolvedTargets, Targets } from './targets';

const CLUSTER_OPTIONS: Readonly<Record<keyof ClusterProps, true>> = { name: true, targets: true, podCidrs: true, serviceCidrs: true, clusterDomain: true, trustDomain: true };

const CLUSTER = Symbol.for('cdk8s-netstack.cluster');
const CLUSTERS = Symbol.for('cdk8s-netstack.clusters');

export interface ClusterProps {
  /** @default - the construct's id */
  readonly name?: string;
  /** @default - the newest known line of every system */
  readonly targets?: Targets;
  /** Address ranges of pods. @default - unknown */
  readonly podCidrs?: ReadonlyArray<Cidr | string>;
  /** Address ranges of Services. @default - unknown */
  readonly serviceCidrs?: ReadonlyArray<Cidr | string>;
  /** DNS domain of Services. @default 'cluster.local' */
  readonly clusterDomain?: string;
  /** SPIFFE trust domain of the mesh. @default - the cluster domain */
  readonly trustDomain?: string;
}

/**
 * A Kubernetes cluster. An app that declares none has one, called `default`; an app that declares one needs to name it nowhere; an app with several
 * names one on each chart.
 */
export class Cluster extends Construct {
  /** Marks `construct` and all below it as belonging to `cluster`. */
  static assign(construct: IConstruct, cluster: Cluster): void {
    Object.defineProperty(construct, CLUSTER, { value: cluster, enumerable: false });
  }

  /**
   * The cluster of `scope`: the one of its chart, or the app's only one.
   *
   * @throws NetstackError when the app has several and the chart names none
   */
  static of(scope: IConstruct): Cluster {
    for (let at: IConstruct | undefined = scope; at; at = at.node.scope) {
      const cluster = (at as { [CLUSTER]?: Cluster })[CLUSTER];
      if (cluster) return cluster;
    }
    const declared = Cluster.all(scope);
    if (declared.length === 1) return declared[0]!;
    if (declared.length === 0) return new Cluster(scope.node.root as Construct, 'default-cluster', { name: 'default' });
    throw new NetstackError({
      what: `The app has ${declared.length} clusters and this chart names none of them`,
      scope,
      fix: `give the chart one: new NetworkChart(app, id, { cluster }), with ${declared.map((cluster) => cluster.name).join(' or ')}`,
    });
  }

  /** The clusters of the app that `scope` belongs to, in the order of their declaration. */
  static all(scope: IConstruct): readonly Cluster[] {
    return (scope.node.root as { [CLUSTERS]?: Cluster[] })[CLUSTERS] ?? [];
  }

  readonly name: string;
  readonly targets: ResolvedTargets;
  /** The targets as they were written, for the model file. */
  readonly requestedTargets: Targets;
  readonly podCidrs: readonly Cidr[];
  readonly serviceCidrs: readonly Cidr[];
  readonly clusterDomain: string;
  readonly trustDomain: string;

  constructor(scope: Construct, id: string, props: ClusterProps = {}) {
    super(scope, id);
    recordSource(this);
    requireOptions(props, CLUSTER_OPTIONS, `the options of cluster ${id}`, this);
    this.name = dnsLabel(props.name ?? id, `the name of cluster ${id}`);
    this.requestedTargets = requireObject(props.targets ?? {}, `targets of cluster ${this.name}`, this);
    this.targets = resolveTargets(this.requestedTargets, `cluster ${this.name}`);
    this.podCidrs = requireList(props.podCidrs, `podCidrs of cluster ${this.name}`, this).map((cidr) => Cidr.of(cidr));
    this.serviceCidrs = requireList(props.serviceCidrs, `serviceCidrs of cluster ${this.name}`, this).map((cidr) => Cidr.of(cidr));
    this.clusterDomain = dnsSubdomain(props.clusterDomain ?? 'cluster.local', `the cluster domain of ${this.name}`);
    this.trustDomain = dnsSubdomain(props.trustDomain ?? this.clusterDomain, `the trust domain of ${this.name}`);
    this.refuseOverlaps();

    const root = this.node.root as { [CLUSTERS]?: Cluster[] };
    if (!root[CLUSTERS]) Object.defineProperty(root, CLUSTERS, { value: [], enumerable: false });
    const twin = root[CLUSTERS]!.find((other) => other.name === this.name);
    if (twin) {
      throw new NetstackError({ what: `Two clusters are called ${this.name}: ${twin.node.path} (${sourceOf(twin) ?? 'line unknown'}) and this one`, scope: this, fix: 'give one of them another name' });
    }
    const implicit = root[CLUSTERS]!.find((other) => other.node.id === 'default-cluster' && other.node.scope === this.node.root);
    if (implicit) {
      throw new NetstackError({ what: `Cluster ${this.name} is declared after constructs that had to ask for their cluster`, scope: this, fix: 'declare clusters first' });
    }
    root[CLUSTERS]!.push(this);
    Cluster.assign(this, this);
    for (const cidr of [...this.podCidrs, ...this.serviceCidrs]) claimNetwork(this, cidr, 'cluster', `cluster ${this.name}`);
  }

  private refuseOverlaps(): void {
    const ranges = [...this.podCidrs.map((cidr) => ['pod', cidr] as const), ...this.serviceCidrs.map((cidr) => ['service', cidr] as const)];
    ranges.forEach(([kind, cidr], i) => {
      for (const [otherKind, other] of ranges.slice(i + 1)) {
        if (cidr.overlaps(other)) {
          throw new NetstackError({ what: `The ${kind} range ${cidr} overlaps the ${otherKind} range ${other}`, scope: this, fix: 'give each range addresses of its own' });
        }
      }
    });
  }
}
