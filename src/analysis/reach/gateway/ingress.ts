// Ingresses: exact hosts before wildcards, exact paths before prefixes, long prefixes before short ones. What annotations of ingress-nginx add is read; of other controllers only
// what the API says. https://kubernetes.io/docs/concepts/services-networking/ingress/#multiple-matches
import type { FieldPath } from '../../documents/document';
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import { NGINX, isNginx } from '../../model/ingress-nginx';
import { classOf, isNginxCanary } from '../../model/ingresses';
import { servicePorts } from '../../model/service-ports';
import type { Three } from '../../model/three';
import { isTraefikIngress } from '../../model/traefik-ingresses';
import type { Decider, Request } from '../flow';
import type { Arrival, Backend, ExposedRoute, Refused, Routing } from './arrival';
import { routing, verdict } from './arrival';
import { Canaries, canaryShare, headersFor } from './ingress-canaries';
import type { CanaryRule } from './ingress-canaries';
import { beforeNginx } from './ingress-nginx';
import type { Offer } from './offers';
import { firstOf } from './offers';
import { hasPrefix } from './paths';
import { PrefixTable } from './prefix-table';
import { takesWhole } from './patterns';
import { compareAges } from './precedence';

/** One path of an Ingress, or its default backend; the host is `*` for every host. */
interface IngressRule extends CanaryRule {
  readonly path: FieldPath;
  readonly type: 'Exact' | 'Prefix' | 'ImplementationSpecific' | 'Default' | 'Regex';
}

export function requestsOfIngresses(cluster: ClusterModel, arrival: Arrival): readonly Routing[] {
  const { port, protocol = 'HTTP', request } = arrival;
  if (protocol !== 'HTTP' || (port !== undefined && port !== 80 && port !== 443)) return [];
  const scheme = request.scheme ?? (port === 443 ? 'https' : port === 80 ? 'http' : undefined);
  return cluster.derive(classes).flatMap((one) => decide(cluster, one, { ...arrival, request: { ...request, scheme } }) ?? []);
}

/** The Ingresses of one controller, by host. */
interface IngressClass {
  readonly rules: readonly IngressRule[];
  /** In the order in which they are tried; without canaries. */
  readonly byHost: ReadonlyMap<string, PrefixTable<IngressRule>>;
  readonly canaries: Canaries<IngressRule>;
}

function classes(cluster: ClusterModel): readonly IngressClass[] {
  return [...byClass(cluster).values()].map((rules): IngressClass => {
    const hosts = new Map<string, IngressRule[]>();
    const primaries = rules.filter(({ ingress }) => !isNginxCanary(ingress)).sort(inOrder);
    for (const rule of primaries) {
      const known = hosts.get(rule.host);
      if (known) known.push(rule);
      else hosts.set(rule.host, [rule]);
    }
    const byHost = new Map([...hosts].map(([host, all]) => [host, new PrefixTable(all, beginningsOf)]));
    return { rules, byHost, canaries: new Canaries(primaries, rules.filter(({ ingress }) => isNginxCanary(ingress))) };
  });
}

/** The rules of Ingresses by their class: each has a controller of its own. */
function byClass(cluster: ClusterModel): ReadonlyMap<string, readonly IngressRule[]> {
  const found = new Map<string, IngressRule[]>();
  for (const ingress of cluster.objects('networking.k8s.io', 'Ingress')) {
    // Traefik makes routers of those that it takes, in one order with its own.
    if (isTraefikIngress(cluster, ingress)) continue;
    const key = classOf(ingress) ?? '';
    const known = found.get(key) ?? [];
    known.push(...rulesOf(ingress));
    found.set(key, known);
  }
  return found;
}

function rulesOf(ingress: Entry): readonly IngressRule[] {
  const found: IngressRule[] = [];
  const { rules, defaultBackend } = ingress.spec;
  const { annotations } = ingress;
  const regex = isNginx(ingress) && (annotations[`${NGINX}use-regex`] === 'true' || annotations[`${NGINX}rewrite-target`] !== undefined);
  list(rules).forEach((rule: Fields, i) => {
    const host = text(rule.host)?.toLowerCase() ?? '*';
    list(rule.http?.paths).forEach((one: Fields, j) => {
      const type = (text(one.pathType) ?? 'ImplementationSpecific') as IngressRule['type'];
      found.push({ ingress, host, path: ['spec', 'rules', i, 'http', 'paths', j], route: text(one.path) ?? '/', type: regex ? 'Regex' : type, written: type, backend: record(one.backend) });
    });
  });
  if (defaultBackend !== undefined) {
    const hosts = list(rules).length === 0 ? ['*'] : [...new Set(list(rules).map((rule: Fields) => text(rule.host)?.toLowerCase() ?? '*'))];
    for (const host of hosts) found.push({ ingress, host, path: ['spec', 'defaultBackend'], route: '/', type: 'Default', written: 'Default', backend: record(defaultBackend) });
  }
  return found;
}

function decide(cluster: ClusterModel, all: IngressClass, arrival: Arrival): Routing | undefined {
  const { path } = arrival.request;
  const host = arrival.request.host?.toLowerCase();
  const { byHost } = all;
  // A wildcard of an Ingress stands for one label.
  const best = host === undefined ? undefined : [host, `*${host.slice(host.indexOf('.'))}`, '*'].find((one) => byHost.has(one));
  if (host !== undefined && best === undefined) return undefined;
  const known = best === undefined ? undefined : byHost.get(best)!;
  const rules = known?.all ?? [...byHost.values()].flatMap(({ all }) => all).sort(inOrder);
  const [any] = rules;
  if (!any) return undefined;
  const offers = (known?.for(path === undefined || ODD.test(path) ? undefined : path) ?? rules).map((rule): Offer => offerOf(cluster, all, rule, arrival, best === undefined));
  const notFound = (): Routing => routing(any.ingress, verdict('denied', `No path of an Ingress for ${best ?? 'the host'} takes it`, [{ entry: any.ingress, path: ['spec', 'rules'] }], 404), { status: 404 });
  return firstOf(offers, notFound);
}

const TYPES: Readonly<Record<IngressRule['type'], number>> = { Exact: 2, Regex: 1, Prefix: 1, ImplementationSpecific: 1, Default: 0 };

function inOrder(a: IngressRule, b: IngressRule): number {
  return TYPES[b.type] - TYPES[a.type] || trimmed(b.route).length - trimmed(a.route).length || compareAges(a.ingress, b.ingress);
}

function trimmed(route: string): string {
  return route.length > 1 && route.endsWith('/') ? route.slice(0, -1) : route;
}

function offerOf(cluster: ClusterModel, all: IngressClass, rule: IngressRule, arrival: Arrival, anyHost: boolean): Offer {
  const { ingress, path, host, route, type } = rule;
  const meets = takes(rule, arrival.request.path);
  return {
    label: ingress.toString(), decider: { entry: ingress, path },
    meets: anyHost && meets === true && host !== '*' ? undefined : meets,
    doubt: anyHost ? 'the host name of the request is not known' : arrival.request.path === undefined ? 'the path of the request is not known' : `how the controller compares ${route} is its own`,
    // Of equal ones the older goes first; without ages nobody knows.
    rank: `${TYPES[type]} ${trimmed(route)} ${host}`, owner: ingress, aged: ingress,
    answer: () => answer(cluster, all, rule, arrival),
  };
}

/** Paths that controllers change before they compare them. */
const ODD = /%|\\|\/\/|\/\./;
/** Routes that are patterns, to some controllers. */
const PATTERN = /[*?^$[(]/;

/** The root takes what begins with no slash, too. */
function beginningsOf({ type, route }: IngressRule): readonly string[] | undefined {
  return type === 'Regex' || type === 'Default' || route === '/' || PATTERN.test(route) ? undefined : [route];
}

function takes({ type, route, ingress }: IngressRule, path: string | undefined): Three {
  if (type === 'Default' || (type !== 'Exact' && type !== 'Regex' && route === '/')) return true;
  if (path === undefined) return undefined;
  if (ODD.test(path)) return undefined;
  if (type === 'Exact') return path === route;
  if (type === 'Regex') return takesWhole(`(?i)${route}.*`, path);
  if (hasPrefix(path, route)) return type === 'Prefix' || isNginx(ingress) || !/[*?]/.test(route) ? true : undefined;
  // A prefix as a text, by some controllers; patterns, by others.
  return type === 'ImplementationSpecific' && (path.startsWith(route) || PATTERN.test(route)) ? undefined : false;
}

function answer(cluster: ClusterModel, { canaries }: IngressClass, rule: IngressRule, arrival: Arrival): Routing {
  const { ingress, path } = rule;
  const by: Decider[] = [{ entry: ingress, path }];
  const base: Partial<Routing> = { route: ingress, rulePath: path };
  const stop = isNginx(ingress) ? beforeNginx(ingress, rule.host, arrival) : undefined;
  if (stop) return routing(ingress, stop.verdict, { ...base, status: typeof stop.verdict.answer === 'number' ? stop.verdict.answer : undefined, location: stop.location });
  const annotated = isNginx(ingress) ? undefined : Object.keys(ingress.annotations).find((key) => ASKS.test(key));
  if (annotated !== undefined) return routing(ingress, verdict('undetermined', `${ingress.toString()} takes it, and what the annotation ${annotated} does is not modelled`, [...by, { entry: ingress, path: ['metadata', 'annotations', annotated] }]), base);
  const [canary, another] = isNginx(ingress) ? canaries.of(rule) : [];
  if (canary === undefined) return toBackends(cluster, [{ rule, share: 1 }], by, arrival.request, base);
  const at = (annotation: string): Decider => ({ entry: canary.ingress, path: ['metadata', 'annotations', annotation] });
  if (another !== undefined) {
    return routing(ingress, verdict('undetermined', `${canary.ingress.toString()} and ${another.ingress.toString()} are canaries of one backend, and only the first that the controller meets is one`, [...by, at(`${NGINX}canary`)]), base);
  }
  const { share, annotation, doubt } = canaryShare(ingress, canary.ingress, arrival.request);
  if (share === undefined) return routing(ingress, verdict('undetermined', `${ingress.toString()} takes it, and ${doubt}, so that its canary ${canary.ingress.toString()} may get it`, [...by, at(annotation)]), base);
  return toBackends(cluster, [{ rule, share: 1 - share }, { rule: canary, share }].filter((one) => one.share > 0), [...by, at(annotation)], arrival.request, base);
}

interface Part {
  readonly rule: IngressRule;
  readonly share: number;
}

/** The Services of an Ingress and of its canary, each with its share. */
function toBackends(cluster: ClusterModel, parts: readonly Part[], by: readonly Decider[], request: Request, base: Partial<Routing>): Routing {
  const { entry: ingress } = by[0]!;
  const [backends, refused]: [Backend[], Refused[]] = [[], []];
  const words: string[] = [];
  for (const { rule, share } of parts) {
    const path: FieldPath = [...rule.path, 'backend'];
    const found = backendOfIngress(cluster, rule.ingress, path, rule.backend, share, request);
    if (typeof found === 'string') refused.push({ status: 503, share, path, because: found });
    else {
      backends.push(found);
      words.push(`${found.kind} ${found.namespace}/${found.name}${found.port === undefined ? '' : ` port ${found.port}`}`);
    }
  }
  const label = ingress!.toString();
  if (backends.length === 0) return routing(ingress!, verdict('denied', `${label} takes it, and ${refused.map(({ because }) => because).join('; ')}`, by, 503), { ...base, status: 503, refused });
  return routing(ingress!, verdict('allowed', `${label} takes it (${parts[0]!.rule.route}) and sends it to ${words.join(' and ')}`, by), { ...base, backends, refused });
}

/** Annotations of other controllers that may answer in place of the backend. */
const ASKS = /auth|middleware|whitelist|allowlist|denylist|redirect|action|waf|inbound-cidrs|snippet|plugins?$/i;

function backendOfIngress(cluster: ClusterModel, ingress: Entry, path: FieldPath, { service, resource }: Fields, share: number, request: Request): Backend | string {
  const { namespace } = ingress;
  if (service === undefined) return { kind: String(resource?.kind), namespace, name: String(resource?.name), entry: undefined, port: undefined, share, path, request };
  const name = String(service.name);
  const entry = cluster.find('', 'Service', ingress.namespace, name);
  const { number, name: called } = record(service.port);
  if (entry === undefined && !cluster.open && !cluster.isExternal('', 'Service', ingress.namespace, name)) return `Service ${ingress.namespace}/${name} is not there`;
  const found = entry?.sound === true ? servicePorts(entry).find((one) => (number === undefined ? one.name === called : one.port === number)) : undefined;
  if (entry?.sound === true && found === undefined && entry.spec.type !== 'ExternalName') return `Service ${ingress.namespace}/${name} has no port ${String(number ?? called)}`;
  const port = found?.port ?? (typeof number === 'number' ? number : undefined);
  return { kind: 'Service', namespace: ingress.namespace, name, entry: entry?.sound === true ? entry : undefined, port, share, path, request };
}

/** Every path of every Ingress. */
export function exposedIngresses(cluster: ClusterModel): readonly ExposedRoute[] {
  return cluster.derive(classes).flatMap(({ rules, canaries }) => rules.flatMap((rule) => exposedBy(cluster, rule, sampleHeaders(rule, canaries))));
}

/** What a request has to say to be one of the primary, or of the canary; undefined where there is but one of them. */
function sampleHeaders(rule: IngressRule, canaries: Canaries<IngressRule>): Request['headers'] {
  const { ingress } = rule;
  // What asks for a password takes requests of which more is said.
  if (!isNginx(ingress) || ingress.annotations[`${NGINX}auth-type`] !== undefined) return undefined;
  return isNginxCanary(ingress) ? headersFor(ingress) : canaries.of(rule).length > 0 ? headersFor(undefined) : undefined;
}

function exposedBy(cluster: ClusterModel, rule: IngressRule, headers: Request['headers']): readonly ExposedRoute[] {
  const { ingress, path, host, route, type, backend } = rule;
  const tls = list(ingress.spec.tls).length > 0;
  const request: Request = { scheme: tls ? 'https' : 'http', ...host !== '*' && { host: host.replace(/^\*/, 'any') }, ...type !== 'Regex' && { path: route }, ...headers !== undefined && { headers } };
  const found = backendOfIngress(cluster, ingress, [...path, 'backend'], backend, 1, request);
  if (typeof found === 'string') return [];
  const sample: Arrival = { port: tls ? 443 : 80, facts: {}, request };
  const match = type === 'Exact' ? route : `${trimmed(route)}${route === '/' ? '*' : '/*'}`;
  return [{ gateway: ingress, listener: undefined, protocol: 'HTTP', tls, hostname: host, route: ingress, rulePath: path, match, sample, backend: found, mirrored: false }];
}
