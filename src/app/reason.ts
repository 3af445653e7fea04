import { NetstackError } from '../core/errors';

/** Why something failed, to stand inside another sentence: without its place and without a full stop. */
export function reasonOf(error: unknown): string {
  if (NetstackError.is(error)) return error.what;
  // Not `instanceof`: errors of node itself are of another realm under jest.
  const message = (error as { message?: unknown } | null | undefined)?.message;
  const text = typeof message === 'string' ? message : String(error);
  // cdk8s names the object's path in front; the sentence around has it.
  return text.replace(/^Failed serializing construct at path '.*?' with name '.*?': (?:\w*Error: )?/s, '').replace(/\.$/, '');
}
