// What a sidecar takes the traffic of a port for (pkg/config/kube/conversion.go): the appProtocol or the first word of the port's name; otherwise it looks at the bytes.
import type { ClusterModel } from './cluster-model';
import type { MeshServicePort } from './mesh-services';
import { meshServicesOf } from './mesh-services';
import type { PodGroup } from './pods';

/** `opaque`: bytes, TLS of the program's own included, of which the sidecar sees no request. `auto`: found out at run time. */
export type MeshProtocol = 'http' | 'opaque' | 'auto' | 'udp';

const HTTP: ReadonlySet<string> = new Set(['http', 'http2', 'grpc', 'http_proxy']);
const OPAQUE: ReadonlySet<string> = new Set(['tcp', 'tls', 'https', 'mongo', 'redis', 'mysql']);
/** Ports whose servers speak first, so that looking at the bytes would break them. */
const SERVER_FIRST: ReadonlySet<number> = new Set([25, 53, 3306, 27017]);

/** The protocol of a port of a Service. */
export function protocolOf({ number, name, protocol, appProtocol }: MeshServicePort): MeshProtocol {
  if (protocol === 'UDP') return 'udp';
  if (appProtocol === 'kubernetes.io/h2c' || appProtocol === 'kubernetes.io/ws') return 'http';
  if (appProtocol === 'kubernetes.io/wss') return 'opaque';
  const said = appProtocol ?? name ?? '';
  const dash = said.indexOf('-');
  const word = (dash === -1 ? said : said.slice(0, dash)).toLowerCase();
  if (HTTP.has(word)) return 'http';
  if (OPAQUE.has(word)) return 'opaque';
  return SERVER_FIRST.has(number) ? 'opaque' : 'auto';
}

/** The protocols that Services say of the ports of pods; a port that two Services call differently is `auto`. */
export function podProtocols(cluster: ClusterModel, group: PodGroup): ReadonlyMap<number, MeshProtocol> {
  const known = cluster.derive(answers);
  let protocols = known.get(group);
  if (!protocols) known.set(group, (protocols = read(cluster, group)));
  return protocols;
}

function answers(): Map<PodGroup, ReadonlyMap<number, MeshProtocol>> {
  return new Map();
}

function read(cluster: ClusterModel, group: PodGroup): ReadonlyMap<number, MeshProtocol> {
  const protocols = new Map<number, MeshProtocol>();
  for (const service of meshServicesOf(cluster).inFrontOf(group)) {
    for (const port of service.ports) {
      const target = service.targetOf(port, group);
      const protocol = protocolOf(port);
      if (target === undefined || protocol === 'udp') continue;
      const before = protocols.get(target);
      protocols.set(target, before === undefined || before === protocol ? protocol : 'auto');
    }
  }
  return protocols;
}
