// netstack exposure
import type { Command } from 'commander';
import type { CommandContext } from './command';
import type * as Exposed from './reach/exposed';
import type { ExposureFlags } from './reach/exposed';
import { addReachOptions, PEERS_HELP } from './reach/options';

const HELP = `
Without --from, three tables: what the internet reaches, and by which door; what
workloads reach across namespaces; what a pod without labels reaches that stands
in a namespace of its own. Ways in that policies close are counted on standard
error.
${PEERS_HELP}
Exit codes: 0 listed, 1 the tool failed or found no readable document, 64 wrong
usage, such as a peer that does not exist.`;

/** Adds `netstack exposure`. */
export function addExposure(program: Command, { surroundings, exit }: CommandContext): void {
  addReachOptions(program.command('exposure')
    .description('List what can be reached by the internet, by other namespaces, and by pods that nobody knows.')
    .option('--from <peer>', 'what this one reaches: internet, cidr:…, a workload'), ['text', 'json', 'csv', 'markdown'])
    .addHelpText('after', HELP)
    .action(async (flags: ExposureFlags) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { exposure } = require('./reach/exposed') as typeof Exposed;
      exit(await exposure(flags, surroundings));
    });
}
