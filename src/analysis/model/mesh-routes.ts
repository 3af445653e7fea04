// The destinations of VirtualServices, and the Gateways that they are for.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record, text } from './fields';

export interface RouteDestination {
  readonly host: string;
  readonly subset?: string;
  readonly port?: number;
  /** Undefined where none is written. */
  readonly weight?: number;
  readonly mirror: boolean;
  readonly protocol: 'http' | 'tcp' | 'tls';
  /** The `destination`. */
  readonly path: FieldPath;
  readonly route: number;
}

/** Every destination of a VirtualService. */
export function destinationsOf(service: Entry): RouteDestination[] {
  const found: RouteDestination[] = [];
  const add = (destination: Fields, path: FieldPath, rest: Pick<RouteDestination, 'mirror' | 'protocol' | 'route'>, weight?: unknown): void => {
    const { host, subset, port } = record(destination);
    if (typeof host !== 'string') return;
    const number: unknown = record(port).number;
    found.push({
      host, path, ...rest,
      ...(text(subset) === undefined ? {} : { subset: subset as string }), ...(typeof number === 'number' ? { port: number } : {}), ...(typeof weight === 'number' ? { weight } : {}),
    });
  };
  for (const protocol of ['http', 'tls', 'tcp'] as const) {
    for (const [route, one] of list(service.spec[protocol]).map(record).entries()) {
      const at: FieldPath = ['spec', protocol, route];
      for (const [index, target] of list(one.route).map(record).entries()) add(target.destination, [...at, 'route', index, 'destination'], { mirror: false, protocol, route }, target.weight);
      if (one.mirror !== undefined) add(one.mirror, [...at, 'mirror'], { mirror: true, protocol, route });
      for (const [index, mirror] of list(one.mirrors).map(record).entries()) add(mirror.destination, [...at, 'mirrors', index, 'destination'], { mirror: true, protocol, route });
    }
  }
  return found;
}

/** Whether sidecars keep it: no gateways are named, or `mesh` is among them. */
export function isForMesh(service: Entry): boolean {
  const gateways = list(service.spec.gateways);
  return gateways.length === 0 || gateways.includes('mesh');
}

export interface NamedGateway {
  /** As it is written. */
  readonly name: string;
  readonly path: FieldPath;
  /** The Gateway, when the documents have it and it can be read. */
  readonly gateway?: Entry;
}

/** The Gateways that a VirtualService names. */
export function gatewaysOf(cluster: ClusterModel, service: Entry): NamedGateway[] {
  return list(service.spec.gateways).map(String).flatMap((name, index): NamedGateway[] => {
    if (name === 'mesh') return [];
    const [namespace, short] = name.includes('/') ? name.split('/') : [service.namespace, name];
    const gateway = cluster.find('networking.istio.io', 'Gateway', namespace!, short!);
    return [{ name, path: ['spec', 'gateways', index], ...(gateway?.sound === true ? { gateway } : {}) }];
  });
}

/** The namespaces that see an object by `exportTo`: undefined for all. */
export function visibleTo(entry: Entry): ReadonlySet<string> | undefined {
  const exportTo = list(entry.spec.exportTo).map(String);
  if (exportTo.length === 0 || exportTo.includes('*')) return undefined;
  return new Set(exportTo.map((one) => (one === '.' ? entry.namespace : one)));
}

/** Whether some namespace sees both. */
export function seenTogether(a: Entry, b: Entry): boolean {
  const [one, other] = [visibleTo(a), visibleTo(b)];
  return one === undefined || other === undefined || [...one].some((namespace) => other.has(namespace));
}

/** Whether a host is covered by another, which may be `*` or begin with `*.`; either may be the wildcard (pkg/config/host/name.go, Matches). */
export function hostsMeet(a: string, b: string): boolean {
  if (a === '*' || b === '*') return true;
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  if (x.startsWith('*') && y.startsWith('*')) return x.length >= y.length ? x.endsWith(y.slice(1)) : y.endsWith(x.slice(1));
  if (x.startsWith('*')) return y.endsWith(x.slice(1));
  return y.startsWith('*') ? x.endsWith(y.slice(1)) : x === y;
}
