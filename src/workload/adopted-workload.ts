// Workloads that other constructs make: cdk8s-plus of any version (by shape, because classes of two versions are two types), plain ApiObjects, Include and Helm charts.
import { Chart } from 'cdk8s';
import type { ApiObject } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { Cluster } from '../core/cluster';
import { Connections } from '../core/connections';
import { NetstackError, shorten } from '../core/errors';
import { dnsLabel, dnsSubdomain } from '../core/kubernetes-name';
import type { IConnections, IWorkload, IWorkloadPort, PeerTarget } from '../core/peer';
import { Registry } from '../core/registry';
import { callerLine } from '../core/source';
import { WorkloadPort } from '../core/workload-port';
import { derivePorts } from './derived-ports';
import { checkLabels } from './labels';
import { namespaceOf } from './namespace-of';
import type { NamespaceRef } from './namespace-of';
import { readPods, readServicePorts } from './pod-source';
import type { PlusWorkload, PodSource, ServiceSource } from './pod-source';
import { makePorts } from './workload-ports';
import type { Ports, WorkloadPorts } from './workload-ports';

/** What `Workload.of` takes: a workload or pod of cdk8s-plus, an ApiObject that makes pods, or an Include or Helm chart with one such object. */
export type AdoptableWorkload = PlusWorkload | ApiObject | (IConstruct & { readonly apiObjects: readonly ApiObject[] });

export interface AdoptOptions<P extends Ports = Ports> {
  /** @default - the name of the object */
  readonly name?: string;
  /** For an object that names none. @default - the object's own, its chart's, or `default` */
  readonly namespace?: NamespaceRef;
  /** Labels that together select exactly its pods. @default - `cdk8s.io/metadata.addr` of cdk8s-plus, else the labels of the selector, else those of the pods */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Its ports.
   *
   * @default - those of its containers. The transport is the container port's; what is spoken is read from the name, as `<kind>` or `<kind>-…`:
   * http, http2 (as http), https, grpc; `metrics`, `prometheus` and names ending in `-metrics` are scraped; every other name, and none, is plain TCP.
   * A port without name is called after its transport and number: `tcp-8080`.
   */
  readonly ports?: P;
  /** @default - as its pods say, else `default` */
  readonly serviceAccountName?: string;
  /** The Service in front of it: its name, the Service of cdk8s-plus, or the ApiObject. @default - none */
  readonly service?: string | ServiceSource | ApiObject;
}

const ADOPTED = new WeakMap<ApiObject, { readonly workload: AdoptedWorkload; readonly options: string }>();
const OWN = new WeakMap<ApiObject, IWorkload>();

/** Remembers that `object` is of a workload of ours, so that it is not adopted as another one. */
export function rememberObject(object: ApiObject, workload: IWorkload): void {
  OWN.set(object, workload);
}

/** The workload of an object that something else makes; the same one each time. */
export function adoptWorkload<P extends Ports>(given: AdoptableWorkload, options?: AdoptOptions<P>): AdoptedWorkload<P> {
  const source = readPods(given);
  const own = OWN.get(source.object);
  if (own) {
    throw new NetstackError({ what: `${source.object.kind} ${source.object.name} is made by workload ${own.name}`, where: own.path, fix: 'use that workload itself' });
  }
  const known = ADOPTED.get(source.object);
  if (!known) {
    const workload = new AdoptedWorkload<P>(source, options ?? {});
    ADOPTED.set(source.object, { workload, options: fingerprint(options ?? {}) });
    return workload;
  }
  if (options !== undefined && fingerprint(options) !== known.options) {
    throw new NetstackError({
      what: `${source.object.kind} ${source.object.name} was adopted before with other options (${known.workload.source ?? 'line unknown'})`,
      scope: source.object,
      fix: 'give options once, and keep the workload in a variable',
    });
  }
  return known.workload as unknown as AdoptedWorkload<P>;
}

function fingerprint(options: AdoptOptions): string {
  return JSON.stringify([
    options.name, typeof options.namespace === 'object' ? options.namespace.name : options.namespace, Object.entries(options.labels ?? {}).sort(),
    options.ports && Object.entries(options.ports).sort().map(([key, port]) => `${key} ${port?.key()}`), options.serviceAccountName,
    typeof options.service === 'object' ? options.service.name : options.service,
  ]);
}

/** A workload whose pods another construct of the app makes. Made by `Workload.of`. */
export class AdoptedWorkload<P extends Ports = Ports> implements IWorkload<never> {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly versions: readonly never[] = [];
  readonly external: boolean = false;
  readonly path: string;
  readonly source: string | undefined;
  readonly connections: IConnections;
  private readonly pods: PodSource;
  private readonly options: AdoptOptions<P>;
  private readonly declared: WorkloadPorts<P, never> | undefined;
  private readonly derived: Map<string, WorkloadPort<never>> = new Map();

  /** @internal */
  constructor(pods: PodSource, options: AdoptOptions<P>) {
    const { object } = pods;
    this.pods = pods;
    this.options = options;
    this.path = pods.path;
    this.source = callerLine();
    this.cluster = Cluster.of(object);
    this.name = dnsLabel(options.name ?? object.name, 'Workload name', object);
    this.namespace = this.namespaceOfPods();
    this.labels = Object.freeze(checkLabels(options.labels ?? pods.labels, `workload ${this.name}`, object));
    if (Object.keys(this.labels).length === 0) {
      throw new NetstackError({
        what: `The pods of ${object.kind} ${object.name} cannot be told by labels${pods.expressions ? ', for its selector is made of expressions' : ''}`,
        scope: object,
        fix: `name them: Workload.of(object, { labels: { app: '${this.name}' } })`,
      });
    }
    if (options.ports !== undefined) this.declared = makePorts<P, never>(this, object, options.ports, this.servicePortsOf(options.ports));
    if (options.serviceAccountName !== undefined) dnsSubdomain(options.serviceAccountName, 'ServiceAccount name', object);
    if (options.service !== undefined) this.serviceName();
    this.connections = new Connections(this, object);
    Registry.of(object).addWorkload(this, object);
  }

  get peer(): PeerTarget {
    return { kind: 'workload', workload: this };
  }

  get serviceAccountName(): string {
    return this.options.serviceAccountName ?? this.pods.serviceAccountName() ?? 'default';
  }

  /** Those given, else those of its containers as they stand now: cdk8s-plus adds containers late. */
  get ports(): WorkloadPorts<P, never> {
    if (this.declared) return this.declared;
    const containers = derivePorts(this.pods.containerPorts());
    const servicePorts = this.servicePortsOf(containers);
    return Object.fromEntries(Object.entries(containers).map(([key, port]) => {
      const present = this.derived.get(key);
      const servicePort = servicePorts[key] ?? port.number;
      if (present && present.port.key() === port.key() && present.servicePort === servicePort) return [key, present];
      const made = new WorkloadPort<never>(key, port, this, servicePort);
      this.derived.set(key, made);
      return [key, made];
    })) as Record<string, IWorkloadPort<never>> as unknown as WorkloadPorts<P, never>;
  }

  /** @throws NetstackError always: it has no versions */
  labelsOf(version: never): never {
    throw new NetstackError({ what: `Workload ${this.name} has no version ${shorten(version)}`, scope: this.pods.object, fix: 'use its labels' });
  }

  serviceName(version?: never): string {
    if (version !== undefined) this.labelsOf(version);
    const { service } = this.options;
    if (service === undefined) {
      throw new NetstackError({ what: `The Service of workload ${this.name} is not known`, scope: this.pods.object, fix: "name it: Workload.of(object, { service: 'name' })" });
    }
    return dnsLabel(typeof service === 'string' ? service : service?.name, 'Service name', this.pods.object);
  }

  private namespaceOfPods(): string {
    const { object } = this.pods;
    const own = object.metadata.namespace ?? Chart.of(object).namespace;
    if (this.options.namespace === undefined) return namespaceOf(object, own);
    const wanted = namespaceOf(object as Construct, this.options.namespace);
    if (own !== undefined && own !== wanted) {
      throw new NetstackError({ what: `${object.kind} ${object.name} is in namespace ${own}, not in ${wanted}`, scope: object, fix: 'leave the namespace out' });
    }
    return wanted;
  }

  /** Ports of the Service by the keys of the pod's ports, where the Service says them. */
  private servicePortsOf(ports: Ports): Record<string, number> {
    const { service } = this.options;
    const listed = typeof service === 'object' ? readServicePorts(service) : [];
    return Object.fromEntries(Object.entries(ports).flatMap(([key, port]) => {
      const match = listed.find((one) => (one.protocol ?? 'TCP') === port?.protocol && (one.targetPort === (port.name ?? key) || (one.targetPort ?? one.port) === port.number));
      return match ? [[key, match.port] as const] : [];
    }));
  }
}
