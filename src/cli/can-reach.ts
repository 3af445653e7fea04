// netstack can-reach, netstack explain
import type { Command } from 'commander';
import { collect } from './command';
import type { CommandContext } from './command';
import type { AskFlags } from './reach/ask';
import type * as Ask from './reach/ask';
import { addReachOptions, PEERS_HELP } from './reach/options';

const EXITS = `
Exit codes: 0 allowed, 1 the tool failed or found no readable document,
2 denied, 3 undetermined (the documents do not decide), 64 wrong usage, such as
a peer that does not exist.`;

/** Adds `netstack can-reach`. */
export function addCanReach(program: Command, { surroundings, exit }: CommandContext): void {
  addQuestion(program.command('can-reach').aliases(['eval', 'evaluate'])
    .description('Say whether one end can reach another through every layer, and which document decides.'))
    .action(async (from: string, to: string | undefined, flags: AskFlags) => exit(await asking().canReach(from, to, flags, surroundings)));
}

/** Adds `netstack explain`. */
export function addExplain(program: Command, { surroundings, exit }: CommandContext): void {
  addQuestion(program.command('explain').alias('trace')
    .description('Follow a connection hop by hop: who decides, where that is written, and what would turn the answer.'))
    .action(async (from: string, to: string | undefined, flags: AskFlags) => exit(await asking().explain(from, to, flags, surroundings)));
}

function addQuestion(command: Command): Command {
  return addReachOptions(command
    .argument('<source>', "who calls, or a whole question: 'shop/web -> shop/api:8080 GET /orders'")
    .argument('[destination]', 'who is called, with the port: shop/api:8080')
    .option('--port <port>', 'the port, when the destination has none: 8080, 53/udp, http')
    .option('--request <request>', "what is said over the connection: 'GET /orders'")
    .option('--header <name=value>', 'a header of the request; may be given several times, and what is not listed is not sent', collect, [])
    .option('--jwt <claims>', 'the token of the caller: issuer=…,sub=…,aud=…,claim=value')
    .option('--client-certificate', 'the caller shows a certificate that the server trusts'), ['text', 'json'])
    .option('--no-color', 'print without colours')
    .addHelpText('after', PEERS_HELP + EXITS);
}

function asking(): typeof Ask {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./reach/ask') as typeof Ask;
}
