import { NetstackError, sentenceCase, shorten } from '../core/errors';
import type { ErrorScope } from '../core/errors';
import type { IWorkload } from '../core/peer';

/**
 * Returns `value` when it is a workload: a program without types may give a name, or a peer that is wider.
 * @param where the subject of the sentence
 */
export function requireWorkload(value: IWorkload, where: string, scope?: ErrorScope): IWorkload {
  const given = value as Partial<IWorkload> | null | undefined;
  if (typeof given === 'object' && given?.labels !== undefined && given.ports !== undefined && given.cluster !== undefined) return value;
  throw new NetstackError({ what: `${sentenceCase(where)} is ${shorten(value)}, which is no workload`, ...scope && { scope }, fix: 'give a Workload, or Workload.external(…) for pods that somebody else makes' });
}
