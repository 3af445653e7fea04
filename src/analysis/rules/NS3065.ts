import type { FieldPath } from '../documents/document';
import { each } from '../model/each';
import type { Entry } from '../model/entry';
import type { Labels } from '../model/fields';
import { ISTIO_ANNOTATIONS, isOfIstio } from '../model/istio-annotations';
import { INJECT } from '../model/mesh';
import { suggest } from '../schema/suggest';
import type { PodGroup } from '../model/pods';
import { POD_KINDS } from '../model/pods';
import type { Report, Rule } from './rule';

const scene = (annotation: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders }, annotations: { ${annotation} } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }] }
`;

export const rule: Rule = {
  id: 'NS3065',
  class: 'risk',
  title: 'An annotation or label of Istio stands where nobody reads it',
  sees: 'annotations of Istio on Namespaces, Services, workloads and their pod templates that Istio does not know, or that it reads from another kind: those of a pod stand on the template, not on the Deployment. The label for injection, too.',
  why: 'Istio passes it over without a word: the port is not excluded, the limit not set, the pod injected all the same.',
  fix: 'write the annotation that is meant where it is read',
  covers: ['IST0107', 'IST0108'],
  docs: ['https://istio.io/latest/docs/reference/config/annotations/', 'https://istio.io/latest/docs/reference/config/analysis/ist0108/'],
  subjects: [...POD_KINDS, '/Namespace', '/Service', 'security.istio.io/AuthorizationPolicy', 'networking.istio.io/ServiceEntry', 'gateway.networking.k8s.io/Gateway'],
  failing: {
    documents: scene('traffic.sidecar.istio.io/excludeInboundPort: "9443"'),
    says: 'Istio knows no annotation traffic.sidecar.istio.io/excludeInboundPort; did you mean traffic.sidecar.istio.io/excludeInboundPorts?',
    field: 'spec.template.metadata.annotations["traffic.sidecar.istio.io/excludeInboundPort"]',
  },
  passing: { documents: scene('traffic.sidecar.istio.io/excludeInboundPorts: "9443"') },
  check(cluster, report) {
    each(cluster.entries, checkEntry, report);
    each(cluster.pods, checkPods, report);
  },
};

function checkEntry(entry: Entry, report: Report): void {
  const { annotations } = entry;
  for (const _ in annotations) {
    if (entry.sound && GROUPS[entry.kind] === entry.group) check(report, entry, annotations, OWN, entry.kind);
    return;
  }
}

function checkPods(group: PodGroup, report: Report): void {
  if (!group.entry.sound || group.entry.kind === 'Pod') return;
  check(report, group.entry, group.annotations, group.metadataPath, 'Pod');
  if (group.entry.labels[INJECT] !== undefined && group.labels[INJECT] === undefined) {
    report(group.entry, ['metadata', 'labels', INJECT], { message: `Label ${INJECT} is read from pods and has no effect on a ${group.entry.kind}`, fix: 'write it under spec.template.metadata.labels' });
  }
}

/** Kinds whose annotations Istio reads or people take for those that it reads, with their groups. */
const GROUPS: Readonly<Record<string, string>> = {
  Namespace: '', Service: '', Pod: '', Deployment: 'apps', StatefulSet: 'apps', DaemonSet: 'apps',
  AuthorizationPolicy: 'security.istio.io', ServiceEntry: 'networking.istio.io', Gateway: 'gateway.networking.k8s.io',
};

const OWN: FieldPath = ['metadata'];

function check(report: Report, entry: Entry, annotations: Labels, metadata: FieldPath, kind: string): void {
  for (const name in annotations) {
    if (!name.includes('istio.io/') || !isOfIstio(name)) continue;
    const known = ISTIO_ANNOTATIONS[name];
    if (!known) {
      const near = suggest(name, Object.keys(ISTIO_ANNOTATIONS));
      // Labels of Istio that stand among the annotations are a mistake of their own.
      const label = LABELS.has(name);
      if (near === undefined && !label) continue;
      report(entry, [...metadata, 'annotations', name], label ? { message: `${name} is a label of Istio and has no effect as an annotation`, fix: 'write it under metadata.labels' }
        : { message: `Istio knows no annotation ${name}; did you mean ${near!}?`, fix: `write ${near!}` });
    } else if (!known.kinds.includes(kind) && !known.kinds.includes('Any')) {
      const where = known.kinds.join(' or ');
      report(entry, [...metadata, 'annotations', name], { message: `${name} is read from a ${where} and has no effect on a ${kind}`, fix: where === 'Pod' ? 'write it under spec.template.metadata.annotations' : `write it on the ${where}` });
    }
  }
}

const LABELS: ReadonlySet<string> = new Set(['istio.io/dataplane-mode', 'istio.io/use-waypoint', 'istio.io/waypoint-for', 'istio.io/ingress-use-waypoint', 'topology.istio.io/network', 'networking.istio.io/tunnel']);
