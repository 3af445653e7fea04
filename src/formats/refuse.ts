import { NetstackError } from '../core/errors';

/** Refuses a value of a configuration file: what is wrong, where in the file's model it stands, and how to fix it. */
export function refuse(where: string, what: string, fix: string): never {
  throw new NetstackError({ what, where, fix });
}

/** Runs a parser of the vocabulary and adds the place in the file's model to what it refuses. */
export function parsedAt<T>(where: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!NetstackError.is(error)) throw error;
    throw new NetstackError({ what: error.what, where, ...error.fix !== undefined && { fix: error.fix } });
  }
}
