import { list, record } from '../model/fields';
import { ciliumPolicies, ciliumSpecs } from '../model/policies-cilium';
import { each } from '../model/each';
import type { Entry } from '../model/entry';
import type { Report, Rule } from './rule';

const POLICY = (spec: string): string => `
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: default-deny, namespace: shop }
spec:
  endpointSelector: {}
${spec}
`;

export const rule: Rule = {
  id: 'NS4104',
  class: 'risk',
  title: 'A Cilium policy means to deny and denies nothing',
  sees: 'Cilium policies that say `enableDefaultDeny` true for a direction in which they have no rule, or that have an empty list of rules for a direction beside rules for the other one.',
  why: 'Cilium closes a direction only by a rule in it: with an empty list the pods stay open in this direction. (A NetworkPolicy of Kubernetes closes by its empty list.)',
  fix: 'write the empty rule `- {}` into the list of the direction: it admits nobody and closes it',
  covers: ['R105', 'R99', 'analysis 1.3: Cilium empty rules'],
  docs: ['https://docs.cilium.io/en/stable/security/policy/language/'],
  subjects: ['cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy'],
  failing: {
    documents: POLICY('  ingress: []\n  egress: [{}]'),
    says: 'The empty list of ingress closes nothing',
    field: 'spec.ingress',
  },
  passing: { documents: POLICY('  enableDefaultDeny: { ingress: true, egress: true }\n  ingress: [{}]\n  egress: [{}]') },
  check(cluster, report) {
    each(ciliumPolicies(cluster), checkPolicy, report);
  },
};

function checkPolicy(policy: Entry, report: Report): void {
  for (const { spec, path } of ciliumSpecs(policy)) {
    const [into, out] = [list(spec.ingress).length + list(spec.ingressDeny).length, list(spec.egress).length + list(spec.egressDeny).length];
    // Without any rule Cilium refuses the policy, which is said by NS4100.
    if ((into > 0) === (out > 0)) continue;
    const direction = into > 0 ? 'egress' : 'ingress';
    if (record(spec.enableDefaultDeny)[direction] === true) {
      report(policy, [...path, 'enableDefaultDeny', direction], { message: `enableDefaultDeny of ${direction} has no effect: there is no rule of ${direction}, so the pods stay open` });
    } else if (Array.isArray(spec[direction])) {
      report(policy, [...path, direction], { message: `The empty list of ${direction} closes nothing: the pods stay open for ${direction}` });
    }
  }
}
