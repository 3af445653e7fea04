// The routers that Traefik serves: of its IngressRoutes, and of the Ingresses that it takes. All of them stand in one order.
import type { FieldPath } from '../../documents/document';
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import type { Three } from '../../model/three';
import { TRAEFIK_ANNOTATIONS, isTraefikIngress, traefikFlag } from '../../model/traefik-ingresses';
import type { Router } from '../../model/traefik-routers';
import { routers } from '../../model/traefik-routers';
import type { Matcher, RuleTree } from '../../model/traefik-rule';
import { readRule } from '../../model/traefik-rule';

/** A router with what Traefik makes of it when it is asked. */
export interface ServedRouter extends Router {
  /** It asks for TLS by itself, wherever it is served. */
  readonly secure: boolean;
  readonly ofIngress: boolean;
  /** Where its services stand in the document. */
  readonly servicesPath: (index: number) => FieldPath;
  readonly services: readonly Fields[];
  /** Names of middlewares: with a namespace, or, of an Ingress, as `namespace-name@kubernetescrd`. */
  readonly middlewares: readonly Fields[];
}

/** A prefix of an Ingress, compared as text or by elements, as Traefik is told. */
export const PREFIX_OF_INGRESS = 'PathPrefix of an Ingress';
/** Behind everything else. */
const LAST = -2147483648;

/** Every router, whether it is there or not, the first to be tried first: `cluster.derive(servedRouters)`. */
export function servedRouters(cluster: ClusterModel): readonly ServedRouter[] {
  const own = cluster.derive(routers).filter(({ tcp }) => !tcp).map((router): ServedRouter => ({
    ...router, secure: router.entry.spec.tls !== undefined, ofIngress: false,
    servicesPath: (index) => [...router.path, 'services', index], services: list(router.fields.services), middlewares: list(router.fields.middlewares),
  }));
  const strict = traefikFlag(cluster, 'providers.kubernetesingress.strictprefixmatching');
  const others = cluster.objects('networking.k8s.io', 'Ingress').filter((ingress) => isTraefikIngress(cluster, ingress)).flatMap((ingress) => routersOf(ingress, strict));
  return [...own, ...others].sort(compareRouters);
}

/** Of equal ones, whatever made them, nobody knows the order: the precedence of providers is none unless it is given. */
export function compareRouters(a: ServedRouter, b: ServedRouter): number {
  return b.priority - a.priority;
}

function routersOf(ingress: Entry, strict: Three): readonly ServedRouter[] {
  const { spec, annotations } = ingress;
  const said = (name: string): string | undefined => text(annotations[`${TRAEFIK_ANNOTATIONS}router.${name}`]);
  const words = (name: string): readonly string[] => (said(name) ?? '').split(',').map((one) => one.trim()).filter((one) => one !== '');
  const priority = Number(said('priority') ?? '0');
  const shared = {
    entry: ingress, tcp: false, ofIngress: true, entryPoints: words('entrypoints').map((one) => one.toLowerCase()), middlewares: words('middlewares').map((name) => ({ name })),
    secure: Object.keys(annotations).some((key) => key === `${TRAEFIK_ANNOTATIONS}router.tls` || key.startsWith(`${TRAEFIK_ANNOTATIONS}router.tls.`)) && said('tls') !== 'false', fields: {},
  };
  const make = (path: FieldPath, field: string, source: string, tree: RuleTree | undefined, backend: Fields, rank: number): ServedRouter => {
    const { name, port } = record(record(backend).service);
    const read = readRule(source);
    return {
      ...shared, path, source, priority: rank, explicit: priority !== 0, servicesPath: () => [...path, field],
      services: [name === undefined ? {} : { name, port: record(port).name ?? record(port).number }],
      rule: read && { ...read, tree: read.problem === undefined ? tree ?? read.tree : undefined },
    };
  };
  const rules = list(spec.rules);
  if (rules.length === 0) return spec.defaultBackend === undefined ? [] : [make(['spec'], 'defaultBackend', 'PathPrefix("/")', undefined, record(spec.defaultBackend), LAST)];
  return rules.flatMap((rule: Fields, i) => list(rule.http?.paths).map((one: Fields, j): ServedRouter => {
    const [host, path] = [text(rule.host), text(one.path)];
    const type = text(one.pathType);
    const name = type === 'Exact' ? 'Path' : type === 'Prefix' ? 'PathPrefix' : said('pathmatcher') ?? 'PathPrefix';
    const matcher = (called: string, value: string): Matcher => ({ name: called, args: [value], negated: false });
    const parts: RuleTree[] = [];
    const words: string[] = [];
    if (host !== undefined) {
      parts.push(matcher('Host', host));
      words.push(`Host(${JSON.stringify(host)})`);
    }
    if (path !== undefined && name === 'PathPrefix' && path !== '/') {
      const bare = path.replace(/\/$/, '');
      const elements: RuleTree = { some: [matcher('Path', bare), matcher('PathPrefix', `${bare}/`)] };
      parts.push(strict === true ? elements : matcher(strict === false ? 'PathPrefix' : PREFIX_OF_INGRESS, path));
      words.push(strict === true ? `(Path(${JSON.stringify(bare)}) || PathPrefix(${JSON.stringify(`${bare}/`)}))` : `PathPrefix(${JSON.stringify(path)})`);
    } else if (path !== undefined) {
      parts.push(matcher(name, path));
      words.push(`${name}(${JSON.stringify(path)})`);
    }
    const source = words.join(' && ');
    return make(['spec', 'rules', i, 'http', 'paths', j], 'backend', source, { every: parts }, record(one.backend), priority === 0 ? source.length : priority);
  }));
}
