// Whom programs are told to call: Services of the cluster that stand in the environment and the arguments of containers, by name and port.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import type { MeshService } from './mesh-services';
import { meshServicesOf } from './mesh-services';
import type { PodGroup } from './pods';

export interface SaidHost {
  readonly group: PodGroup;
  /** Of the text in the object. */
  readonly path: FieldPath;
  readonly service: MeshService;
  /** The port of the Service: written out, that of the scheme, or the only one. */
  readonly port: number;
  readonly host: string;
}

const SCHEMES: Readonly<Record<string, number>> = { http: 80, https: 443, redis: 6379, postgres: 5432, postgresql: 5432, mysql: 3306, amqp: 5672, nats: 4222, mongodb: 27017 };
const HOST = /(?:\b([a-z][a-z0-9+.-]*):\/\/)?(?:[^\s/@"']*@)?\b([a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)(?::(\d{1,5}))?(?=$|[/?,;\s"'])/g;

/** Every Service that the pods of the cluster are told to call. Names alone count only where they cannot be anything else: with a scheme, a port, or the ending of the cluster. */
export function saidHosts(cluster: ClusterModel): readonly SaidHost[] {
  return cluster.derive(build);
}

function build(cluster: ClusterModel): readonly SaidHost[] {
  return cluster.pods.flatMap((group) => {
    const found: SaidHost[] = [];
    for (const key of ['containers', 'initContainers']) {
      list(group.spec[key]).forEach((container: Fields, i) => {
        const path = [...group.specPath, key, i];
        list(record(container).env).forEach((variable: Fields, j) => addAll(cluster, group, text(record(variable).value), [...path, 'env', j, 'value'], found));
        for (const part of ['args', 'command']) list(record(container)[part]).forEach((word, j) => addAll(cluster, group, text(word), [...path, part, j], found));
      });
    }
    return found;
  });
}

function addAll(cluster: ClusterModel, group: PodGroup, value: string | undefined, path: FieldPath, found: SaidHost[]): void {
  if (value === undefined || value.length > 1024) return;
  const services = meshServicesOf(cluster);
  for (const [, scheme, host, port] of value.matchAll(HOST)) {
    const clear = /\.svc(?:\.|$)/.test(host!) || scheme !== undefined || port !== undefined;
    const service = clear ? services.ofDnsName(host!, group.namespace) ?? services.ofHost(host!, group.namespace) : undefined;
    if (!service || service.withoutSelector || !service.entry.sound) continue;
    const usual = scheme === undefined ? undefined : SCHEMES[scheme];
    const number = port !== undefined ? Number(port) : usual ?? (service.ports.length === 1 ? service.ports[0]!.number : undefined);
    if (number !== undefined && service.port(number)) found.push({ group, path, service, port: number, host: host! });
  }
}
