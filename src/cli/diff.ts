// netstack diff
import type { Command } from 'commander';
import type { CommandContext } from './command';
import type { DiffFlags } from './reach/compare';
import type * as Compare from './reach/compare';
import { addReachOptions } from './reach/options';
import { TARGETS_HELP } from './targets';

const HELP = `
BASE is a folder, a file, or a branch, tag or commit in which the same paths are
committed. TARGET is a folder or file; without it, what -f names, or the output
folder of the project. A pair is widened when any port was opened.
${TARGETS_HELP}

Exit codes: 0 compared, 1 the tool failed or found no readable document, 2 there
are differences (--exit-code), or something was opened (--deny-new), 3 with
--deny-new: the documents do not decide whether something was opened, 64 wrong
usage.`;

/** Adds `netstack diff`. */
export function addDiff(program: Command, { surroundings, exit }: CommandContext): void {
  addReachOptions(program.command('diff')
    .description('Say which pairs were added, removed, widened and narrowed between two states, and which document is the cause.')
    .argument('<base>', 'the earlier state: a folder, a file or a commit')
    .argument('[target]', 'the later state: a folder or a file')
    .option('--exit-code', 'exit with 2 when anything is different')
    .option('--deny-new', 'exit with 2 when anything was opened'), ['text', 'csv', 'json', 'markdown', 'dot'])
    .option('--no-color', 'print without colours')
    .addHelpText('after', HELP)
    .action(async (base: string, target: string | undefined, flags: DiffFlags) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { diff } = require('./reach/compare') as typeof Compare;
      exit(await diff(base, target, flags, surroundings));
    });
}
