import type { FieldPath } from '../documents/document';
import { calicoObjects } from '../model/bgp';
import type { Fields } from '../model/fields';
import { list, record } from '../model/fields';
import type { Rule } from './rule';

const POLICY = (protocol: string): string => `
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: api, namespace: shop }
spec:
  selector: app == 'api'
  ingress: [{ action: Allow,${protocol} destination: { ports: [8080] } }]
`;

const WITH_PORTS: ReadonlySet<string> = new Set(['TCP', 'UDP', 'SCTP', '6', '17', '132']);

export const rule: Rule = {
  id: 'NS4124',
  class: 'breaks',
  title: 'A rule of Calico names ports and no protocol that has any',
  sees: 'rules of NetworkPolicies and GlobalNetworkPolicies of Calico with ports or notPorts whose protocol is not TCP, UDP or SCTP.',
  why: 'Ports mean nothing without their protocol: Calico refuses the policy, and its definition alone does not say so.',
  fix: 'set protocol: TCP in the rule',
  covers: ['R110'],
  docs: ['https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#entityrule'],
  subjects: ['projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy', 'crd.projectcalico.org/NetworkPolicy', 'crd.projectcalico.org/GlobalNetworkPolicy'],
  failing: {
    documents: POLICY(''),
    says: 'The rule names ports, and says no protocol',
    field: 'spec.ingress[0].destination.ports',
  },
  passing: { documents: POLICY(' protocol: TCP,') },
  check(cluster, report) {
    for (const policy of ['NetworkPolicy', 'GlobalNetworkPolicy'].flatMap((kind) => calicoObjects(cluster, kind))) {
      for (const direction of ['ingress', 'egress']) {
        list(policy.spec[direction]).map(record).forEach((rule, i) => {
          const path = firstPorts(rule);
          if (!path || WITH_PORTS.has(String(rule.protocol).toUpperCase())) return;
          report(policy, ['spec', direction, i, ...path], { message: `The rule names ports, and ${rule.protocol === undefined ? 'says no protocol' : `protocol ${String(rule.protocol)} has none`}` });
        });
      }
    }
  },
};

function firstPorts(rule: Readonly<Record<string, Fields>>): FieldPath | undefined {
  for (const end of ['source', 'destination']) for (const key of ['ports', 'notPorts']) if (list(record(rule[end])[key]).length > 0) return [end, key];
  return undefined;
}
