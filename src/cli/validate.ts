// netstack validate
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type * as Yaml from 'js-yaml';
import type { Report } from '../analysis';
import { acknowledge, loadDocuments, renderJson, renderText, summarize, validate } from '../analysis';
import { toolVersion } from '../app/tool-version';
import { NetstackError, shorten } from '../core/errors';
import type { ExitCode } from './exit';
import { EXIT } from './exit';
import type { Surroundings } from './surroundings';

interface ValidateFlags {
  readonly filename: readonly string[];
  readonly format: 'text' | 'json';
  readonly output?: string;
  readonly strict?: boolean;
  readonly color: boolean;
}

export async function validateCommand(flags: ValidateFlags, surroundings: Surroundings): Promise<ExitCode> {
  const { cwd, stdout, stderr } = surroundings;
  const paths = flags.filename.length > 0 ? flags.filename : [defaultFolder(cwd)];
  const loaded = loadDocuments(paths, paths.includes('-') ? { stdin: await surroundings.readStdin() } : {});
  const findings = acknowledge([...loaded.findings, ...validate(loaded)], loaded.acknowledgements);
  const report: Report = { toolVersion: toolVersion(), documents: loaded.documents.length, findings };
  const text = flags.format === 'json' ? renderJson(report) : renderText(report, { color: flags.output === undefined && flags.color && wantsColor(surroundings) });
  if (flags.output === undefined) stdout.write(text);
  else write(resolve(cwd, flags.output), text, flags.output);

  if (loaded.documents.length === 0) {
    stderr.write(`No readable Kubernetes document in ${paths.map((path) => (path === '-' ? 'standard input' : path)).join(', ')}: give files or folders of manifests with -f.\n`);
    return EXIT.failed;
  }
  if (summarize(findings).errors > 0) return EXIT.findings;
  return flags.strict === true && findings.some((finding) => finding.id === 'NS0023' && !finding.acknowledged) ? EXIT.undetermined : EXIT.ok;
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

function write(path: string, text: string, shown: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new NetstackError({ what: `The report cannot be written to ${shorten(shown)}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`, fix: 'give a path that can be written' });
  }
}

/** https://no-color.org, https://force-color.org */
function wantsColor({ stdout, env }: Surroundings): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stdout.isTTY === true && env.TERM !== 'dumb';
}
