// What every command of the command line is made with: one file per command, registered in run.ts.
import type { Command } from 'commander';
import type { ExitCode } from './exit';
import type { Surroundings } from './surroundings';

export interface CommandContext {
  readonly surroundings: Surroundings;
  /** Says what the command's exit code is; without it, it is 0. */
  readonly exit: (code: ExitCode) => void;
}

/** Adds a command to `netstack`. */
export type CommandRegistrar = (program: Command, context: CommandContext) => void;

/** For options that may be given several times. */
export function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
