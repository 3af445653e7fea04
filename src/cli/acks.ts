// netstack acks
import type { Command } from 'commander';
import { Option } from 'commander';
import type { AcknowledgementState } from '../analysis';
import { checkAll, printWhere } from '../analysis';
import type { CommandContext } from './command';
import type { ExitCode } from './exit';
import { EXIT } from './exit';
import type { InputFlags } from './input';
import { addInputOptions, printPaths, readInput } from './input';
import { deliver } from './output';
import type { Surroundings } from './surroundings';
import { printTable } from './table';

interface AcksFlags extends InputFlags {
  readonly format: 'text' | 'json';
  readonly output?: string;
}

/** Adds `netstack acks`. */
export function addAcks(program: Command, { surroundings, exit }: CommandContext): void {
  addInputOptions(program.command('acks')
    .description('List what the program accepts with Validations.of(…).acknowledge(…): what is used, what accepts nothing, what has expired.'))
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .addOption(new Option('--json', 'the same as --format json').implies({ format: 'json' }))
    .option('-o, --output <file>', 'write the list into a file, whole or not at all')
    .action(async (flags: AcksFlags) => exit(await acks(flags, surroundings)));
}

async function acks(flags: AcksFlags, surroundings: Surroundings): Promise<ExitCode> {
  const { loaded, options, paths } = await readInput(flags, surroundings);
  if (loaded.read === 0) {
    surroundings.stderr.write(`No readable Kubernetes document in ${printPaths(paths)}: give files or folders of manifests with -f.\n`);
    return EXIT.failed;
  }
  const states = checkAll(loaded, options).acknowledgements;
  const none = loaded.models.length === 0 ? NO_MODEL : 'Nothing is acknowledged\n';
  const text = flags.format === 'json' ? `${JSON.stringify({ schema: 'netstack/acknowledgements/v1', acknowledgements: states.map(json) }, undefined, 2)}\n` : states.length === 0 ? none : printStates(states);
  deliver(text, flags.output, surroundings);
  return EXIT.ok;
}

/** A stock App has no place for them. */
const NO_MODEL = 'No netstack.model.json stands beside these documents, so what the program accepts is not known; new NetworkApp() writes it\n';

function json({ acknowledgement: { id, reason, constructPath, source, where, expires }, state, findings }: AcknowledgementState): object {
  return {
    id, state, findings, construct: constructPath, reason,
    ...(where === undefined ? {} : { where }), ...(expires === undefined ? {} : { expires }), ...(source === undefined ? {} : { source }),
  };
}

function printStates(states: readonly AcknowledgementState[]): string {
  const rows = states.map(({ acknowledgement: { id, reason, constructPath, source, where, expires }, state, findings }) => [
    state, id, String(findings), expires ?? '', `${constructPath === '' ? 'the app' : constructPath}${where === undefined ? '' : ` (${printWhere(where)})`}`, [source, reason].filter((text) => text !== undefined).join('  '),
  ]);
  const count = (wanted: AcknowledgementState['state']): number => states.filter(({ state }) => state === wanted).length;
  const counts = (['used', 'unused', 'expired', 'unknown'] as const).filter((state) => count(state) > 0).map((state) => `${count(state)} ${state}`).join(', ');
  return `${printTable(['STATE', 'ID', 'FINDINGS', 'UNTIL', 'WHERE', 'WHY'], rows)}\n${states.length} acknowledgement${states.length === 1 ? '' : 's'}: ${counts}\n`;
}
