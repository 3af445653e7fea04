// The way of HTTP/3 from outside to the pods: Services that are reachable from outside, with what they open over UDP.
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import { record } from './fields';
import type { Http3Endpoint } from './http3';
import { http3Endpoints } from './http3';
import { matches, requirementsOfMap } from './selector';
import type { ServicePort } from './service-ports';
import { leadsTo, selectingServices, servicePorts, servicesFor } from './service-ports';

export interface Http3Way {
  readonly endpoint: Http3Endpoint;
  /** Ports of Services of type LoadBalancer or NodePort that lead to the pods' port. */
  readonly tcp: readonly ServicePort[];
  readonly udp: readonly ServicePort[];
  /** A port could not be followed, because the pods do not declare its name. */
  readonly unsure: boolean;
}

/** The ways of all HTTP/3 endpoints that stand behind Services of the documents: `cluster.derive(http3Ways)`. */
export function http3Ways(cluster: ClusterModel): readonly Http3Way[] {
  return cluster.derive(http3Endpoints).map((endpoint): Http3Way => {
    const ports = outside(cluster, endpoint).flatMap(servicePorts);
    const leading = (protocol: string): readonly ServicePort[] => ports.filter((port) => port.protocol === protocol && leadsTo(port, endpoint.podPort, endpoint.ports) === true);
    return {
      endpoint, tcp: leading('TCP'), udp: leading('UDP'),
      unsure: ports.some((port) => port.protocol === 'UDP' && leadsTo(port, endpoint.podPort, endpoint.ports) === undefined),
    };
  });
}

function outside(cluster: ClusterModel, { namespace, labels }: Http3Endpoint): readonly Entry[] {
  const services = namespace === undefined
    ? selectingServices(cluster).filter(({ spec }) => {
      const selector = record(spec.selector);
      // Pods that a controller makes are meant by the labels that only it gives.
      return Object.keys(selector).some((key) => key.startsWith('gateway.envoyproxy.io/')) && matches(labels, requirementsOfMap(selector));
    })
    : servicesFor(cluster, namespace, labels);
  return services.filter(({ spec }) => spec.type === 'LoadBalancer' || spec.type === 'NodePort');
}
