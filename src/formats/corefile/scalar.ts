// Words of a Corefile, by the lexer of the Caddy 1 format that CoreDNS uses: the only escape is `\"` within double quotes, `#` begins a comment even in
// the middle of a bare word, and `{$NAME}` and `{%NAME%}` are replaced before anything is parsed.
import { shorten } from '../../core/errors';
import { checkedHostname, isAddress } from '../address';
import { refuse } from '../refuse';
import { checkedName, checkedText } from '../text';

const PLAIN = /^[A-Za-z0-9_.:/@,+=?*%-]+$/;

/** A user's text as one word. @throws NetstackError for what the lexer cannot give back: a brace alone, environment references, a backslash right before a quote */
export function word(value: string, where: string): string {
  const text = checkedText(value, where);
  if (text === '{' || text === '}') refuse(where, `A lone ${text} opens or closes a block, quoted or not`, 'choose another value');
  if (/\{[$%]/.test(text)) refuse(where, `The text ${shorten(text)} holds an environment reference, which CoreDNS replaces while it reads`, 'remove {$ and {%');
  // Backslashes are kept as they are, in pairs; an odd one at the end, or before a quote, would escape that quote.
  if (/(?<!\\)(\\\\)*\\("|$)/.test(text)) refuse(where, `The text ${shorten(text)} has a backslash before a quote or at its end`, 'remove the backslash: a Corefile cannot write it');
  return PLAIN.test(text) ? text : `"${text.replace(/"/g, '\\"')}"`;
}

const ZONE = /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** A zone: `.`, or a domain name without trailing dot, service labels such as `_tcp` allowed. */
export function zoneName(value: string, where: string): string {
  if (value === '.') return value;
  const text = typeof value === 'string' ? value.toLowerCase().replace(/\.$/, '') : value;
  if (typeof text !== 'string' || text.length > 253 || isAddress(text) || !ZONE.test(text)) {
    refuse(where, `${shorten(value)} is no DNS zone`, 'write `.` for the root, or a domain name such as internal.example.com');
  }
  return text;
}

/** A server name for TLS. */
export function serverName(value: string, where: string): string {
  return checkedHostname(value, where);
}

/** A bare word from an allow-list of letters. */
export function plainWord(value: string, where: string): string {
  return checkedName(value, where, { noun: 'word of a Corefile', pattern: /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, allowed: 'letters, digits, _ . and -', maxLength: 63 });
}
