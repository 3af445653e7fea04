// Selectors of Calico (projectcalico/calico libcalico-go/lib/selector/parser): `app == 'orders' && !has(internal)`. The empty text selects everything.
import type { Requirement } from './selector';
import type { LabelLookup, Three } from './three';
import { all, any, not } from './three';

export type CalicoSelector =
  | { readonly is: 'all' }
  | { readonly is: 'global' }
  | { readonly is: 'has'; readonly key: string }
  | { readonly is: 'test'; readonly key: string; readonly operator: '==' | '!=' | 'contains' | 'starts with' | 'ends with' | 'in' | 'not in'; readonly values: readonly string[] }
  | { readonly is: 'not'; readonly of: CalicoSelector }
  | { readonly is: 'and' | 'or'; readonly of: readonly CalicoSelector[] };

/** A call is one token: nothing stands between its name and the parenthesis. Lines do not end in a selector, but for operators of two words. */
const TOKEN = /(?:(?<=[\w./-][ \t]+(?:starts|ends|not))[ \t\n\f\r]+(?=with|in)|[ \t]*)(?:(&&|\|\||==|!=|!|\(|\)|\{|\}|,)|"([^"]*)"|'([^']*)'|(has\(\s*[A-Za-z0-9_./-]+\s*\)|(?:all|global)\(\s*\))|([A-Za-z0-9_./-]+))/y;

interface Token {
  readonly sign?: string;
  readonly text?: string;
  readonly call?: string;
  readonly word?: string;
}

const parsed = new Map<string, CalicoSelector | undefined>();

/** Reads a selector; undefined when it is none. */
export function parseCalicoSelector(text: string): CalicoSelector | undefined {
  if (!parsed.has(text)) parsed.set(text, read(text));
  return parsed.get(text);
}

function read(text: string): CalicoSelector | undefined {
  const end = text.length - /[ \t]*$/.exec(text)![0].length;
  if (end === 0) return { is: 'all' };
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (!match) return undefined;
    const [, sign, double, single, call, word] = match;
    tokens.push(sign !== undefined ? { sign } : call !== undefined ? { call } : word !== undefined ? { word } : { text: double ?? single ?? '' });
  }
  const reader = new Reader(tokens);
  const selector = reader.either();
  return reader.atEnd ? selector : undefined;
}

class Reader {
  private readonly tokens: readonly Token[];
  private at: number = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  get atEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  either(): CalicoSelector | undefined {
    return this.joined('||', 'or', () => this.both());
  }

  private both(): CalicoSelector | undefined {
    return this.joined('&&', 'and', () => this.one());
  }

  private joined(sign: string, is: 'and' | 'or', next: () => CalicoSelector | undefined): CalicoSelector | undefined {
    const of: CalicoSelector[] = [];
    do {
      const one = next();
      if (!one) return undefined;
      of.push(one);
    } while (this.take(sign));
    return of.length === 1 ? of[0] : { is, of };
  }

  private one(): CalicoSelector | undefined {
    if (this.take('!')) {
      const of = this.one();
      return of && { is: 'not', of };
    }
    if (this.take('(')) {
      const inner = this.either();
      return this.take(')') ? inner : undefined;
    }
    const { call, word } = this.tokens[this.at++] ?? {};
    if (call !== undefined) return call.startsWith('all') ? { is: 'all' } : call.startsWith('global') ? { is: 'global' } : { is: 'has', key: call.slice(4, -1).trim() };
    return word === undefined ? undefined : this.test(word);
  }

  private test(key: string): CalicoSelector | undefined {
    const token = this.tokens[this.at++];
    if (token?.sign === '==' || token?.sign === '!=') return this.withValue(key, token.sign);
    switch (token?.word) {
      case 'contains': return this.withValue(key, 'contains');
      case 'starts': return this.takeWord('with') ? this.withValue(key, 'starts with') : undefined;
      case 'startswith': return this.withValue(key, 'starts with');
      case 'ends': return this.takeWord('with') ? this.withValue(key, 'ends with') : undefined;
      case 'endswith': return this.withValue(key, 'ends with');
      case 'in': return this.withSet(key, 'in');
      case 'notin': return this.withSet(key, 'not in');
      case 'not': return this.takeWord('in') ? this.withSet(key, 'not in') : undefined;
      default: return undefined;
    }
  }

  private withValue(key: string, operator: '==' | '!=' | 'contains' | 'starts with' | 'ends with'): CalicoSelector | undefined {
    const value = this.tokens[this.at++]?.text;
    return value === undefined ? undefined : { is: 'test', key, operator, values: [value] };
  }

  private withSet(key: string, operator: 'in' | 'not in'): CalicoSelector | undefined {
    if (!this.take('{')) return undefined;
    const values: string[] = [];
    // A comma may stand behind the last value, too.
    for (let more = true; more && this.tokens[this.at]?.text !== undefined; more = this.take(',')) values.push(this.tokens[this.at++]!.text!);
    return this.take('}') ? { is: 'test', key, operator, values } : undefined;
  }

  private take(sign: string): boolean {
    if (this.tokens[this.at]?.sign !== sign) return false;
    this.at++;
    return true;
  }

  private takeWord(word: string): boolean {
    if (this.tokens[this.at]?.word !== word) return false;
    this.at++;
    return true;
  }
}

/** Whether labels meet a selector. `!=` and `not in` also match where the label is absent; `global()` stands for what has no namespace. */
export function meetsCalicoSelector(selector: CalicoSelector, labels: LabelLookup): Three {
  switch (selector.is) {
    case 'all': return true;
    case 'global': return false;
    case 'has': {
      const value = labels(selector.key);
      return value === undefined ? undefined : value !== null;
    }
    case 'not': return not(meetsCalicoSelector(selector.of, labels));
    case 'and': return all(selector.of.map((one) => meetsCalicoSelector(one, labels)));
    case 'or': return any(selector.of.map((one) => meetsCalicoSelector(one, labels)));
    default: return meetsTest(selector, labels);
  }
}

function meetsTest({ key, operator, values }: Extract<CalicoSelector, { is: 'test' }>, labels: LabelLookup): Three {
  const value = labels(key);
  if (value === undefined) return undefined;
  switch (operator) {
    case '==':
    case 'in': return value !== null && values.includes(value);
    case '!=':
    case 'not in': return value === null || !values.includes(value);
    case 'contains': return value !== null && value.includes(values[0]!);
    case 'starts with': return value !== null && value.startsWith(values[0]!);
    default: return value !== null && value.endsWith(values[0]!);
  }
}

/** The same as requirements of Kubernetes, where it can be said so: tests that are all to be met. */
export function calicoRequirements(selector: CalicoSelector): readonly Requirement[] | undefined {
  switch (selector.is) {
    case 'all': return [];
    case 'has': return [{ key: selector.key, operator: 'Exists', values: [] }];
    case 'not': return selector.of.is === 'has' ? [{ key: selector.of.key, operator: 'DoesNotExist', values: [] }] : undefined;
    case 'and': {
      const parts = selector.of.map(calicoRequirements);
      return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
    }
    case 'test':
      if (selector.operator === '==' || selector.operator === 'in') return [{ key: selector.key, operator: 'In', values: selector.values }];
      return selector.operator === '!=' || selector.operator === 'not in' ? [{ key: selector.key, operator: 'NotIn', values: selector.values }] : undefined;
    default: return undefined;
  }
}
