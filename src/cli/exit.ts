import { NetstackError } from '../core/errors';
import type { ErrorParts } from '../core/errors';

/** What the exit codes mean; the same in every command. */
export const EXIT = {
  ok: 0,
  /** The tool or what it was given failed: an exception, no readable document at all. */
  failed: 1,
  /** There are findings that count (`--fail-on`). */
  findings: 2,
  /** Nothing is wrong as far as could be seen, and not everything could be seen. */
  undetermined: 3,
  usage: 64,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What the user wrote on the command line or in netstack.yaml makes no sense: exit code 64. */
export class UsageError extends NetstackError {
  constructor(sentence: ErrorParts) {
    super(sentence);
    this.name = 'UsageError';
  }
}

/** Runs `read`; what is wrong with what the user wrote is wrong usage. */
export function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!NetstackError.is(error) || error instanceof UsageError) throw error;
    const { what, where, fix } = error as NetstackError;
    throw new UsageError({ what, ...(where === undefined ? {} : { where }), ...(fix === undefined ? {} : { fix }) });
  }
}
