// netstack validate
import { isAbsolute, relative, sep } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { Report, Severity } from '../analysis';
import {
  check, compareWithBase, compareWithBaseline, isFailure, isOpen, limit, loadBaseline, printBaseline,
  renderGithub, renderJson, renderJunit, renderMarkdown, renderSarif, renderText,
} from '../analysis';
import { withBase } from './base';
import type { CommandContext } from './command';
import type { ExitCode } from './exit';
import { EXIT, UsageError } from './exit';
import type { Input, InputFlags } from './input';
import { addInputOptions, printPaths, readInput } from './input';
import { deliver, wantsColor } from './output';
import type { Surroundings } from './surroundings';
import { TARGETS_HELP } from './targets';

const FORMATS = ['text', 'json', 'sarif', 'junit', 'github', 'markdown'] as const;

interface ValidateFlags extends InputFlags {
  readonly format: (typeof FORMATS)[number];
  readonly json?: boolean;
  readonly output?: string;
  readonly failOn?: Severity | 'never';
  readonly minSeverity?: Severity;
  readonly maxFindings?: number;
  readonly base?: string;
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly strict?: boolean;
  readonly color: boolean;
}

const HELP = `
Findings: breaks (error), risk (warning), practice (warning, with --profile
production), info (something could not be checked). netstack rules lists them.
Settings of a project stand in netstack.yaml: targets, profile, open, rules,
failOn, minSeverity, maxFindings, baseline, paths.

With --base, findings are introduced, fixed or unchanged, and only introduced
ones fail. A folder stands for what is validated; of a commit the same paths are
read, so the manifests must be committed there. With --baseline, findings that
the file lists are known and do not fail.
${TARGETS_HELP}

Exit codes: 0 no findings that fail, 1 the tool failed or found no readable
document, 2 findings (--fail-on), 3 undetermined (--strict), 64 wrong usage.`;

/** Adds `netstack validate`. */
export function addValidate(program: Command, { surroundings, exit }: CommandContext): void {
  addInputOptions(program.command('validate').aliases(['lint', 'check'])
    .description('Hold manifests against the schemas of every system in them, and the system against the catalogue of rules.'))
    .addOption(new Option('--format <format>', 'how to print').choices(FORMATS).default('text'))
    .addOption(new Option('--json', 'the same as --format json').implies({ format: 'json' }))
    .option('-o, --output <file>', 'write the report into a file, whole or not at all')
    .addOption(new Option('--fail-on <severity>', 'exit with 2 for findings of this severity and above (default: error)').choices(['error', 'warning', 'info', 'never']))
    .addOption(new Option('--min-severity <severity>', 'list only findings of this severity and above').choices(['error', 'warning', 'info']))
    .addOption(new Option('--max-findings <number>', 'list at most so many findings, the most severe ones').argParser(wholeNumber))
    .option('--base <folder|commit>', 'compare with an earlier state')
    .option('--baseline <file>', 'findings that were there when the project adopted the validation')
    .option('--write-baseline <file>', 'write the findings of now into a baseline file, and exit with 0')
    .option('--strict', 'exit with 3 when something could not be checked')
    .option('--no-color', 'print without colours')
    .addHelpText('after', HELP)
    .action(async (flags: ValidateFlags) => exit(await validate(flags, surroundings)));
}

async function validate(flags: ValidateFlags, surroundings: Surroundings): Promise<ExitCode> {
  if (flags.baseline !== undefined && flags.writeBaseline !== undefined) throw new UsageError({ what: '--baseline and --write-baseline are both given', fix: 'give one of them' });
  const input = await readInput(flags, surroundings);
  const { loaded, paths, settings } = input;
  const failOn = flags.failOn ?? settings.failOn ?? 'error';
  const whole = reportOf(input, flags, surroundings);

  if (flags.writeBaseline !== undefined && loaded.documents.length > 0) {
    deliver(printBaseline(whole.findings), flags.writeBaseline, surroundings);
    const count = whole.findings.filter(({ acknowledged }) => !acknowledged).length;
    surroundings.stderr.write(`${count} ${count === 1 ? 'finding' : 'findings'} written to ${flags.writeBaseline}: from now on --baseline ${flags.writeBaseline} fails for new ones only.\n`);
    return EXIT.ok;
  }
  const minSeverity = flags.minSeverity ?? settings.minSeverity;
  const maxFindings = flags.maxFindings ?? settings.maxFindings;
  const report = limit(whole, { ...(minSeverity === undefined ? {} : { minSeverity }), ...(maxFindings === undefined ? {} : { maxFindings }) });
  deliver(render(report, flags, failOn, surroundings), flags.output, surroundings);

  if (loaded.documents.length + loaded.terraform.length + loaded.files.length === 0) {
    surroundings.stderr.write(`No readable Kubernetes document in ${printPaths(paths)}: give files or folders of manifests with -f.\n`);
    return EXIT.failed;
  }
  if (whole.findings.some((finding) => isFailure(finding, failOn))) return EXIT.findings;
  return flags.strict === true && whole.findings.some((finding) => finding.id === 'NS0023' && isOpen(finding)) ? EXIT.undetermined : EXIT.ok;
}

function reportOf({ loaded, paths, settings, options }: Input, flags: ValidateFlags, surroundings: Surroundings): Report {
  const baseline = flags.baseline ?? (flags.writeBaseline === undefined ? settings.baseline : undefined);
  const known = baseline === undefined ? undefined : loadBaseline(baseline);
  const compared = flags.base === undefined ? check(loaded, options) : withBase(flags.base, paths, surroundings.cwd, (base) => {
    // One profile for both, so that asking for opinions introduces nothing.
    const profile = options.profile ?? loaded.models.find((model) => model.profile !== undefined)?.profile;
    const before = check(base, { ...options, ...(profile === undefined ? {} : { profile }) });
    return compareWithBase(check(loaded, { ...options, base: base.documents }), before.findings);
  });
  return known === undefined ? compared : compareWithBaseline(compared, known);
}

function render(report: Report, { format, output, color }: ValidateFlags, failOn: Severity | 'never', surroundings: Surroundings): string {
  switch (format) {
    case 'json': return renderJson(report);
    case 'sarif': return renderSarif(report, { folder: folderOfRepository(surroundings) });
    case 'junit': return renderJunit(report, { failOn });
    case 'github': return renderGithub(report, { folder: folderOfRepository(surroundings) });
    case 'markdown': return renderMarkdown(report, { failOn });
    case 'text': return renderText(report, { color: output === undefined && color && wantsColor(surroundings) });
  }
}

/** Where the project lies in the repository that GitHub Actions checked out. */
function folderOfRepository({ cwd, env }: Surroundings): string {
  const folder = env.GITHUB_WORKSPACE === undefined || env.GITHUB_WORKSPACE === '' ? '' : relative(env.GITHUB_WORKSPACE, cwd);
  return isAbsolute(folder) || folder.split(sep)[0] === '..' ? '' : folder;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('give a whole number.');
  return Number(text);
}
