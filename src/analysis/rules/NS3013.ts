import { record, text } from '../model/fields';
import { meshOf } from '../model/mesh';
import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { Entry } from '../model/entry';
import type { Report, Rule } from './rule';

const scene = (label: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: shop${label} }
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
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
`;

export const rule: Rule = {
  id: 'NS3013',
  class: 'risk',
  title: 'STRICT mTLS is asked of pods that have no sidecar',
  sees: 'PeerAuthentications with STRICT for one namespace or for chosen pods, all of which are outside the mesh.',
  why: 'A PeerAuthentication is kept by the sidecar. Without one the pods go on taking plain text from everybody, although the policy reads as if they did not.',
  fix: 'label the namespace with istio-injection=enabled (or the revision, or ambient mode) and restart the pods',
  covers: ['R3', 'R13', 'R43', 'IST0127', 'IST0102'],
  docs: ['https://istio.io/latest/docs/reference/config/security/peer_authentication/'],
  subjects: ['security.istio.io/PeerAuthentication'],
  failing: {
    documents: scene(''),
    says: 'STRICT is asked of Deployment shop/orders, which has no sidecar: namespace shop is not labelled for injection',
    field: 'spec.mtls.mode',
  },
  passing: { documents: scene(', labels: { istio.io/rev: stable }') },
  check(cluster, report) {
    each(cluster.objects('security.istio.io', 'PeerAuthentication'), checkPolicy, cluster, report);
  },
};

function checkPolicy(policy: Entry, cluster: ClusterModel, report: Report): void {
  const mesh = meshOf(cluster);
  if (text(record(policy.spec.mtls).mode) !== 'STRICT' || policy.namespace === mesh.config.rootNamespace) return;
  const pods = cluster.selectByMap(policy.namespace, record(policy.spec.selector).matchLabels);
  const [group] = pods;
  // Without a namespace in the documents this may be the root of the mesh, and the policy for all of it.
  if (group === undefined || policy.namespace === '' && record(policy.spec.selector).matchLabels === undefined || !pods.every((one) => mesh.isOutside(one))) return;
  report(policy, ['spec', 'mtls', 'mode'], {
    message: `STRICT is asked of ${group.entry.toString()}${pods.length > 1 ? ` and ${pods.length - 1} more` : ''}, which ${pods.length > 1 ? 'have' : 'has'} no sidecar: ${mesh.memberOf(group).reason!}`,
    decidedBy: [group.entry],
  });
}
