import type { FieldPath } from '../documents/document';
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { authorizationOf } from '../model/mesh-authz';
import type { AuthzPolicy, AuthzRule, Condition, Part } from '../model/mesh-authz';
import { meshOf } from '../model/mesh';
import { issuersOf, tokenChecksOf } from '../model/mesh-tokens';
import { each } from '../model/each';
import { SHOP } from './mesh-fixtures';
import type { Report, Rule } from './rule';

const scene = (issuer: string): string => `${SHOP}
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  rules: [{ from: [{ source: { requestPrincipals: ["https://id.example.com/*"] } }], when: [{ key: "request.auth.claims[role]", values: [admin] }] }]
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: ${issuer} } }
  jwtRules: [{ issuer: "https://id.example.com", jwksUri: "https://id.example.com/jwks.json" }]
`;

export const rule: Rule = {
  id: 'NS3031',
  class: 'breaks',
  title: 'A policy decides by tokens that nobody checks',
  sees: 'requestPrincipals and request.auth conditions of AuthorizationPolicies for pods with a sidecar that no RequestAuthentication is for, and exact issuers that none of its jwtRules has.',
  why: 'Claims exist only after a RequestAuthentication has checked the token. Without one an ALLOW rule never matches and everybody gets 403; a DENY rule for requests without a principal denies all of them.',
  fix: 'add a RequestAuthentication with the issuer for the same pods',
  covers: ['R122', 'analysis 1.3: JWT rule without RequestAuthentication'],
  docs: ['https://istio.io/latest/docs/tasks/security/authorization/authz-jwt/', 'https://istio.io/latest/docs/reference/config/security/request_authentication/'],
  subjects: ['security.istio.io/AuthorizationPolicy'],
  failing: {
    documents: scene('order'),
    says: 'No RequestAuthentication is for Deployment shop/orders, so no request has a principal or claims, and this ALLOW rule never matches',
    field: 'spec.rules[0].from[0].source.requestPrincipals',
  },
  passing: { documents: scene('orders') },
  check(cluster, report) {
    const checks = tokenChecksOf(cluster);
    if (checks.unread) return;
    each(authorizationOf(cluster).policies, checkPolicy, cluster, report);
  },
};

function checkPolicy(policy: AuthzPolicy, cluster: ClusterModel, report: Report): void {
  if (policy.action !== 'ALLOW' && policy.action !== 'DENY') return;
  for (const rule of policy.rules) {
    const attributes = tokenAttributes(rule);
    const attribute = attributes.find(({ needed }) => needed);
    const used = attribute ?? attributes[0];
    // A DENY rule for requests with a principal that nobody has denies nobody: only its opposite bites.
    if (!used || policy.action === 'ALLOW' && !attribute) continue;
    const kept = keepers(cluster, policy);
    const [first] = kept;
    if (!first) continue;
    if (kept.every(({ policies }) => policies.length === 0)) {
      const effect = policy.action === 'ALLOW' ? 'this ALLOW rule never matches' : attribute ? 'this DENY rule never matches' : 'this DENY rule matches every request';
      report(policy.entry, used.path, {
        message: `No RequestAuthentication is for ${first.where.toString()}, so no request has a principal or claims, and ${effect}`, decidedBy: [first.where],
        ...policy.action === 'DENY' && attribute !== undefined && { severity: 'warning' },
      });
      continue;
    }
    const known = issuersOf(kept.flatMap(({ policies }) => policies));
    if (used.principals.length === 0 || known.length === 0 || used.principals.some((principal) => known.some((issuer) => mayBeOf(principal, issuer)))) continue;
    report(policy.entry, used.path, {
      message: `Tokens of ${issuerIn(used.principals[0]!)} are not checked at ${first.where.toString()}, which takes those of ${[...new Set(known)].join(', ')}: this rule never matches`,
      fix: 'write the issuer of a jwtRule, or add one for this issuer', decidedBy: first.policies,
    });
  }
}

interface TokenAttribute {
  readonly path: FieldPath;
  /** The rule matches only requests with a token. */
  readonly needed: boolean;
  /** `issuer/subject` patterns; empty where any may match. */
  readonly principals: readonly string[];
}

function tokenAttributes({ from, when }: AuthzRule): readonly TokenAttribute[] {
  // Sources are alternatives: the rule needs a token only when each of them does.
  const ofSources = from.length > 0 && from.every(asksForToken);
  if (!ofSources && when.length === 0) return NONE;
  const sources = !ofSources ? NONE : from.map(({ fields, path }): TokenAttribute => (
    fields.requestPrincipals !== undefined ? { path: [...path, 'requestPrincipals'], needed: true, principals: fields.requestPrincipals } : { path: [...path, 'notRequestPrincipals'], needed: false, principals: [] }));
  const conditions = when.filter(isOfToken)
    .map(({ key, values, path }): TokenAttribute => ({ path: [...path, 'key'], needed: values.length > 0, principals: key === 'request.auth.principal' ? values : [] }));
  return [...sources, ...conditions];
}

function isOfToken({ key }: Condition): boolean {
  return key.startsWith('request.auth.');
}

function asksForToken({ fields }: Part): boolean {
  return fields.requestPrincipals !== undefined || fields.notRequestPrincipals !== undefined;
}

const NONE: readonly TokenAttribute[] = [];

/** Whether a token of the issuer can have a principal of the pattern; `https://login/*` begins the principals of `https://login` and of `https://login/`. */
function mayBeOf(pattern: string, issuer: string): boolean {
  if (pattern.startsWith('*')) return true;
  const start = `${issuer}/`;
  if (!pattern.endsWith('*')) return pattern.startsWith(start);
  const prefix = pattern.slice(0, -1);
  return prefix.startsWith(start) || start.startsWith(prefix);
}

function issuerIn(principal: string): string {
  const slash = principal.lastIndexOf('/');
  return slash > 0 ? principal.slice(0, slash) : principal;
}

/** Who keeps the policy, and with which RequestAuthentications. */
function keepers(cluster: ClusterModel, policy: AuthzPolicy): ReadonlyArray<{ readonly where: Entry; readonly policies: readonly Entry[] }> {
  const checks = tokenChecksOf(cluster);
  return authorizationOf(cluster).podsOf(cluster, policy).filter((group) => meshOf(cluster).memberOf(group).membership === 'sidecar')
    .map((group) => ({ where: group.entry, policies: checks.of(group) }));
}
