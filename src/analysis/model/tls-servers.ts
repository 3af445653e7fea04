// Who answers TLS behind a Service: a gateway that a controller made, an Istio gateway, or ingress-nginx.
import type { ClusterModel } from './cluster-model';
import { record } from './fields';
import { gatewayBehind } from './gateway-services';
import type { TlsEnd } from './tls-range';
import { istioServers, listenerRanges, nginxProtocols } from './tls-range';

/** Who answers TLS at a port of a Service, as far as its range is known. */
export function serversBehind(cluster: ClusterModel, namespace: string | undefined, name: string, port: number): readonly TlsEnd[] {
  const gateway = gatewayBehind(cluster, namespace, name);
  if (gateway) {
    const ranges = cluster.derive(listenerRanges);
    return gateway.listeners.filter((listener) => listener.port === port).map((listener) => ranges.get(listener)).filter((end) => end !== undefined);
  }
  const service = namespace === undefined ? undefined : cluster.find('', 'Service', namespace, name);
  if (!service?.sound || Object.keys(record(service.spec.selector)).length === 0) return [];
  const pods = cluster.selectByMap(service.namespace, service.spec.selector);
  const istio = istioServers(cluster).filter(({ entry, fields }) => fields.port?.number === port && Object.keys(record(entry.spec.selector)).length > 0
    && pods.some(({ labels }) => Object.entries(record(entry.spec.selector)).every(([key, value]) => labels[key] === value)));
  // Without pods in the documents the selectors themselves are compared.
  const alike = istio.length > 0 || pods.length > 0 ? istio : istioServers(cluster).filter(({ entry, fields }) => fields.port?.number === port
    && Object.keys(record(entry.spec.selector)).length > 0 && Object.entries(record(entry.spec.selector)).every(([key, value]) => record(service.spec.selector)[key] === value));
  if (alike.length > 0) return alike;
  const nginx = pods.some(({ labels }) => labels['app.kubernetes.io/name'] === 'ingress-nginx') && port === 443;
  return nginx ? nginxProtocols(cluster).filter(({ at }) => at.namespace === service.namespace) : [];
}
