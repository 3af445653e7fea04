import { NetstackError } from '../core/errors';
import { looksLikeSecret } from '../core/secret-formats';

/** Refuses a value of a configuration file: what is wrong, where in the file's model it stands, and how to fix it. */
export function refuse(where: string, what: string, fix: string): never {
  throw new NetstackError({ what, where: place(where), fix });
}

/** Runs a parser of the vocabulary and adds the place in the file's model to what it refuses. */
export function parsedAt<T>(where: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!NetstackError.is(error)) throw error;
    throw new NetstackError({ what: error.what, where: place(where), ...error.fix !== undefined && { fix: error.fix } });
  }
}

/** Places are made of names that may not have been checked yet. */
function place(where: string): string {
  if (looksLikeSecret(where) !== undefined) return 'a name that holds a secret';
  return where.length > 160 ? `${where.slice(0, 80)}…${where.slice(-60)}` : where;
}
