// Services in front of pods: which ports lead to which port of a pod, with which protocol.
import type { ClusterModel } from './cluster-model';
import { each } from './each';
import type { Entry } from './entry';
import type { Fields, Labels } from './fields';
import { list, record, text } from './fields';
import type { ContainerPort } from './pods';
import { matches, requirementsOfMap } from './selector';

export interface ServicePort {
  readonly service: Entry;
  readonly index: number;
  readonly name: string | undefined;
  readonly port: number;
  readonly protocol: string;
  readonly targetPort: number | string;
  readonly appProtocol: string | undefined;
}

/** The ports of a Service, as the API server completes them. */
export function servicePorts(service: Entry): readonly ServicePort[] {
  return list(service.spec.ports).map((fields: Fields, index): ServicePort => ({
    service, index,
    name: text(fields.name), port: fields.port as number, protocol: text(fields.protocol) ?? 'TCP',
    targetPort: (fields.targetPort as number | string | undefined) ?? (fields.port as number), appProtocol: text(fields.appProtocol),
  }));
}

/** Services that select pods with these labels in a namespace. */
export function servicesFor(cluster: ClusterModel, namespace: string, labels: Labels): readonly Entry[] {
  return (cluster.derive(byNamespace).get(namespace) ?? []).filter(({ spec }) => {
    const selector = record(spec.selector);
    return Object.keys(selector).length > 0 && matches(labels, requirementsOfMap(selector));
  });
}

/** Every Service with a selector, whatever its namespace: for pods whose namespace is not known. */
export function selectingServices(cluster: ClusterModel): readonly Entry[] {
  return [...cluster.derive(byNamespace).values()].flat();
}

function byNamespace(cluster: ClusterModel): ReadonlyMap<string, readonly Entry[]> {
  const found = new Map<string, Entry[]>();
  each(cluster.objects('', 'Service'), enter, found);
  return found;
}

function enter(service: Entry, found: Map<string, Entry[]>): void {
  if (service.spec.type === 'ExternalName' || service.spec.selector === undefined) return;
  const known = found.get(service.namespace);
  if (known) known.push(service);
  else found.set(service.namespace, [service]);
}

/** Whether a port of a Service leads to a port of the pods; undefined when its name is not one of theirs. */
export function leadsTo({ targetPort, protocol }: ServicePort, wanted: number, ports: readonly ContainerPort[]): boolean | undefined {
  if (typeof targetPort === 'number') return targetPort === wanted;
  const named = ports.filter((port) => port.name === targetPort);
  if (named.length === 0) return undefined;
  return named.some((port) => port.number === wanted && port.protocol === protocol);
}
