// The command line without the process around it, so that tests can call it.
import { Command, CommanderError } from 'commander';
import { NetstackError } from '../core/errors';
import { toolVersion } from '../core/tool-version';
import { addAcks } from './acks';
import { addCanReach, addExplain } from './can-reach';
import type { CommandRegistrar } from './command';
import { addConnlist, addGraph } from './connlist';
import { addDiff } from './diff';
import type { ExitCode } from './exit';
import { EXIT, UsageError } from './exit';
import { addExposure } from './exposure';
import { addRules } from './rules';
import type { Surroundings } from './surroundings';
import { addUpgrade } from './upgrade';
import { addValidate } from './validate';

/** In the order of the help. */
const COMMANDS: readonly CommandRegistrar[] = [addValidate, addUpgrade, addCanReach, addExplain, addConnlist, addExposure, addGraph, addDiff, addRules, addAcks];

/** Runs one command line and returns its exit code. Never throws for what the user did. */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = new Command('netstack')
    .description('Prove before anything is applied that every engine accepts its part of the network.')
    .version(toolVersion(), '--version', 'print the version')
    .option('--debug', 'print the stack of an error')
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError('(netstack --help lists the commands)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => surroundings.stdout.write(text),
      writeErr: (text) => surroundings.stderr.write(text),
      getOutHelpWidth: () => 80,
      getErrHelpWidth: () => 80,
    });
  for (const add of COMMANDS) add(program, { surroundings, exit: (given) => (code = given) });
  for (const command of program.commands) command.exitOverride().option('--debug', 'print the stack of an error');

  if (args.length === 0) {
    surroundings.stderr.write(program.helpInformation());
    return EXIT.usage;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const sentence = NetstackError.is(error) ? plain(error as NetstackError) : `netstack failed: ${error instanceof Error ? error.message : String(error)}`;
    surroundings.stderr.write(`${args.includes('--debug') && error instanceof Error ? error.stack : sentence}\n`);
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
  return code;
}

/** The sentence without a place in our own code. */
function plain({ what, where, fix }: NetstackError): string {
  return `${what}${where === undefined ? '' : ` (${where})`}${fix === undefined ? '.' : `: ${fix}${/[.?!]$/.test(fix) ? '' : '.'}`}`;
}
