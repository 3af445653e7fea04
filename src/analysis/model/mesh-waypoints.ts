// Which waypoint requests to a Service pass, if any (istio.io/use-waypoint on the Service or its namespace).
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Labels } from './fields';
import { list, record, text } from './fields';
import { admits } from './gateway-api';

export const USE_WAYPOINT = 'istio.io/use-waypoint';
const USE_WAYPOINT_NAMESPACE = 'istio.io/use-waypoint-namespace';

/** `none`: no label asks for one. `unknown`: the namespace is nobody's, or a label names what the documents do not have. */
export type Waypoint = { readonly kind: 'none' } | { readonly kind: 'unknown' } | { readonly kind: 'some'; readonly gateway: Entry };

/** The waypoint of a Service or ServiceEntry. */
export function waypointOf(cluster: ClusterModel, service: Entry): Waypoint {
  return waypointFor(cluster, service.namespace, service.labels);
}

/** The waypoint that labels of a Service or of pods ask for, or else those of their namespace. */
export function waypointFor(cluster: ClusterModel, namespace: string, own: Labels): Waypoint {
  const view = cluster.namespace(namespace);
  const labels = own[USE_WAYPOINT] === undefined ? view?.labels ?? {} : own;
  const name = text(labels[USE_WAYPOINT]);
  if (name === undefined) return view?.declared === true ? { kind: 'none' } : { kind: 'unknown' };
  if (name === 'none') return { kind: 'none' };
  const gateway = cluster.find('gateway.networking.k8s.io', 'Gateway', text(labels[USE_WAYPOINT_NAMESPACE]) ?? namespace, name);
  return gateway ? { kind: 'some', gateway } : { kind: 'unknown' };
}

/** Whether a Gateway is a waypoint. */
export function isWaypoint(gateway: Entry): boolean {
  return gateway.sound && String(gateway.spec.gatewayClassName).startsWith('istio-waypoint');
}

/**
 * Whether a waypoint takes what goes to Services, or to pods themselves, of a namespace; undefined where the labels of the namespace are not known. It is made for some traffic
 * (`istio.io/waypoint-for` of the Gateway or of its class), and for the namespaces that its listener admits: its own alone unless it says otherwise
 * (pilot/pkg/serviceregistry/ambient/waypoints.go).
 */
export function takesTraffic(cluster: ClusterModel, gateway: Entry, namespace: string, traffic: 'service' | 'workload'): boolean | undefined {
  if (!gateway.sound) return undefined;
  const ofClass = cluster.find('gateway.networking.k8s.io', 'GatewayClass', '', String(gateway.spec.gatewayClassName));
  const made = gateway.labels[WAYPOINT_FOR] ?? ofClass?.labels[WAYPOINT_FOR] ?? 'service';
  if (made !== traffic && made !== 'all') return false;
  const { from = 'Same', selector } = record(record(record(inboundListener(gateway, ofClass)).allowedRoutes).namespaces);
  return admits(cluster, from, selector, gateway.namespace, namespace);
}

const WAYPOINT_FOR = 'istio.io/waypoint-for';
const BINDING = 'ambient.istio.io/waypoint-inbound-binding';
const HBONE = { protocol: 'HBONE', port: 15008 } as const;
const WITH_PROXY_PROTOCOL = 'istio.io/PROXY';

/** The listener that the proxies of nodes send to: the one that an annotation binds (`PROXY`, `PROXY/15088`), or the one for HBONE. */
function inboundListener(gateway: Entry, ofClass: Entry | undefined): unknown {
  const listeners = list(gateway.spec.listeners).map(record);
  const [protocol, port] = (gateway.annotations[BINDING] ?? ofClass?.annotations[BINDING] ?? '').split('/');
  const bound = port !== undefined ? listeners.find((listener) => listener.port === Number(port))
    : protocol === 'PROXY' ? listeners.find((listener) => listener.protocol === WITH_PROXY_PROTOCOL) : undefined;
  return bound ?? listeners.find((listener) => listener.protocol === HBONE.protocol && listener.port === HBONE.port);
}
