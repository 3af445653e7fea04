// Whom programs are told to call: Services of the cluster that stand in the environment and the arguments of containers, by name and port.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import { each } from './each';
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
  const found: SaidHost[] = [];
  each(cluster.pods, addOfPods, cluster, found);
  return found;
}

function addOfPods(group: PodGroup, cluster: ClusterModel, found: SaidHost[]): void {
  for (const key of ['containers', 'initContainers']) {
    const containers = list(group.spec[key]);
    for (let i = 0; i < containers.length; i++) {
      const container = record(containers[i]);
      const variables = list(container.env);
      for (let j = 0; j < variables.length; j++) {
        const value = text(record(variables[j]).value);
        if (mayNameHost(value)) addAll(cluster, group, value, [...group.specPath, key, i, 'env', j, 'value'], found);
      }
      for (const part of ['args', 'command']) {
        const words = list(container[part]);
        for (let j = 0; j < words.length; j++) {
          const value = text(words[j]);
          if (mayNameHost(value)) addAll(cluster, group, value, [...group.specPath, key, i, part, j], found);
        }
      }
    }
  }
}

/** Whether a text has the scheme, the port or the ending of a host, by which alone a Service is told from a word. */
function mayNameHost(value: string | undefined): value is string {
  return value !== undefined && value.length <= 1024 && (value.includes(':') || value.includes('.svc'));
}

function addAll(cluster: ClusterModel, group: PodGroup, value: string, path: FieldPath, found: SaidHost[]): void {
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
