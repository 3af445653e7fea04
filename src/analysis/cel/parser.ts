// Expressions of CEL, read by recursive descent, with the macros of Kubernetes' environment recognised.
// Source: cel-spec doc/langdef.md; cel-go parser/gen/CEL.g4, parser/macro.go, cel/library.go (optMap, optFlatMap), ext/comprehensions.go, ext/lists.go (sortBy).
import type { BinaryOperator, Expression, Fold } from './ast';
import { CelSyntaxError } from './ast';
import type { Token } from './lexer';
import { intLiteral, tokenize } from './lexer';
import { Double } from './value';

/** As deep as the API server's own reader goes. */
const DEEPEST = 250;

const RESERVED: ReadonlySet<string> = new Set([
  'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'in', 'let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while',
]);
const CONSTANTS: ReadonlyMap<string, null | boolean> = new Map([['true', true], ['false', false], ['null', null]]);
/** Words that the grammar itself uses, and that therefore no field selection can name. */
const WORDS: ReadonlySet<string> = new Set(['in', ...CONSTANTS.keys()]);

const LEVELS: readonly ReadonlySet<string>[] = [
  new Set(['||']), new Set(['&&']), new Set(['<', '<=', '>=', '>', '==', '!=', 'in']), new Set(['+', '-']), new Set(['*', '/', '%']),
];

/** Arguments of each macro: variables, whether a filter may stand before the body. */
const FOLDS: ReadonlyMap<string, readonly (readonly [fold: Fold, variables: 1 | 2, filtered: boolean])[]> = new Map([
  ['all', [['all', 1, false], ['all', 2, false]]],
  ['exists', [['exists', 1, false], ['exists', 2, false]]],
  ['exists_one', [['existsOne', 1, false], ['existsOne', 2, false]]],
  ['existsOne', [['existsOne', 2, false]]],
  ['map', [['map', 1, false], ['map', 1, true]]],
  ['filter', [['filter', 1, false]]],
  ['transformList', [['transformList', 2, false], ['transformList', 2, true]]],
  ['transformMap', [['transformMap', 2, false], ['transformMap', 2, true]]],
  ['transformMapEntry', [['transformMapEntry', 2, false], ['transformMapEntry', 2, true]]],
  ['sortBy', [['sortBy', 1, false]]],
  ['optMap', [['optMap', 1, false]]],
  ['optFlatMap', [['optFlatMap', 1, false]]],
]);

/** Reads an expression. @throws CelSyntaxError */
export function parse(source: string): Expression {
  const reader = new Reader(tokenize(source));
  const expression = reader.expression();
  reader.expect('end', '');
  return expression;
}

class Reader {
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  expression(): Expression {
    if (++this.depth > DEEPEST) throw new CelSyntaxError('it is nested too deeply');
    const condition = this.binary(0);
    let whole = condition;
    if (this.takes('?')) {
      const yes = this.binary(0);
      this.expect('operator', ':');
      whole = { kind: 'conditional', condition, yes, no: this.expression() };
    }
    this.depth--;
    return whole;
  }

  expect(type: Token['type'], text: string): void {
    const token = this.tokens[this.at]!;
    if (token.type !== type || token.text !== text) throw unexpected(token, text === '' ? 'the end' : text);
    this.at++;
  }

  private binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      const token = this.tokens[this.at]!;
      if ((token.type !== 'operator' && (token.type !== 'name' || token.text !== 'in')) || !operators.has(token.text)) return left;
      this.at++;
      left = { kind: 'binary', operator: token.text as BinaryOperator, left, right: this.binary(level + 1) };
    }
  }

  private unary(): Expression {
    const sign = this.tokens[this.at]!;
    if (sign.type !== 'operator' || (sign.text !== '!' && sign.text !== '-')) return this.member();
    let count = 0;
    // The last minus before a number belongs to the number.
    while (this.peeks(sign.text) && !(sign.text === '-' && /^(?:int|double)$/.test(this.tokens[this.at + 1]!.type))) {
      this.at++;
      count++;
    }
    const operand = this.member();
    return count % 2 === 0 ? operand : { kind: 'unary', operator: sign.text, operand };
  }

  private member(): Expression {
    let whole = this.primary();
    for (;;) {
      if (this.takes('.')) {
        const optional = this.takes('?');
        const name = this.tokens[this.at++]!;
        if (name.type !== 'name' || WORDS.has(name.text)) throw unexpected(name, 'a field');
        if (!optional && this.takes('(')) whole = call(name.text, whole, this.list(')'));
        else whole = { kind: 'select', operand: whole, field: name.text, optional };
      } else if (this.takes('[')) {
        const optional = this.takes('?');
        const index = this.expression();
        this.expect('operator', ']');
        whole = { kind: 'index', operand: whole, index, optional };
      } else return whole;
    }
  }

  private primary(): Expression {
    const token = this.tokens[this.at++]!;
    switch (token.type) {
      case 'literal': return { kind: 'literal', value: token.value! };
      case 'int': return { kind: 'literal', value: intLiteral(token.text, false) };
      case 'double': return { kind: 'literal', value: token.value! };
      case 'name': return this.named(token);
      case 'operator':
        if (token.text === '(') {
          const inner = this.expression();
          this.expect('operator', ')');
          return inner;
        }
        if (token.text === '[') return this.listLiteral();
        if (token.text === '{') return this.mapLiteral();
        if (token.text === '-') return this.negative();
        if (token.text === '.') return this.named(this.tokens[this.at++]!);
        throw unexpected(token, 'a value');
      default: throw unexpected(token, 'a value');
    }
  }

  private negative(): Expression {
    const token = this.tokens[this.at++]!;
    if (token.type === 'int') return { kind: 'literal', value: intLiteral(token.text, true) };
    if (token.type !== 'double') throw unexpected(token, 'a number');
    return { kind: 'literal', value: new Double(-(token.value as Double).value) };
  }

  private named(token: Token): Expression {
    if (token.type !== 'name') throw unexpected(token, 'a name');
    const constant = CONSTANTS.get(token.text);
    if (constant !== undefined) return { kind: 'literal', value: constant };
    if (RESERVED.has(token.text)) throw new CelSyntaxError(`${token.text} is a reserved word`);
    if (this.takes('(')) return call(token.text, undefined, this.list(')'));
    return { kind: 'ident', name: token.text };
  }

  private list(end: string): Expression[] {
    const items: Expression[] = [];
    if (this.takes(end)) return items;
    do items.push(this.expression()); while (this.takes(','));
    this.expect('operator', end);
    return items;
  }

  private listLiteral(): Expression {
    const items: { value: Expression; optional: boolean }[] = [];
    while (!this.takes(']')) {
      const optional = this.takes('?');
      items.push({ value: this.expression(), optional });
      if (!this.takes(',')) {
        this.expect('operator', ']');
        break;
      }
    }
    return { kind: 'list', items };
  }

  private mapLiteral(): Expression {
    const entries: { key: Expression; value: Expression; optional: boolean }[] = [];
    while (!this.takes('}')) {
      const optional = this.takes('?');
      const key = this.expression();
      this.expect('operator', ':');
      entries.push({ key, value: this.expression(), optional });
      if (!this.takes(',')) {
        this.expect('operator', '}');
        break;
      }
    }
    return { kind: 'map', entries };
  }

  private peeks(text: string): boolean {
    const token = this.tokens[this.at]!;
    return token.type === 'operator' && token.text === text;
  }

  private takes(text: string): boolean {
    if (!this.peeks(text)) return false;
    this.at++;
    return true;
  }
}

/** A call, or the macro that it is. */
function call(name: string, target: Expression | undefined, args: readonly Expression[]): Expression {
  if (target === undefined) {
    if (name !== 'has' || args.length !== 1) return { kind: 'call', name, target, args };
    const [field] = args;
    if (field!.kind !== 'select') throw new CelSyntaxError('has() asks for a field');
    return { ...field!, kind: 'has' };
  }
  for (const [fold, count, filtered] of FOLDS.get(name) ?? []) {
    if (args.length !== count + (filtered ? 2 : 1)) continue;
    const variables = args.slice(0, count).map((variable) => {
      if (variable.kind !== 'ident') throw new CelSyntaxError(`${name}() asks for the name of a variable first`);
      return variable.name;
    });
    if (variables[0] === variables[1]) throw new CelSyntaxError(`${name}() has two variables of the name ${variables[0]}`);
    // The accumulator that the macro is written with upstream.
    if (variables.includes('__result__')) throw new CelSyntaxError('__result__ is a reserved name');
    return { kind: 'fold', fold, range: target, variables, filter: filtered ? args[count] : undefined, body: args[args.length - 1]! };
  }
  return { kind: 'call', name, target, args };
}

function unexpected(token: Token, wanted: string): CelSyntaxError {
  return new CelSyntaxError(`${token.type === 'end' ? 'the end' : token.text} stands where ${wanted} belongs`);
}
