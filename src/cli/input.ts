// What the commands look at, and with which settings: flags first, then netstack.yaml, then the model file.
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import type * as Yaml from 'js-yaml';
import type { CheckOptions, LoadedDocuments, LoadPath, ProjectSettings } from '../analysis';
import { loadDocuments, readProject, runOptions } from '../analysis';
import { mergeTargets } from '../analysis/targets/merge';
import { NetstackError, shorten } from '../core/errors';
import type { Targets } from '../core/targets';
import { collect } from './command';
import { asUsage, UsageError } from './exit';
import type { Surroundings } from './surroundings';
import { targetOption, tellStandIns } from './targets';

/** The flags that say what is looked at and how. */
export interface InputFlags {
  readonly filename: readonly string[];
  readonly cluster: readonly string[];
  readonly target?: Targets;
  readonly profile?: 'production';
  readonly open?: boolean;
  readonly now?: string;
  readonly crds: readonly string[];
}

export interface Input {
  readonly paths: readonly LoadPath[];
  readonly settings: ProjectSettings;
  readonly loaded: LoadedDocuments;
  readonly options: CheckOptions;
}

/** Adds the flags to a command. */
export function addInputOptions(command: Command): Command {
  return command
    .option('-f, --filename <path>', 'a file or folder, "-" for standard input; may be given several times (default: the output folder of cdk8s.yaml)', collect, [])
    .option('--cluster <name=path>', 'the documents of one of several clusters; may be given several times', collect, [])
    .addOption(targetOption())
    .addOption(new Option('--profile <profile>', 'ask for opinions, too').choices(['production']))
    .option('--open', 'the documents are not all there is: say of nothing that it is missing')
    .option('--crds <folder>', 'custom resource definitions of your own; may be given several times', collect, [])
    .option('--now <day>', 'judge acknowledgements as on this day, such as 2027-01-31 (default: today)');
}

/** Reads everything. @throws NetstackError for what cannot be read, UsageError for flags and settings that make no sense */
export async function readInput(flags: InputFlags, surroundings: Surroundings): Promise<Input> {
  const settings = asUsage(() => readProject(surroundings.cwd));
  const paths = pathsOf(flags, settings, surroundings.cwd);
  const loaded = loadDocuments(paths, paths.some(({ path }) => path === '-') ? { stdin: await surroundings.readStdin() } : {});
  const targets = mergeTargets(settings.targets, flags.target);
  tellStandIns(targets, surroundings);
  const { options, findings } = runOptions({
    ...settings, ...(targets === undefined ? {} : { targets }), ...(flags.profile === undefined ? {} : { profile: flags.profile }),
    ...(flags.open === undefined ? {} : { open: flags.open }), ...(flags.crds.length === 0 ? {} : { crds: flags.crds }),
  });
  return {
    paths, settings, loaded: { ...loaded, findings: [...loaded.findings, ...findings] },
    options: { ...options, ...(flags.now === undefined ? {} : { now: checkedDay(flags.now) }) },
  };
}

/** How the paths were given, for a sentence. */
export function printPaths(paths: readonly LoadPath[]): string {
  return paths.map(({ path }) => (path === '-' ? 'standard input' : path)).join(', ');
}

function pathsOf(flags: InputFlags, settings: ProjectSettings, cwd: string): LoadPath[] {
  const clusters = flags.cluster.map((text): LoadPath => {
    const equals = text.indexOf('=');
    const [cluster, path] = [text.slice(0, equals), text.slice(equals + 1)];
    if (equals < 1 || path === '') throw new UsageError({ what: `--cluster ${shorten(text)} is no name and path`, fix: 'write --cluster beijing=dist/beijing' });
    return { path, cluster };
  });
  const given = [...flags.filename.map((path): LoadPath => ({ path })), ...clusters];
  if (given.length > 0) return given;
  return settings.paths?.map((path) => ({ path })) ?? [{ path: defaultFolder(cwd) }];
}

function checkedDay(text: string): string {
  const day = text.slice(0, 10);
  const time = /^\d{4}-\d{2}-\d{2}($|T)/.test(text) ? Date.parse(`${day}T00:00:00Z`) : NaN;
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(day)) throw new UsageError({ what: `--now ${shorten(text)} is no day`, fix: 'give one such as 2027-01-31' });
  return day;
}

/** The output folder of the cdk8s.yaml in `cwd`, as cdk8s-cli reads it. */
function defaultFolder(cwd: string): string {
  const config = join(cwd, 'cdk8s.yaml');
  let output: unknown;
  if (existsSync(config)) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const yaml = require('js-yaml') as typeof Yaml;
    try {
      output = (yaml.load(readFileSync(config, 'utf8')) as { output?: unknown } | null)?.output;
    } catch (error) {
      throw new NetstackError({ what: `cdk8s.yaml cannot be read: ${(error as { reason?: string }).reason ?? (error as Error).message}`, fix: 'mend it, or name the manifests with -f' });
    }
    if (output !== undefined && typeof output !== 'string') throw new NetstackError({ what: `The output of cdk8s.yaml is ${shorten(output)}, no folder`, fix: 'give the name of a folder' });
  }
  const folder = resolve(cwd, (output as string | undefined) ?? 'dist');
  if (!existsSync(folder)) {
    throw new NetstackError({ what: `The folder ${shorten(relative(cwd, folder))} does not exist`, fix: 'run cdk8s synth first, or name the manifests with -f' });
  }
  return relative(cwd, folder) || '.';
}
