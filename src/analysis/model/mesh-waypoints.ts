// Which waypoint requests to a Service pass, if any (istio.io/use-waypoint on the Service or its namespace).
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import { text } from './fields';

export const USE_WAYPOINT = 'istio.io/use-waypoint';
const USE_WAYPOINT_NAMESPACE = 'istio.io/use-waypoint-namespace';

/** `none`: no label asks for one. `unknown`: the namespace is nobody's, or a label names what the documents do not have. */
export type Waypoint = { readonly kind: 'none' } | { readonly kind: 'unknown' } | { readonly kind: 'some'; readonly gateway: Entry };

/** The waypoint of a Service or ServiceEntry. */
export function waypointOf(cluster: ClusterModel, service: Entry): Waypoint {
  const view = cluster.namespace(service.namespace);
  const own = service.labels[USE_WAYPOINT];
  const labels = own === undefined ? view?.labels ?? {} : service.labels;
  const name = text(labels[USE_WAYPOINT]);
  if (name === undefined) return view?.declared === true ? { kind: 'none' } : { kind: 'unknown' };
  if (name === 'none') return { kind: 'none' };
  const gateway = cluster.find('gateway.networking.k8s.io', 'Gateway', text(labels[USE_WAYPOINT_NAMESPACE]) ?? service.namespace, name);
  return gateway ? { kind: 'some', gateway } : { kind: 'unknown' };
}

/** Whether a Gateway is a waypoint. */
export function isWaypoint(gateway: Entry): boolean {
  return gateway.sound && String(gateway.spec.gatewayClassName).startsWith('istio-waypoint');
}
