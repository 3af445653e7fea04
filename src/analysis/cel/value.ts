// The values of CEL. What JavaScript has it carries as it is: null, booleans, strings, and integers, which are numbers while a number is exact and bigints beyond.
// What JavaScript would confuse has a class: doubles (`1.0` is no integer), unsigned integers, times. Lists and maps are read through an interface, because most
// are views of a document (view.ts).

/** Any value of an expression. */
export type CelValue = null | boolean | string | number | bigint | Double | Uint | Uint8Array | Timestamp | Duration | CelList | CelMap | Optional | TypeName | Opaque;

/** A failure of an evaluation. Thrown, and light: `&&`, `||` and quantifiers absorb it. */
export class CelFailure {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

export class Double {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

export class Uint {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }
}

/** Nanoseconds since 1970. The minutes east of UTC that it was written with only show when it is printed. */
export class Timestamp {
  readonly nanos: bigint;
  readonly zone: number;

  constructor(nanos: bigint, zone: number = 0) {
    this.nanos = nanos;
    this.zone = zone;
  }
}

/** Nanoseconds. */
export class Duration {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** `optional.of(value)`, or `optional.none()` when it holds nothing. */
export class Optional {
  static readonly NONE: Optional = new Optional(undefined);
  readonly value: CelValue | undefined;

  constructor(value: CelValue | undefined) {
    this.value = value;
  }
}

/** A type as a value: what `type(x)` returns. */
export class TypeName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Values that only a library makes: addresses, URLs, quantities. */
export abstract class Opaque {
  abstract readonly type: string;
  abstract equals(other: CelValue): boolean;

  /** What `string(x)` says, where the library allows it. */
  toText(): string | undefined {
    return undefined;
  }
}

/** How a list compares and adds up: in order, as a set, or by the keys of its items. */
export interface ListRule {
  readonly kind: 'atomic' | 'set' | 'map';
  readonly keys: readonly string[];
}

const IN_ORDER: ListRule = { kind: 'atomic', keys: [] };

export abstract class CelList {
  abstract readonly size: number;

  /** What the list adds up to when it is empty, where it knows the type of its items. */
  get zero(): CelValue | undefined {
    return undefined;
  }

  get rule(): ListRule {
    return IN_ORDER;
  }

  /** The item; the index is within the size. */
  abstract at(index: number): CelValue;

  *[Symbol.iterator](): Generator<CelValue> {
    for (let i = 0; i < this.size; i++) yield this.at(i);
  }
}

/** A list that an expression built. */
export class ItemList extends CelList {
  static readonly EMPTY: ItemList = new ItemList([]);
  readonly items: readonly CelValue[];
  private readonly own: ListRule;

  constructor(items: readonly CelValue[], rule: ListRule = IN_ORDER) {
    super();
    this.items = items;
    this.own = rule;
  }

  override get rule(): ListRule {
    return this.own;
  }

  get size(): number {
    return this.items.length;
  }

  at(index: number): CelValue {
    return this.items[index]!;
  }
}

export abstract class CelMap {
  abstract readonly size: number;
  /** The value, or undefined when there is none. */
  abstract get(key: CelValue): CelValue | undefined;
  abstract keys(): Iterable<CelValue>;
}

/** A map that an expression built. */
export class EntryMap extends CelMap {
  private readonly entries: Map<unknown, readonly [key: CelValue, value: CelValue]> = new Map();

  get size(): number {
    return this.entries.size;
  }

  get(key: CelValue): CelValue | undefined {
    const id = keyOf(key);
    return id === undefined ? undefined : this.entries.get(id)?.[1];
  }

  *keys(): Generator<CelValue> {
    for (const [key] of this.entries.values()) yield key;
  }

  /** The later of two values of a key stays. @throws CelFailure for a key of a type that keys cannot have */
  set(key: CelValue, value: CelValue): void {
    const id = keyOf(key);
    if (id === undefined) throw new CelFailure(`unsupported key type: ${typeName(key)}`);
    this.entries.set(id, [key, value]);
  }

  /** @throws CelFailure also for a key that is there */
  add(key: CelValue, value: CelValue): void {
    if (this.get(key) !== undefined) throw new CelFailure(`the key ${show(key)} stands twice in a map`);
    this.set(key, value);
  }
}

/** Keys are equal across the numeric types: 1, 1u and 1.0 find the same entry. */
function keyOf(key: CelValue): unknown {
  switch (typeof key) {
    case 'string':
    case 'boolean':
    case 'number':
    case 'bigint': return key;
    default:
      if (key instanceof Uint) return integer(key.value);
      if (key instanceof Double) return Number.isInteger(key.value) ? integer(BigInt(key.value)) : key.value;
      return undefined;
  }
}

export const MIN_INT: bigint = -(2n ** 63n);
export const MAX_INT: bigint = 2n ** 63n - 1n;
export const MAX_UINT: bigint = 2n ** 64n - 1n;

/** An integer in the one form it has: a number where that is exact. */
export function integer(value: bigint): number | bigint {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

export function isInt(value: CelValue): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** The name of a value's type, as `type(x)` has it. */
export function typeName(value: CelValue): string {
  if (value === null) return 'null_type';
  switch (typeof value) {
    case 'boolean': return 'bool';
    case 'string': return 'string';
    case 'number':
    case 'bigint': return 'int';
  }
  if (value instanceof CelList) return 'list';
  if (value instanceof CelMap) return 'map';
  if (value instanceof Double) return 'double';
  if (value instanceof Uint) return 'uint';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp';
  if (value instanceof Duration) return 'google.protobuf.Duration';
  if (value instanceof Optional) return 'optional_type';
  if (value instanceof TypeName) return 'type';
  return value.type;
}

/** A value in a failure's message. */
export function show(value: CelValue): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (value === null || typeof value !== 'object') return String(value);
  if (value instanceof Double) return String(value.value);
  if (value instanceof Uint) return `${value.value}u`;
  return `a value of type ${typeName(value)}`;
}

/** What is thrown when no function takes arguments of these types. */
export function noOverload(name: string, ...args: readonly CelValue[]): CelFailure {
  return new CelFailure(`there is no ${name} for ${args.map(typeName).join(', ') || 'no arguments'}`);
}
