import type { Fields } from '../model/fields';
import { list, record } from '../model/fields';
import { ciliumSpecs } from '../model/policies-cilium';
import { covers, parseRange } from '../model/ranges';
import type { Rule } from './rule';

const POLICY = (peer: string): string => `
apiVersion: projectcalico.org/v3
kind: IPPool
metadata: { name: pods }
spec: { cidr: 10.128.0.0/16 }
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  endpointSelector: { matchLabels: { app: orders } }
  egress: [${peer}]
`;

export const rule: Rule = {
  id: 'NS4111',
  class: 'risk',
  title: 'A Cilium policy means pods by their addresses',
  sees: 'blocks of addresses (fromCIDR, fromCIDRSet, toCIDR, toCIDRSet) of Cilium policies that lie in the network of the pods, which the model or a pool of addresses says. Not asked where the agents are told to let blocks hold pods.',
  why: 'Cilium knows pods by their labels: blocks of addresses hold what is outside of the cluster, and never a pod. The rule admits, or denies, nobody.',
  fix: 'name the pods by toEndpoints or fromEndpoints, or all of the cluster by the entity cluster',
  covers: ['analysis 1.3: CNP entities'],
  docs: ['https://docs.cilium.io/en/stable/security/policy/language/#ip-cidr-based'],
  subjects: ['cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy'],
  failing: {
    documents: POLICY('{ toCIDR: [10.128.7.0/24] }'),
    says: '10.128.7.0/24 lies in the network of the pods (10.128.0.0/16), and blocks hold no pods',
    field: 'spec.egress[0].toCIDR[0]',
  },
  passing: { documents: POLICY('{ toCIDR: [10.0.0.0/8] }') },
  check(cluster, report) {
    const pods = [
      ...cluster.facts.podCidrs, ...cluster.objects('cilium.io', 'CiliumPodIPPool').flatMap(({ spec }) => [...list(record(spec.ipv4).cidrs), ...list(record(spec.ipv6).cidrs)].map(String)),
      ...['projectcalico.org', 'crd.projectcalico.org'].flatMap((group) => cluster.objects(group, 'IPPool')).flatMap(({ spec }) => (spec.disabled === true ? [] : [String(spec.cidr)])),
    ].map(parseRange).filter((range) => range !== undefined);
    const settings = record(cluster.find('', 'ConfigMap', 'kube-system', 'cilium-config')?.object.data);
    if (pods.length === 0 || String(settings['policy-cidr-match-mode'] ?? '').includes('pods')) return;
    for (const kind of ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy']) {
      for (const policy of cluster.objects('cilium.io', kind)) {
        for (const { spec, path } of ciliumSpecs(policy)) {
          for (const section of ['ingress', 'ingressDeny', 'egress', 'egressDeny']) {
            list(spec[section]).forEach((one: Fields, i) => {
              for (const field of ['fromCIDR', 'toCIDR', 'fromCIDRSet', 'toCIDRSet']) {
                list(record(one)[field]).forEach((peer: Fields, j) => {
                  const set = field.endsWith('Set');
                  const block = parseRange(set ? record(peer).cidr : peer);
                  const home = block && pods.find((range) => covers(range, block));
                  if (!home) return;
                  report(policy, [...path, section, i, field, j, ...set ? ['cidr'] : []], { message: `${block.text} lies in the network of the pods (${home.text}), and blocks hold no pods` });
                });
              }
            });
          }
        }
      }
    }
  },
};
