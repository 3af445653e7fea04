// Which pods routes and Ingresses lead to, at which port of the pods.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import type { GatewayView } from './gateway-api';
import { gatewayModel } from './gateway-api';
import type { MeshService } from './mesh-services';
import { meshServicesOf } from './mesh-services';
import type { PodGroup } from './pods';
import type { Protocol } from './policy';

export interface RoutedPods {
  /** The route, or the Ingress. */
  readonly entry: Entry;
  /** Of the backend in it. */
  readonly path: FieldPath;
  readonly service: MeshService;
  readonly group: PodGroup;
  readonly port: number;
  readonly protocol: Protocol;
  /** The Gateways that take the route. */
  readonly gateways: readonly GatewayView[];
}

/** Every backend of every route that some Gateway takes, and of every Ingress. */
export function routedPods(cluster: ClusterModel): readonly RoutedPods[] {
  return cluster.derive(build);
}

function build(cluster: ClusterModel): readonly RoutedPods[] {
  const routes = cluster.derive(gatewayModel).routes.flatMap(({ entry, parents }) => {
    const gateways = [...new Set(parents.filter(({ attached }) => attached.length > 0).map(({ gateway }) => gateway))];
    if (gateways.length === 0) return [];
    return list(entry.spec.rules).flatMap((rule: Fields, i) => list(record(rule).backendRefs).flatMap((reference: Fields, j) => {
      // A backend of weight 0 gets nothing.
      if ((text(reference.kind) ?? 'Service') !== 'Service' || text(reference.group) !== undefined || reference.weight === 0) return [];
      return behind(cluster, entry, ['spec', 'rules', i, 'backendRefs', j], text(reference.namespace) ?? entry.namespace, String(reference.name), reference.port as number, gateways);
    }));
  });
  const ingresses = cluster.objects('networking.k8s.io', 'Ingress').flatMap((entry) => [
    ...entry.spec.defaultBackend === undefined ? [] : ofIngress(cluster, entry, ['spec', 'defaultBackend'], entry.spec.defaultBackend),
    ...list(entry.spec.rules).flatMap((rule: Fields, i) => list(record(rule.http).paths).flatMap((one: Fields, j) => ofIngress(cluster, entry, ['spec', 'rules', i, 'http', 'paths', j, 'backend'], one.backend))),
  ]);
  return [...routes, ...ingresses];
}

function ofIngress(cluster: ClusterModel, entry: Entry, path: FieldPath, backend: Fields): RoutedPods[] {
  const { name, port } = record(record(backend).service);
  return text(name) === undefined ? [] : behind(cluster, entry, path, entry.namespace, name as string, (record(port).number ?? record(port).name) as number | string, []);
}

function behind(cluster: ClusterModel, entry: Entry, path: FieldPath, namespace: string, name: string, wanted: number | string, gateways: readonly GatewayView[]): RoutedPods[] {
  const service = meshServicesOf(cluster).find(namespace, name);
  const port = service?.entry.sound === true ? service.port(wanted) : undefined;
  if (!service || !port) return [];
  return service.pods.flatMap((group): RoutedPods[] => {
    const target = service.targetOf(port, group);
    return target === undefined ? [] : [{ entry, path, service, group, port: target, protocol: port.protocol as Protocol, gateways }];
  });
}
