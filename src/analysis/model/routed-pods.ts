// Which pods routes and Ingresses lead to, at which port of the pods.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import { each } from './each';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import type { GatewayView, Parent, RouteView } from './gateway-api';
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
  const found: RoutedPods[] = [];
  each(cluster.derive(gatewayModel).routes, addRoute, cluster, found);
  for (const entry of cluster.objects('networking.k8s.io', 'Ingress')) {
    if (entry.spec.defaultBackend !== undefined) addIngress(found, cluster, entry, ['spec', 'defaultBackend'], entry.spec.defaultBackend);
    list(entry.spec.rules).forEach((rule: Fields, i) => {
      list(record(rule.http).paths).forEach((one: Fields, j) => addIngress(found, cluster, entry, ['spec', 'rules', i, 'http', 'paths', j, 'backend'], one.backend));
    });
  }
  return found;
}

function addRoute({ entry, parents }: RouteView, cluster: ClusterModel, found: RoutedPods[]): void {
  const gateways = takersOf(parents);
  if (gateways.length === 0) return;
  const rules = list(entry.spec.rules);
  for (let i = 0; i < rules.length; i++) {
    const references = list(record(rules[i]).backendRefs);
    for (let j = 0; j < references.length; j++) {
      const reference: Fields = references[j];
      // A backend of weight 0 gets nothing.
      if ((text(reference.kind) ?? 'Service') !== 'Service' || text(reference.group) !== undefined || reference.weight === 0) continue;
      addPods(found, cluster, entry, ['spec', 'rules', i, 'backendRefs', j], text(reference.namespace) ?? entry.namespace, String(reference.name), reference.port as number, gateways);
    }
  }
}

/** What was found right last of pods: rules of one route mostly lead to the same. */
export class LastRight {
  private readonly last: Map<PodGroup, RoutedPods> = new Map();

  has({ group, port, protocol, gateways }: RoutedPods): boolean {
    const last = this.last.get(group);
    return last !== undefined && last.port === port && last.protocol === protocol && last.gateways === gateways;
  }

  add(routed: RoutedPods): void {
    this.last.set(routed.group, routed);
  }
}

const NOBODY: readonly GatewayView[] = [];

/** The Gateways that take a route: one most often. */
function takersOf(parents: readonly Parent[]): readonly GatewayView[] {
  if (parents.length > 1) return [...new Set(parents.filter(({ attached }) => attached.length > 0).map(({ gateway }) => gateway))];
  return parents.length === 1 && parents[0]!.attached.length > 0 ? [parents[0]!.gateway] : NOBODY;
}

function addIngress(found: RoutedPods[], cluster: ClusterModel, entry: Entry, path: FieldPath, backend: Fields): void {
  const { name, port } = record(record(backend).service);
  if (text(name) !== undefined) addPods(found, cluster, entry, path, entry.namespace, name as string, (record(port).number ?? record(port).name) as number | string, NOBODY);
}

function addPods(
  found: RoutedPods[], cluster: ClusterModel, entry: Entry, path: FieldPath, namespace: string, name: string, wanted: number | string, gateways: readonly GatewayView[],
): void {
  const service = meshServicesOf(cluster).find(namespace, name);
  const port = service?.entry.sound === true ? service.port(wanted) : undefined;
  if (!service || !port) return;
  for (const group of service.pods) {
    const target = service.targetOf(port, group);
    if (target !== undefined) found.push({ entry, path, service, group, port: target, protocol: port.protocol as Protocol, gateways });
  }
}
