// Why a rule is false: the fewest of its conditions that, as they stand, make it false whatever the others are.
import type { Expression } from './ast';

/** The logic of an expression; what is no logic is a condition, known by its number. */
type Logic =
  | { readonly kind: 'condition'; readonly at: number }
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'not'; readonly of: Logic }
  | { readonly kind: 'and' | 'or' | 'same'; readonly left: Logic; readonly right: Logic }
  | { readonly kind: 'if'; readonly condition: Logic; readonly yes: Logic; readonly no: Logic }
  /** How many of them are met, against a limit. */
  | { readonly kind: 'count'; readonly of: readonly Logic[]; readonly holds: (count: number) => boolean };

/** A condition, and whether it is met. */
export interface Reason {
  readonly condition: Expression;
  readonly met: boolean;
}

/** With more conditions the search is not worth its time, and its result no sentence. */
const MOST_CONDITIONS = 9;
const MOST_REASONS = 6;

/**
 * The reasons why an expression is false, or undefined when there are too many.
 *
 * @param meets says whether a condition is met; undefined when it fails
 */
export function reasonsWhyFalse(expression: Expression, meets: (condition: Expression) => boolean | undefined): Reason[] | undefined {
  const conditions: Expression[] = [];
  const numbers = new Map<string, number>();
  const logic = read(expression, conditions, numbers);
  if (conditions.length === 0 || conditions.length > MOST_CONDITIONS) return undefined;
  const values = conditions.map(meets);
  const known = values.flatMap((value, at) => (value === undefined ? [] : [at]));
  for (let size = 1; size <= Math.min(MOST_REASONS, known.length); size++) {
    for (const chosen of subsets(known, size)) {
      if (isFalse(logic, new Map(chosen.map((at) => [at, values[at]!])), conditions.length)) return chosen.map((at) => ({ condition: conditions[at]!, met: values[at]! }));
    }
  }
  return undefined;
}

function read(node: Expression, conditions: Expression[], numbers: Map<string, number>): Logic {
  const below = (one: Expression): Logic => read(one, conditions, numbers);
  if (node.kind === 'literal' && typeof node.value === 'boolean') return { kind: 'constant', value: node.value };
  if (node.kind === 'unary' && node.operator === '!') return { kind: 'not', of: below(node.operand) };
  if (node.kind === 'conditional') return { kind: 'if', condition: below(node.condition), yes: below(node.yes), no: below(node.no) };
  if (node.kind === 'binary') {
    const { operator, left, right } = node;
    if (operator === '&&' || operator === '||') return { kind: operator === '&&' ? 'and' : 'or', left: below(left), right: below(right) };
    if ((operator === '==' || operator === '!=') && (isLogic(left) || isLogic(right))) {
      const same: Logic = { kind: 'same', left: below(left), right: below(right) };
      return operator === '==' ? same : { kind: 'not', of: same };
    }
    if (operator === '!=') return { kind: 'not', of: below({ ...node, operator: '==' }) };
    const counted = LIMITS[operator] === undefined ? undefined : addends(left);
    if (counted !== undefined && right.kind === 'literal' && typeof right.value === 'number') {
      const limit = right.value;
      const holds = LIMITS[operator]!;
      return { kind: 'count', of: counted.map(below), holds: (count) => holds(count, limit) };
    }
  }
  const key = JSON.stringify(node, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  let at = numbers.get(key);
  if (at === undefined) {
    at = conditions.push(node) - 1;
    numbers.set(key, at);
  }
  return { kind: 'condition', at };
}

const LIMITS: Readonly<Record<string, (count: number, limit: number) => boolean>> = {
  '<': (count, limit) => count < limit, '<=': (count, limit) => count <= limit, '>': (count, limit) => count > limit, '>=': (count, limit) => count >= limit, '==': (count, limit) => count === limit,
};

/** The conditions of `(has(a) ? 1 : 0) + (has(b) ? 1 : 0)`. */
function addends(node: Expression): Expression[] | undefined {
  if (node.kind === 'binary' && node.operator === '+') {
    const left = addends(node.left);
    const right = left && addends(node.right);
    return right && [...left, ...right];
  }
  const isNumber = (one: Expression, value: number): boolean => one.kind === 'literal' && one.value === value;
  return node.kind === 'conditional' && isNumber(node.yes, 1) && isNumber(node.no, 0) ? [node.condition] : undefined;
}

/** Whether an expression says yes or no by its form. */
function isLogic(node: Expression): boolean {
  return node.kind === 'has' || (node.kind === 'unary' && node.operator === '!') || (node.kind === 'binary' && ['&&', '||', '==', '!=', '<', '<=', '>', '>=', 'in'].includes(node.operator));
}

/** Whether the logic is false for every value of the conditions that are not given. */
function isFalse(logic: Logic, given: ReadonlyMap<number, boolean>, count: number): boolean {
  const open = Array.from({ length: count }, (_, at) => at).filter((at) => !given.has(at));
  for (let bits = 0; bits < 2 ** open.length; bits++) {
    const value = (at: number): boolean => given.get(at) ?? (bits & (1 << open.indexOf(at))) !== 0;
    if (evaluate(logic, value)) return false;
  }
  return true;
}

function evaluate(logic: Logic, value: (at: number) => boolean): boolean {
  switch (logic.kind) {
    case 'condition': return value(logic.at);
    case 'constant': return logic.value;
    case 'not': return !evaluate(logic.of, value);
    case 'and': return evaluate(logic.left, value) && evaluate(logic.right, value);
    case 'or': return evaluate(logic.left, value) || evaluate(logic.right, value);
    case 'same': return evaluate(logic.left, value) === evaluate(logic.right, value);
    case 'count': return logic.holds(logic.of.filter((one) => evaluate(one, value)).length);
    case 'if': return evaluate(logic.condition, value) ? evaluate(logic.yes, value) : evaluate(logic.no, value);
  }
}

function* subsets(from: readonly number[], size: number): Generator<number[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let i = 0; i <= from.length - size; i++) for (const rest of subsets(from.slice(i + 1), size - 1)) yield [from[i]!, ...rest];
}
