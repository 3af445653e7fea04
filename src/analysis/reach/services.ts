// Services: from a port of a Service to the ports of the pods behind it.
// https://kubernetes.io/docs/concepts/services-networking/service/
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { list, record, text } from '../model/fields';
import type { AddressRange } from '../model/ranges';
import { parseRange } from '../model/ranges';
import { selectingServices } from '../model/services';
import type { ServicePort } from '../model/service-ports';
import { servicePorts } from '../model/service-ports';
import { followAlias, whyUnreadable } from './aliases';
import type { Endpoint } from './endpoints';
import { endpointsOf } from './endpoints';
import type { Protocol } from './flow';
import type { AskedPort } from './peers';

/** Where a port of a Service leads. */
export type Backend =
  | { readonly is: 'endpoint'; readonly endpoint: Endpoint; readonly port: number; readonly protocol: Protocol }
  | { readonly is: 'address'; readonly range: AddressRange; readonly port: number; readonly protocol: Protocol }
  | { readonly is: 'name'; readonly host: string; readonly port: number; readonly protocol: Protocol };

export interface ServiceTarget {
  readonly backends: readonly Backend[];
  /** Why nothing of the documents is there; absent where something is. */
  readonly missing?: string | undefined;
  /** Pods that the documents do not have may stand behind it as well, or nobody knows who does. */
  readonly more: boolean;
}

/** The endpoints that a Service selects: `cluster.derive(serviceEndpoints)`. */
export function serviceEndpoints(cluster: ClusterModel): ReadonlyMap<Entry, { readonly endpoints: readonly Endpoint[]; readonly more: boolean }> {
  const byEntry = new Map<Entry, Endpoint>();
  for (const endpoint of cluster.derive(endpointsOf)) {
    if (endpoint.entry) byEntry.set(endpoint.entry, endpoint);
    if (endpoint.replicas) for (const pod of endpoint.replicas) byEntry.set(pod, endpoint);
  }
  return new Map(cluster.derive(selectingServices).map(({ service, pods, more }) => [
    service, { endpoints: [...new Set(pods.map((group) => byEntry.get(group.entry)).filter((one) => one !== undefined))], more },
  ]));
}

/** Finds the port of a Service that a question means. */
export function portOfService(service: Entry, port: AskedPort): ServicePort | undefined {
  return servicePorts(service).find((one) => one.protocol === port.protocol && (port.number === undefined ? one.name === port.name : one.port === port.number));
}

/** Where traffic for a port of a Service goes that somebody sends on: kube-proxy, or a gateway by the slices of the Service. */
export function targetsOf(cluster: ClusterModel, service: Entry, port: ServicePort): ServiceTarget {
  const protocol = port.protocol as Protocol;
  if (!service.sound) return { backends: [], more: true, missing: whyUnreadable(service) };
  if (service.spec.type === 'ExternalName') return byName(cluster, service, port);
  const selected = cluster.derive(serviceEndpoints).get(service);
  if (!selected) return { backends: sliceBackends(cluster, service, port), more: false, missing: 'it selects no pods, and no EndpointSlice of the documents belongs to it' };
  const backends: Backend[] = [];
  let unnamed = false;
  for (const endpoint of selected.endpoints) {
    if (typeof port.targetPort === 'number') {
      backends.push({ is: 'endpoint', endpoint, port: port.targetPort, protocol });
      continue;
    }
    const numbers = (endpoint.namedPorts.get(port.targetPort) ?? []).filter((one) => one.protocol === protocol);
    if (numbers.length === 0) unnamed = true;
    for (const { number } of numbers) backends.push({ is: 'endpoint', endpoint, port: number, protocol });
  }
  const missing = selected.more ? 'the pods behind it are not among the documents' : selected.endpoints.length === 0 ? 'no pods have the labels that it selects' : unnamed ? `the pods that it selects name no port ${port.targetPort}` : undefined;
  return { backends, more: selected.more, missing: backends.length === 0 ? missing : undefined };
}

/** A name stands for another Service of the cluster, or for somebody outside. */
function byName(cluster: ClusterModel, service: Entry, port: ServicePort): ServiceTarget {
  const { service: meant, host, hops } = followAlias(cluster, service);
  if (host !== undefined) return { backends: [{ is: 'name', host, port: port.port, protocol: port.protocol as Protocol }], more: false };
  if (meant === undefined) return { backends: [], more: hops.at(-1)!.outcome === 'undetermined', missing: hops.at(-1)!.because };
  const found = servicePorts(meant).find((one) => one.port === port.port && one.protocol === port.protocol);
  return found === undefined ? { backends: [], more: false, missing: `${meant.toString()}, of which it is another name, has no port ${port.port}` } : targetsOf(cluster, meant, found);
}

/** The addresses that slices of the documents give a Service without a selector. */
function sliceBackends(cluster: ClusterModel, service: Entry, port: ServicePort): readonly Backend[] {
  return (cluster.derive(slicesByService).get(`${service.namespace}/${service.name}`) ?? []).flatMap(({ object }) => {
    const ports = list(object.ports).map(record).filter((one) => (text(one.name) ?? '') === (port.name ?? '') && (text(one.protocol) ?? 'TCP') === port.protocol);
    const ready = list(object.endpoints).map(record).filter((one) => record(one.conditions).ready !== false);
    return ready.flatMap((one) => list(one.addresses).flatMap((address) => ports.flatMap(({ port: number }): Backend[] => {
      const range = parseRange(address);
      return range === undefined || typeof number !== 'number' ? [] : [{ is: 'address', range, port: number, protocol: port.protocol as Protocol }];
    })));
  });
}

function slicesByService(cluster: ClusterModel): ReadonlyMap<string, readonly Entry[]> {
  const found = new Map<string, Entry[]>();
  for (const slice of cluster.objects('discovery.k8s.io', 'EndpointSlice')) {
    const key = `${slice.namespace}/${slice.labels['kubernetes.io/service-name'] ?? ''}`;
    const known = found.get(key);
    if (known) known.push(slice);
    else found.set(key, [slice]);
  }
  return found;
}

/** `TCP 8080 of shop/web[Deployment]`. */
export function nameBackend(backend: Backend): string {
  const port = `${backend.protocol} ${backend.port}`;
  return `${port} of ${backend.is === 'endpoint' ? backend.endpoint.name : backend.is === 'name' ? backend.host : backend.range.text}`;
}

/** The same pods or addresses, called at one port. */
export function atPort(backends: readonly Backend[], port: number): readonly Backend[] {
  const found = new Map(backends.map((backend) => [backend.is === 'endpoint' ? backend.endpoint : backend.is === 'name' ? backend.host : backend.range.text, { ...backend, port }]));
  return [...found.values()];
}
