import type { ClusterModel } from '../model/cluster-model';
import type { NamespaceView } from '../model/cluster-model';
import { PEER_KINDS, policyPeers } from '../model/policy-peers';
import { beside } from '../model/references';
import type { PolicyPeer } from '../model/policy-peers';
import { labelsOfRequirements, printRequirements } from '../model/selections';
import type { Requirement } from '../model/selector';
import { each } from '../model/each';
import type { Report, Rule } from './rule';

export const rule: Rule = {
  id: 'NS0038',
  class: 'risk',
  title: 'A network policy speaks of pods that nobody has',
  sees: 'Peers of NetworkPolicies, cluster policies and CiliumNetworkPolicies that are told by labels, in namespaces of which the documents have pods. A peer that names labels alone looks in the namespace of the policy.',
  why: 'An allowance for nobody lets nobody in: the caller that was meant is denied. A denial of nobody keeps nobody out.',
  fix: 'give the peer the labels of the pods that it means, and the namespace that they are in',
  covers: ['R102', 'R101'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors'],
  subjects: PEER_KINDS,
  failing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  podSelector: { matchLabels: { app: orders } }
  policyTypes: [Ingress]
  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }]
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
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: front }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "registry.example.com/web:1.7.4" }] }
`,
    says: 'No pod of namespace shop has app=web; pods of namespace front have, and this peer speaks of its own namespace only',
    field: 'spec.ingress[0].from[0].podSelector',
  },
  passing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  podSelector: { matchLabels: { app: orders } }
  policyTypes: [Ingress]
  ingress:
    - from:
        - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: front } }
          podSelector: { matchLabels: { app: web } }
        - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } }
          podSelector: { matchLabels: { app: prometheus } }
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
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: front }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "registry.example.com/web:1.7.4" }] }
`,
  },
  check(cluster, report) {
    if (cluster.open) return;
    each(cluster.derive(policyPeers), checkPeer, cluster, report);
  },
};

function checkPeer(peer: PolicyPeer, cluster: ClusterModel, report: Report): void {
  const { home } = peer;
  // Most peers find somebody, or speak of a namespace that the documents say nothing of.
  if (home !== undefined && (cluster.selectBy(home, ANYBODY).length === 0 || peer.finds(cluster))) return;
  if (peer.pods.length === 0 || (peer.entry.namespace === '' && peer.namespaces === undefined)) return;
  const homes = homesOf(cluster, peer);
  if (!homes || homes.length === 0 || !homes.some((one) => cluster.selectBy(one, ANYBODY).length > 0)) return;
  if (homes.some((one) => cluster.selectBy(one, peer.pods).length > 0)) return;
  const labels = labelsOfRequirements(peer.pods);
  if (homes.some((one) => cluster.derive(beside).mayHavePods(one, labels))) return;
  const where = homes.length === 1 ? `namespace ${homes[0]!}` : homes.length > 3 ? `${homes.length} namespaces` : `the namespaces ${homes.join(', ')}`;
  const elsewhere = peer.namespaces === undefined ? cluster.selectBy(undefined, peer.pods)[0]?.namespace : undefined;
  report(peer.entry, peer.path, {
    message: `No pod of ${where} has ${printRequirements(peer.pods)}${elsewhere === undefined ? '' : `; pods of namespace ${elsewhere} have, and this peer speaks of its own namespace only`}`,
    ...elsewhere !== undefined && { fix: `add a namespaceSelector for namespace ${elsewhere} to the same peer` },
  });
}

const ANYBODY: readonly Requirement[] = [];

/** The namespaces that a peer speaks of; undefined when a namespace may meet it that the documents do not describe. */
function homesOf(cluster: ClusterModel, { entry, namespaces }: PolicyPeer): readonly string[] | undefined {
  if (namespaces === undefined) return [entry.namespace];
  const found: readonly NamespaceView[] | undefined = cluster.selectNamespaces(namespaces);
  // Labels of namespaces that are not declared are not known.
  if (!found || (!Object.hasOwn(namespaces, 'matchLabels') && !Object.hasOwn(namespaces, 'matchExpressions'))) return undefined;
  return found.every(({ declared, name }) => declared || cluster.selectBy(name, ANYBODY).length > 0) ? found.map(({ name }) => name) : undefined;
}
