// An identity without objects: pods that somebody else makes.
import { Construct } from 'constructs';
import { Cluster } from '../core/cluster';
import { Connections } from '../core/connections';
import { NetstackError, shorten } from '../core/errors';
import { dnsLabel, dnsSubdomain } from '../core/kubernetes-name';
import type { IConnections, IWorkload, PeerTarget } from '../core/peer';
import { recordSource, sourceOf } from '../core/provenance';
import { Registry } from '../core/registry';
import { requireOptions } from '../core/shape';
import { checkLabels } from './labels';
import { namespaceOf } from './namespace-of';
import type { NamespaceRef } from './namespace-of';
import { makePorts } from './workload-ports';
import type { Ports, WorkloadPorts } from './workload-ports';

export interface ExternalWorkloadProps<P extends Ports> {
  /** @default - the construct's id */
  readonly name?: string;
  /** @default - the namespace of the chart */
  readonly namespace?: NamespaceRef;
  /** Labels that together select exactly its pods; one at least. */
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: P;
  /** The ServiceAccount that its pods run as; a mesh knows them by it. @default 'default' */
  readonly serviceAccountName?: string;
  /** Name of the Service in front of it; `false` when there is none. @default - the name of the workload */
  readonly service?: string | false;
  /** Numbers of the Service's ports where they differ from the pod's. @default - the pod's own */
  readonly servicePorts?: { readonly [K in keyof NoInfer<P>]?: number };
}

/** Pods that somebody else makes, named so that they can stand in connections: `Workload.external(chart, 'postgres', { … })`. */
export class ExternalWorkload<P extends Ports = Ports> extends Construct implements IWorkload<never> {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccountName: string;
  readonly ports: WorkloadPorts<P, never>;
  readonly versions: readonly never[] = [];
  readonly external: boolean = true;
  readonly connections: IConnections;
  private readonly service: string | undefined;

  /** @throws NetstackError when it has no labels, for names and ports that Kubernetes refuses, and for a second workload of the same name */
  constructor(scope: Construct, id: string, props: ExternalWorkloadProps<P>) {
    super(scope, id);
    recordSource(this);
    this.cluster = Cluster.of(this);
    requireOptions(props, { name: true, namespace: true, labels: true, ports: true, serviceAccountName: true, service: true, servicePorts: true }, `the options of workload ${id}`, this);
    this.name = dnsLabel(props.name ?? id, 'Workload name', this);
    this.namespace = namespaceOf(this, props.namespace);
    this.labels = Object.freeze(checkLabels(props.labels, `workload ${this.name}`, this));
    if (Object.keys(this.labels).length === 0) {
      throw new NetstackError({ what: `External workload ${this.name} has no labels to know its pods by`, scope: this, fix: `give labels, such as { app: '${this.name}' }` });
    }
    this.serviceAccountName = dnsSubdomain(props.serviceAccountName ?? 'default', 'ServiceAccount name', this);
    this.service = props.service === false ? undefined : dnsLabel(props.service ?? this.name, 'Service name', this);
    this.ports = makePorts<P, never>(this, this, props.ports, props.servicePorts);
    this.connections = new Connections(this, this);
    const registry = Registry.of(this);
    registry.addWorkload(this, this);
    const own = { cluster: this.cluster, group: '', namespace: this.namespace };
    if (this.service !== undefined) registry.addExisting({ ...own, kind: 'Service', name: this.service });
    if (this.serviceAccountName !== 'default') registry.addExisting({ ...own, kind: 'ServiceAccount', name: this.serviceAccountName });
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

  /** @throws NetstackError always: it has no versions */
  labelsOf(version: never): never {
    throw new NetstackError({ what: `External workload ${this.name} has no version ${shorten(version)}`, scope: this, fix: 'use its labels' });
  }

  serviceName(version?: never): string {
    if (version !== undefined) this.labelsOf(version);
    if (this.service === undefined) throw new NetstackError({ what: `External workload ${this.name} has no Service`, scope: this, fix: "name one with service: 'name'" });
    return this.service;
  }
}
