// Turns expressions into closures. No code is generated. Variables live in slots of one array, failures are thrown, and what is known beforehand (constant lists,
// patterns, the place of a field in its type) is looked up once.
//
// `compileExpression` and `Program` are the interface: rules of documents and of definitions ask through them, whatever evaluates. Behind it are closures and not @bufbuild/cel,
// because that interpreter, its expressions planned once and its input converted beforehand, takes six to nine times the CPU of the closures for the rules of Gateway API and Envoy
// Gateway (bench/cel.bench.ts; about 30 evaluations a millisecond to 180), and 40,000 documents ask half a million of them. It is the oracle instead: test/analysis/cel holds both
// to the same verdicts on every shipped rule, and test/conformance/cel.ts holds the closures to the API server's own packages.
import { compileHas, compileIndex, compileSelect, qualifiedName } from './access';
import { add, divide, modulo, multiply, negate, subtract } from './arithmetic';
import type { BinaryOperator, Expression } from './ast';
import { CelSyntaxError } from './ast';
import { compare, equal } from './compare';
import { lookUp, OPTIONAL_SYNTAX } from './environment';
import { compileFold, resetTurns } from './fold';
import { contains } from './library/lists';
import type { CelFunction } from './library/library';
import { TYPES } from './library/standard';
import { parse } from './parser';
import type { Evaluate, Frame } from './scope';
import { Scope } from './scope';
import type { CelValue } from './value';
import { CelFailure, CelList, CelMap, Double, Duration, EntryMap, ItemList, noOverload, Optional, TypeName, Uint } from './value';

/** What a compiled expression answers. Failures are thrown. */
export interface Program {
  /** @throws CelFailure */
  evaluate(self: CelValue, oldSelf?: CelValue): CelValue;
  readonly usesOldSelf: boolean;
}

/** Compiles an expression for a minor version of Kubernetes 1. @throws CelSyntaxError */
export function compileExpression(source: string, kubernetes: number): Program {
  const scope = new Scope(kubernetes, new Map([['self', 0], ['oldSelf', 1]]));
  const evaluate = compileNode(parse(source), scope);
  const frame: Frame = new Array<CelValue>(scope.size).fill(null);
  return {
    usesOldSelf: scope.used.has('oldSelf'),
    evaluate: (self, oldSelf = null) => {
      frame[0] = self;
      frame[1] = oldSelf;
      resetTurns();
      try {
        return evaluate(frame);
      } catch (error) {
        if (error instanceof RangeError) throw new CelFailure('it needs more memory than there is');
        throw error;
      }
    },
  };
}

export function compileNode(node: Expression, scope: Scope): Evaluate {
  switch (node.kind) {
    case 'literal': {
      const { value } = node;
      return () => value;
    }
    case 'ident': return compileName(node.name, scope);
    case 'select': return compileSelect(node, scope, compileNode);
    case 'has': return compileHas(node, scope, compileNode);
    case 'index': return compileIndex(node, scope, compileNode);
    case 'call': return compileCall(node, scope);
    case 'unary': return compileUnary(node, scope);
    case 'binary': return compileBinary(node, scope);
    case 'conditional': return compileConditional(node, scope);
    case 'list': return compileList(node, scope);
    case 'map': return compileMap(node, scope);
    case 'fold': return compileFold(node, scope, compileNode);
  }
}

function compileName(name: string, scope: Scope): Evaluate {
  const slot = scope.slot(name);
  if (slot !== undefined) return (frame) => frame[slot]!;
  const type = TYPES.get(name);
  if (type === undefined) throw new CelSyntaxError(`nothing is known of ${name}`);
  const value = new TypeName(type);
  return () => value;
}

function compileUnary(node: Expression & { kind: 'unary' }, scope: Scope): Evaluate {
  const operand = compileNode(node.operand, scope);
  if (node.operator === '-') return (frame) => negate(operand(frame));
  return (frame) => {
    const value = operand(frame);
    if (typeof value !== 'boolean') throw noOverload('!', value);
    return !value;
  };
}

const ARITHMETIC: Readonly<Partial<Record<BinaryOperator, (left: CelValue, right: CelValue) => CelValue>>> = { '+': add, '-': subtract, '*': multiply, '/': divide, '%': modulo };

function compileBinary(node: Expression & { kind: 'binary' }, scope: Scope): Evaluate {
  const { operator } = node;
  const left = compileNode(node.left, scope);
  const right = compileNode(node.right, scope);
  switch (operator) {
    case '&&': return logical(left, right, false);
    case '||': return logical(left, right, true);
    case '==': return (frame) => same(left(frame), right(frame));
    // What cannot be compared is not equal, says the API server.
    case '!=': return (frame) => {
      const a = left(frame);
      const b = right(frame);
      return typeof a === 'string' && typeof b === 'string' ? a !== b : !quietly(a, b);
    };
    case '<': return ordered(left, right, (a, b) => a < b);
    case '<=': return ordered(left, right, (a, b) => a <= b);
    case '>': return ordered(left, right, (a, b) => a > b);
    case '>=': return ordered(left, right, (a, b) => a >= b);
    case 'in': return compileIn(node, left, right);
    default: {
      const operation = ARITHMETIC[operator]!;
      return (frame) => operation(left(frame), right(frame));
    }
  }
}

function ordered(left: Evaluate, right: Evaluate, test: (a: number, b: number) => boolean): Evaluate {
  return (frame) => {
    const a = left(frame);
    const b = right(frame);
    return typeof a === 'number' && typeof b === 'number' ? test(a, b) : test(compare(a, b), 0);
  };
}

function same(left: CelValue, right: CelValue): boolean {
  return left === right || equal(left, right);
}

function quietly(left: CelValue, right: CelValue): boolean {
  try {
    return same(left, right);
  } catch (error) {
    if (error instanceof CelFailure) return false;
    throw error;
  }
}

/** `&&` and `||`: the deciding value wins over a failure on the other side. */
function logical(left: Evaluate, right: Evaluate, decides: boolean): Evaluate {
  const name = decides ? '||' : '&&';
  return (frame) => {
    let failure: CelFailure | undefined;
    try {
      const value = left(frame);
      if (value === decides) return decides;
      if (typeof value !== 'boolean') failure = noOverload(name, value);
    } catch (error) {
      if (!(error instanceof CelFailure)) throw error;
      failure = error;
    }
    const value = right(frame);
    if (value === decides) return decides;
    if (failure !== undefined) throw failure;
    if (typeof value !== 'boolean') throw noOverload(name, value);
    return !decides;
  };
}

function compileIn(node: Expression & { kind: 'binary' }, left: Evaluate, right: Evaluate): Evaluate {
  if (node.right.kind === 'list' && node.right.items.every(({ value, optional }) => !optional && value.kind === 'literal' && typeof value.value === 'string')) {
    const known = new Set(node.right.items.map(({ value }) => (value as Expression & { kind: 'literal' }).value));
    return (frame) => known.has(left(frame));
  }
  return (frame) => {
    const value = left(frame);
    const range = right(frame);
    if (range instanceof CelList) return contains(range, value);
    if (range instanceof CelMap) return range.get(value) !== undefined;
    throw noOverload('in', value, range);
  };
}

function compileConditional(node: Expression & { kind: 'conditional' }, scope: Scope): Evaluate {
  const condition = compileNode(node.condition, scope);
  const yes = compileNode(node.yes, scope);
  const no = compileNode(node.no, scope);
  return (frame) => {
    const value = condition(frame);
    if (typeof value !== 'boolean') throw noOverload('?:', value);
    return value ? yes(frame) : no(frame);
  };
}

function isConstant(node: Expression): boolean {
  switch (node.kind) {
    case 'literal': return true;
    case 'list': return node.items.every(({ value, optional }) => !optional && isConstant(value));
    case 'map': return node.entries.every(({ key, value, optional }) => !optional && isConstant(key) && isConstant(value));
    // Every function gives the same answer to the same arguments.
    case 'call': return node.args.length > 0 && node.target === undefined && node.args.every(isConstant);
    default: return false;
  }
}

/** Constants are built once, when they are first needed. */
function once(node: Expression, build: Evaluate): Evaluate {
  if (!isConstant(node)) return build;
  let value: CelValue | undefined;
  return (frame) => (value ??= build(frame));
}

function compileList(node: Expression & { kind: 'list' }, scope: Scope): Evaluate {
  const items = node.items.map(({ value, optional }) => {
    if (optional) scope.require(OPTIONAL_SYNTAX, '[?]');
    return { evaluate: compileNode(value, scope), optional };
  });
  return once(node, (frame) => {
    const values: CelValue[] = [];
    for (const { evaluate, optional } of items) {
      const value = evaluate(frame);
      if (!optional) values.push(value);
      else if (!(value instanceof Optional)) throw noOverload('[?…]', value);
      else if (value.value !== undefined) values.push(value.value);
    }
    return new ItemList(values);
  });
}

function compileMap(node: Expression & { kind: 'map' }, scope: Scope): Evaluate {
  const entries = node.entries.map(({ key, value, optional }) => {
    if (optional) scope.require(OPTIONAL_SYNTAX, '{?}');
    return { key: compileNode(key, scope), value: compileNode(value, scope), optional };
  });
  return once(node, (frame) => {
    const map = new EntryMap();
    for (const { key, value, optional } of entries) {
      const name = key(frame);
      const held = value(frame);
      if (!optional) map.set(name, held);
      else if (!(held instanceof Optional)) throw noOverload('{?…}', held);
      else if (held.value !== undefined) map.set(name, held.value);
    }
    return map;
  });
}

function compileCall(node: Expression & { kind: 'call' }, scope: Scope): Evaluate {
  const { name, target } = node;
  const args = node.args.map((arg) => compileNode(arg, scope));
  // `sets.contains(a, b)` is a function with a dot in its name.
  const namespace = target && qualifiedName(target, scope);
  if (namespace !== undefined) {
    const found = lookUp(`${namespace}.${name}/${args.length}`, scope.kubernetes);
    if (found) return call(`${namespace}.${name}`, functionsOf(found, `${namespace}.${name}()`, scope), args);
  }
  if (target === undefined) return once(node, call(name, functionsOf(lookUp(`${name}/${args.length}`, scope.kubernetes), `${name}()`, scope), args));
  const operand = name === 'sum' && args.length === 0 ? withZero(compileNode(target, scope), target) : compileNode(target, scope);
  if ((name === 'or' || name === 'orValue') && args.length === 1) return alternative(name, operand, args[0]!, scope);
  return call(name, functionsOf(lookUp(`.${name}/${args.length}`, scope.kubernetes), `.${name}()`, scope), [operand, ...args]);
}

/** An empty list of durations adds up to a duration: what the items would be, an expression tells where the list does not. */
function withZero(list: Evaluate, node: Expression): Evaluate {
  const zero = node.kind === 'fold' && (node.fold === 'map' || node.fold === 'transformList') ? zeroOf(node.body) : undefined;
  if (zero === undefined) return list;
  return (frame) => {
    const value = list(frame);
    return value instanceof CelList && value.size === 0 ? new ItemList([zero]) : value;
  };
}

const ZEROS: Readonly<Record<string, CelValue>> = { duration: new Duration(0n), double: new Double(0), asApproximateFloat: new Double(0), uint: new Uint(0n) };

function zeroOf(node: Expression): CelValue | undefined {
  switch (node.kind) {
    case 'call': return ZEROS[node.name];
    case 'literal': return node.value instanceof Double ? new Double(0) : node.value instanceof Uint ? new Uint(0n) : undefined;
    case 'binary': return zeroOf(node.left) ?? zeroOf(node.right);
    case 'conditional': return zeroOf(node.yes) ?? zeroOf(node.no);
    default: return undefined;
  }
}

function functionsOf(found: ReturnType<typeof lookUp>, name: string, scope: Scope): readonly CelFunction[] {
  if (found === undefined) throw new CelSyntaxError(`there is no function ${name} with these arguments`);
  if ('since' in found) {
    scope.require(found.since, name);
    return [];
  }
  return found.calls;
}

/** `or` and `orValue` look at their argument only when the optional value is none. */
function alternative(name: 'or' | 'orValue', operand: Evaluate, other: Evaluate, scope: Scope): Evaluate {
  scope.require(OPTIONAL_SYNTAX, `.${name}()`);
  return (frame) => {
    const value = operand(frame);
    if (!(value instanceof Optional)) throw noOverload(name, value);
    if (value.value === undefined) return other(frame);
    return name === 'or' ? value : value.value;
  };
}

const ABSENT = undefined as unknown as CelValue;

function call(name: string, functions: readonly CelFunction[], args: readonly Evaluate[]): Evaluate {
  const [first, second, third, fourth] = args;
  const [only] = functions;
  if (functions.length === 1 && first !== undefined && third === undefined) {
    return second === undefined
      ? (frame) => {
        const a = first(frame);
        const result = only!(a, ABSENT, ABSENT, ABSENT);
        if (result === undefined) throw noOverload(name, a);
        return result;
      }
      : (frame) => {
        const a = first(frame);
        const b = second(frame);
        const result = only!(a, b, ABSENT, ABSENT);
        if (result === undefined) throw noOverload(name, a, b);
        return result;
      };
  }
  return (frame) => {
    const a = first === undefined ? ABSENT : first(frame);
    const b = second === undefined ? ABSENT : second(frame);
    const c = third === undefined ? ABSENT : third(frame);
    const d = fourth === undefined ? ABSENT : fourth(frame);
    for (const one of functions) {
      const result = one(a, b, c, d);
      if (result !== undefined) return result;
    }
    throw noOverload(name, ...[a, b, c, d].slice(0, args.length));
  };
}
