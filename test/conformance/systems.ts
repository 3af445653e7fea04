// Whole systems before the API servers: what programs of our constructs print, and what teams write by hand, must be taken to the last document.
// Equal documents are sent once; each goes to the server of its own cluster's versions.
import { handwritten } from '../systems/styles';
import { randomProgram } from '../systems/program';
import type { AddressedDocument } from './engines/kube-apiserver/judge';
import { judge } from './engines/kube-apiserver/judge';
import type { Json } from './engines/kube-apiserver/documents';
import { rawObject } from './engines/kube-apiserver/documents';

export interface SystemsDose {
  readonly programs: number;
  readonly handwritten: number;
  /** Only systems for this line of Kubernetes. @default - all */
  readonly kubernetes?: string;
}

/** Creates every document of generated systems in dry run; false when one is refused. */
export async function judgeSystems(dose: SystemsDose): Promise<boolean> {
  const documents = new Map<string, AddressedDocument>();
  let all = 0;
  const add = (system: string, object: Json, targets: AddressedDocument['targets']): void => {
    all++;
    const key = JSON.stringify([targets, object]);
    if (!documents.has(key)) documents.set(key, { ...rawObject(system, object), targets });
  };
  for (let seed = 1; seed <= dose.programs; seed++) {
    const { objects, model } = randomProgram(seed).assembly();
    const targets = new Map(model.clusters.map((cluster) => [cluster.name, cluster.targets]));
    for (const { document, cluster } of objects) add(`program ${seed}`, document as Json, targets.get(cluster));
  }
  for (let seed = 1; seed <= dose.handwritten; seed++) {
    const { style, documents: manifests } = handwritten(seed);
    for (const object of manifests) add(`${style} by hand ${seed}`, object, undefined);
  }
  const sent = [...documents.values()].filter(({ targets }) => dose.kubernetes === undefined || (targets?.kubernetes ?? dose.kubernetes) === dose.kubernetes);
  const judgements = await judge(sent);
  // A kind that no definition installs is no refusal: the server was never asked.
  const unknown = judgements.filter(({ answer }) => /^no kind /.test(answer.message));
  const refused = judgements.filter(({ answer }) => answer.status !== 201 && !/^no kind /.test(answer.message));
  for (const { document, answer, release } of refused.slice(0, 20)) {
    console.log(`${document.file}: kube-apiserver ${release} refuses ${document.kind} ${document.namespace ?? ''}/${document.name ?? ''}: ${answer.status} ${answer.message.slice(0, 400)}`);
  }
  const releases = [...new Set(judgements.map(({ release }) => release))].sort();
  console.log(`systems: ${dose.programs} programs and ${dose.handwritten} written by hand, ${all} documents, ${sent.length} of them different; kube-apiserver ${releases.join(', ')}: `
    + `${judgements.length - refused.length - unknown.length} accepted, ${refused.length} refused, ${unknown.length} of kinds that no definition here has (${[...new Set(unknown.map(({ document }) => document.kind))].join(', ') || 'none'})`);
  return refused.length === 0;
}
