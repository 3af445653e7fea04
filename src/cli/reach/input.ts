// What the commands of reachability are asked about: the documents, as one system.
import { statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import type { LoadedDocuments } from '../../analysis';
import type { Analysis } from '../../analysis/reach/analyze';
import { analyze } from '../../analysis/reach/analyze';
import { shorten } from '../../core/errors';
import { asUsage, UsageError } from '../exit';
import type { Input } from '../input';
import { printPaths, readInput } from '../input';
import type { Surroundings } from '../surroundings';
import type { ReachFlags } from './options';

export interface AskedSystem {
  readonly input: Input;
  readonly analysis: Analysis;
}

/** Reads the documents; undefined, after a sentence, where there are none. @throws NetstackError for what cannot be read, UsageError for flags that make no sense */
export async function readSystem(flags: ReachFlags, surroundings: Surroundings): Promise<AskedSystem | undefined> {
  const input = await readInput(withModel(flags, surroundings), surroundings);
  const analysis = systemOf(input.loaded, printPaths(input.paths), input, flags, surroundings);
  return analysis && { input, analysis };
}

/** Makes the system of what was loaded, and says on standard error what of it could not be looked at. */
export function systemOf(loaded: LoadedDocuments, shown: string, { options }: Pick<Input, 'options'>, { in: cluster }: ReachFlags, { stderr }: Surroundings): Analysis | undefined {
  if (loaded.documents.length === 0) {
    stderr.write(`No readable Kubernetes document in ${shown}: give files or folders of manifests with -f.\n`);
    return undefined;
  }
  const analysis = asUsage(() => analyze(loaded, { ...options, ...cluster !== undefined && { cluster } }));
  const unread = loaded.findings.filter(({ id }) => id === 'NS0010').length;
  const refused = analysis.clusters.reduce((sum, { entries }) => sum + entries.filter((entry) => entry.refused).length, 0);
  if (unread > 0) stderr.write(`${unread} ${unread === 1 ? 'document' : 'documents'} in ${shown} cannot be read, and the answer is about the rest: netstack validate says why.\n`);
  if (refused > 0) stderr.write(`The API server would refuse ${refused} ${refused === 1 ? 'document' : 'documents'} in ${shown}, and what ${refused === 1 ? 'it does once it is' : 'they do once they are'} mended is not known: netstack validate says why.\n`);
  return analysis;
}

/** The folder of a model file holds the documents that it describes. */
function withModel<F extends ReachFlags>(flags: F, { cwd }: Surroundings): F {
  if (flags.model === undefined) return flags;
  if (flags.filename.length > 0 || flags.cluster.length > 0) throw new UsageError({ what: '--model is given with -f or --cluster', fix: 'give one of them' });
  const file = resolve(cwd, flags.model);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) throw new UsageError({ what: `--model ${shorten(flags.model)} is no file`, fix: 'give the netstack.model.json in the output folder of cdk8s' });
  return { ...flags, filename: [relative(cwd, dirname(file)) || '.'] };
}
