import type { FieldPath } from '../documents/document';
import { each } from '../model/each';
import { jsonTrouble } from '../model/embedded-json';
import type { Entry } from '../model/entry';
import { labelsOf, text } from '../model/fields';
import type { Report, Rule } from './rule';

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
    each(cluster.objects('', 'ConfigMap'), checkConfigMap, report);
    // Its schema is not known here, and the one field is.
    each(cluster.everyObject('k8s.cni.cncf.io', 'NetworkAttachmentDefinition'), checkNetwork, report);
    each(cluster.objects('networking.k8s.io', 'Ingress'), checkAnnotations, report);
    each(cluster.objects('', 'Service'), checkAnnotations, report);
  },
};

function check(entry: Entry, path: FieldPath, name: string, value: string, strict: boolean, report: Report): void {
  const trouble = jsonTrouble(value);
  // A part of a document, such as `"tracing": {…}`, is put into a whole one by its reader.
  if (!trouble || (trouble.lenient && !strict) || /^\s*"[^"\n]*"\s*:/.test(value)) return;
  const message = trouble.lenient ? `${name} holds a comment or a comma too many, and its reader takes JSON alone`
    : `${name} is not JSON${trouble.line === undefined ? '' : `: its line ${trouble.line} cannot be read`}`;
  report(entry, path, { message });
}

function checkConfigMap(entry: Entry, report: Report): void {
  const data = labelsOf(entry.object.data);
  const board = 'grafana_dashboard' in entry.labels;
  for (const key in data) {
    if (!/\.(?:json|conflist)$|^(?:eni_conf|10-terway\.conf)$/.test(key) || WITH_COMMENTS.test(key)) continue;
    check(entry, ['data', key], `Key ${key}`, data[key]!, board || STRICT.test(key), report);
  }
}

function checkNetwork(entry: Entry, report: Report): void {
  const config = text(entry.spec.config);
  if (config !== undefined) check(entry, ['spec', 'config'], 'The configuration of the network', config, true, report);
}

function checkAnnotations(entry: Entry, report: Report): void {
  const { annotations } = entry;
  for (const key in annotations) if (JSON_ANNOTATION.test(key)) check(entry, ['metadata', 'annotations', key], `Annotation ${key}`, annotations[key]!, true, report);
}
