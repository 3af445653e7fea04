// The gateway layer: from a request at the outside of a cluster to the backends (or the answer) of every gateway that would take it.
//
//   const gateways = cluster.derive(gatewayRouting);
//   gateways.route({ request: { host: 'api.example.com', path: '/orders', method: 'GET' }, facts: {}, port: 443 })
//     → Routing[], one for each port of a gateway that takes the host
//   gateways.exposed()
//     → ExposedRoute[]: (listener, host, match, backend), without a request
//
// A Routing is `allowed` when a share of the requests reaches a backend; then `backends` says where they go, with their shares, and how the request looks there. It is `denied`
// when the gateway answers itself: 404 where no rule takes it, 500 where no backend is left, 3xx with `location`, 401 and 403 of policies; `verdict.answer` has the status. It is
// `undetermined` when the documents do not decide: `verdict.because` says why, `decidedBy` names the object, `alternatives` has what may happen.
// What is not said of a request may be anything; a `headers` that is there lists all that are sent, and a path without a query is sent without one.
// A path that is not said is one without escapes.
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import type { Arrival, ExposedRoute, Routing } from './arrival';
import { decide } from './decide';
import { entrances } from './entrances';
import { exposedHttp } from './exposed';
import { exposedIngresses, requestsOfIngresses } from './ingress';
import { exposedIstio, requestsOfIstio } from './istio';
import { exposedStreams, isTaker, streamsOfGateways } from './streams';
import { exposedTraefik, requestsOfTraefik } from './traefik';

export type { Arrival, Backend, ExposedRoute, ListenerName, Refused, Routing } from './arrival';

export interface GatewayRouting {
  /** What each gateway does that would take the request. Empty: no gateway listens for it. */
  route(arrival: Arrival): readonly Routing[];
  /** Every way in. */
  exposed(): readonly ExposedRoute[];
  /** Those that lead to some Services. */
  exposedTo(services: ReadonlySet<Entry>): readonly ExposedRoute[];
}

/** The gateways of a cluster: `cluster.derive(gatewayRouting)`. */
export function gatewayRouting(cluster: ClusterModel): GatewayRouting {
  let all: readonly ExposedRoute[] | undefined;
  return {
    route: (arrival) => DOORS.flatMap(({ route }) => route(cluster, arrival)),
    exposed: () => (all ??= DOORS.flatMap(({ exposed }) => exposed(cluster))),
    exposedTo: (services) => DOORS.flatMap(({ exposed }) => exposed(cluster, services)).filter(({ backend: { entry } }) => entry !== undefined && services.has(entry)),
  };
}

/** The kinds of ways in: each is registered here, and nowhere else. */
const DOORS: readonly Door[] = [
  { route: httpOfGateways, exposed: exposedHttp },
  { route: streamsOfGateways, exposed: exposedStreams },
  { route: requestsOfIngresses, exposed: exposedIngresses },
  { route: requestsOfIstio, exposed: exposedIstio },
  { route: requestsOfTraefik, exposed: exposedTraefik },
];

interface Door {
  readonly route: (cluster: ClusterModel, arrival: Arrival) => readonly Routing[];
  /** With Services: those that lead there, and perhaps others. */
  readonly exposed: (cluster: ClusterModel, services?: ReadonlySet<Entry>) => readonly ExposedRoute[];
}

function httpOfGateways(cluster: ClusterModel, arrival: Arrival): readonly Routing[] {
  const { port, protocol = 'HTTP', request } = arrival;
  const { scheme } = request;
  if (protocol !== 'HTTP') return [];
  const found: Routing[] = [];
  for (const entrance of cluster.derive(entrances)) {
    if ((port !== undefined && entrance.port !== port) || (scheme !== undefined && entrance.tls !== (scheme === 'https'))) continue;
    // Of the listeners for TLS on a port, the one with the most specific name.
    if (!isTaker(entrance.listeners[0]!, request.host)) continue;
    const answer = decide(cluster, entrance, arrival);
    if (answer) found.push(answer);
  }
  return found;
}
