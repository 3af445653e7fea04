import type { FieldPath } from '../documents/document';
import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { Entry } from '../model/entry';
import type { AuthzPolicy } from '../model/mesh-authz';
import { authorizationOf } from '../model/mesh-authz';
import { identityOf, isNobody } from '../model/mesh-identities';
import { SHOP, workload } from './mesh-fixtures';
import type { Report, Rule } from './rule';

const policy = (account: string): string => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/${account}] } }] }]
`;

export const rule: Rule = {
  id: 'NS3020',
  class: 'risk',
  title: 'An AuthorizationPolicy names a service account that nobody has',
  sees: 'exact principals and serviceAccounts in AuthorizationPolicies, in namespaces whose pods the documents have, under which no pod of any cluster runs and no ServiceAccount exists. '
    + 'Namespaces where an operator makes the pods are passed over.',
  why: 'The rule can never match. In an ALLOW policy the caller that was meant is denied with 403; in a DENY policy nobody is denied.',
  fix: 'write the service account that the caller\'s pods run as (serviceAccountName)',
  covers: ['R112', 'analysis 1.3: AuthorizationPolicy principal or service account not in the program', 'IST0101'],
  docs: ['https://kiali.io/docs/features/validations/#kia0106---service-account-not-found-for-this-principal', 'https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source'],
  subjects: ['security.istio.io/AuthorizationPolicy'],
  failing: {
    documents: `${SHOP}${workload('frontend')}${policy('front-end')}`,
    says: 'No pod of namespace shop runs as service account front-end, so cluster.local/ns/shop/sa/front-end never matches',
    field: 'spec.rules[0].from[0].source.principals[0]',
  },
  passing: { documents: `${SHOP}${workload('frontend')}${policy('frontend')}` },
  check(cluster, report) {
    each(authorizationOf(cluster).policies, checkPolicy, cluster, report);
  },
};

function checkPolicy({ entry, rules }: AuthzPolicy, cluster: ClusterModel, report: Report): void {
  for (const { from, when } of rules) {
    for (const part of from) {
      for (const key of ACCOUNTS) {
        const values = part.fields[key];
        if (values !== undefined) look(entry, values, part, key, key.endsWith('rincipals'), cluster, report);
      }
    }
    for (const condition of when) {
      const { key, values, notValues } = condition;
      if (key !== 'source.principal' && key !== 'source.serviceAccount') continue;
      look(entry, values, condition, 'values', key === 'source.principal', cluster, report);
      look(entry, notValues, condition, 'notValues', key === 'source.principal', cluster, report);
    }
  }
}

function look(at: Entry, values: readonly string[], place: { readonly path: FieldPath }, key: string, principals: boolean, cluster: ClusterModel, report: Report): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const identity = principals ? identityOf(value) : accountOf(value, at.namespace);
    if (!identity || !isNobody(cluster.world, identity.namespace, identity.serviceAccount)) continue;
    report(at, [...place.path, key, i], { message: `No pod of namespace ${identity.namespace} runs as service account ${identity.serviceAccount}, so ${value} never matches` });
  }
}

const ACCOUNTS = ['principals', 'notPrincipals', 'serviceAccounts', 'notServiceAccounts'] as const;

/** Reads `shop/orders`, or `orders` of the policy's own namespace; undefined for patterns. */
function accountOf(value: string, home: string): { readonly namespace: string; readonly serviceAccount: string } | undefined {
  if (value.includes('*')) return undefined;
  const [namespace, serviceAccount, ...more] = value.includes('/') ? value.split('/') : [home, value];
  return more.length > 0 ? undefined : { namespace: namespace!, serviceAccount: serviceAccount! };
}
