import type { FieldPath } from '../documents/document';
import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list, record } from '../model/fields';
import type { NoNamespace } from '../model/namespace-selection';
import { noNamespace } from '../model/namespace-selection';
import type { PolicyPeer } from '../model/policy-peers';
import { PEER_KINDS, policyPeers } from '../model/policy-peers';
import { printRequirements } from '../model/selections';
import type { Report, Rule } from './rule';

export const rule: Rule = {
  id: 'NS0039',
  class: 'risk',
  title: 'A selector of namespaces finds none',
  sees: 'namespaceSelector of network policies and of listeners of Gateways, where the documents declare every namespace that they use. Namespaces that other programs install may carry labels of their own: a selector that names one of them is passed over.',
  why: 'A policy lets in nobody, or a listener takes no route, because no namespace carries the label: every namespace has kubernetes.io/metadata.name, and no other label by itself.',
  fix: 'select by kubernetes.io/metadata.name, or give the namespace the label',
  covers: ['R101', 'R120'],
  docs: ['https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name'],
  subjects: [...PEER_KINDS, 'gateway.networking.k8s.io/Gateway', 'gateway.networking.k8s.io/ListenerSet'],
  failing: {
    documents: `
apiVersion: v1
kind: Namespace
metadata: { name: front }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: orders } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress: [{ from: [{ namespaceSelector: { matchLabels: { name: front } } }] }]
`,
    says: 'No namespace has the label name=front; namespace front is there and has not',
    field: 'spec.ingress[0].from[0].namespaceSelector',
  },
  passing: {
    documents: `
apiVersion: v1
kind: Namespace
metadata: { name: front }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: orders } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from:
        - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: front } }
        - namespaceSelector: { matchLabels: { team: orders } }
        - namespaceSelector: { matchLabels: { name: ingress-nginx } }
`,
  },
  check(cluster, report) {
    if (cluster.open) return;
    each(cluster.derive(policyPeers), checkPeer, cluster, report);
    for (const [entry, path, selector] of listenerSelectors(cluster)) {
      const none = noNamespace(cluster, selector);
      if (none) say(entry, path, none, report);
    }
  },
};

function checkPeer(peer: PolicyPeer, cluster: ClusterModel, report: Report): void {
  // A namespace that is called by its own name is there, or is another program's.
  if (peer.home !== undefined) return;
  const none = peer.namespaces === undefined ? undefined : noNamespace(cluster, peer.namespaces);
  if (none) say(peer.entry, peer.namespacesPath, none, report);
}

function say(entry: Entry, path: FieldPath, { meant, requirements }: NoNamespace, report: Report): void {
  report(entry, path, {
    message: `No namespace has the label ${printRequirements(requirements)}${meant === undefined ? '' : `; namespace ${meant} is there and has not`}`,
    ...meant !== undefined && { fix: `select kubernetes.io/metadata.name=${meant}, or give namespace ${meant} the label` },
  });
}

function listenerSelectors(cluster: ClusterModel): ReadonlyArray<[Entry, FieldPath, Fields]> {
  const found: Array<[Entry, FieldPath, Fields]> = [];
  for (const kind of ['Gateway', 'ListenerSet']) {
    for (const entry of cluster.objects('gateway.networking.k8s.io', kind)) {
      list(entry.spec.listeners).forEach((listener, i) => {
        const { from, selector } = record(record(record(listener).allowedRoutes).namespaces);
        if (from === 'Selector' && selector !== undefined) found.push([entry, ['spec', 'listeners', i, 'allowedRoutes', 'namespaces', 'selector'], selector]);
      });
    }
  }
  return found;
}
