// Routes of OpenShift: its router takes them as it takes an Ingress. https://docs.openshift.com/container-platform/latest/rest_api/network_apis/route-route-openshift-io-v1.html
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { list, record, text } from '../model/fields';
import { servicePorts } from '../model/service-ports';
import type { Backend } from './services';
import { targetsOf } from './services';

export const OPENSHIFT_ROUTES = 'route.openshift.io';

/** A Route, and the pods that it leads to. */
export interface OpenShiftRoute {
  readonly route: Entry;
  readonly backends: readonly Backend[];
}

/** `cluster.derive(openShiftRoutes)`. */
export function openShiftRoutes(cluster: ClusterModel): readonly OpenShiftRoute[] {
  return cluster.everyObject(OPENSHIFT_ROUTES, 'Route').map((route) => {
    const { spec } = route;
    const wanted = record(spec.port).targetPort as unknown;
    const names = [spec.to, ...list(spec.alternateBackends)].map(record).filter((one) => (text(one.kind) ?? 'Service') === 'Service' && one.weight !== 0).map(({ name }) => text(name));
    const backends = names.flatMap((name): readonly Backend[] => {
      const service = name === undefined ? undefined : cluster.find('', 'Service', route.namespace, name);
      // The name of a port of the Service, or the number that the pods listen on.
      return service === undefined ? [] : servicePorts(service).filter((port) => wanted === undefined || wanted === port.name || wanted === port.targetPort)
        .flatMap((port) => targetsOf(cluster, service, port).backends);
    });
    return { route, backends };
  });
}
