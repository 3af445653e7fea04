import type { ClusterModel } from '../model/cluster-model';
import { meshOf } from '../model/mesh';
import type { PodParty } from '../model/parties';
import { ANYONE } from '../model/parties';
import type { PodGroup } from '../model/pods';
import { policiesOf, POLICY_SUBJECTS, subjectOf } from '../model/policies';
import { closers, decidedBy } from '../model/policy-words';
import type { Rule } from './rule';

const pods = (name: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: ${name}, image: "registry.example.com/${name}:1.7.4", ports: [{ containerPort: 8080 }] }] }
---`;
const SYSTEM = (ports: string): string => `${pods('orders')}${pods('web')}
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  podSelector: { matchLabels: { app: orders } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [${ports}] }]
`;

export const rule: Rule = {
  id: 'NS9006',
  class: 'breaks',
  title: 'A network policy keeps the ambient mesh from its pods',
  sees: 'pods of ambient namespaces whose policies admit other pods of the mesh at some port, and evidently nobody at 15008.',
  why: 'Between pods of the ambient mesh every connection arrives as HBONE at port 15008, whatever port the program listens on: the policy drops it, and the call times out.',
  fix: 'admit TCP 15008 from the same peers',
  covers: ['R19', 'analysis 1.3: policy that blocks waypoint/ztunnel HBONE 15008'],
  docs: ['https://istio.io/latest/docs/ambient/usage/networkpolicy/'],
  subjects: POLICY_SUBJECTS,
  failing: { documents: SYSTEM('{ port: 8080 }'), says: 'NetworkPolicy shop/orders admits Deployment shop/web to Deployment shop/orders and nobody at 15008', field: 'spec' },
  passing: { documents: SYSTEM('{ port: 8080 }, { port: 15008 }') },
  check(cluster, report) {
    const policies = policiesOf(cluster);
    const { ambient, byNamespace } = cluster.derive(ambientPods);
    if (ambient.length === 0 || policies.all.length === 0) return;
    for (const { group, subject } of ambient) {
      if (!policies.isClosed(group, 'ingress')) continue;
      const decision = policies.decide(subject, 'ingress', ANYONE, { number: 15008, protocol: 'TCP' });
      if (decision.verdict !== false) continue;
      const rules = policies.selecting(group, 'ingress').flatMap((policy) => (policy.ingress ?? []).filter(({ action }) => action === 'allow'));
      const callers = [...byNamespace.get(group.namespace) ?? [], ...ambient.slice(0, MOST)];
      const caller = callers.find((one) => one.group !== group && rules.some((rule_) => rule_.peer(one.subject) === true));
      if (!caller) continue;
      const at = decision.by.find(({ ingress }) => ingress?.some((one) => one.action === 'allow' && one.peer(caller.subject) === true)) ?? decision.by[0]!;
      report(at.entry, at.entry.object.spec === undefined ? ['specs'] : ['spec'], {
        message: `${closers(decision)} admits ${caller.group.entry.toString()} to ${group.entry.toString()} and nobody at 15008`, decidedBy: [group.entry, ...decidedBy(decision).filter((entry) => entry !== at.entry)],
      });
    }
  },
};

/** Callers are looked for among the pods of the same namespace, and the first ones of the mesh. */
const MOST = 100;

interface AmbientPods {
  readonly group: PodGroup;
  readonly subject: PodParty;
}

function ambientPods(cluster: ClusterModel): { readonly ambient: readonly AmbientPods[]; readonly byNamespace: ReadonlyMap<string, readonly AmbientPods[]> } {
  const ambient = meshOf(cluster).ambient.flatMap((group) => {
    const subject = subjectOf(cluster, group);
    return subject ? [{ group, subject }] : [];
  });
  const byNamespace = new Map<string, AmbientPods[]>();
  for (const one of ambient) {
    const known = byNamespace.get(one.group.namespace);
    if (!known) byNamespace.set(one.group.namespace, [one]);
    else if (known.length < MOST) known.push(one);
  }
  return { ambient, byNamespace };
}
