// The core's part of netstack.model.json, as plain sorted data.
import type { AcknowledgeWhere } from './acknowledgement';
import { Cluster } from './cluster';
import type { EdgeTag } from './edge';
import { peerKey } from './peer';
import { Registry } from './registry';
import type { IConstruct } from 'constructs';
import type { Targets } from './targets';

export interface ClusterModel {
  readonly name: string;
  readonly targets: Targets;
  readonly podCidrs: readonly string[];
  readonly serviceCidrs: readonly string[];
  readonly clusterDomain: string;
  readonly trustDomain: string;
}

export interface PortModel {
  readonly name: string;
  readonly number: number;
  readonly protocol: string;
  readonly kind: string;
}

export interface WorkloadModel {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  readonly ports: readonly PortModel[];
  readonly versions: readonly string[];
  readonly constructPath: string;
  readonly source?: string;
}

export interface ConnectionModel {
  readonly from: string;
  readonly to: string;
  /** `8080/TCP`; absent when every port is meant. */
  readonly port?: string;
  readonly http: readonly unknown[];
  readonly tags: readonly EdgeTag[];
  readonly constructPath: string;
  readonly source?: string;
}

export interface AcknowledgementModel {
  readonly id: string;
  readonly reason: string;
  readonly constructPath: string;
  readonly source?: string;
  readonly where?: AcknowledgeWhere;
  readonly expires?: string;
}

export interface ExternalModel {
  /** `Workload` stands for pods of any kind; all others are kinds of Kubernetes objects. */
  readonly kind: string;
  /** Group of the kind; absent for the core group and for workloads. */
  readonly group?: string;
  readonly cluster: string;
  readonly namespace?: string;
  readonly name: string;
  /** Of workloads and namespaces. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Of workloads: what their pods run as. */
  readonly serviceAccount?: string;
}

export interface CoreModel {
  readonly clusters: readonly ClusterModel[];
  readonly workloads: readonly WorkloadModel[];
  readonly connections: readonly ConnectionModel[];
  readonly acknowledgements: readonly AcknowledgementModel[];
  /** What the app refers to and does not make: workloads, namespaces, and objects such as Secrets and issuers. */
  readonly external: readonly ExternalModel[];
}

/** What the core knows of the app of `scope`, for the model file. Two calls give equal data, whatever the order of declaration was. */
export function describe(scope: IConstruct): CoreModel {
  const registry = Registry.of(scope);
  const workloads = registry.workloads();
  return {
    clusters: [...Cluster.all(scope)].sort((a, b) => (a.name < b.name ? -1 : 1)).map((cluster) => ({
      name: cluster.name,
      targets: cluster.requestedTargets,
      podCidrs: cluster.podCidrs.map(String),
      serviceCidrs: cluster.serviceCidrs.map(String),
      clusterDomain: cluster.clusterDomain,
      trustDomain: cluster.trustDomain,
    })),
    workloads: workloads.filter((workload) => !workload.external).map((workload) => ({
      cluster: workload.cluster.name,
      namespace: workload.namespace,
      name: workload.name,
      labels: sorted(workload.labels),
      serviceAccount: workload.serviceAccountName,
      ports: Object.values(workload.ports).map((port) => ({ name: port.name, number: port.port.number, protocol: port.port.protocol, kind: port.port.kind }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      versions: [...workload.versions].sort(),
      constructPath: workload.path,
      ...(workload.source === undefined ? {} : { source: workload.source }),
    })),
    connections: registry.edges().map((edge) => ({
      from: peerKey(edge.from),
      to: peerKey(edge.to),
      ...(edge.port ? { port: `${edge.port.number}/${edge.port.protocol}` } : {}),
      http: edge.http.map((http) => http.toJSON()),
      tags: edge.tags,
      constructPath: edge.declaredBy.path,
      ...(edge.declaredBy.source === undefined ? {} : { source: edge.declaredBy.source }),
    })),
    acknowledgements: registry.acknowledgements.map(({ id, reason, path, source, where, expires }) => ({
      id, reason, constructPath: path, ...(source === undefined ? {} : { source }), ...(where === undefined ? {} : { where }), ...(expires === undefined ? {} : { expires }),
    })),
    external: [
      ...workloads.filter((workload) => workload.external).map((workload) => ({
        kind: 'Workload', cluster: workload.cluster.name, namespace: workload.namespace, name: workload.name, labels: sorted(workload.labels), serviceAccount: workload.serviceAccountName,
      })),
      ...registry.namespaces().filter((namespace) => namespace.existing).map((namespace) => ({
        kind: 'Namespace', cluster: namespace.cluster.name, name: namespace.name,
        labels: sorted(Object.fromEntries([...namespace.labels].map(([key, { value }]) => [key, value]))),
      })),
      ...registry.existingObjects.map(({ cluster, group, kind, namespace, name }) => ({
        kind, ...(group === '' ? {} : { group }), cluster: cluster.name, ...(namespace === undefined ? {} : { namespace }), name,
      })),
    ],
  };
}

function sorted(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
