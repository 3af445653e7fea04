// The authorization of a SecurityPolicy: rules in their order, the first one that meets the request decides, otherwise the default, which is to deny.
// envoyproxy/gateway internal/xds/translator/authorization.go
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import { covers, parseRange } from '../../model/ranges';
import type { Three } from '../../model/three';
import { all, any, not } from '../../model/three';
import type { Facts } from '../flow';
import type { Arrival } from './arrival';
import { isPattern, takesWhole } from './patterns';
import { hasPrefix } from './paths';
import type { SeenRequest } from './seen';

/** What authorization says, and by which rule; undefined is the default action. */
export interface Authorized {
  readonly allows: Three;
  readonly rule: number | undefined;
  readonly because: string;
}

/** What a rule is asked of. */
export interface Asked {
  readonly arrival: Arrival;
  readonly seen: SeenRequest;
  /** The provider whose token the request carries; undefined when it carries none. */
  readonly provider: string | undefined;
}

export function authorize(authorization: Fields, asked: Asked): Authorized {
  const rules = list(authorization.rules);
  let open: { readonly rule: number; readonly action: boolean; readonly because: string } | undefined;
  for (let rule = 0; rule < rules.length; rule++) {
    const fields: Fields = rules[rule];
    const action = fields.action === 'Allow';
    const { answer, doubt } = meetsRule(fields, asked);
    if (answer === false) continue;
    if (answer === undefined) {
      // Whether this one decides does not matter as long as all that could decide say the same.
      if (open && open.action !== action) return { allows: undefined, rule: open.rule, because: open.because };
      open ??= { rule, action, because: doubt };
      continue;
    }
    if (open && open.action !== action) return { allows: undefined, rule: open.rule, because: open.because };
    return { allows: action, rule, because: `its rule ${nameOf(fields, rule)} ${action ? 'allows' : 'denies'} it` };
  }
  const action = authorization.defaultAction === 'Allow';
  if (open && open.action !== action) return { allows: undefined, rule: open.rule, because: open.because };
  return { allows: action, rule: undefined, because: `no rule meets the request, and the default is to ${action ? 'allow' : 'deny'}` };
}

function nameOf(fields: Fields, index: number): string {
  return text(fields.name) ?? `${index + 1}`;
}

/** Whether some rule looks at headers, which others may change. */
export function looksAtHeaders(authorization: Fields): boolean {
  return list(authorization.rules).some(({ principal, cel }: Fields) => list(principal?.headers).length > 0 || cel !== undefined);
}

function meetsRule(rule: Fields, asked: Asked): { readonly answer: Three; readonly doubt: string } {
  const { methods, path } = record(rule.operation);
  const { clientCIDRs, headers, jwt, clientIPGeoLocations } = record(rule.principal);
  let doubt = '';
  const ask = (answer: Three, because: string): Three => {
    if (answer === undefined && doubt === '') doubt = because;
    return answer;
  };
  const { arrival, seen } = asked;
  const answer = all([
    list(methods).length === 0 ? true : ask(seen.method === undefined ? undefined : list(methods).some((one) => String(one).toLowerCase() === seen.method!.toLowerCase()), 'the method of the request is not known'),
    path === undefined ? true : ask(meetsPath(path, seen), isPattern(String(path.value)) || path.type !== 'RegularExpression' ? 'the path of the request is not known' : `${JSON.stringify(path.value)} is no regular expression`),
    list(clientCIDRs).length === 0 ? true : ask(isIn(list(clientCIDRs), arrival.address), 'the address of the caller is not known'),
    list(clientIPGeoLocations).length === 0 ? true : ask(undefined, 'where in the world the caller is is not known'),
    rule.cel === undefined ? true : ask(undefined, 'its CEL expression is not modelled'),
    jwt === undefined ? true : ask(hasClaims(jwt, asked.provider, arrival.facts), 'the claims of the token are not known'),
    ...list(headers).map((one: Fields) => {
      const value = seen.header(String(one.name));
      return ask(value === undefined ? undefined : value !== null && list(one.values).includes(value), `whether the request has the header ${String(one.name)} is not known`);
    }),
  ]);
  return { answer, doubt };
}

/** The path of an authorization is compared with its query in it, so that a `;`, `?` or `#` ends what is compared. */
function meetsPath({ type = 'PathPrefix', value, invert }: Fields, { path, query }: SeenRequest): Three {
  const answer = ((): Three => {
    if (type === 'PathPrefix' && value === '/') return true;
    if (path === undefined) return undefined;
    if (type === 'RegularExpression') return query === undefined ? undefined : takesWhole(String(value), query === null ? path : `${path}?${query}`);
    const parts = path.split(';');
    const ends = parts.map((_, index) => parts.slice(0, index + 1).join(';'));
    return type === 'Exact' ? ends.includes(String(value)) : hasPrefix(path, String(value)) || ends.includes(String(value).replace(/\/$/, ''));
  })();
  return invert === true ? not(answer) : answer;
}

export function isIn(blocks: readonly Fields[], address: string | undefined): Three {
  if (address === undefined) return undefined;
  const inner = parseRange(address);
  if (!inner) return undefined;
  return any(blocks.map((one): Three => {
    const range = parseRange(one);
    return range && covers(range, inner);
  }));
}

/** Whether the token of one provider has the claims and scopes that are asked for. */
function hasClaims(wanted: Fields, provider: string | undefined, { jwt }: Facts): Three {
  if (!jwt || provider === undefined || provider !== wanted.provider) return false;
  const { issuer, subject, audiences } = jwt;
  const claims: Readonly<Record<string, unknown>> = {
    ...jwt.claims, iss: issuer, ...subject !== undefined && { sub: subject }, ...audiences && { aud: audiences.length === 1 ? audiences[0] : audiences },
  };
  const scopes = ['scope', 'scp'].map((key) => claims[key]).map((one) => (typeof one === 'string' ? one.split(' ') : Array.isArray(one) ? one : []));
  return list(wanted.scopes).every((scope) => scopes.some((one) => one.includes(scope)))
    && list(wanted.claims).every(({ name, valueType = 'String', values }: Fields) => {
      const found = String(name).split('.').reduce<unknown>((value, key) => record(value)[key], claims);
      return valueType === 'StringArray' ? Array.isArray(found) && list(values).some((one) => found.includes(one)) : list(values).includes(found);
    });
}
