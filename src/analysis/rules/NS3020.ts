import type { FieldPath } from '../documents/document';
import type { Entry } from '../model/entry';
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
    for (const { entry, rules } of authorizationOf(cluster).policies) {
      for (const { from, when } of rules) {
        for (const { fields, path } of from) {
          for (const key of ['principals', 'notPrincipals', 'serviceAccounts', 'notServiceAccounts']) say(entry, fields[key] ?? [], [...path, key], key.endsWith('rincipals'));
        }
        for (const { key, values, notValues, path } of when) {
          if (key !== 'source.principal' && key !== 'source.serviceAccount') continue;
          say(entry, values, [...path, 'values'], key === 'source.principal');
          say(entry, notValues, [...path, 'notValues'], key === 'source.principal');
        }
      }
    }

    function say(at: Entry, values: readonly string[], path: FieldPath, principals: boolean): void {
      for (let i = 0; i < values.length; i++) name(report, at, values[i]!, path, i, principals);
    }

    function name(to: Report, at: Entry, value: string, path: FieldPath, index: number, principal: boolean): void {
      const short = value.includes('/') ? value.split('/') : [at.namespace, value];
      const identity = principal ? identityOf(value) : value.includes('*') || short.length !== 2 ? undefined : { namespace: short[0]!, serviceAccount: short[1]! };
      if (!identity || !isNobody(cluster.world, identity.namespace, identity.serviceAccount)) return;
      to(at, [...path, index], { message: `No pod of namespace ${identity.namespace} runs as service account ${identity.serviceAccount}, so ${value} never matches` });
    }
  },
};
