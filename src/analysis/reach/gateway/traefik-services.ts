// What a router of Traefik makes of a request: its middlewares one after the other, then its services.
import type { FieldPath } from '../../documents/document';
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import { servicePorts } from '../../model/service-ports';
import { TRAEFIK } from '../../model/traefik';
import { TRAEFIK_ANNOTATIONS } from '../../model/traefik-ingresses';
import type { Decider, Request } from '../flow';
import type { Arrival, Backend, Refused, Routing } from './arrival';
import { routing, verdict } from './arrival';
import type { SeenRequest } from './seen';
import { passMiddlewares } from './traefik-middlewares';
import type { ServedRouter } from './traefik-routers';
import { beforeRequest } from './traefik-tls';

export function answerOfRouter(cluster: ClusterModel, router: ServedRouter, arrival: Arrival, seen: SeenRequest): Routing {
  const { entry, path } = router;
  const by: Decider[] = [{ entry, path }];
  const base: Partial<Routing> = { route: entry, rulePath: path };
  const label = `${entry.toString()} takes it (${router.source})`;
  const passed = passMiddlewares(cluster, router, arrival, seen);
  const tls = beforeRequest(cluster, router, arrival);
  const stop = tls && (tls.verdict.outcome === 'denied' || passed.stop?.verdict.outcome !== 'denied') ? tls : passed.stop;
  const { request } = passed;
  if (stop?.verdict.outcome === 'denied') return routing(entry, { ...stop.verdict, decidedBy: [...by, ...stop.verdict.decidedBy] }, { ...base, status: typeof stop.verdict.answer === 'number' ? stop.verdict.answer : undefined, location: stop.location });
  const target: Target = { cluster, entry, backends: [], mirrors: [], refused: [], doubt: undefined, inside: undefined, request };
  addServices(target, entry.namespace, router.services, router.servicesPath, 1, 0);
  const { backends, mirrors, refused, doubt, inside } = target;
  const answer = ((): Routing => {
    if (doubt !== undefined) return routing(entry, verdict('undetermined', `${label}, and ${doubt}`, by), base);
    if (inside !== undefined) return routing(entry, verdict('denied', `${label}, and Traefik answers it itself`, by, INSIDE[inside]), { ...base, status: INSIDE[inside] });
    if (backends.length === 0) return routing(entry, verdict('denied', `${label}, and none of its services has a weight`, by, 503), { ...base, status: 503, refused });
    const where = backends.map((one) => `${one.kind} ${one.namespace}/${one.name}${one.port === undefined ? '' : ` port ${one.port}`}`);
    return routing(entry, verdict('allowed', `${label} and sends it to ${where.join(' and ')}`, by), { ...base, backends, mirrors, refused });
  })();
  if (!stop) return answer;
  // What a middleware may answer itself is not known any better.
  const open = routing(entry, { ...stop.verdict, decidedBy: [...by, ...stop.verdict.decidedBy] }, base);
  return { ...open, alternatives: [answer, open] };
}

/** What Traefik's own services answer; the others look at the path. */
const INSIDE: Readonly<Record<string, number>> = { 'noop@internal': 418, 'ping@internal': 200, 'prometheus@internal': 200 };

interface Target {
  readonly cluster: ClusterModel;
  readonly entry: Entry;
  readonly backends: Backend[];
  readonly mirrors: Backend[];
  readonly refused: Refused[];
  doubt: string | undefined;
  /** A service of Traefik's own. */
  inside: string | undefined;
  readonly request: Request;
}

function addServices(target: Target, home: string, services: readonly Fields[], path: (index: number) => FieldPath, share: number, depth: number): void {
  const weights = services.map(({ weight }) => (typeof weight === 'number' ? weight : 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) target.refused.push({ status: 503, share, path: path(0), because: 'none of the services has a weight' });
  services.forEach((service, index) => {
    const part = total === 0 ? 0 : share * weights[index]! / total;
    if (part > 0) addService(target, home, service, path(index), part, depth, target.backends, depth > 0 || services.length > 1);
  });
}

function addService(target: Target, home: string, service: Fields, path: FieldPath, share: number, depth: number, into: Backend[], shared: boolean): void {
  const { name, namespace: given, kind = 'Service', port } = service;
  const { cluster } = target;
  const namespace = text(given) ?? home;
  const called = String(name);
  const label = `${String(kind)} ${namespace}/${called}`;
  if (called.endsWith('@internal')) {
    target.inside = called;
    return;
  }
  if (kind === 'TraefikService') {
    const found = cluster.find(TRAEFIK, 'TraefikService', namespace, called);
    if (found?.sound !== true || depth > 8) {
      target.doubt ??= `${label} cannot be followed`;
      return;
    }
    const { weighted, mirroring, ...rest } = found.spec;
    if (Object.keys(rest).length > 0) target.doubt ??= `how ${label} spreads requests is not modelled`;
    if (weighted !== undefined) addServices(target, namespace, list(weighted.services), () => path, share, depth + 1);
    if (mirroring !== undefined) {
      addService(target, namespace, mirroring, path, share, depth + 1, into, true);
      for (const mirror of list(mirroring.mirrors)) addService(target, namespace, mirror, path, share, depth + 1, target.mirrors, true);
    }
    return;
  }
  const entry = cluster.find('', 'Service', namespace, called);
  // Routers that name what is not there are left out before.
  if (!entry && !cluster.open && !cluster.isExternal('', 'Service', namespace, called)) return;
  const sound = entry?.sound === true ? entry : undefined;
  if (list(service.middlewares).length > 0 || sound?.annotations[`${TRAEFIK_ANNOTATIONS}service.middlewares`] !== undefined) target.doubt ??= `the middlewares of ${label} are not modelled`;
  const found = sound && servicePorts(sound).find((each) => (typeof port === 'number' ? each.port === port : each.name === port));
  if (sound && !found && sound.spec.type !== 'ExternalName') return;
  // Those behind weights are one service of Traefik's for whoever names them, and the last reference says what becomes of the host.
  const others = shared && cluster.derive(withoutHost).has(`${namespace}/${called}`);
  const keepsHost = !others && service.passHostHeader !== false && sound?.annotations[`${TRAEFIK_ANNOTATIONS}service.passhostheader`] !== 'false';
  const request = keepsHost ? target.request : { ...target.request, host: undefined };
  into.push({ kind: 'Service', namespace, name: called, entry: sound, port: found?.port ?? (typeof port === 'number' ? port : undefined), share, path, request });
}

/** Services that some reference calls by their address instead of the host of the request. */
function withoutHost(cluster: ClusterModel): ReadonlySet<string> {
  const found = new Set<string>();
  const see = (home: string, { name, namespace, passHostHeader }: Fields): void => {
    if (passHostHeader === false) found.add(`${text(namespace) ?? home}/${String(name)}`);
  };
  for (const { namespace, spec } of cluster.objects(TRAEFIK, 'IngressRoute')) for (const route of list(spec.routes)) for (const service of list(record(route).services)) see(namespace, service);
  for (const { namespace, spec } of cluster.objects(TRAEFIK, 'TraefikService')) {
    const { weighted, mirroring } = spec;
    for (const service of [...list(weighted?.services), ...mirroring ? [mirroring, ...list(mirroring.mirrors)] : []]) see(namespace, service);
  }
  return found;
}
