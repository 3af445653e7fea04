// netstack upgrade
import type { Command } from 'commander';
import { Option } from 'commander';
import { renderUpgrade, renderUpgradeJson } from '../analysis/report/upgrade';
import { latestTargets, planUpgrade, systemsInUse } from '../analysis/targets/upgrade';
import type { LineChange, UpgradePlan } from '../analysis/targets/upgrade';
import { mergeTargets } from '../analysis/targets/merge';
import { productName } from '../analysis/targets/lines';
import { KNOWN_LINES, systemName } from '../core/targets';
import type { System, Targets } from '../core/targets';
import type { CommandContext } from './command';
import type { ExitCode } from './exit';
import { EXIT, UsageError } from './exit';
import type { InputFlags } from './input';
import { addInputOptions, printPaths, readInput } from './input';
import { deliver, wantsColor } from './output';
import type { Surroundings } from './surroundings';
import { addTarget, TARGETS_HELP, tellStandIns } from './targets';

interface UpgradeFlags extends InputFlags {
  readonly to: Goal;
  readonly format: 'text' | 'json';
  readonly output?: string;
  readonly color: boolean;
}

/** The lines to go to. */
interface Goal {
  readonly latest: boolean;
  readonly targets: Targets;
}

const HELP = `
Holds the documents against the lines that run now and against those of --to,
and prints only what differs: what the API server would refuse there, what is
deprecated there, what rules say there and not here. The channel of Gateway API
stays as it is unless --to names one.
${TARGETS_HELP}

Exit codes: 0 nothing must change, 1 the tool failed or found no readable
document, 2 something must change, 64 wrong usage.`;

/** Adds `netstack upgrade`. */
export function addUpgrade(program: Command, { surroundings, exit }: CommandContext): void {
  addInputOptions(program.command('upgrade')
    .description('Say what must change before engines are upgraded, grouped by what mends it.'))
    .addOption(new Option('--to <system=version>', 'the line to go to, such as istio=1.30, or "latest" for all; may be given several times').argParser(addGoal).makeOptionMandatory())
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .addOption(new Option('--json', 'the same as --format json').implies({ format: 'json' }))
    .option('-o, --output <file>', 'write the plan into a file, whole or not at all')
    .option('--no-color', 'print without colours')
    .addHelpText('after', HELP)
    .action(async (flags: UpgradeFlags) => exit(await upgrade(flags, surroundings)));
}

async function upgrade({ to, format, output, color, ...flags }: UpgradeFlags, surroundings: Surroundings): Promise<ExitCode> {
  const { loaded, options, paths } = await readInput(flags, surroundings);
  if (loaded.documents.length === 0) {
    surroundings.stderr.write(`No readable Kubernetes document in ${printPaths(paths)}: give files or folders of manifests with -f.\n`);
    return EXIT.failed;
  }
  const goal = to.latest ? mergeTargets(latestTargets(), to.targets) ?? {} : to.targets;
  tellStandIns(goal, surroundings);
  const whole = planUpgrade(loaded, options, goal);
  if (whole.changes.length === 0) throw nothingToCompare(to);
  const plan: UpgradePlan = to.latest ? { ...whole, changes: whole.changes.filter(changesInUse(to, systemsInUse(loaded))) } : whole;
  deliver(format === 'json' ? renderUpgradeJson(plan) : renderUpgrade(plan, { color: output === undefined && color && wantsColor(surroundings) }), output, surroundings);
  return [...plan.mustChange, ...plan.rules].some(({ findings }) => findings.some(({ severity }) => severity === 'error')) ? EXIT.findings : EXIT.ok;
}

/** What nothing in the documents is about is left out of a list that nobody asked for by name. */
function changesInUse({ targets }: Goal, used: ReadonlySet<string>): (change: LineChange) => boolean {
  return ({ system }) => used.has(productName(systemOf(system))) || Object.hasOwn(targets, systemOf(system));
}

function addGoal(text: string, before: Goal = { latest: false, targets: {} }): Goal {
  return text === 'latest' ? { ...before, latest: true } : { ...before, targets: addTarget(text, before.targets) };
}

function nothingToCompare({ latest, targets }: Goal): UsageError {
  const names = (Object.keys(targets) as System[]).map(systemName);
  const example = (Object.keys(targets) as System[])[0] ?? 'istio';
  return new UsageError({
    what: latest ? 'There is nothing to compare: every target is its newest known line already' : `There is nothing to compare: ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} targeted at that line already`,
    fix: `say what runs now, with --target ${systemName(example)}=${KNOWN_LINES[example][0]} or in netstack.yaml`,
  });
}

function systemOf(name: string): System {
  return (Object.keys(KNOWN_LINES) as System[]).find((system) => systemName(system) === name)!;
}
