import type { ErrorScope } from './errors';
import { NetstackError, sentenceCase } from './errors';
import { looksLikeSecret } from './secret-formats';

export { looksLikeSecret } from './secret-formats';

/**
 * Throws when `text` holds a secret of a well-known format; the sentence names its kind and never repeats it.
 * @param where the prop that holds the text, as the subject of the sentence: `description of the gateway`
 */
export function refuseSecrets(text: string, where: string, scope?: ErrorScope): void {
  const kind = looksLikeSecret(text);
  if (kind === undefined) return;
  throw new NetstackError({
    what: `${sentenceCase(where)} holds a secret (${kind})`,
    ...scope && { scope },
    fix: 'keep the secret out of the program and pass a SecretRef, such as SecretRef.existing(\'name\', \'key\')',
  });
}
