// Versions of the engines as people write them: `--target istio=1.30`, `--target gateway-api=1.6/experimental`, and `targets:` in netstack.yaml.
import { InvalidArgumentError, Option } from 'commander';
import { mergeTargets } from '../analysis/targets/merge';
import { readTarget } from '../analysis/targets/read';
import { standIns } from '../analysis/targets/stand-ins';
import { NetstackError } from '../core/errors';
import type { Targets } from '../core/targets';
import type { Surroundings } from './surroundings';

export { targetsOfConfig } from '../analysis/targets/read';

/** What the help of a command with `--target` says of it. */
export const TARGETS_HELP: string = `
Targets choose the schemas and what the rules know of each engine. Of several
sources the first one wins, system by system: --target, targets in
netstack.yaml, the model file that cdk8s synth wrote, and otherwise the newest
line that is known, with the standard channel of Gateway API. A version means
the newest known line that is not above it; "latest" means the newest one.`;

/** Says which of the versions that somebody named are judged by another line. */
export function tellStandIns(targets: Targets | undefined, { stderr }: Surroundings): void {
  for (const { target, line } of standIns(targets ?? {})) stderr.write(`${target} is not known here: ${line} stands for it, the newest known line that is not above it.\n`);
}

/** The option `--target`, which may be given several times. */
export function targetOption(flags: string = '--target <system=version>', description: string = 'the version of an engine, such as istio=1.30 or gateway-api=1.6/experimental; may be given several times'): Option {
  return new Option(flags, description).argParser(addTarget);
}

/** Reads one `system=version[/channel]` on top of those before it. For commander: what it cannot read is wrong usage. */
export function addTarget(text: string, before: Targets = {}): Targets {
  try {
    return mergeTargets(before, readTarget(text)) ?? {};
  } catch (error) {
    if (!NetstackError.is(error)) throw error;
    const { what, fix } = error as NetstackError;
    throw new InvalidArgumentError(`${what}${fix === undefined ? '' : `: ${fix}`}.`);
  }
}
