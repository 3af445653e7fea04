// Two states on the command line.
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { LoadedDocuments } from '../../analysis';
import { loadDocuments } from '../../analysis';
import type { ConnectivityDiff } from '../../analysis/reach/diff';
import { diffCsv, diffDot, diffJson, diffMarkdown, diffText, opens } from '../../analysis/reach/print/diff';
import { withBase } from '../base';
import type { ExitCode } from '../exit';
import { EXIT, UsageError } from '../exit';
import { deliver, wantsColor } from '../output';
import type { Surroundings } from '../surroundings';
import { readSystem, systemOf } from './input';
import type { ReachFlags } from './options';

export interface DiffFlags extends ReachFlags {
  readonly format: 'text' | 'csv' | 'json' | 'markdown' | 'dot';
  readonly exitCode?: boolean;
  readonly denyNew?: boolean;
  readonly color: boolean;
}

export async function diff(base: string, target: string | undefined, flags: DiffFlags, surroundings: Surroundings): Promise<ExitCode> {
  if (target !== undefined && (flags.filename.length > 0 || flags.cluster.length > 0 || flags.model !== undefined)) throw new UsageError({ what: 'A target is given, and -f, --cluster or --model as well', fix: 'give one of them' });
  const after = await readSystem(target === undefined ? flags : { ...flags, filename: [target] }, surroundings);
  if (!after) return EXIT.failed;
  const compare = (loaded: LoadedDocuments): ConnectivityDiff | undefined => {
    const before = systemOf(loaded, base, after.input, flags, surroundings);
    return before && after.analysis.diff(before);
  };
  // What is told of a commit is printed before its files are gone.
  const tell = (found: ConnectivityDiff | undefined): ExitCode => {
    if (!found) return EXIT.failed;
    deliver(render(found, flags, surroundings), flags.output, surroundings);
    return codeOf(found, flags);
  };
  if (statSync(resolve(surroundings.cwd, base), { throwIfNoEntry: false })?.isFile()) return tell(compare(loadDocuments([base])));
  return withBase(base, after.input.paths, surroundings.cwd, (loaded) => tell(compare(loaded)), 'as BASE');
}

function codeOf(found: ConnectivityDiff, { exitCode, denyNew }: DiffFlags): ExitCode {
  if (denyNew === true && opens(found)) return EXIT.findings;
  if (exitCode === true && (found.pairs.length > 0 || found.added.length > 0 || found.removed.length > 0)) return EXIT.findings;
  return denyNew === true && found.undetermined > 0 ? EXIT.undetermined : EXIT.ok;
}

function render(found: ConnectivityDiff, { format, output, color }: DiffFlags, surroundings: Surroundings): string {
  switch (format) {
    case 'csv': return diffCsv(found);
    case 'json': return diffJson(found);
    case 'markdown': return diffMarkdown(found);
    case 'dot': return diffDot(found);
    case 'text': return diffText(found, { color: output === undefined && color && wantsColor(surroundings) });
  }
}
