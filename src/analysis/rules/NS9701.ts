import type { ClusterModel } from '../model/cluster-model';
import { meshOf } from '../model/mesh';
import { partyOfLabels } from '../model/parties';
import { POLICY_SUBJECTS, policiesOf, subjectOf } from '../model/policies';
import type { PodGroup } from '../model/pods';
import { each } from '../model/each';
import { SHOP } from './mesh-fixtures';
import type { Report, Rule } from './rule';

const scene = (more: string): string => `${SHOP}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  podSelector: { matchLabels: { app: orders } }
  policyTypes: [Egress]
  egress:
    - ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }]
    ${more}
`;

export const rule: Rule = {
  id: 'NS9701',
  class: 'breaks',
  title: 'Sidecars cannot reach their control plane',
  sees: 'pods with a sidecar whose network policies close egress and admit port 15012 (or 15010) to nobody, or not to istiod where the documents or the model know its pods.',
  why: 'The sidecar gets no certificate and no configuration. New pods never become ready, and running ones lose their certificate within a day.',
  fix: 'admit TCP 15012 to the pods of istiod (namespace istio-system, app: istiod)',
  covers: ['analysis 1.3: blocks istiod 15012'],
  docs: ['https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio'],
  subjects: [...POLICY_SUBJECTS],
  failing: {
    documents: scene(''),
    says: 'The sidecar of Deployment shop/orders cannot reach istiod: no policy lets it out to port 15012',
    field: 'metadata.name',
  },
  passing: { documents: scene('- { to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: istio-system } } }], ports: [{ port: 15012, protocol: TCP }] }') },
  check(cluster, report) {
    each(cluster.pods, checkPods, cluster, report);
  },
};

function checkPods(group: PodGroup, cluster: ClusterModel, report: Report): void {
  const mesh = meshOf(cluster);
  const policies = policiesOf(cluster);
  const peers = cluster.derive(istiods);
  const { membership } = mesh.memberOf(group);
  if (membership !== 'sidecar' && membership !== 'gateway' || group.annotations['sidecar.istio.io/discoveryAddress'] !== undefined || discoversElsewhere(group)) return;
  const subject = subjectOf(cluster, group);
  if (!subject || !policies.isClosed(group, 'egress')) return;
  for (const port of PORTS) for (const peer of peers) if (policies.decide(subject, 'egress', peer, port).verdict !== false) return;
  const { by } = policies.decide(subject, 'egress', peers[0]!, PORTS[0]);
  const [first] = by;
  if (!first) return;
  report(first.entry, ['metadata', 'name'], {
    message: `The sidecar of ${group.entry.toString()} cannot reach istiod: no policy lets it out to port 15012`, decidedBy: [group.entry, ...by.slice(1).map(({ entry }) => entry)],
  });
}

/** Port 15010 is the plain one of old installations. */
const PORTS = [{ number: 15012, protocol: 'TCP' }, { number: 15010, protocol: 'TCP' }] as const;

const ISTIOD = { app: 'istiod' };

/** Who istiod is: the pods that the documents or the model have, otherwise anybody, of whom the port alone decides. */
function istiods(cluster: ClusterModel): ReadonlyArray<Parameters<ReturnType<typeof policiesOf>['decide']>[2]> {
  const known = cluster.selectByMap(undefined, ISTIOD).flatMap((group) => subjectOf(cluster, group) ?? []);
  if (known.length > 0) return known;
  const declared = cluster.facts.external.filter(({ kind, labels }) => kind === 'Workload' && labels?.app === 'istiod')
    .map(({ namespace, name, labels }) => partyOfLabels(cluster, `${namespace ?? ''}/${name}`, namespace, labels ?? {}));
  return declared.length > 0 ? declared : [{ is: 'anyone', name: 'istiod' }];
}

/** An address of its own in the proxy's configuration may be anywhere. */
function discoversElsewhere({ annotations }: PodGroup): boolean {
  return (annotations['proxy.istio.io/config'] ?? '').includes('discoveryAddress');
}
