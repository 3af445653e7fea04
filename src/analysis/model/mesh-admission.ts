// Whether ALLOW policies of Istio may let a caller in. What cannot be known counts as perhaps: only "no" is certain.
import type { ClusterModel } from './cluster-model';
import { some } from './each';
import { meshOf } from './mesh';
import type { AuthzPolicy, AuthzRule, Condition, Part } from './mesh-authz';
import { authorizationOf, hasHttpAttributes, speaksOfPort } from './mesh-authz';
import { podProtocols } from './mesh-protocols';
import type { PodGroup } from './pods';

/** Who calls, as far as its certificate tells. */
export interface Caller {
  readonly namespace: string;
  readonly serviceAccount: string;
}

export interface CallerRequest {
  readonly method: string;
  readonly path: string;
}

/** A call to pods. Without a caller it has no certificate of the mesh. */
export interface Call {
  readonly caller: Caller | undefined;
  readonly port: number;
  readonly request?: CallerRequest;
}

/** The ALLOW policies for pods that leave no way for a call; none when there is a way, when no ALLOW policy is for them, or when nobody knows. */
export function refusing(cluster: ClusterModel, group: PodGroup, call: Call): readonly AuthzPolicy[] {
  const authorization = authorizationOf(cluster);
  if (!authorization.isKnown(group)) return NONE;
  const policies = authorization.of(group);
  if (policies.length === 0) return NONE;
  const opaque = podProtocols(cluster, group).get(call.port) === 'opaque';
  const { trustDomain } = meshOf(cluster).config;
  for (const policy of policies) {
    if (!allows(policy)) continue;
    for (const rule of policy.rules) if (mayAdmit(rule, policy.entry.namespace, call, opaque, trustDomain)) return NONE;
  }
  return policies.filter(allows);
}

const NONE: readonly AuthzPolicy[] = [];

function allows({ action, dryRun }: AuthzPolicy): boolean {
  return action === 'ALLOW' && !dryRun;
}

function mayAdmit(rule: AuthzRule, home: string, { caller, port, request }: Call, opaque: boolean, trustDomain: string): boolean {
  if (opaque && hasHttpAttributes(rule)) return false;
  for (const condition of rule.when) if (!mayHold(condition, caller, home, trustDomain, port)) return false;
  let from = rule.from.length === 0;
  for (let i = 0; !from && i < rule.from.length; i++) from = mayBeFrom(rule.from[i]!, caller, home, trustDomain);
  return from && (rule.to.length === 0 || some(rule.to, mayBeTo, port, request));
}

function mayBeTo(part: Part, port: number, request: Call['request']): boolean {
  return speaksOfPort(part, port) && (request === undefined || isOf(part, request));
}

type Identities = 'principal' | 'namespace' | 'serviceAccount' | 'trustDomain';

function mayBeFrom({ fields }: Part, caller: Caller | undefined, home: string, trustDomain: string): boolean {
  // Who has no certificate is not supposed to have a token either; who has one may.
  if (caller === undefined && fields.requestPrincipals !== undefined) return false;
  return mayMatch(fields.principals, fields.notPrincipals, caller, 'principal', home, trustDomain)
    && mayMatch(fields.namespaces, fields.notNamespaces, caller, 'namespace', home, trustDomain)
    && mayMatch(fields.serviceAccounts, fields.notServiceAccounts, caller, 'serviceAccount', home, trustDomain)
    && mayMatch(fields.trustDomains, fields.notTrustDomains, caller, 'trustDomain', home, trustDomain);
}

function mayHold({ key, values, notValues }: Condition, caller: Caller | undefined, home: string, trustDomain: string, port: number): boolean {
  if (key === 'destination.port') return (values.length === 0 || values.includes(String(port))) && !notValues.includes(String(port));
  if (key.startsWith('request.auth.')) return caller !== undefined || values.length === 0;
  const what = CONDITIONS[key];
  return what === undefined || mayMatch(values.length === 0 ? undefined : values, notValues.length === 0 ? undefined : notValues, caller, what, home, trustDomain);
}

const CONDITIONS: Readonly<Record<string, Identities>> = {
  'source.principal': 'principal', 'source.namespace': 'namespace', 'source.serviceAccount': 'serviceAccount', 'source.trustDomain': 'trustDomain',
};

function mayMatch(
  positive: readonly string[] | undefined, negative: readonly string[] | undefined, caller: Caller | undefined, what: Identities, home: string, trustDomain: string,
): boolean {
  if (caller === undefined || positive === undefined && negative === undefined) return positive === undefined;
  if (negative !== undefined) for (const pattern of negative) if (!pattern.includes('*') && matchesIdentity(pattern, caller, what, home, trustDomain)) return false;
  if (positive === undefined) return true;
  for (const pattern of positive) if (matchesIdentity(pattern, caller, what, home, trustDomain)) return true;
  return false;
}

function matchesIdentity(pattern: string, caller: Caller, what: Identities, home: string, trustDomain: string): boolean {
  switch (what) {
    case 'namespace': return matchesText(pattern, caller.namespace);
    case 'serviceAccount': return pattern.includes('/') ? pattern === `${caller.namespace}/${caller.serviceAccount}` || pattern.includes('*')
      : pattern.includes('*') || home === caller.namespace && pattern === caller.serviceAccount;
    // Aliases of trust domains may be anything.
    case 'trustDomain': return true;
    default: {
      const identity = `/ns/${caller.namespace}/sa/${caller.serviceAccount}`;
      // A trust domain that is written out may be an alias of the mesh's own.
      const slash = pattern.indexOf('/');
      if (slash > 0 && pattern.startsWith('/ns/', slash) && pattern.lastIndexOf('*', slash) === -1) return matchesText(pattern.slice(slash), identity);
      return matchesText(pattern, `${trustDomain}${identity}`) || matchesText(pattern, `cluster.local${identity}`);
    }
  }
}

/** Exact, `prefix*`, `*suffix`, `*`. */
export function matchesText(pattern: string, text: string): boolean {
  if (pattern === '*') return text !== '';
  if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : pattern === text;
}

function isOf({ fields: { methods, paths, notMethods, notPaths } }: Part, { method, path }: CallerRequest): boolean {
  if ((notMethods ?? []).includes(method) || (notPaths ?? []).includes(path)) return false;
  const pathMatches = (pattern: string): boolean => pattern.includes('{') || matchesText(pattern, path);
  return (methods === undefined || methods.some((pattern) => matchesText(pattern, method))) && (paths === undefined || paths.some(pathMatches));
}
