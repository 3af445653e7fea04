// Whether Traefik has a router at all: one that names what is not there, or what it may not use, is left out, and the next one takes its requests.
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import { servicePorts } from '../../model/service-ports';
import { TRAEFIK } from '../../model/traefik';
import { traefikFlag, traefikSetting } from '../../model/traefik-ingresses';
import { isPattern } from './patterns';
import type { ServedRouter } from './traefik-routers';
import { servedRouters } from './traefik-routers';

/** Why Traefik leaves something out, or why nobody knows whether it does; undefined when it is there. */
export interface Gap {
  readonly sure: boolean;
  readonly because: string;
}

/** Where references nest deeper, Traefik's own limits are not known. */
const DEEPEST = 8;

/** Why a router is not there at an entry point with these middlewares. */
export function gapAt(cluster: ClusterModel, names: readonly string[]): Gap | undefined {
  return names.length === 0 ? undefined : firstGap(names.map((name) => () => gapOfResolved(cluster, name, middlewareOfIngress(cluster, name), 0)));
}

/** Why a router is not there. The rule itself is read elsewhere. */
export function gapOf(cluster: ClusterModel, router: ServedRouter): Gap | undefined {
  const gaps = cluster.derive(gapCache);
  if (!gaps.has(router)) gaps.set(router, find(cluster, router));
  return gaps.get(router);
}

function gapCache(_cluster: ClusterModel): Map<ServedRouter, Gap | undefined> {
  return new Map();
}

/** The routers with a name of their own, in their order. Of those of one object with one rule the last takes the name, unless it was left out before it had one. */
export function namedRouters(cluster: ClusterModel): readonly ServedRouter[] {
  const all = cluster.derive(servedRouters);
  const sharing = new Map<Entry, Map<string, ServedRouter[]>>();
  for (const router of all) {
    let known = sharing.get(router.entry);
    if (!known) sharing.set(router.entry, (known = new Map<string, ServedRouter[]>()));
    const same = known.get(router.source);
    if (same) same.push(router);
    else known.set(router.source, [router]);
  }
  const hidden = new Set<ServedRouter>();
  for (const rules of sharing.values()) {
    for (const same of rules.values()) {
      if (same.length < 2) continue;
      const backwards = [...same].sort((a, b) => (orderOf(a) < orderOf(b) ? 1 : -1));
      const last = backwards.findIndex((router) => gapBeforeName(cluster, router) === undefined);
      if (last >= 0) for (const router of backwards.slice(last + 1)) hidden.add(router);
    }
  }
  return hidden.size === 0 ? all : all.filter((router) => !hidden.has(router));
}

/** Where a router is written. */
function orderOf({ path }: ServedRouter): string {
  return path.map((part) => (typeof part === 'number' ? String(part).padStart(6, '0') : part)).join(' ');
}

/** What its provider leaves out; middlewares and TraefikServices that are not there are missed later only. */
function gapBeforeName(cluster: ClusterModel, { entry, services, middlewares, ofIngress }: ServedRouter): Gap | undefined {
  const home = entry.namespace;
  if (ofIngress) return firstGap(services.map((service) => () => gapOfService(cluster, home, service, 'providers.kubernetesingress')));
  const apart = ({ namespace, name }: Fields): Gap | undefined => gapOfNamespace(cluster, home, text(namespace) ?? home, String(name));
  return firstGap([
    () => gapOfClass(cluster, entry), ...middlewares.map((ref) => () => apart(ref)),
    ...services.map((service) => () => apart(service) ?? (service.kind === 'TraefikService' ? undefined : gapOfReference(cluster, home, service, 0))),
  ]);
}

function find(cluster: ClusterModel, router: ServedRouter): Gap | undefined {
  const { entry, services, middlewares, ofIngress } = router;
  if (ofIngress) {
    return firstGap([
      ...middlewares.map((ref) => () => gapOfResolved(cluster, String(ref.name), middlewareOfIngress(cluster, String(ref.name)), 0)),
      ...services.map((service) => () => gapOfService(cluster, entry.namespace, service, 'providers.kubernetesingress')),
    ]);
  }
  if (list(entry.spec.parentRefs).length > 0) return { sure: false, because: 'it is under another IngressRoute, which is not modelled' };
  return firstGap([
    () => gapOfClass(cluster, entry),
    () => gapOfTls(cluster, entry),
    ...middlewares.map((ref) => () => gapOfMiddleware(cluster, entry.namespace, ref, 0)),
    // Without services it may be the parent of others.
    () => (services.length > 0 ? undefined : cluster.derive(parents).has(`${entry.namespace}/${entry.name}`) ? { sure: false, because: 'other IngressRoutes are under it, which is not modelled' } : { sure: true, because: 'it has no service' }),
    ...services.map((service) => () => gapOfReference(cluster, entry.namespace, service, 0)),
  ]);
}

/** A sure gap goes before one that nobody knows. */
function firstGap(parts: ReadonlyArray<() => Gap | undefined>): Gap | undefined {
  let open: Gap | undefined;
  for (const part of parts) {
    const gap = part();
    if (gap?.sure === true) return gap;
    open ??= gap;
  }
  return open;
}

function parents(cluster: ClusterModel): ReadonlySet<string> {
  return new Set(cluster.objects(TRAEFIK, 'IngressRoute').flatMap(({ namespace, spec }) => list(spec.parentRefs).map(({ name, namespace: given }: Fields) => `${text(given) ?? namespace}/${String(name)}`)));
}

function gapOfClass(cluster: ClusterModel, { spec, annotations }: Entry): Gap | undefined {
  const named = text(spec.ingressClassName) ?? text(annotations['kubernetes.io/ingress.class']) ?? '';
  const wanted = traefikSetting(cluster, 'providers.kubernetescrd.ingressclass');
  // Without a setting Traefik takes what has no class, and what has its own.
  if (wanted === undefined) return named === '' || named === 'traefik' ? undefined : { sure: false, because: `it is of the class ${named}, and which class Traefik takes is not known` };
  return named === wanted || (wanted === '' && named === 'traefik') ? undefined : { sure: true, because: named === '' ? `it has no class, and Traefik takes those of ${wanted}` : `it is of the class ${named}` };
}

function gapOfTls(cluster: ClusterModel, { namespace: home, spec }: Entry): Gap | undefined {
  const { name, namespace: given } = record(record(spec.tls).options);
  const called = text(name);
  if (called === undefined) return undefined;
  const namespace = text(given) ?? home;
  if (called.includes('@') || called === 'default') return { sure: false, because: `which TLSOption ${called} is, is not known` };
  const apart = gapOfNamespace(cluster, home, namespace, `TLSOption ${namespace}/${called}`);
  return apart ?? (cluster.find(TRAEFIK, 'TLSOption', namespace, called) ? undefined : absent(cluster, TRAEFIK, 'TLSOption', namespace, called));
}

/** Unless Traefik is told to follow them, references stay in their namespace. */
function gapOfNamespace(cluster: ClusterModel, home: string, namespace: string, label: string): Gap | undefined {
  if (namespace === home) return undefined;
  const follows = traefikFlag(cluster, 'providers.kubernetescrd.allowcrossnamespace');
  if (follows === true) return undefined;
  return follows === false ? { sure: true, because: `${label} is in another namespace, which Traefik does not follow` }
    : { sure: false, because: `whether Traefik follows references to other namespaces is not known, and ${label} is in one` };
}

function absent(cluster: ClusterModel, group: string, kind: string, namespace: string, name: string): Gap {
  const label = `${kind} ${namespace}/${name}`;
  return cluster.open || cluster.isExternal(group, kind, namespace, name) ? { sure: false, because: `${label} is not among the documents` } : { sure: true, because: `${label} is not there` };
}

function gapOfReference(cluster: ClusterModel, home: string, service: Fields, depth: number): Gap | undefined {
  const { name, namespace: given, kind = 'Service' } = service;
  const called = String(name);
  const namespace = text(given) ?? home;
  const label = `${String(kind)} ${namespace}/${called}`;
  if (called.endsWith('@internal')) return undefined;
  if (called.includes('@')) return { sure: false, because: `${called} is of another provider` };
  const apart = gapOfNamespace(cluster, home, namespace, label);
  if (apart?.sure === true) return apart;
  if (kind !== 'TraefikService') return firstGap([() => apart, () => gapOfService(cluster, namespace, service, 'providers.kubernetescrd')]);
  const found = cluster.find(TRAEFIK, 'TraefikService', namespace, called);
  if (!found) return absent(cluster, TRAEFIK, 'TraefikService', namespace, called);
  if (!found.sound || depth > DEEPEST) return { sure: false, because: `${label} cannot be followed` };
  const { weighted, mirroring, highestRandomWeight, failover } = found.spec;
  const inner: readonly Fields[] = weighted !== undefined ? list(weighted.services) : mirroring !== undefined ? [mirroring, ...list(mirroring.mirrors)]
    : highestRandomWeight !== undefined ? list(highestRandomWeight.services) : failover !== undefined ? [record(failover.service), record(failover.fallback)] : [];
  return firstGap([() => apart, ...inner.map((one) => () => gapOfReference(cluster, namespace, one, depth + 1))]);
}

function gapOfService(cluster: ClusterModel, namespace: string, { name, port }: Fields, provider: string): Gap | undefined {
  if (name === undefined) return { sure: true, because: 'its backend is no Service' };
  const called = String(name);
  const entry = cluster.find('', 'Service', namespace, called);
  if (!entry) return absent(cluster, '', 'Service', namespace, called);
  if (!entry.sound) return undefined;
  if (entry.spec.type === 'ExternalName') {
    const allowed = traefikFlag(cluster, `${provider}.allowexternalnameservices`);
    if (allowed === false) return { sure: true, because: `${entry.toString()} is of type ExternalName, which Traefik does not allow` };
    if (allowed === undefined) return { sure: false, because: `whether Traefik allows Services of type ExternalName is not known, and ${entry.toString()} is one` };
    // For an IngressRoute the number need not be one of the Service.
    if (typeof port === 'number' && provider.endsWith('crd')) return undefined;
  }
  return servicePorts(entry).some((each) => (typeof port === 'number' ? each.port === port : each.name === port)) ? undefined : { sure: true, because: `${entry.toString()} has no port ${String(port)}` };
}

/** A middleware that an Ingress names, `namespace-name@kubernetescrd`; null when it is of another provider. */
export function middlewareOfIngress(cluster: ClusterModel, name: string): Entry | undefined | null {
  const [called = '', provider] = name.split('@');
  return provider === 'kubernetescrd' ? cluster.derive(byNormalizedName).get(called) : provider === undefined ? undefined : null;
}

function byNormalizedName(cluster: ClusterModel): ReadonlyMap<string, Entry> {
  return new Map(cluster.everyObject(TRAEFIK, 'Middleware').map((entry) => [`${entry.namespace}-${entry.name}`.replace(/[^\p{L}\p{N}]+/gu, '-'), entry]));
}

function gapOfMiddleware(cluster: ClusterModel, home: string, ref: Fields, depth: number): Gap | undefined {
  const name = String(ref.name);
  const namespace = text(ref.namespace) ?? home;
  if (name.includes('@')) return { sure: false, because: `middleware ${name} is of another provider` };
  const apart = gapOfNamespace(cluster, home, namespace, `Middleware ${namespace}/${name}`);
  if (apart?.sure === true) return apart;
  const found = cluster.find(TRAEFIK, 'Middleware', namespace, name);
  return firstGap([() => apart, () => (found ? gapOfResolved(cluster, name, found, depth) : absent(cluster, TRAEFIK, 'Middleware', namespace, name))]);
}

function gapOfResolved(cluster: ClusterModel, name: string, found: Entry | undefined | null, depth: number): Gap | undefined {
  if (found === null) return { sure: false, because: `middleware ${name} is of another provider` };
  if (found === undefined) return { sure: !cluster.open, because: `middleware ${name} is not there` };
  if (!found.sound || depth > DEEPEST) return { sure: false, because: `${found.toString()} cannot be followed` };
  const kinds = Object.keys(found.spec);
  const label = found.toString();
  if (kinds.length !== 1) return { sure: true, because: kinds.length === 0 ? `${label} does nothing` : `${label} is of several kinds at once` };
  const [kind = ''] = kinds;
  const settings: Fields = record(found.spec[kind]);
  const bad = (pattern: unknown): boolean => !isPattern(String(pattern).trim());
  if (kind === 'chain') return firstGap(list(settings.middlewares).map((ref: Fields) => () => gapOfMiddleware(cluster, found.namespace, ref, depth + 1)));
  if (kind === 'errors') return gapOfReference(cluster, found.namespace, record(settings.service), depth + 1);
  const useless = (kind === 'headers' && !Object.values(settings).some(isSaid)) || (kind === 'addPrefix' && (text(settings.prefix) ?? '') === '') || (kind === 'redirectScheme' && (text(settings.scheme) ?? '') === '')
    || ((kind === 'ipAllowList' || kind === 'ipWhiteList') && list(settings.sourceRange).length === 0);
  if (useless) return { sure: true, because: `${label} says too little to be one` };
  const patterns = kind === 'replacePathRegex' || kind === 'redirectRegex' ? [settings.regex] : kind === 'stripPrefixRegex' ? list(settings.regex) : [];
  return patterns.some(bad) ? { sure: true, because: `${label} has an expression that is not one of Go` } : undefined;
}

function isSaid(value: unknown): boolean {
  return value !== false && value !== '' && value !== 0 && (typeof value !== 'object' || Object.keys(value ?? {}).length > 0);
}
