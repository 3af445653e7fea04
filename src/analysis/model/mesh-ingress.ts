// Servers of Istio's Gateways by the pods that keep them.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { labelsOf, list, record, text } from './fields';

/** One server of a Gateway. */
export interface GatewayServer {
  readonly gateway: Entry;
  readonly path: FieldPath;
  readonly port: number;
  readonly protocol: string;
  readonly bind: string;
  readonly hosts: readonly string[];
  readonly tls: Fields;
}

/** The pods that a Gateway chooses, as text: Gateways of the same text are kept by the same pods. */
export function selectorKey(gateway: Entry): string {
  return Object.entries(labelsOf(gateway.spec.selector)).map(([key, value]) => `${key}=${value}`).sort().join(',');
}

/** Every server, by selector and port. */
export function serversBySocket(cluster: ClusterModel): ReadonlyMap<string, readonly GatewayServer[]> {
  const bySocket = new Map<string, GatewayServer[]>();
  for (const gateway of cluster.objects('networking.istio.io', 'Gateway')) {
    for (const [index, server] of list(gateway.spec.servers).map(record).entries()) {
      const port: unknown = record(server.port).number;
      if (typeof port !== 'number') continue;
      const one: GatewayServer = {
        gateway, port, path: ['spec', 'servers', index], protocol: (text(record(server.port).protocol) ?? '').toUpperCase(), bind: text(server.bind) ?? '',
        hosts: list(server.hosts).map(String), tls: record(server.tls),
      };
      const key = `${selectorKey(gateway)}~${port}`;
      const known = bySocket.get(key);
      if (known) known.push(one);
      else bySocket.set(key, [one]);
    }
  }
  return bySocket;
}
