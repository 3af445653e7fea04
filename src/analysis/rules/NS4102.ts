import type { FieldPath } from '../documents/document';
import { nameServersOf, reachesDns } from '../model/dns-path';
import type { Entry } from '../model/entry';
import { policiesOf, POLICY_SUBJECTS } from '../model/policies';
import { egressRestricted, findEgress, policyFixtures } from '../model/policy-words';
import type { Rule } from './rule';

const DNS = (ports: string): string => policyFixtures.caller(`
  egress:
    - to: [{ podSelector: { matchLabels: { app: postgres } } }]
      ports: [{ port: 5432 }]
    - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }]
      ports: [${ports}]`);

export const rule: Rule = {
  id: 'NS4102',
  class: 'risk',
  title: 'A policy lets DNS through over UDP only',
  sees: 'pods whose egress is closed by policies of any kind, that may ask the DNS at UDP 53 and not at TCP 53.',
  why: 'Answers that do not fit into one packet are asked for again over TCP: names with many addresses, long TXT records and some answers of the cache of the node fail, and only these.',
  fix: 'allow TCP 53 beside UDP 53',
  covers: ['R100'],
  docs: ['https://www.rfc-editor.org/rfc/rfc7766'],
  subjects: POLICY_SUBJECTS,
  failing: { documents: DNS('{ port: 53, protocol: UDP }'), says: 'The pods of Deployment shop/api may ask DNS at UDP 53 and not at TCP 53', field: 'spec.egress[1].ports' },
  passing: { documents: DNS('{ port: 53, protocol: UDP }, { port: 53 }') },
  check(cluster, report) {
    const policies = policiesOf(cluster);
    const said = new Map<string, { entry: Entry; path: FieldPath; pods: string[] }>();
    for (const { group, subject, policies: selecting } of egressRestricted(cluster)) {
      const names = nameServersOf(cluster, group);
      if (!names || reachesDns(policies, subject, names.all, 'TCP') !== false) continue;
      for (const parties of [names.servers, names.local]) {
        if (reachesDns(policies, subject, parties, 'UDP') !== true) continue;
        const at = findEgress(selecting, (one) => parties.some((party) => one.peer(party) === true) && one.ports?.some(({ from, protocol }) => from === 53 && protocol === 'UDP') === true);
        if (!at) break;
        const path = [...at.rule.path, 'ports'] as FieldPath;
        const key = `${at.policy.entry.toString()} ${at.policy.entry.kind} ${path.join('.')}`;
        const known = said.get(key) ?? { entry: at.policy.entry, path: at.policy.engine === 'kubernetes' ? path : at.rule.path, pods: [] };
        known.pods.push(group.entry.toString());
        said.set(key, known);
        break;
      }
    }
    for (const { entry, path, pods } of said.values()) {
      report(entry, path, { message: `The pods of ${pods[0]!}${pods.length > 1 ? ` and ${pods.length - 1} more` : ''} may ask DNS at UDP 53 and not at TCP 53` });
    }
  },
};
