import type { ErrorScope } from './errors';
import { NetstackError, sentenceCase, shorten } from './errors';
import { looksLikeSecret } from './secret-formats';
import { refuseSecrets } from './secrets';

// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ and .../labels/
const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

function fail(text: unknown, where: string, grammar: string, fix: string, scope: ErrorScope | undefined): never {
  throw new NetstackError({ what: `${sentenceCase(where)} ${shorten(text)} is not ${grammar}`, ...scope && { scope }, fix });
}

function isSubdomain(text: string): boolean {
  return text.length <= 253 && text.split('.').every((label) => LABEL.test(label));
}

/** A near name that is allowed, to be offered in the sentence; empty when nothing is left of the text. */
function suggestion(text: unknown, limit: number): string {
  if (typeof text !== 'string' || looksLikeSecret(text) !== undefined) return '';
  const near = text.slice(0, 253).toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+/, '').slice(0, limit).replace(/-+$/, '');
  return near === '' || near === text ? '' : `, such as "${near}"`;
}

/**
 * Returns `text` when it is a DNS label (RFC 1123: at most 63 lower-case letters, digits and `-`), else throws.
 * @param where the subject of the sentence, here and below: `the name of the workload`
 */
export function dnsLabel(text: string, where: string, scope?: ErrorScope): string {
  if (typeof text === 'string' && text.length <= 63 && LABEL.test(text)) return text;
  return fail(text, where, 'a DNS label', `use 1 to 63 lower-case letters, digits and "-", with a letter or digit at both ends${suggestion(text, 63)}`, scope);
}

/** Returns `text` when it is a DNS subdomain (labels joined by dots, at most 253 characters), else throws. */
export function dnsSubdomain(text: string, where: string, scope?: ErrorScope): string {
  if (typeof text === 'string' && isSubdomain(text)) return text;
  return fail(text, where, 'a DNS subdomain',
    `use 1 to 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part${suggestion(text, 253)}`, scope);
}

/** Returns `text` when it is a key of a label or annotation (`app.kubernetes.io/name`), else throws. */
export function labelKey(text: string, where: string, scope?: ErrorScope): string {
  if (typeof text === 'string' && text.length <= 317) {
    const slash = text.indexOf('/');
    const name = text.slice(slash + 1);
    if ((slash < 0 || isSubdomain(text.slice(0, slash))) && name.length <= 63 && QUALIFIED.test(name)) {
      refuseSecrets(text, where, scope);
      return text;
    }
  }
  return fail(text, where, 'a label key',
    'use 1 to 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends, after an optional DNS subdomain and "/"', scope);
}

/** Returns `text` when it is a label's value (at most 63 characters, may be empty), else throws. */
export function labelValue(text: string, where: string, scope?: ErrorScope): string {
  if (typeof text === 'string' && (text === '' || text.length <= 63 && QUALIFIED.test(text))) {
    refuseSecrets(text, where, scope);
    return text;
  }
  return fail(text, where, 'a label value', 'use at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends', scope);
}

/** Returns `text` when it names a port (IANA service name, RFC 6335: at most 15 characters, one of them a letter, no `--`), else throws. */
export function portName(text: string, where: string, scope?: ErrorScope): string {
  if (typeof text === 'string' && text.length <= 15 && LABEL.test(text) && /[a-z]/.test(text) && !text.includes('--')) return text;
  return fail(text, where, 'a port name', 'use 1 to 15 lower-case letters, digits and single "-", with a letter or digit at both ends and at least one letter', scope);
}
