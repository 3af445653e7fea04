// netstack connlist, netstack graph
import type { Command } from 'commander';
import { Option } from 'commander';
import type { CommandContext } from './command';
import type { GraphFlags, ListFlags } from './reach/list';
import type * as List from './reach/list';
import { addReachOptions, PEERS_HELP } from './reach/options';

const HELP = `
One line for each pair of which something is allowed, sorted, and nothing else
on standard output:
  shop/web[Deployment] => shop/api[Deployment] : TCP 8080
Addresses outside are ranges, cut where any policy cuts them. What the documents
do not decide is not listed, and counted on standard error; JSON has it, too.
${PEERS_HELP}
Exit codes: 0 listed, 1 the tool failed or found no readable document, 64 wrong
usage, such as a peer that does not exist.`;

/** Adds `netstack connlist`. */
export function addConnlist(program: Command, { surroundings, exit }: CommandContext): void {
  addReachOptions(program.command('connlist').alias('connections')
    .description('List who may connect to whom: every pair of workloads, and of workloads with addresses outside.')
    .option('--focus <peer>', 'only pairs with this peer')
    .addOption(new Option('--direction <direction>', 'of --focus, only what it lets in, or out').choices(['ingress', 'egress']))
    .option('--explain', 'below each pair the documents that decide'), ['text', 'csv', 'json', 'dot', 'mermaid'])
    .addHelpText('after', HELP)
    .action(async (flags: ListFlags) => exit(await listing().connlist(flags, surroundings)));
}

/** Adds `netstack graph`. */
export function addGraph(program: Command, { surroundings, exit }: CommandContext): void {
  addReachOptions(program.command('graph').alias('topology')
    .description('Draw who may connect to whom: for Graphviz, for Mermaid, or as data. Large graphs are drawn by namespace.')
    .option('--focus <peer>', 'only pairs with this peer')
    .addOption(new Option('--direction <direction>', 'of --focus, only what it lets in, or out').choices(['ingress', 'egress'])), ['mermaid', 'dot', 'json'])
    .addHelpText('after', PEERS_HELP)
    .action(async (flags: GraphFlags) => exit(await listing().graph(flags, surroundings)));
}

function listing(): typeof List {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./reach/list') as typeof List;
}
