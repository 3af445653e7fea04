// The command line without the process around it, so that tests can call it.
import { Command, CommanderError, Option } from 'commander';
import { toolVersion } from '../app/tool-version';
import { NetstackError } from '../core/errors';
import type { ExitCode } from './exit';
import { EXIT } from './exit';
import type { Surroundings } from './surroundings';
import { validateCommand } from './validate';

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

  program.command('validate')
    .description('Hold manifests against the schemas of Kubernetes and of every system in them.')
    .option('-f, --filename <path>', 'a file or folder, "-" for standard input; may be given several times (default: the output folder of cdk8s.yaml)', collect, [])
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .option('-o, --output <file>', 'write the report into a file')
    .option('--strict', 'exit 3 when something could not be checked')
    .option('--no-color', 'print without colours')
    .option('--debug', 'print the stack of an error')
    .addHelpText('after', '\nExit codes: 0 no errors, 1 the tool failed or found no readable document,\n2 findings of severity error, 3 undetermined (--strict), 64 wrong usage.')
    .exitOverride()
    .action(async (options) => {
      code = await validateCommand(options, surroundings);
    });

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
    return EXIT.failed;
  }
  return code;
}

/** The sentence without a place in our own code. */
function plain({ what, where, fix }: NetstackError): string {
  return `${what}${where === undefined ? '' : ` (${where})`}${fix === undefined ? '.' : `: ${fix}.`}`;
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
