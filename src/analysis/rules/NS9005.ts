import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import { meshOf } from '../model/mesh';
import type { Party } from '../model/parties';
import { partyOfLabels, partyOfPods } from '../model/parties';
import type { Entry } from '../model/entry';
import type { PodGroup } from '../model/pods';
import type { PolicyDecision } from '../model/policies';
import { policiesOf, POLICY_SUBJECTS, subjectOf } from '../model/policies';
import type { PolicyPort } from '../model/policy';
import { closers, decidedBy } from '../model/policy-words';
import type { Report, Rule } from './rule';

const SYSTEM = (egress: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }] }
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  endpointSelector: { matchLabels: { app: orders } }
  egress:
    - toEndpoints: [{ matchLabels: { k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns } }]
      toPorts: [{ ports: [{ port: "53", protocol: ANY }] }]${egress}
`;

export const rule: Rule = {
  id: 'NS9005',
  class: 'breaks',
  title: 'A network policy keeps a sidecar from istiod',
  sees: 'pods with a sidecar whose egress is closed, where no policy lets them through to istiod at 15012, or the policies of istiod itself keep them out.',
  why: 'The sidecar gets neither configuration nor certificate: the pod never becomes ready.',
  fix: 'allow TCP 15012 to the pods with app=istiod of the control plane',
  covers: ['analysis 1.3: policy that blocks istiod 15012', 'R112'],
  docs: ['https://istio.io/latest/docs/ops/deployment/application-requirements/'],
  subjects: POLICY_SUBJECTS,
  failing: { documents: SYSTEM(''), says: 'CiliumNetworkPolicy shop/orders keeps the sidecar of Deployment shop/orders from istiod at port 15012', field: 'spec' },
  passing: {
    documents: SYSTEM(`
    - toEndpoints: [{ matchLabels: { k8s:io.kubernetes.pod.namespace: istio-system, app: istiod } }]
      toPorts: [{ ports: [{ port: "15012", protocol: TCP }] }]`),
  },
  check(cluster, report) {
    if (policiesOf(cluster).all.length > 0) each(cluster.pods, checkPods, cluster, new Map(), report);
  },
};

/** @param counts what was said of each policy */
function checkPods(group: PodGroup, cluster: ClusterModel, counts: Map<Entry, number>, report: Report): void {
  if (meshOf(cluster).memberOf(group).membership !== 'sidecar') return;
  const subject = subjectOf(cluster, group);
  const decision = subject && refusal(cluster, subject);
  if (!decision) return;
  const at = decision.by[0]!.entry;
  const count = counts.get(at) ?? 0;
  counts.set(at, count + 1);
  // One policy may close a thousand pods: the first of them stand for all.
  if (count >= 3) return;
  report(at, at.object.spec === undefined ? ['specs'] : ['spec'], { message: `${closers(decision)} keeps the sidecar of ${group.entry.toString()} from istiod at port 15012`, decidedBy: [group.entry, ...decidedBy(decision).slice(1)] });
}

const DISCOVERY: PolicyPort = { number: 15012, protocol: 'TCP' };

/** What keeps pods from every control plane; undefined when they may get through to one. */
function refusal(cluster: ClusterModel, subject: Party): PolicyDecision | undefined {
  let first: PolicyDecision | undefined;
  for (const istiod of cluster.derive(controlPlanes)) {
    const decision = policiesOf(cluster).flow(subject, istiod, DISCOVERY);
    if (decision.verdict !== false) return undefined;
    first ??= decision;
  }
  return first;
}

const ISTIOD = { app: 'istiod' };

/** istiod as the documents or the model have it; otherwise by its labels, and also as a control plane outside of the cluster. */
function controlPlanes(cluster: ClusterModel): readonly Party[] {
  const own = cluster.selectByMap(undefined, ISTIOD).map((group) => partyOfPods(cluster, group));
  if (own.length > 0) return own;
  const external = cluster.facts.external.filter(({ kind, labels }) => kind === 'Workload' && labels?.app === 'istiod');
  if (external.length > 0) return external.map(({ namespace, labels }) => partyOfLabels(cluster, 'istiod', namespace, labels ?? {}));
  return [partyOfLabels(cluster, 'istiod', undefined, { app: 'istiod', istio: 'pilot' }), { is: 'world', name: 'istiod' }];
}
