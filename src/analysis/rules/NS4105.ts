import { list } from '../model/fields';
import { policiesOf } from '../model/policies';
import { policyFixtures } from '../model/policy-words';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS4105',
  class: 'practice',
  title: 'A policy closes egress without saying so',
  sees: 'NetworkPolicies with rules of ingress that name Egress in policyTypes and have no `egress` at all, whose pods no other policy lets out. A policy without any rule is a default denial, and passed over.',
  why: 'Naming the type closes it: the pods may call nobody, DNS included. It is often a copied line; where it is meant, the next reader cannot tell.',
  fix: 'write `egress: []` when nobody is to be called, add the rules, or leave Egress out of policyTypes',
  covers: ['R105'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/'],
  subjects: ['networking.k8s.io/NetworkPolicy'],
  failing: {
    documents: policyFixtures.caller(', Ingress]\n  ingress: [{ from: [{ podSelector: {} }] }]').replace('[Egress], Ingress]', '[Egress, Ingress]'),
    says: 'Egress is named in policyTypes and has no rule: the pods may call nobody, DNS included',
    field: 'spec.policyTypes',
  },
  passing: { documents: policyFixtures.caller(', Ingress]\n  ingress: [{ from: [{ podSelector: {} }] }]\n  egress: []').replace('[Egress], Ingress]', '[Egress, Ingress]') },
  check(cluster, report) {
    const policies = policiesOf(cluster);
    if (!policies.complete || cluster.open) return;
    for (const { entry, pods, engine } of policies.all) {
      if (engine !== 'kubernetes' || !list(entry.spec.policyTypes).includes('Egress') || entry.spec.egress !== undefined || list(entry.spec.ingress).length === 0) continue;
      const letOut = pods.some((group) => policies.selecting(group, 'egress').some((policy) => policy.engine !== 'cluster' && (policy.egress ?? []).some(({ action }) => action === 'allow')));
      if (pods.length === 0 || letOut) continue;
      report(entry, ['spec', 'policyTypes'], { message: 'Egress is named in policyTypes and has no rule: the pods may call nobody, DNS included' });
    }
  },
};
