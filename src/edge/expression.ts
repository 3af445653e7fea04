// Expressions of Cloudflare's Rules language, built from values: a quote in a concatenated host name would widen the rule.
// Grammar: https://developers.cloudflare.com/ruleset-engine/rules-language/
import { Cidr } from '../core/cidr';
import { NetstackError, sentenceCase, shorten } from '../core/errors';
import { Hostname } from '../core/hostname';
import { Path } from '../core/path';
import { refuseSecrets } from '../core/secrets';
import { requireList } from '../core/shape';

/** Fields that a condition can be built on. */
export type ExpressionField = 'http.host' | 'http.request.uri.path' | 'http.request.method' | 'http.user_agent' | 'ip.src.country';

/** The fields, each with the form of its values: texts are compared by their letters, and one of another form matches nothing. */
const FIELDS: ReadonlyMap<string, { readonly form: RegExp; readonly example: string }> = new Map<ExpressionField, { form: RegExp; example: string }>([
  ['http.host', { form: /^[a-z0-9.-]+$/, example: "'api.example.com'" }],
  ['http.request.uri.path', { form: /^\//, example: "'/api'" }],
  ['http.request.method', { form: /^[A-Z]+$/, example: "'POST'" }],
  ['http.user_agent', { form: /^/, example: "'curl/8.5.0'" }],
  ['ip.src.country', { form: /^[A-Z][A-Z0-9]$/, example: "'CN'" }],
]);

const MOST_CHARACTERS = 4096;

/** A condition on a request, for WAF rules, rate limits and redirects. */
export class Expression {
  /** Every request. */
  static readonly always: Expression = new Expression('true');

  static hostname(hostname: Hostname | string): Expression {
    const host = Hostname.of(hostname);
    return new Expression(host.isWildcard ? `ends_with(http.host, ${text(host.value.slice(1))})` : `http.host eq ${text(host.value)}`);
  }

  /** Requests for a path. A prefix is taken by segments. @throws NetstackError for a pattern: Cloudflare's `matches` needs a Business plan */
  static path(path: Path | string): Expression {
    const { type, value } = Path.of(path);
    if (type === 'regex') {
      throw new NetstackError({ what: `Path pattern ${shorten(value)} cannot be used at the edge`, fix: 'use Path.prefix or Path.exact: patterns need a Business plan; or Expression.raw' });
    }
    const field = 'http.request.uri.path';
    if (type === 'exact') return new Expression(`${field} eq ${text(value)}`);
    const base = value.replace(/\/$/, '');
    return base === '' ? Expression.always : new Expression(`(${field} eq ${text(base)} or starts_with(${field}, ${text(`${base}/`)}))`);
  }

  static method(...methods: readonly string[]): Expression {
    return Expression.in('http.request.method', methods);
  }

  /** Requests from address ranges. */
  static from(...cidrs: ReadonlyArray<Cidr | string>): Expression {
    if (cidrs.length === 0) throw new NetstackError({ what: 'Expression.from got no address range', fix: 'give at least one' });
    return new Expression(`ip.src in {${cidrs.map((cidr) => Cidr.of(cidr).value).sort().join(' ')}}`);
  }

  /** A text field that has one of some values. */
  static in(field: ExpressionField, values: readonly string[]): Expression {
    const known = FIELDS.get(field);
    if (!known) throw new NetstackError({ what: `${shorten(field)} is no field of a request`, fix: `use one of ${[...FIELDS.keys()].join(', ')}` });
    if (requireList(values, `the values of ${field}`).length === 0) throw new NetstackError({ what: `Expression.in got no value for ${field}`, fix: 'give at least one' });
    const odd = values.find((value) => typeof value === 'string' && !known.form.test(value));
    if (odd !== undefined) throw new NetstackError({ what: `${shorten(odd)} is never a value of ${field}`, fix: `give such as ${known.example}` });
    return new Expression(values.length === 1 ? `${field} eq ${text(values[0]!)}` : `${field} in {${[...new Set(values)].sort().map(text).join(' ')}}`);
  }

  /** Cloudflare's score of a WAF attack or of a bot, 1 (certain) to 99. */
  static scoreBelow(score: 'cf.bot_management.score' | 'cf.waf.score', below: number): Expression {
    if (!Number.isInteger(below) || below < 2 || below > 99) throw new NetstackError({ what: `Score ${shorten(below)} is outside 2 to 99`, fix: 'give a whole number such as 30' });
    return new Expression(`${score} lt ${below}`);
  }

  /** An expression as it is written. Never put text of others into it. */
  static raw(expression: string): Expression {
    if (typeof expression !== 'string' || expression.trim() === '' || expression.length > MOST_CHARACTERS || /[\u0000-\u001f\u007f]|\p{Cs}/u.test(expression)) {
      throw new NetstackError({ what: `${shorten(expression)} is not an expression`, fix: `give one line of at most ${MOST_CHARACTERS} characters` });
    }
    refuseSecrets(expression, 'an edge expression');
    return new Expression(expression);
  }

  readonly value: string;

  private constructor(value: string) {
    if (value.length > MOST_CHARACTERS) {
      throw new NetstackError({ what: `The edge expression ${shorten(value)} is longer than ${MOST_CHARACTERS} characters`, fix: 'keep long lists in the account and name them: Expression.raw(\'ip.src in $office\')' });
    }
    this.value = value;
    Object.freeze(this);
  }

  and(other: Expression): Expression {
    requireExpression(other, 'and');
    if (this === Expression.always) return other;
    return other === Expression.always ? this : new Expression(`(${this.value}) and (${other.value})`);
  }

  or(other: Expression): Expression {
    requireExpression(other, 'or');
    return new Expression(`(${this.value}) or (${other.value})`);
  }

  not(): Expression {
    return new Expression(`not (${this.value})`);
  }

  toString(): string {
    return this.value;
  }
}

/** @throws NetstackError for a text where a condition is taken: as a text it could widen the rule */
export function requireExpression(value: Expression, where: string): Expression {
  if (value instanceof Expression) return value;
  throw new NetstackError({ what: `${sentenceCase(where)} got ${shorten(value)} where a condition is taken`, fix: 'build it with Expression.hostname, .path, .from, .in or .raw' });
}

/** Names of the fields in an expression, texts left out. */
export function fieldsOf(expression: Expression): readonly string[] {
  const bare = expression.value.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  return [...new Set(bare.match(/\b(?:cf|http|ip|icmp|raw|ssl|tcp|udp)(?:\.[a-z0-9_]+)+/g) ?? [])].sort();
}

/** A string literal: only the quote and the backslash are special. */
function text(value: string): string {
  if (typeof value !== 'string' || value === '' || value.length > 1024 || /[\u0000-\u001f\u007f]|\p{Cs}/u.test(value)) {
    throw new NetstackError({ what: `${shorten(value)} cannot stand in an edge expression`, fix: 'give a text of 1 to 1024 characters without control characters' });
  }
  refuseSecrets(value, 'an edge expression');
  return `"${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`;
}
