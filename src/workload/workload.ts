// Who talks, with the objects that run it.
import { Construct } from 'constructs';
import type { ApiObject } from 'cdk8s';
import { NetworkObject } from '../app/network-object';
import { Cluster } from '../core/cluster';
import { Connections } from '../core/connections';
import { NetstackError, shorten } from '../core/errors';
import { dnsLabel, dnsSubdomain } from '../core/kubernetes-name';
import { Peer } from '../core/peers';
import type { IConnections, IWorkload, PeerTarget } from '../core/peer';
import { recordSource, sourceOf } from '../core/provenance';
import { Registry } from '../core/registry';
import { requireBoolean, requireOptions } from '../core/shape';
import { adoptWorkload, rememberObject } from './adopted-workload';
import type { AdoptableWorkload, AdoptedWorkload, AdoptOptions } from './adopted-workload';
import { ExternalWorkload } from './external-workload';
import type { ExternalWorkloadProps } from './external-workload';
import { checkAnnotations, checkLabels } from './labels';
import { namespaceOf } from './namespace-of';
import { checkProbes, wholeSeconds } from './probes';
import { renderAutoscaler } from './render-autoscaler';
import { renderDeployment } from './render-deployment';
import { renderDisruptionBudget } from './render-disruption-budget';
import { renderHeadlessService, renderService } from './render-service';
import { headlessName, renderStatefulSet } from './render-stateful-set';
import { checkSecurity } from './security';
import { checkVersions } from './versions';
import { checkVolumes } from './volumes';
import { makePorts } from './workload-ports';
import type { Ports, WorkloadPorts } from './workload-ports';
import type { ServiceOptions, WorkloadProps } from './workload-props';
import { WorkloadResources } from './workload-resources';
import type { VersionObjects } from './workload-resources';
import type { VersionState, WorkloadState } from './workload-state';

const WORKLOAD_OPTIONS = {
  name: true, namespace: true, labels: true, podAnnotations: true, ports: true, controller: true, service: true, serviceAccount: true, probes: true, security: true, volumes: true,
  disruptionBudget: true, terminationGracePeriod: true, image: true, versions: true, replicas: true, autoscaling: true, command: true, args: true, env: true, resources: true,
} as const;

/**
 * Pods of one name, as a Deployment or StatefulSet per version with its Service, budget and autoscaler:
 *
 * ```ts
 * const orders = new Workload(chart, 'order-service', {
 *   ports: { http: Port.http(8080), metrics: Port.metrics(9090) },
 *   versions: { stable: { image: 'registry.example.com/orders:1.7.4' }, canary: { image: 'registry.example.com/orders:2.0.0' } },
 * });
 * orders.connections.allowFrom(frontend, orders.ports.http);
 * ```
 *
 * Where any workload will do, take `IWorkload`.
 */
export class Workload<P extends Ports = Ports, V extends string = never> extends Construct implements IWorkload<V> {
  /**
   * A workload that cdk8s-plus (any version), a plain ApiObject, an Include or a Helm chart makes. The same object gives the same workload.
   *
   * @throws NetstackError when its pods cannot be told by labels, or it was adopted before with other options
   */
  static of<P extends Ports = Ports>(object: AdoptableWorkload, options?: AdoptOptions<P>): AdoptedWorkload<P> {
    return adoptWorkload(object, options);
  }

  /** Pods that somebody else makes: an identity without objects. */
  static external<P extends Ports>(scope: Construct, id: string, props: ExternalWorkloadProps<P>): ExternalWorkload<P> {
    return new ExternalWorkload(scope, id, props);
  }

  readonly cluster: Cluster;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccountName: string;
  readonly ports: WorkloadPorts<P, V>;
  readonly versions: readonly V[];
  readonly external: boolean = false;
  readonly connections: IConnections;
  readonly controller: 'Deployment' | 'StatefulSet';
  /** The objects made, for patches. */
  readonly resources: WorkloadResources<V>;
  private readonly state: WorkloadState;
  private readonly states: ReadonlyMap<string | undefined, VersionState>;
  private readonly hasService: boolean;

  /** @throws NetstackError for values that Kubernetes refuses, conflicting options, and a second workload of the same name in the namespace */
  constructor(scope: Construct, id: string, props: WorkloadProps<P, V>) {
    super(scope, id);
    recordSource(this);
    this.cluster = Cluster.of(this);
    requireOptions<object>(props, WORKLOAD_OPTIONS, `the options of workload ${id}`, this);
    this.name = dnsLabel(props.name ?? id, 'Workload name', this);
    this.namespace = namespaceOf(this, props.namespace);
    this.labels = Object.freeze({ app: this.name });
    this.controller = props.controller ?? 'Deployment';
    if (this.controller !== 'Deployment' && this.controller !== 'StatefulSet') {
      throw new NetstackError({ what: `Workload ${this.name} has controller ${shorten(props.controller)}`, scope: this, fix: "give 'Deployment' or 'StatefulSet'" });
    }
    const where = `workload ${this.name}`;
    const account = requireOptions(props.serviceAccount ?? {}, { name: true, existing: true, automountToken: true, annotations: true }, `serviceAccount of workload ${id}`, this);
    for (const field of ['existing', 'automountToken'] as const) if (account[field] !== undefined) requireBoolean(account[field], `${field} of the serviceAccount of workload ${id}`, this);
    this.serviceAccountName = dnsSubdomain(account.name ?? this.name, 'ServiceAccount name', this);
    const service = props.service === false ? undefined : props.service;
    this.ports = makePorts<P, V>(this, this, props.ports, service?.ports);
    const ports = Object.values(this.ports).sort((a, b) => (a.name < b.name ? -1 : 1));
    this.hasService = props.service !== false && ports.length > 0;
    const userLabels = checkLabels(props.labels, where, this, ['app', 'version']);
    this.state = {
      name: this.name,
      namespace: this.namespace,
      ports,
      podAnnotations: checkAnnotations(props.podAnnotations, `the pods of ${where}`, this),
      serviceAccountName: this.serviceAccountName,
      automountToken: account.automountToken ?? false,
      probes: checkProbes(props.probes, this.ports, this.name, this),
      security: checkSecurity(props.security, this.name, this),
      volumes: checkVolumes(props.volumes, this.namespace, this.controller, this.name, this),
      terminationGraceSeconds: props.terminationGracePeriod === undefined ? undefined
        : wholeSeconds(props.terminationGracePeriod, `The termination grace period of ${where}`, this, 0),
    };
    this.states = checkVersions(this, props, userLabels);
    this.versions = Object.freeze([...this.states.keys()].filter((version): version is V => version !== undefined));
    this.connections = new Connections(this, this);

    const accountObject = account.existing === true ? undefined : new NetworkObject(this, 'service-account', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { ...this.metadata(this.serviceAccountName, { app: this.name, ...userLabels }), annotations: checkAnnotations(account.annotations, `the ServiceAccount of ${where}`, this) },
      automountServiceAccountToken: false,
    });
    const objects = new Map<string, VersionObjects>();
    for (const state of this.states.values()) objects.set(state.version ?? '', this.make(state, objects.size === 0, props.disruptionBudget));
    this.resources = new WorkloadResources<V>(this, [...objects.keys()][0]!, objects, accountObject);

    const registry = Registry.of(this);
    registry.addWorkload(this, this);
    const own = { cluster: this.cluster, group: '', namespace: this.namespace };
    if (!accountObject) registry.addExisting({ ...own, kind: 'ServiceAccount', name: this.serviceAccountName });
    for (const name of this.secretNames()) registry.addExisting({ ...own, kind: 'Secret', name });
    const probed = new Connections(this, this, 'probe');
    for (const port of new Set(this.state.probes.map((probe) => probe.port))) probed.allowFrom(Peer.nodes, port);
  }

  get peer(): PeerTarget {
    return { kind: 'workload', workload: this };
  }

  get path(): string {
    return this.node.path;
  }

  get source(): string | undefined {
    return sourceOf(this);
  }

  labelsOf(version: V): Readonly<Record<string, string>> {
    return this.stateOf(version).selector;
  }

  /** The Service of a version, by default of the main one: `stable`, or the first when none is called so. */
  serviceName(version?: V): string {
    if (!this.hasService) throw new NetstackError({ what: `Workload ${this.name} has no Service`, scope: this, fix: 'declare a port and leave out service: false' });
    return (version === undefined ? [...this.states.values()][0]! : this.stateOf(version)).objectName;
  }

  /** The Secrets that its pods read; somebody else keeps them all. */
  private secretNames(): ReadonlySet<string> {
    const variables = [...this.states.values()].flatMap(({ env }) => env.flatMap(({ secret }) => (secret ? [secret.name] : [])));
    return new Set([...variables, ...this.state.volumes.flatMap(({ holds }) => (holds.type === 'secret' ? [holds.name] : []))]);
  }

  private stateOf(version: V): VersionState {
    const state = version === undefined ? undefined : this.states.get(version);
    if (state) return state;
    throw new NetstackError({
      what: `Workload ${this.name} has no version ${shorten(version)}`,
      scope: this,
      fix: this.versions.length > 0 ? `name one of ${[...this.versions].sort().join(', ')}` : 'declare versions',
    });
  }

  private make(version: VersionState, main: boolean, budget: { readonly maxUnavailable: number } | false = { maxUnavailable: 1 }): VersionObjects {
    const suffix = main ? '' : `-${version.version}`;
    const object = (id: string, apiVersion: string, kind: string, name: string, spec: unknown, { labels, annotations }: ServiceOptions = {}): ApiObject =>
      new NetworkObject(this, id, { apiVersion, kind, metadata: { ...this.metadata(name, { ...version.labels, ...labels }), annotations: { ...annotations } }, spec });
    const objects: VersionObjects = {};
    if (this.hasService) objects.service = object(`service${suffix}`, 'v1', 'Service', version.objectName, renderService(this.state, version), version.service);
    if (this.controller === 'StatefulSet') {
      objects.headlessService = object(`service-headless${suffix}`, 'v1', 'Service', headlessName(version), renderHeadlessService(this.state, version));
    }
    objects.controller = object(main ? 'Resource' : `controller${suffix}`, 'apps/v1', this.controller, version.objectName,
      this.controller === 'StatefulSet' ? renderStatefulSet(this.state, version) : renderDeployment(this.state, version));
    rememberObject(objects.controller, this);
    if (budget !== false && (version.autoscaling?.min ?? version.replicas) >= 2) {
      requireOptions(budget, { maxUnavailable: true }, `disruptionBudget of workload ${this.name}`, this);
      if (!Number.isInteger(budget.maxUnavailable) || budget.maxUnavailable < 1) {
        throw new NetstackError({ what: `The disruption budget of workload ${this.name} lets ${shorten(budget.maxUnavailable)} pods go`, scope: this, fix: 'give a whole number from 1, or false for no budget' });
      }
      objects.disruptionBudget = object(`disruption-budget${suffix}`, 'policy/v1', 'PodDisruptionBudget', version.objectName, renderDisruptionBudget(version, budget.maxUnavailable));
    }
    if (version.autoscaling) {
      objects.autoscaler = object(`autoscaler${suffix}`, 'autoscaling/v2', 'HorizontalPodAutoscaler', version.objectName, renderAutoscaler(this.controller, version, version.autoscaling));
    }
    return objects;
  }

  private metadata(name: string, labels: Readonly<Record<string, string>>): { name: string; namespace: string; labels: Record<string, string> } {
    return { name, namespace: this.namespace, labels: { ...labels } };
  }
}
