// Forms that are often written wrong, and how they are written right (test/analysis/wrong, test/analysis/corrected), before the API servers of the lines that they
// name: what is right is taken to the last document, and of what is wrong exactly the documents are refused that validation calls refused.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseText, validate } from '../../src/analysis';
import { latestTargets } from '../../src/analysis/targets/upgrade';
import { addTarget } from '../../src/cli/targets';
import type { Targets } from '../../src/core/targets';
import { resolveTargets } from '../../src/core/targets';
import type { AddressedDocument } from './engines/kube-apiserver/judge';
import { judge } from './engines/kube-apiserver/judge';
import { rawDocuments } from './engines/kube-apiserver/documents';

const FOLDER = join(__dirname, '..', 'analysis');

interface Form extends AddressedDocument {
  readonly right: boolean;
  /** What validation says that the server decides. */
  readonly said: string;
}

/** @param kubernetes only forms for this line, all when it is not given. Prints the counts; false when the servers and validation differ. */
export async function judgeForms(kubernetes?: string): Promise<boolean> {
  const forms = [...read('corrected', true), ...read('wrong', false)].filter(({ targets }) => kubernetes === undefined || resolveTargets(targets).kubernetes === kubernetes);
  const judgements = await judge(forms);
  const counts = { accepted: 0, refused: 0, unknown: 0 };
  const wrong: string[] = [];
  forms.forEach(({ file, kind, name, right, said }, i) => {
    const { answer, release } = judgements[i]!;
    const what = `${file}: ${kind} ${name ?? ''} on kube-apiserver ${release}`;
    // What no definition here has, the server cannot judge; that the target does not serve it, both can say.
    if (answer.status === 0 && said === '') counts.unknown++;
    else if (answer.status === 201) {
      counts.accepted++;
      if (said !== '') wrong.push(`${what} is accepted, and validation says ${said}`);
    } else {
      counts.refused++;
      if (right) wrong.push(`${what} is a correct form, and refused: ${answer.message}`);
      else if (said === '') wrong.push(`${what} is refused, and validation says nothing: ${answer.message}`);
    }
  });
  for (const line of wrong) console.log(line);
  const releases = [...new Set(judgements.map(({ release }) => release))].sort().join(', ');
  console.log(`forms, right and wrong: ${forms.length} documents, kube-apiserver ${releases}: ${counts.accepted} accepted, ${counts.refused} refused, ${counts.unknown} of kinds that no definition here has; ${wrong.length} disagreements`);
  return wrong.length === 0;
}

function read(folder: string, right: boolean): Form[] {
  return readdirSync(join(FOLDER, folder)).sort().flatMap((file) => {
    const text = readFileSync(join(FOLDER, folder, file), 'utf8');
    return [...text.matchAll(/^# targets: (.+)$/gm)].flatMap(([, line]) => {
      const targets = line === 'latest' ? latestTargets() : line!.split(' ').reduce<Targets>((before, one) => addTarget(one, before), {});
      return rawDocuments(file, text).map((document): Form => ({ ...document, targets, right, said: saidOf(document.text, targets) }));
    });
  });
}

/** What validation says of a text that the server would refuse it for; empty when nothing. */
export function saidOf(text: string, targets: Targets): string {
  const { documents, findings } = parseText(text, 'a.yaml');
  return [...findings, ...validate(documents, { targets, rules: [] })].filter(({ id, severity }) => severity === 'error' && id < 'NS0030').map(({ id, message, where }) => `${id} ${where.field ?? ''}: ${message}`).join(' | ');
}
