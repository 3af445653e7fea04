// Whether ALLOW policies of Istio may let a caller in. What cannot be known counts as perhaps: only "no" is certain.
import type { ClusterModel } from './cluster-model';
import { meshOf } from './mesh';
import type { AuthzPolicy, AuthzRule, Condition, Part } from './mesh-authz';
import { authorizationOf, httpAttributes, speaksOfPort } from './mesh-authz';
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
  if (!authorization.isKnown(group)) return [];
  const allowing = authorization.of(group).filter(({ action, dryRun }) => action === 'ALLOW' && !dryRun);
  const opaque = podProtocols(cluster, group).get(call.port) === 'opaque';
  const trustDomain = meshOf(cluster).config.trustDomain;
  return allowing.some(({ entry, rules }) => rules.some((rule) => mayAdmit(rule, entry.namespace, call, opaque, trustDomain))) ? [] : allowing;
}

function mayAdmit(rule: AuthzRule, home: string, { caller, port, request }: Call, opaque: boolean, trustDomain: string): boolean {
  if (opaque && httpAttributes(rule).length > 0) return false;
  if (!rule.when.every((condition) => mayHold(condition, caller, home, trustDomain, port))) return false;
  const from = rule.from.length === 0 || rule.from.some((part) => mayBeFrom(part, caller, home, trustDomain));
  return from && (rule.to.length === 0 || rule.to.some((part) => speaksOfPort(part, port) && (request === undefined || isOf(part, request))));
}

type Identities = 'principal' | 'namespace' | 'serviceAccount' | 'trustDomain';

const FIELDS: ReadonlyArray<readonly [string, string, Identities]> = [
  ['principals', 'notPrincipals', 'principal'], ['namespaces', 'notNamespaces', 'namespace'], ['serviceAccounts', 'notServiceAccounts', 'serviceAccount'],
  ['trustDomains', 'notTrustDomains', 'trustDomain'],
];

function mayBeFrom({ fields }: Part, caller: Caller | undefined, home: string, trustDomain: string): boolean {
  // Who has no certificate is not supposed to have a token either; who has one may.
  if (caller === undefined && fields.requestPrincipals !== undefined) return false;
  return FIELDS.every(([positive, negative, what]) => mayMatch(fields[positive], fields[negative], caller, what, home, trustDomain));
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
  if (caller === undefined) return positive === undefined;
  const matches = (pattern: string): boolean => matchesIdentity(pattern, caller, what, home, trustDomain);
  return (positive === undefined || positive.some(matches)) && !(negative ?? []).some((pattern) => !pattern.includes('*') && matches(pattern));
}

function matchesIdentity(pattern: string, caller: Caller, what: Identities, home: string, trustDomain: string): boolean {
  switch (what) {
    case 'namespace': return matchesText(pattern, caller.namespace);
    case 'serviceAccount': return pattern.includes('/') ? pattern === `${caller.namespace}/${caller.serviceAccount}` || pattern.includes('*')
      : pattern.includes('*') || home === caller.namespace && pattern === caller.serviceAccount;
    // Aliases of trust domains may be anything.
    case 'trustDomain': return true;
    default: {
      const [, own] = /^[^/*]+(\/ns\/.*)$/.exec(pattern) ?? [];
      const identity = `/ns/${caller.namespace}/sa/${caller.serviceAccount}`;
      return own === undefined ? matchesText(pattern, `${trustDomain}${identity}`) || matchesText(pattern, `cluster.local${identity}`) : matchesText(own, identity);
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
