// What Envoy Gateway's policies make of a request before the router sees it, in the order of Envoy's filters: faults, authentication, extensions, authorization.
// envoyproxy/gateway internal/xds/translator/httpfilters.go
import type { ClusterModel } from '../../model/cluster-model';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import type { Decider, Verdict } from '../flow';
import type { Arrival } from './arrival';
import { verdict } from './arrival';
import { authorize, looksAtHeaders } from './authorization';
import type { Candidate } from './entrances';
import type { Effective } from './policies';
import { deciderOf, effectivePolicy, isUnknown } from './policies';
import type { SeenRequest } from './seen';

/** What stands in the way of a request, and what let it through. */
export interface Gates {
  /** Undefined when nothing is in its way. */
  readonly stop: Verdict | undefined;
  readonly passed: readonly Decider[];
}

export function gates(cluster: ClusterModel, candidate: Candidate, arrival: Arrival, seen: SeenRequest): Gates {
  const { route, ruleName, listener } = candidate;
  const passed: Decider[] = [];
  const open: Verdict[] = [];
  const doubt: Doubt = (because, decidedBy) => { open.push(verdict('undetermined', because, decidedBy)); };
  const find = (kind: string): Effective | undefined => {
    const found = effectivePolicy(cluster, kind, route, ruleName, listener);
    if (!isUnknown(found)) return found;
    doubt(found.unknown, found.decidedBy);
    return undefined;
  };

  const traffic = find('BackendTrafficPolicy');
  if (traffic) {
    const { abort } = record(traffic.spec.faultInjection);
    const decider = deciderOf(traffic, 'faultInjection', 'abort');
    if (abort !== undefined && (abort.percentage ?? 100) >= 100) {
      const status: unknown = abort.httpStatus;
      return { passed, stop: verdict('denied', `${decider.entry.toString()} aborts every request${typeof status === 'number' ? ` with ${status}` : ''}`, [decider], typeof status === 'number' ? status : 200) };
    }
    if (list(traffic.spec.httpUpgrade).some(({ type }: Fields) => type === 'CONNECT')) doubt('what a route that takes CONNECT makes of other requests is not modelled', [deciderOf(traffic, 'httpUpgrade')]);
  }

  const security = find('SecurityPolicy');
  const tokens = security && authenticate(security, arrival, seen, doubt, passed);
  if (tokens?.stop) return { passed, stop: tokens.stop };

  const extension = find('EnvoyExtensionPolicy');
  if (extension) {
    for (const field of ['lua', 'extProc', 'wasm', 'dynamicModule'] as const) {
      if (list(extension.spec[field]).length > 0) doubt(`what the ${field} of ${deciderOf(extension, field).entry.toString()} does to requests is not modelled`, [deciderOf(extension, field)]);
    }
  }

  if (security?.spec.authorization !== undefined) {
    const authorization: Fields = record(security.spec.authorization);
    const { allows, rule, because } = authorize(authorization, { arrival, seen, provider: tokens?.provider });
    const decider = rule === undefined ? deciderOf(security, 'authorization', ...authorization.defaultAction === undefined ? [] : ['defaultAction']) : deciderOf(security, 'authorization', 'rules', rule);
    const says = `${decider.entry.toString()}: ${because}`;
    if (allows === undefined) doubt(says, [decider]);
    else if (allows) passed.push(decider);
    else if (open.length === 0 || !looksAtHeaders(authorization)) return { passed, stop: verdict('denied', says, [decider], 403) };
  }
  return { passed, stop: open[0] };
}

interface Tokens {
  readonly stop: Verdict | undefined;
  /** Whose token the request carries. */
  readonly provider: string | undefined;
}

type Doubt = (because: string, decidedBy: readonly Decider[]) => void;

function authenticate(policy: Effective, { facts, request }: Arrival, seen: SeenRequest, doubt: Doubt, passed: Decider[]): Tokens {
  const { spec } = policy;
  if (spec.csrf !== undefined && seen.method !== 'GET' && seen.method !== 'HEAD' && seen.method !== 'OPTIONS') doubt('whether the origin of the request is one that the policy trusts is not modelled', [deciderOf(policy, 'csrf')]);
  if (spec.cors !== undefined && mayBePreflight(seen)) doubt('what the gateway answers to a preflight of CORS is not modelled', [deciderOf(policy, 'cors')]);
  if (spec.extAuth !== undefined) doubt(`what the authorization service of ${deciderOf(policy, 'extAuth').entry.toString()} says is not known`, [deciderOf(policy, 'extAuth')]);
  if (spec.apiKeyAuth !== undefined) {
    const found = keySources(spec.apiKeyAuth, seen);
    if (found === false) return stop(verdict('denied', `${deciderOf(policy, 'apiKeyAuth').entry.toString()} asks for an API key, and the request has none`, [deciderOf(policy, 'apiKeyAuth')], 401));
    doubt('whether the API key of the request is a known one is not known', [deciderOf(policy, 'apiKeyAuth')]);
  }
  if (spec.basicAuth !== undefined) {
    const header = seen.header('authorization');
    if (header === null || (typeof header === 'string' && !/^basic /i.test(header))) return stop(verdict('denied', `${deciderOf(policy, 'basicAuth').entry.toString()} asks for a user and a password, and the request has none`, [deciderOf(policy, 'basicAuth')], 401));
    doubt('whether the user and the password of the request are known ones is not known', [deciderOf(policy, 'basicAuth')]);
  }
  if (spec.oidc !== undefined) doubt('whether the caller has logged in is not known: without a session it is sent to the login', [deciderOf(policy, 'oidc')]);
  if (spec.jwt === undefined) return { stop: undefined, provider: undefined };
  const decider = deciderOf(policy, 'jwt');
  const label = decider.entry.toString();
  const providers = list(spec.jwt.providers);
  if (!facts.jwt) {
    // A header that may be a token, and that nobody has vouched for.
    if (providers.some((one: Fields) => one.extractFrom === undefined) && /^bearer /i.test(request.headers?.authorization ?? '')) doubt('whether the token in the request is a valid one is not known', [decider]);
    else if (spec.jwt.optional !== true && spec.jwt.failOpen !== true) return stop(verdict('denied', `${label} asks for a token, and the request has none`, [decider], 401));
    return { stop: undefined, provider: undefined };
  }
  const { issuer, audiences = [] } = facts.jwt;
  const issued = providers.filter((one: Fields) => text(one.issuer) === undefined || one.issuer === issuer);
  const provider: Fields = issued.find((one: Fields) => list(one.audiences).length === 0 || audiences.some((audience) => list(one.audiences).includes(audience)));
  if (provider === undefined && spec.jwt.failOpen === true) return { stop: undefined, provider: undefined };
  if (provider === undefined) {
    const because = issued.length === 0 ? `${label} knows no issuer ${issuer}` : `${label} takes no token of issuer ${issuer} for ${audiences.length === 0 ? 'no audience' : `audience ${audiences.join(', ')}`}`;
    return stop(verdict('denied', because, [decider], issued.length === 0 ? 401 : 403));
  }
  passed.push(decider);
  return { stop: undefined, provider: String(provider.name) };
}

function stop(found: Verdict): Tokens {
  return { stop: found, provider: undefined };
}

/** Whether a request may be a browser's question before a request of another origin. */
export function mayBePreflight(seen: SeenRequest): boolean {
  return (seen.method ?? 'OPTIONS') === 'OPTIONS' && seen.header('origin') !== null && seen.header('access-control-request-method') !== null;
}

/** Whether a request brings something where API keys are looked for; undefined when it may. */
function keySources({ extractFrom }: Fields, seen: SeenRequest): boolean | undefined {
  let answer: boolean | undefined = false;
  for (const source of list(extractFrom)) {
    const { headers, params, cookies } = record(source);
    const values = [
      ...list(headers).map((one) => seen.header(String(one))), ...list(params).map((one) => seen.parameter(String(one))), ...list(cookies).map((one) => seen.cookie(String(one))),
    ];
    for (const value of values) if (value !== null) answer = value === undefined ? answer || undefined : true;
  }
  return answer;
}
