// The entry points of Traefik at which a router takes requests: those that it names, or the default ones.
import type { ClusterModel } from '../../model/cluster-model';
import type { Fields } from '../../model/fields';
import { leadsTo, servicePorts, servicesFor } from '../../model/service-ports';
import type { Three } from '../../model/three';
import { all, any } from '../../model/three';
import type { TraefikInstance } from '../../model/traefik';
import { knownTraefiks } from '../../model/traefik-routers';
import type { Decider } from '../flow';
import type { Arrival } from './arrival';
import type { ServedRouter } from './traefik-routers';

interface Point {
  readonly name: string;
  /** Whether callers know it by a port. */
  readonly takes: (port: number) => Three;
  /** It ends TLS for all of its routers; undefined when nobody knows. */
  readonly tls: Three;
  readonly isDefault: boolean;
  /** What stands before the middlewares of each router, as `namespace-name@kubernetescrd`. */
  readonly middlewares: readonly string[];
  readonly redirect: PointRedirect | undefined;
}

/** An entry point that sends every request to another one. */
export interface PointRedirect {
  readonly settings: Fields;
  readonly priority: number;
  /** What stands before it. */
  readonly middlewares: readonly string[];
  readonly decider: Decider;
}

/** What the usual installation has. */
const USUAL: readonly Point[] = [
  { name: 'web', takes: (port) => (port === 443 ? undefined : true), tls: false, isDefault: true, middlewares: [], redirect: undefined },
  { name: 'websecure', takes: (port) => (port === 80 ? undefined : true), tls: true, isDefault: true, middlewares: [], redirect: undefined },
];
/** Above what users may give. */
const FIRST = Number.MAX_SAFE_INTEGER;

/** Whether a router is for the port, with TLS or without. */
export function listens(cluster: ClusterModel, router: ServedRouter, arrival: Arrival): Three {
  return any(pointsFor(cluster, router).map((point) => isAt(point, router.secure, arrival)));
}

/** The middlewares of the entry point by which a request comes to a router. */
export function middlewaresAt(cluster: ClusterModel, router: ServedRouter, arrival: Arrival): readonly string[] {
  const points = pointsFor(cluster, router);
  return (points.find((point) => isAt(point, router.secure, arrival) === true) ?? points.find((point) => isAt(point, router.secure, arrival) !== false))?.middlewares ?? [];
}

/** Entry points that send the request to another one, and those that may. */
export function redirectsAt(cluster: ClusterModel, arrival: Arrival): ReadonlyArray<{ readonly redirect: PointRedirect; readonly meets: Three }> {
  return (cluster.derive(pointsOf) ?? []).flatMap((point) => (point.redirect ? [{ redirect: point.redirect, meets: isAt(point, false, arrival) }] : []));
}

/** Whether a connection for requests may come to one of these entry points. One with a name of its own is for requests only where its port says so. */
export function reaches(cluster: ClusterModel, names: readonly string[], { port, request: { scheme } }: Arrival): Three {
  const points = (cluster.derive(pointsOf) ?? USUAL).filter(({ name, isDefault }) => (names.length === 0 ? isDefault : names.includes(name)));
  const wanted = port ?? (scheme === 'https' ? 443 : scheme === 'http' ? 80 : undefined);
  return any(points.map((point) => (wanted === undefined ? undefined : point.takes(wanted))));
}

function pointsFor(cluster: ClusterModel, { entryPoints }: ServedRouter): readonly Point[] {
  const known = cluster.derive(pointsOf);
  return entryPoints.length === 0 ? (known ?? USUAL).filter(({ isDefault }) => isDefault)
    : entryPoints.flatMap((name) => known?.filter((one) => one.name === name) ?? [USUAL.find((one) => one.name === name) ?? unknownPoint(name)]);
}

function isAt(point: Point, secure: boolean, { port, request: { scheme } }: Arrival): Three {
  const wanted = port ?? (scheme === 'https' ? 443 : scheme === 'http' ? 80 : undefined);
  const tls = secure ? true : point.tls;
  return all([scheme === undefined || tls === undefined ? undefined : tls === (scheme === 'https'), wanted === undefined ? true : point.takes(wanted)]);
}

function unknownPoint(name: string): Point {
  return { name, takes: () => true, tls: undefined, isDefault: true, middlewares: [], redirect: undefined };
}

function pointsOf(cluster: ClusterModel): readonly Point[] | undefined {
  const known = cluster.derive(knownTraefiks);
  return known?.flatMap((instance): readonly Point[] => {
    const { entryPoints, settings, flag, pods } = instance;
    const all = [...entryPoints.values()].filter(({ udp, name }) => !udp && name !== 'traefik');
    const someDefault = all.some(({ name }) => flag(`entrypoints.${name}.asdefault`));
    const services = servicesFor(cluster, pods.namespace, pods.labels).flatMap(servicePorts);
    return all.map(({ name, port, advertisedPort }): Point => {
      const seen = new Set(services.filter((one) => port !== undefined && leadsTo(one, port, pods.ports) === true).map((one) => one.port));
      return {
        name, isDefault: !someDefault || flag(`entrypoints.${name}.asdefault`),
        middlewares: middlewaresOf(instance, name),
        redirect: redirectOf(instance, name),
        tls: flag(`entrypoints.${name}.http.tls`) || [...settings.keys()].some((key) => key.startsWith(`entrypoints.${name}.http.tls.`)),
        // Where no Service says it, the world's ports may lead to any entry point.
        takes: (wanted) => wanted === port || wanted === advertisedPort || seen.has(wanted) || ((wanted === 80 || wanted === 443) && !services.some((one) => one.port === wanted)),
      };
    });
  });
}

function middlewaresOf({ settings }: TraefikInstance, name: string): readonly string[] {
  return (settings.get(`entrypoints.${name}.http.middlewares`)?.value ?? '').split(',').map((one) => one.trim()).filter((one) => one !== '');
}

function redirectOf(instance: TraefikInstance, name: string): PointRedirect | undefined {
  const { entryPoints, settings } = instance;
  const said = (key: string): string | undefined => settings.get(`entrypoints.${name}.http.redirections.entrypoint.${key}`)?.value;
  const to = settings.get(`entrypoints.${name}.http.redirections.entrypoint.to`);
  if (!to) return undefined;
  const port = /^:(\d+)$/.exec(to.value)?.[1] ?? entryPoints.get(to.value.toLowerCase())?.port;
  if (port === undefined) return undefined;
  const settingsOfScheme = { scheme: said('scheme') ?? 'https', port: String(port), permanent: said('permanent') !== 'false' };
  return { settings: settingsOfScheme, priority: Number(said('priority') ?? FIRST), middlewares: middlewaresOf(instance, name), decider: { entry: to.at, path: to.path } };
}
