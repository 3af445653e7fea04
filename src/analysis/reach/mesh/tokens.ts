// RequestAuthentication: who shows a token that is not valid is refused; who shows none goes on, and is nobody.
// A token of an issuer that the proxy was not told of is not valid (envoy jwt_authn: 401); one for other audiences is refused with 403.
import { each } from '../../model/each';
import type { Entry } from '../../model/entry';
import { list, record, text } from '../../model/fields';
import type { JwtFacts } from '../flow';
import type { Policy, Rule } from '../rules';
import { EVERYONE } from '../rules';
import type { Selector } from '../selector';
import type { Clause } from './clauses';
import { conditionOf } from './clauses';
import { matching } from './port-sets';
import type { PortSet } from './port-sets';
import type { Zoning, Zonings } from './zones';

export const TOKEN_TIER = 'request-authentication';

export function tokenPolicies(zonings: Zonings): readonly Policy[] {
  const policies: Policy[] = [];
  each(zonings.all, addPolicies, policies);
  return policies;
}

function addPolicies({ tokens, zones, subject }: Zoning, policies: Policy[]): void {
  if (tokens.length === 0) return;
  for (const { protocol, ports } of zones) if (protocol === 'http') policies.push(...tokenPolicy(tokens, ports, subject));
}

/** The rules of all policies for the same pods count together: a token has to be valid for one of them. */
export function tokenPolicy(entries: readonly Entry[], ports: PortSet, subject: Selector): readonly Policy[] {
  const rules = entries.flatMap((entry) => list(entry.spec.jwtRules).map(record)).map((rule) => ({ issuer: text(rule.issuer) ?? '', audiences: list(rule.audiences).map(String) }));
  const [first] = entries;
  if (first === undefined || rules.length === 0) return [];
  const refusal = (status: number, text: string, test: (jwt: JwtFacts) => boolean | undefined): Rule => ({
    action: 'deny', path: ['spec', 'jwtRules'], peers: EVERYONE, ports: matching(ports), status, says: () => `the request comes ${text}`,
    requests: [conditionOf([{ about: 'other', text, test: (_, { jwt }) => (jwt === undefined ? false : test(jwt)) } satisfies Clause])],
  });
  const ofIssuer = ({ issuer }: JwtFacts): typeof rules => rules.filter((one) => one.issuer === issuer || one.issuer === '');
  return [{
    entry: first, direction: 'ingress', tier: TOKEN_TIER, order: 0, subject, hostNetwork: 'in', closes: false, path: ['spec', 'jwtRules'],
    rules: [
      refusal(401, `with a token that is not of ${rules.map(({ issuer }) => issuer).join('|')}`, (jwt) => ofIssuer(jwt).length === 0),
      refusal(403, 'with a token for another audience', (jwt) => {
        const own = ofIssuer(jwt);
        if (own.length === 0 || own.some(({ audiences }) => audiences.length === 0)) return false;
        return jwt.audiences === undefined ? undefined : !own.some(({ audiences }) => audiences.some((one) => jwt.audiences!.includes(one)));
      }),
    ],
  }];
}
