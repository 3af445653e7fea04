// The entry points of Traefik at which a router takes requests: those that it names, or the default ones.
import type { ClusterModel } from '../../model/cluster-model';
import { leadsTo, servicePorts, servicesFor } from '../../model/service-ports';
import type { Three } from '../../model/three';
import { all, any } from '../../model/three';
import { knownTraefiks } from '../../model/traefik-routers';
import type { Arrival } from './arrival';
import type { ServedRouter } from './traefik-routers';

interface Point {
  readonly name: string;
  /** Whether callers know it by a port. */
  readonly takes: (port: number) => Three;
  /** It ends TLS for all of its routers; undefined when nobody knows. */
  readonly tls: Three;
  readonly isDefault: boolean;
}

/** What the usual installation has. */
const USUAL: readonly Point[] = [
  { name: 'web', takes: (port) => (port === 443 ? undefined : true), tls: false, isDefault: true },
  { name: 'websecure', takes: (port) => (port === 80 ? undefined : true), tls: true, isDefault: true },
];

/** Whether a router is for the port, with TLS or without. */
export function listens(cluster: ClusterModel, { entryPoints, secure }: ServedRouter, { port, request: { scheme } }: Arrival): Three {
  const known = cluster.derive(pointsOf);
  const points = entryPoints.length === 0 ? (known ?? USUAL).filter(({ isDefault }) => isDefault)
    : entryPoints.flatMap((name) => known?.filter((one) => one.name === name) ?? [USUAL.find((one) => one.name === name) ?? unknownPoint(name)]);
  const wanted = port ?? (scheme === 'https' ? 443 : scheme === 'http' ? 80 : undefined);
  return any(points.map((point) => {
    const tls = secure ? true : point.tls;
    return all([scheme === undefined || tls === undefined ? undefined : tls === (scheme === 'https'), wanted === undefined ? true : point.takes(wanted)]);
  }));
}

function unknownPoint(name: string): Point {
  return { name, takes: () => true, tls: undefined, isDefault: true };
}

function pointsOf(cluster: ClusterModel): readonly Point[] | undefined {
  const known = cluster.derive(knownTraefiks);
  return known?.flatMap(({ entryPoints, settings, flag, pods }): readonly Point[] => {
    const all = [...entryPoints.values()].filter(({ udp, name }) => !udp && name !== 'traefik');
    const someDefault = all.some(({ name }) => flag(`entrypoints.${name}.asdefault`));
    const services = servicesFor(cluster, pods.namespace, pods.labels).flatMap(servicePorts);
    return all.map(({ name, port, advertisedPort }): Point => {
      const seen = new Set(services.filter((one) => port !== undefined && leadsTo(one, port, pods.ports) === true).map((one) => one.port));
      return {
        name, isDefault: !someDefault || flag(`entrypoints.${name}.asdefault`),
        tls: flag(`entrypoints.${name}.http.tls`) || [...settings.keys()].some((key) => key.startsWith(`entrypoints.${name}.http.tls.`)),
        // Where no Service says it, the world's ports may lead to any entry point.
        takes: (wanted) => wanted === port || wanted === advertisedPort || seen.has(wanted) || ((wanted === 80 || wanted === 443) && !services.some((one) => one.port === wanted)),
      };
    });
  });
}
