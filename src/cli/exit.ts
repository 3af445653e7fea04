/** What the exit codes mean; the same in every command. */
export const EXIT = {
  ok: 0,
  /** The tool or what it was given failed: an exception, no readable document at all. */
  failed: 1,
  /** There are findings of severity error. */
  findings: 2,
  /** Nothing is wrong as far as could be seen, and not everything could be seen. */
  undetermined: 3,
  usage: 64,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
