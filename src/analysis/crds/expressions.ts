// What can be told of an expression without a document: fields that its schema does not have, and results of the wrong kind. Where nothing certain is known, nothing is said.
import type { Expression } from '../cel/ast';
import { Double } from '../cel/value';
import { IntOrStringType, ListType, MapType, ObjectType, SchemaType } from '../cel/view';

/** Kinds of results, as far as they are certain. */
type Kind = 'a boolean' | 'a string' | 'a number' | 'a list' | 'a map';
type Guess = SchemaType | Kind | undefined;
type Variables = ReadonlyMap<string, Guess>;

class WrongExpression extends Error {}

const COMPARISONS: ReadonlySet<string> = new Set(['||', '&&', '==', '!=', '<', '<=', '>', '>=', 'in']);

/**
 * Why an expression about values of `self` cannot give what is wanted; undefined when it may.
 *
 * @param old whether `oldSelf` is a value of the same type, and not an optional
 */
export function wrongExpression(expression: Expression, self: SchemaType, wanted: 'a boolean' | 'a string', old: boolean): string | undefined {
  const variables = new Map<string, Guess>([['self', self], ['oldSelf', old ? self : undefined]]);
  try {
    const kind = kindOf(guess(expression, variables));
    return kind === undefined || kind === wanted ? undefined : `it gives ${kind}, and must give ${wanted}`;
  } catch (error) {
    if (error instanceof WrongExpression) return error.message;
    throw error;
  }
}

function kindOf(type: Guess): Kind | undefined {
  if (type instanceof ListType) return 'a list';
  if (type instanceof MapType || type instanceof ObjectType) return 'a map';
  return type instanceof SchemaType ? undefined : type;
}

function guess(expression: Expression, variables: Variables): Guess {
  switch (expression.kind) {
    case 'literal': return kindOfLiteral(expression.value);
    case 'ident': return variables.get(expression.name);
    case 'select': {
      const field = fieldOf(guess(expression.operand, variables), expression.field);
      return expression.optional ? undefined : field;
    }
    case 'has':
      fieldOf(guess(expression.operand, variables), expression.field);
      return 'a boolean';
    case 'index': {
      const operand = guess(expression.operand, variables);
      guess(expression.index, variables);
      if (expression.optional) return undefined;
      return operand instanceof ListType ? operand.items : operand instanceof MapType ? operand.values : undefined;
    }
    case 'call':
      if (expression.target) guess(expression.target, variables);
      for (const argument of expression.args) guess(argument, variables);
      return expression.name === 'size' ? 'a number' : undefined;
    case 'unary':
      guess(expression.operand, variables);
      return expression.operator === '!' ? 'a boolean' : undefined;
    case 'binary': {
      const left = guess(expression.left, variables);
      const right = guess(expression.right, variables);
      if (COMPARISONS.has(expression.operator)) return 'a boolean';
      return left === right && typeof left === 'string' ? left : undefined;
    }
    case 'conditional': {
      guess(expression.condition, variables);
      const yes = guess(expression.yes, variables);
      return yes === guess(expression.no, variables) ? yes : undefined;
    }
    case 'list':
      for (const { value } of expression.items) guess(value, variables);
      return 'a list';
    case 'map':
      for (const { key, value } of expression.entries) {
        guess(key, variables);
        guess(value, variables);
      }
      return 'a map';
    case 'fold': return guessFold(expression, variables);
  }
}

function guessFold(expression: Expression & { readonly kind: 'fold' }, variables: Variables): Guess {
  const { fold, filter, body } = expression;
  const range = guess(expression.range, variables);
  if (range instanceof ObjectType && fold !== 'optMap' && fold !== 'optFlatMap') throw new WrongExpression('an object with fields of its own cannot be walked through');
  const inner = new Map(variables);
  const [first, second] = expression.variables;
  const item = range instanceof ListType ? range.items : undefined;
  if (second === undefined) inner.set(first!, item ?? (range instanceof MapType ? 'a string' : undefined));
  else {
    inner.set(first!, range instanceof ListType ? 'a number' : range instanceof MapType ? 'a string' : undefined);
    inner.set(second, item ?? (range instanceof MapType ? range.values : undefined));
  }
  if (filter) guess(filter, inner);
  guess(body, inner);
  switch (fold) {
    case 'all':
    case 'exists':
    case 'existsOne': return 'a boolean';
    case 'filter':
    case 'sortBy': return range instanceof ListType ? range : 'a list';
    case 'map':
    case 'transformList': return 'a list';
    case 'transformMap':
    case 'transformMapEntry': return 'a map';
    default: return undefined;
  }
}

function fieldOf(operand: Guess, name: string): Guess {
  if (operand instanceof ObjectType) {
    const field = operand.fields.get(name);
    if (!field) throw new WrongExpression(`there is no field ${name} in the schema`);
    return field.type;
  }
  if (operand instanceof MapType) return operand.values;
  if (operand instanceof SchemaType && !(operand instanceof IntOrStringType)) throw new WrongExpression(`${operand instanceof ListType ? 'a list' : 'a scalar'} has no field ${name}`);
  return undefined;
}

function kindOfLiteral(value: unknown): Kind | undefined {
  if (typeof value === 'boolean') return 'a boolean';
  if (typeof value === 'string') return 'a string';
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Double ? 'a number' : undefined;
}
