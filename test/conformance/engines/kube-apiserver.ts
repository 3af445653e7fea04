// The real API servers of both Kubernetes lines, built from their Go modules, with etcd behind them on loopback: every manifest is created in dry run, with the
// definitions of its cluster's targets installed (netstack.model.json says which cluster a document is for). Definitions lie outside the tree.
import { posix } from 'node:path';
import { MODEL_FILE, ModelFile } from '../../../src/analysis/documents/model-file';
import { buildGo } from '../cache';
import type { Engine, EngineFile, Sample, Verdict } from '../engine';
import type { RawDocument } from './kube-apiserver/documents';
import { rawDocuments } from './kube-apiserver/documents';
import type { AddressedDocument, Judgement } from './kube-apiserver/judge';
import { RELEASES, definitionsFrom, judge, missing } from './kube-apiserver/judge';
import { ETCD, apiServer } from './kube-apiserver/programs';

const isManifest = (file: EngineFile): boolean => file.path.endsWith('.k8s.yaml');
const isModel = (file: EngineFile): boolean => posix.basename(file.path) === MODEL_FILE;

export const kubeApiserver: Engine = {
  name: 'kube-apiserver',
  target: `kubernetes ${Object.keys(RELEASES).join(', ')}`,
  source: "Go modules of kube-apiserver and etcd; upstream's CustomResourceDefinitions where a folder of them is given (NETSTACK_CRDS or --crds=DIR), otherwise the committed schemas",
  reads: (file) => isManifest(file) || isModel(file),
  async prepare() {
    for (const program of [ETCD, ...Object.values(RELEASES).map(apiServer)]) await buildGo(program);
    const reason = missing();
    if (reason !== undefined) throw new Error(reason);
  },
  version: () => Promise.resolve(missing() === undefined ? `${Object.values(RELEASES).join(', ')}; etcd ${ETCD.version.slice(1)}; ${definitionsFrom()}` : undefined),
  async check(files) {
    const documents = addressed(files);
    const judgements = await judge(documents);
    const refused = judgements.filter(({ answer }) => answer.status !== 201);
    const output = summary(judgements, refused);
    // A folder's documents are counted by cluster version, and warnings are worth reading when nothing is refused.
    if (refused.length === 0 && !files.some(({ path }) => path === SAMPLE)) console.log(output);
    return { accepted: refused.length === 0, output };
  },
  samples: () => [
    ...ACCEPTED.map(([name, content]) => sample(name, content, true)),
    ...REFUSED.map(([name, content, readsBack]) => sample(name, content, false, readsBack)),
  ],
};

/** Documents of manifests, each with the targets that the model file knows for it. */
export function addressed(files: readonly EngineFile[]): AddressedDocument[] {
  const models = files.filter(isModel).map((file) => new ModelFile(posix.join('/', posix.dirname(file.path)), JSON.parse(file.content)));
  return files.filter(isManifest).flatMap((file) => rawDocuments(file.path, file.content)).map((document) => {
    for (const model of models) {
      const { apiVersion, kind, namespace, name } = document;
      const known = model.find({ apiVersion, kind, metadata: { namespace, name } }, posix.join('/', document.file));
      if (known) return { ...document, targets: model.targetsOf(known.cluster) };
    }
    return document;
  });
}

export function describe({ kind, namespace, name, file }: RawDocument): string {
  return `${file}: ${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

function summary(judgements: readonly Judgement[], refused: readonly Judgement[]): Verdict['output'] {
  const releases = [...new Set(judgements.map(({ release }) => release))].sort();
  const counts = releases.map((release) => {
    const [all, not] = [judgements, refused].map((list) => list.filter((one) => one.release === release).length) as [number, number];
    return `kube-apiserver ${release}: ${all - not} documents accepted, ${not} refused`;
  });
  const warnings = new Set(judgements.flatMap(({ answer, document }) => answer.warnings.map((warning) => `warning: ${describe(document)}: ${warning}`)));
  return [...counts, ...refused.map(({ document, answer }) => `${describe(document)}: ${answer.status} ${answer.message}`), ...warnings].join('\n');
}

function sample(name: string, content: string, accepted: boolean, readsBack?: string): Sample {
  return { name, files: [{ path: SAMPLE, content }], accepted, ...(readsBack === undefined ? {} : { readsBack }) };
}

const SAMPLE = 'sample.k8s.yaml';

const route = (spec: string): string => `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: sample, namespace: sample }\nspec: ${spec}\n`;
const service = (spec: string): string => `apiVersion: v1\nkind: Service\nmetadata: { name: sample, namespace: sample }\nspec: ${spec}\n`;

const ACCEPTED: ReadonlyArray<readonly [name: string, content: string]> = [
  ['a route', route('{ parentRefs: [{ name: public }], rules: [{ backendRefs: [{ name: orders, port: 8080 }] }] }')],
  ['a namespace twice and what lies in it', `${'apiVersion: v1\nkind: Namespace\nmetadata: { name: twice }\n---\n'.repeat(2)}${service('{ ports: [{ port: 80 }] }').replace('namespace: sample', 'namespace: twice')}`],
];

// The server's own words show which of its checks has spoken.
const REFUSED: ReadonlyArray<readonly [name: string, content: string, readsBack: string]> = [
  ['an unknown field', route('{ parentRef: [{ name: public }] }'), 'strict decoding error: unknown field "spec.parentRef"'],
  ['a key twice', service('{ ports: [{ port: 80 }], type: ClusterIP, type: NodePort }'), 'key "type" already set in map'],
  ['a text for a number', route('{ rules: [{ backendRefs: [{ name: orders, port: "8080" }] }] }'), 'must be of type integer'],
  ['a rule in CEL', route('{ rules: [{ backendRefs: [{ name: orders }] }] }'), 'failed rule'],
  ['native validation', service('{ ports: [{ port: 0 }] }'), 'must be between 1 and 65535'],
  ['a kind that is not there', route('{}').replace('HTTPRoute', 'HttpRoute'), 'no kind HttpRoute is served'],
];
