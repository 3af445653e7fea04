// What a check says about one field, before it becomes a finding.
import type { FieldPath } from '../documents/document';

export interface Problem {
  readonly id: string;
  readonly path: FieldPath;
  readonly message: string;
  readonly fix?: string;
  /** What the API server takes all the same. @default - error */
  readonly severity?: 'warning';
}

/** Where a check stands and what it found. A quiet one only answers yes or no. */
export interface CheckContext {
  readonly report: boolean;
  /** The path to the value under check; changed in place. */
  readonly path: (string | number)[];
  readonly problems: Problem[];
  /** Shows a value in a message, never a secret. */
  readonly show: (value: unknown) => string;
}

/** True when the value is allowed. */
export type Check = (value: unknown, context: CheckContext) => boolean;

/** The context of checks whose words nobody reads. */
export const QUIET: CheckContext = { report: false, path: [], problems: [], show: () => '' };

/** Notes a problem at the context's path, with `below` added. Always false, so that checks can return it. */
export function fail(context: CheckContext, id: string, message: () => string, fix?: () => string | undefined, below?: string | number): false {
  if (context.report) {
    const mend = fix?.();
    context.problems.push({ id, path: below === undefined ? [...context.path] : [...context.path, below], message: message(), ...(mend === undefined ? {} : { fix: mend }) });
  }
  return false;
}
