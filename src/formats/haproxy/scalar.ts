// Words of haproxy.cfg. Facts from the 3.0 configuration manual, section 2.2 (quoting and escaping), and from the engine itself.
import { refuse } from '../refuse';
import type { NameRule } from '../text';
import { checkedName, checkedText } from '../text';

/** A line may have 64 words; long lists are split well before. */
export const WORDS_PER_LIST: number = 32;

const PLAIN = /^[A-Za-z0-9_.:/@,+=?*%()<>-]+$/;

/** A user's text as one word: bare when no character of it means anything, otherwise in double quotes with `\`, `"` and `$` escaped. */
export function word(value: string, where: string): string {
  const text = checkedText(value, where);
  return PLAIN.test(text) ? text : `"${text.replace(/[\\"$]/g, '\\$&')}"`;
}

/** A user's text that the engine reads as a log-format string: as {@link word}, with `%` doubled. */
export function logFormatText(value: string, where: string): string {
  return checkedText(value, where).replace(/%/g, '%%');
}

/** A value inside an anonymous condition `{ … }`: a lone brace would end it, whatever the quotes. */
export function conditionWord(value: string, where: string): string {
  if (value === '{' || value === '}') refuse(where, `A lone ${value} would end the condition`, 'declare a named ACL for it');
  return word(value, where);
}

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const ALLOWED = 'letters, digits, _ . and -, starting with a letter or _';

/** Proxies, servers, resolvers, name servers. */
export const PROXY_NAME: NameRule = { noun: 'HAProxy name', pattern: NAME, allowed: ALLOWED, maxLength: 63 };
/** ACLs; the words of a condition are no names. */
export const ACL_NAME: NameRule = { ...PROXY_NAME, noun: 'HAProxy ACL name', reserved: new Set(['if', 'unless', 'or', 'and']) };
const FETCH_NAME: NameRule = {
  noun: 'HAProxy sample fetch or converter', pattern: /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/, allowed: 'its name from the manual, such as req.hdr or lua.is_canary', maxLength: 63,
};
const VARIABLE: NameRule = {
  noun: 'HAProxy variable', pattern: /^(proc|sess|txn|req|res|check)\.[A-Za-z0-9_]+$/, allowed: 'a scope and a name, such as txn.user_id', maxLength: 63,
};
// RFC 9110 tokens, without the few that mean something to the lexer of a fetch's arguments.
const HEADER: NameRule = { noun: 'header name', pattern: /^[A-Za-z0-9!^_.~-]+$/, allowed: 'letters, digits and ! ^ _ . ~ -', maxLength: 127 };
const FETCH_ARGUMENT: NameRule = {
  noun: 'argument of a HAProxy sample fetch', pattern: /^[A-Za-z0-9_.:/-]+$/, allowed: 'letters, digits and _ . : / -', maxLength: 255,
};

export function proxyName(value: string, where: string): string {
  return checkedName(value, where, PROXY_NAME);
}

export function aclName(value: string, where: string): string {
  return checkedName(value, where, ACL_NAME);
}

export function fetchName(value: string, where: string): string {
  return checkedName(value, where, FETCH_NAME);
}

export function fetchArgument(value: string, where: string): string {
  return checkedName(value, where, FETCH_ARGUMENT);
}

export function variableName(value: string, where: string): string {
  return checkedName(value, where, VARIABLE);
}

export function headerName(value: string, where: string): string {
  return checkedName(value, where, HEADER);
}
