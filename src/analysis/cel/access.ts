// Reading from values: fields, presence, keys and indices.
import type { Expression } from './ast';
import { OPTIONAL_SYNTAX } from './environment';
import { TYPES } from './library/standard';
import type { Evaluate, Scope } from './scope';
import type { CelValue } from './value';
import { CelFailure, CelList, CelMap, Double, isInt, noOverload, Optional, show, TypeName, Uint } from './value';
import type { Field, ObjectType } from './view';
import { ObjectView } from './view';

type Compile = (node: Expression, scope: Scope) => Evaluate;

/** `google.protobuf.Timestamp` and other names with dots, when their first part is no variable. */
export function qualifiedName(node: Expression, scope: Scope): string | undefined {
  if (node.kind === 'ident') return scope.slot(node.name) === undefined ? node.name : undefined;
  if (node.kind !== 'select' || node.optional) return undefined;
  const before = qualifiedName(node.operand, scope);
  return before === undefined ? undefined : `${before}.${node.field}`;
}

/** Finds a field of objects; the type of the last object is remembered, because one place mostly sees one type. */
function fieldFinder(name: string): (object: ObjectView) => Field | undefined {
  let type: ObjectType | undefined;
  let field: Field | undefined;
  return (object) => {
    if (object.type !== type) {
      type = object.type;
      field = type.fields.get(name);
    }
    return field;
  };
}

function noField(name: string): CelFailure {
  return new CelFailure(`there is no ${name}`);
}

export function compileSelect(node: Expression & { kind: 'select' }, scope: Scope, compile: Compile): Evaluate {
  const { field: name, optional } = node;
  const qualified = qualifiedName(node, scope);
  const type = qualified === undefined ? undefined : TYPES.get(qualified);
  if (type !== undefined) {
    const value = new TypeName(type);
    return () => value;
  }
  if (optional) scope.require(OPTIONAL_SYNTAX, `.?${name}`);
  const operand = compile(node.operand, scope);
  const find = fieldFinder(name);
  const read = (value: CelValue): CelValue | undefined => {
    if (value instanceof ObjectView) {
      const field = find(value);
      return field && value.read(field);
    }
    if (value instanceof CelMap) return value.get(name);
    throw noOverload(`.${name}`, value);
  };
  if (!optional) {
    return (frame) => {
      const value = operand(frame);
      // Selecting from an optional value gives an optional value.
      if (value instanceof Optional) return value.value === undefined ? Optional.NONE : optionalOf(read(value.value));
      const found = read(value);
      if (found === undefined) throw noField(name);
      return found;
    };
  }
  return (frame) => {
    const value = operand(frame);
    const held = value instanceof Optional ? value.value : value;
    return held === undefined ? Optional.NONE : optionalOf(read(held));
  };
}

function optionalOf(value: CelValue | undefined): Optional {
  return value === undefined ? Optional.NONE : new Optional(value);
}

export function compileHas(node: Expression & { kind: 'has' }, scope: Scope, compile: Compile): Evaluate {
  const { field: name } = node;
  if (node.optional) scope.require(OPTIONAL_SYNTAX, `.?${name}`);
  const operand = compile(node.operand, scope);
  const find = fieldFinder(name);
  const has = (value: CelValue): boolean => {
    if (value instanceof ObjectView) {
      const field = find(value);
      return field !== undefined && value.has(field);
    }
    if (value instanceof CelMap) return value.get(name) !== undefined;
    if (value instanceof Optional) return value.value !== undefined && has(value.value);
    throw noOverload(`has(.${name})`, value);
  };
  return (frame) => has(operand(frame));
}

export function compileIndex(node: Expression & { kind: 'index' }, scope: Scope, compile: Compile): Evaluate {
  const { optional } = node;
  if (optional) scope.require(OPTIONAL_SYNTAX, '[?]');
  const operand = compile(node.operand, scope);
  const index = compile(node.index, scope);
  return (frame) => {
    const value = operand(frame);
    const key = index(frame);
    if (value instanceof Optional) return value.value === undefined ? Optional.NONE : optionalOf(readIndex(value.value, key));
    const found = readIndex(value, key);
    if (optional) return optionalOf(found);
    if (found === undefined) throw new CelFailure(value instanceof CelList ? `the list has ${value.size} items, and no item ${show(key)}` : `there is no key ${show(key)}`);
    return found;
  };
}

function readIndex(value: CelValue, key: CelValue): CelValue | undefined {
  if (value instanceof CelList) {
    const at = key instanceof Double ? key.value : key instanceof Uint ? Number(key.value) : isInt(key) ? Number(key) : undefined;
    if (at === undefined || !Number.isInteger(at)) throw noOverload('[…]', value, key);
    return at >= 0 && at < value.size ? value.at(at) : undefined;
  }
  if (value instanceof CelMap) return value.get(key);
  throw noOverload('[…]', value, key);
}
