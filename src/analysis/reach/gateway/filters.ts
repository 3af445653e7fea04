// What the filters of a rule do to a request: answer it, send it elsewhere, rewrite it, copy it. What is not modelled is named.
import type { FieldPath } from '../../documents/document';
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import { ENVOY_GATEWAY } from '../../model/envoy-gateway';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import type { Decider } from '../flow';
import type { Resolved } from './backends';
import { resolve } from './backends';
import type { Condition, Dialect } from './matching';
import { cookieConditions } from './matching';
import type { PathModifier } from './paths';

export interface Redirect {
  readonly fields: Fields;
  readonly path: FieldPath;
}

/** Changes of the headers of a request, in the order of Envoy: what is removed goes first. */
export interface HeaderChanges {
  readonly remove: readonly string[];
  readonly set: ReadonlyMap<string, string>;
  readonly add: ReadonlyMap<string, string>;
}

export interface Effects {
  redirect: Redirect | undefined;
  /** What the gateway answers itself. */
  direct: { readonly status: number; readonly decider: Decider } | undefined;
  /** Undefined leaves the host as it is; null rewrites it to something that nobody knows. */
  host: string | null | undefined;
  rewrite: PathModifier | null | undefined;
  readonly headers: { readonly remove: string[]; readonly set: Map<string, string>; readonly add: Map<string, string> };
  readonly mirrors: Resolved[];
  cors: boolean;
  /** Alternatives that are asked of the request beside its matches. */
  cookies: ReadonlyArray<readonly Condition[]>;
  /** Why the whole rule answers with an error. */
  broken: { readonly because: string; readonly decidedBy: readonly Decider[] } | undefined;
  /** Filters that may do anything. */
  readonly unknown: Array<{ readonly because: string; readonly decider: Decider }>;
}

/** Reads the filters of a rule, or of a backendRef. */
export function effectsOf(cluster: ClusterModel, route: Entry, filters: unknown, path: FieldPath, dialect: Dialect): Effects {
  const effects: Effects = {
    redirect: undefined, direct: undefined, host: undefined, rewrite: undefined, headers: { remove: [], set: new Map(), add: new Map() },
    mirrors: [], cors: false, cookies: [], broken: undefined, unknown: [],
  };
  list(filters).forEach((filter: Fields, index) => {
    if (effects.direct && dialect === 'envoy-gateway') return;
    add(effects, cluster, route, filter, [...path, index], dialect);
  });
  if (effects.mirrors.length > 0 && (effects.direct ?? effects.redirect) && dialect === 'envoy-gateway') {
    effects.broken ??= { because: 'a rule that answers itself cannot copy requests', decidedBy: [{ entry: route, path }] };
  }
  return effects;
}

function add(effects: Effects, cluster: ClusterModel, route: Entry, filter: Fields, path: FieldPath, dialect: Dialect): void {
  switch (filter.type) {
    case 'RequestRedirect':
      effects.redirect = { fields: record(filter.requestRedirect), path: [...path, 'requestRedirect'] };
      break;
    case 'URLRewrite': {
      const { hostname, path: modifier } = record(filter.urlRewrite);
      effects.host ??= text(hostname);
      effects.rewrite ??= modifierOf(modifier);
      break;
    }
    case 'RequestHeaderModifier':
      addHeaders(effects, record(filter.requestHeaderModifier));
      break;
    case 'RequestMirror': {
      const { backendRef, percent, fraction } = record(filter.requestMirror);
      const mirror = resolve(cluster, route, record(backendRef), [...path, 'requestMirror', 'backendRef'], dialect);
      if (mirror.invalid !== undefined && dialect === 'envoy-gateway') effects.broken ??= { because: `the mirror of the rule cannot be resolved: ${mirror.invalid}`, decidedBy: mirror.decidedBy };
      else {
        const { numerator, denominator = 100 } = record(fraction);
        const share = typeof percent === 'number' ? percent / 100 : typeof numerator === 'number' ? numerator / denominator : 1;
        if (share > 0) effects.mirrors.push({ ...mirror, weight: share });
      }
      break;
    }
    case 'CORS':
      effects.cors = true;
      break;
    case 'ResponseHeaderModifier':
      break;
    case 'ExtensionRef':
      addExtension(effects, cluster, route, record(filter.extensionRef), [...path, 'extensionRef'], dialect);
      break;
    default:
      effects.unknown.push({ because: `a filter of type ${String(filter.type)} is not modelled`, decider: { entry: route, path } });
  }
}

function addExtension(effects: Effects, cluster: ClusterModel, route: Entry, ref: Fields, path: FieldPath, dialect: Dialect): void {
  const { group, kind, name } = ref;
  const label = `${String(kind)} ${route.namespace}/${String(name)}`;
  const decider: Decider = { entry: route, path };
  if (group !== ENVOY_GATEWAY || kind !== 'HTTPRouteFilter' || dialect !== 'envoy-gateway') {
    effects.unknown.push({ because: `what filter ${label} does is not modelled`, decider });
    return;
  }
  const found = cluster.find(ENVOY_GATEWAY, 'HTTPRouteFilter', route.namespace, String(name));
  if (found?.sound !== true) {
    if (found || cluster.open || cluster.isExternal(ENVOY_GATEWAY, 'HTTPRouteFilter', route.namespace, String(name))) effects.unknown.push({ because: `what filter ${label} does is not known`, decider });
    else effects.direct = { status: 500, decider };
    return;
  }
  const { directResponse, urlRewrite, matches, credentialInjection } = found.spec;
  if (list(matches).length > 0) effects.cookies = list(matches).map((one: Fields) => cookieConditions(one.cookies));
  if (directResponse !== undefined) effects.direct = { status: typeof directResponse.statusCode === 'number' ? directResponse.statusCode : 200, decider: { entry: found, path: ['spec', 'directResponse'] } };
  if (urlRewrite?.path !== undefined) effects.rewrite ??= null;
  if (urlRewrite?.hostname !== undefined) effects.host ??= null;
  if (credentialInjection !== undefined) effects.headers.remove.push(String(credentialInjection.header ?? 'authorization').toLowerCase());
}

function modifierOf(modifier: Fields): PathModifier | undefined {
  if (modifier === undefined) return undefined;
  return modifier.type === 'ReplaceFullPath' ? { full: text(modifier.replaceFullPath) ?? '/' } : { prefix: String(modifier.replacePrefixMatch ?? '/') };
}

/** The first word about a header counts. */
function addHeaders({ headers }: Effects, { set, add: added, remove }: Fields): void {
  const changed = (name: string): boolean => headers.set.has(name) || headers.add.has(name);
  for (const one of list(added)) if (!changed(String(one.name).toLowerCase())) headers.add.set(String(one.name).toLowerCase(), String(one.value));
  for (const one of list(set)) if (!changed(String(one.name).toLowerCase())) headers.set.set(String(one.name).toLowerCase(), String(one.value));
  for (const one of list(remove)) headers.remove.push(String(one).toLowerCase());
}

/** The path modifier of a redirect. */
export function redirectPath({ fields }: Redirect): PathModifier | undefined {
  return modifierOf(fields.path);
}
