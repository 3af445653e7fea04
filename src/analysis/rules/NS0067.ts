import type { FieldPath } from '../documents/document';
import type { ClusterModel } from '../model/cluster-model';
import { jsonTrouble } from '../model/embedded-json';
import type { Entry } from '../model/entry';
import { labelsOf, text } from '../model/fields';
import type { Rule } from './rule';

/** Files whose readers take JSON alone: the network plugins of the kubelet and what configures them. */
const STRICT = /\.conflist$|^(?:net-conf|cni-conf|cni-config|daemon)\.json$|^(?:eni_conf|10-terway\.conf)$/;
/** Files whose readers take comments. */
const WITH_COMMENTS = /^(?:appsettings|tsconfig|jsconfig|devcontainer|settings|launch|\.eslintrc)/i;
/** Annotations that hold JSON. */
const JSON_ANNOTATION = /^(?:alb\.ingress\.kubernetes\.io\/(?:listen-ports|actions\..*|conditions\..*)|cloud\.google\.com\/(?:neg|backend-config|app-protocols))$/;

export const rule: Rule = {
  id: 'NS0067',
  class: 'risk',
  title: 'JSON inside of an object cannot be read',
  sees: 'Keys of ConfigMaps that end in .json or .conflist, those of Terway, dashboards, definitions of additional networks, and annotations that hold JSON. Templates are passed over; comments count only where the reader is known to take none.',
  why: 'The program that reads it stops at the first wrong character: a node without its network, a controller without its settings, a board that is not there.',
  fix: 'make it JSON: no comments, no comma before a closing bracket, every name in double quotes',
  covers: ['R128'],
  docs: ['https://www.rfc-editor.org/rfc/rfc8259', 'https://www.cni.dev/docs/spec/#configuration-format'],
  subjects: ['/ConfigMap', 'k8s.cni.cncf.io/NetworkAttachmentDefinition', 'networking.k8s.io/Ingress', '/Service'],
  failing: {
    documents: `
apiVersion: v1
kind: ConfigMap
metadata: { name: kube-flannel-cfg, namespace: kube-flannel }
data:
  net-conf.json: |
    {
      "Network": "10.244.0.0/16", // pods
      "Backend": { "Type": "vxlan" }
    }
`,
    says: 'Key net-conf.json holds a comment or a comma too many, and its reader takes JSON alone',
    field: 'data["net-conf.json"]',
  },
  passing: {
    documents: `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data:
  net-conf.json: |
    { "Network": "10.244.0.0/16", "Backend": { "Type": "vxlan" } }
  appsettings.json: |
    { "Url": "http://db" /* inside */ }
  rendered.json: |
    { "replicas": {{ .Values.replicas }} }
  notes.txt: |
    { not: json }
`,
  },
  check(cluster, report) {
    for (const { entry, path, name, value, strict } of candidates(cluster)) {
      const trouble = jsonTrouble(value);
      // A part of a document, such as `"tracing": {…}`, is put into a whole one by its reader.
      if (!trouble || (trouble.lenient && !strict) || /^\s*"[^"\n]*"\s*:/.test(value)) continue;
      const message = trouble.lenient ? `${name} holds a comment or a comma too many, and its reader takes JSON alone`
        : `${name} is not JSON${trouble.line === undefined ? '' : `: its line ${trouble.line} cannot be read`}`;
      report(entry, path, { message });
    }
  },
};

interface Candidate {
  readonly entry: Entry;
  readonly path: FieldPath;
  readonly name: string;
  readonly value: string;
  readonly strict: boolean;
}

function* candidates(cluster: ClusterModel): Generator<Candidate> {
  for (const entry of cluster.objects('', 'ConfigMap')) {
    const data = labelsOf(entry.object.data);
    const board = 'grafana_dashboard' in entry.labels;
    for (const key in data) {
      if (!/\.(?:json|conflist)$|^(?:eni_conf|10-terway\.conf)$/.test(key) || WITH_COMMENTS.test(key)) continue;
      yield { entry, path: ['data', key], name: `Key ${key}`, value: data[key]!, strict: board || STRICT.test(key) };
    }
  }
  // Its schema is not known here, and the one field is.
  for (const entry of cluster.entries) {
    if (entry.group !== 'k8s.cni.cncf.io' || entry.kind !== 'NetworkAttachmentDefinition') continue;
    const config = text(entry.spec.config);
    if (config !== undefined) yield { entry, path: ['spec', 'config'], name: 'The configuration of the network', value: config, strict: true };
  }
  for (const entry of [...cluster.objects('networking.k8s.io', 'Ingress'), ...cluster.objects('', 'Service')]) {
    const { annotations } = entry;
    for (const key in annotations) {
      if (JSON_ANNOTATION.test(key)) yield { entry, path: ['metadata', 'annotations', key], name: `Annotation ${key}`, value: annotations[key]!, strict: true };
    }
  }
}
