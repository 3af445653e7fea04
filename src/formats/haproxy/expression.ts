// Sample expressions, ACLs and conditions: the part of haproxy.cfg that decides.
import { shorten } from '../../core/errors';
import { refuse } from '../refuse';
import { checkedInteger } from '../text';
import { checkedBlock } from '../address';
import { WORDS_PER_LIST, aclName, conditionWord, fetchArgument, fetchName, headerName, variableName, word } from './scalar';

/** A fetch and the converters behind it: `var(txn.user_id),lua.is_canary`. Made by {@link Fetch}. */
export interface Sample {
  readonly fetch: string;
  readonly args?: readonly (string | number)[];
  readonly converters?: readonly SampleConverter[];
}

export interface SampleConverter {
  readonly converter: string;
  readonly args?: readonly (string | number)[];
}

/** The sample fetches in use here; any other is `{ fetch, args }`. */
export const Fetch = {
  /** Source address of the connection. */
  src: (): Sample => ({ fetch: 'src' }),
  /** A request header, last value. */
  reqHdr: (name: string): Sample => ({ fetch: 'req.hdr', args: [headerName(name, 'req.hdr')] }),
  /** The path of the URL, without query. */
  path: (): Sample => ({ fetch: 'path' }),
  /** The request method. */
  method: (): Sample => ({ fetch: 'method' }),
  /** The host name of a TLS hello, in `mode tcp`, after `tcp-request inspect-delay`. */
  reqSslSni: (): Sample => ({ fetch: 'req.ssl_sni' }),
  /** The type of the TLS hello: 1 is a client hello. */
  reqSslHelloType: (): Sample => ({ fetch: 'req.ssl_hello_type' }),
  /** A variable: `txn.user_id`. */
  variable: (name: string): Sample => ({ fetch: 'var', args: [variableName(name, 'var')] }),
  /** Requests per period of the tracked counter. */
  scHttpReqRate: (counter: 0 | 1 | 2): Sample => ({ fetch: 'sc_http_req_rate', args: [counter] }),
  /** Connections per period of the tracked counter. */
  scConnRate: (counter: 0 | 1 | 2): Sample => ({ fetch: 'sc_conn_rate', args: [counter] }),
  /** Open connections of the tracked counter. */
  scConnCur: (counter: 0 | 1 | 2): Sample => ({ fetch: 'sc_conn_cur', args: [counter] }),
} as const;

/** Appends a converter to a sample: `convert(Fetch.variable('txn.user_id'), 'lua.is_canary')`. */
export function convert(sample: Sample, converter: string, ...args: (string | number)[]): Sample {
  return { ...sample, converters: [...sample.converters ?? [], { converter, ...args.length > 0 && { args } }] };
}

/** How a sample is held against values. Integers compare, texts match any of the values. */
export type Match =
  | { readonly match: 'found' | 'bool' }
  | { readonly match: 'str' | 'beg' | 'end' | 'sub' | 'dir' | 'dom' | 'reg'; readonly values: readonly string[]; readonly ignoreCase?: boolean }
  | { readonly match: 'int'; readonly operator?: 'eq' | 'ge' | 'gt' | 'le' | 'lt'; readonly value: number }
  | { readonly match: 'ip'; readonly values: readonly string[] };

/** A named test. Several of one name are alternatives. */
export type Acl = Match & { readonly name: string; readonly sample: Sample };

/** One word of a condition: the name of an ACL, negated with a leading `!`, or an anonymous test. */
export type Term = string | (Match & { readonly sample: Sample; readonly not?: boolean });

/** `if` or `unless`: alternatives (outer list) of terms that must all hold (inner list). */
export interface Condition {
  readonly test?: 'if' | 'unless';
  readonly any: readonly (readonly Term[])[];
}

/** A condition of terms that must all hold. */
export function when(...terms: Term[]): Condition {
  return { any: [terms] };
}

/** Prints a sample expression. */
export function sampleText(sample: Sample, where: string): string {
  const call = (name: string, args?: readonly (string | number)[]): string => {
    const list = args?.map((arg) => (typeof arg === 'number' ? String(checkedInteger(arg, -2_147_483_648, 2_147_483_647, where)) : fetchArgument(arg, where)));
    return fetchName(name, where) + (list && list.length > 0 ? `(${list.join(',')})` : '');
  };
  return [call(sample.fetch, sample.args), ...(sample.converters ?? []).map((step) => call(step.converter, step.args))].join(',');
}

/** Prints a named ACL, over several lines of the same name when it has many values. */
export function aclLines(acl: Acl, where: string): string[] {
  const place = `${where}, acl ${aclName(acl.name, where)}`;
  return matchWords(acl, place, word).map((words) => `acl ${acl.name} ${sampleText(acl.sample, place)} ${words}`);
}

/** Prints a condition with its leading `if` or `unless`. `declared` holds the ACLs that stand before it. */
export function conditionText(condition: Condition | undefined, declared: ReadonlySet<string>, where: string): string {
  if (condition === undefined) return '';
  if (condition.any.length === 0 || condition.any.some((terms) => terms.length === 0)) refuse(where, 'A condition has no terms', 'name at least one ACL, or leave the condition out');
  const alternatives = condition.any.map((terms) => terms.map((term) => termText(term, declared, where)).join(' '));
  return ` ${condition.test ?? 'if'} ${alternatives.join(' or ')}`;
}

function termText(term: Term, declared: ReadonlySet<string>, where: string): string {
  if (typeof term === 'string') {
    const name = aclName(term.replace(/^!/, ''), where);
    if (!declared.has(name)) refuse(where, `The condition names the ACL ${shorten(name)} that is not declared in this proxy`, 'add it to `acls`');
    return term;
  }
  const [words, ...more] = matchWords(term, where, conditionWord);
  if (more.length > 0) refuse(where, `An anonymous condition has more than ${WORDS_PER_LIST} values`, 'declare a named ACL, whose values may stand on several lines');
  return `${term.not ? '!' : ''}{ ${sampleText(term.sample, where)} ${words} }`;
}

function matchWords(match: Match, where: string, encode: (value: string, where: string) => string): string[] {
  switch (match.match) {
    case 'found':
    case 'bool':
      return [`-m ${match.match}`];
    case 'int':
      return [`-m int ${match.operator ?? 'eq'} ${checkedInteger(match.value, -2_147_483_648, 2_147_483_647, where)}`];
    case 'ip':
      return lists(match.values, where).map((values) => `-m ip ${values.map((value) => checkedBlock(value, where).value).join(' ')}`);
    default:
      // `--` ends the flags: a value such as `-i` stays a value.
      return lists(match.values, where).map((values) => `-m ${match.match}${match.ignoreCase ? ' -i' : ''} -- ${values.map((value) => encode(value, where)).join(' ')}`);
  }
}

function lists(values: readonly string[], where: string): string[][] {
  if (values.length === 0) refuse(where, 'The ACL has no values', 'give it at least one: without any it never matches');
  const result: string[][] = [];
  for (let i = 0; i < values.length; i += WORDS_PER_LIST) result.push(values.slice(i, i + WORDS_PER_LIST));
  return result;
}
