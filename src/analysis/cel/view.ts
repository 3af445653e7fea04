// Documents as values of CEL: views over the plain object, each with the type that its schema gives it. Nothing is copied; defaults are filled in when a field is read.
// Source: apiserver pkg/cel/common (schemas.go: which schemas are visible; valuesunstructured.go: what their values do).
import type { Resolve } from '../schema/defaults';
import type { SchemaNode } from '../schema/node';
import { escapeName, isReserved } from './escape';
import { bytesOf, dateOf, dateTimeOf, wordDurationOf } from './formats';
import type { CelValue, ListRule } from './value';
import { CelFailure, CelList, CelMap, Double, Duration } from './value';

/** What a schema says about its values in expressions. */
export abstract class SchemaType {
  readonly nullable: boolean;
  /** What stands in for a missing value. */
  readonly default: unknown;

  constructor(node: SchemaNode) {
    this.nullable = node.nullable === true;
    this.default = node.default ?? undefined;
  }

  /** The value of CEL for a value of the document that is not null. */
  abstract wrap(value: unknown): CelValue;

  /** What no values add up to. */
  get zero(): CelValue {
    return 0;
  }

  wrapNullable(value: unknown): CelValue {
    if (value !== null) return this.wrap(value);
    if (this.nullable) return null;
    throw new CelFailure('the value is null, which its schema does not allow');
  }
}

/** Texts without a format, and booleans: both are what they are. */
class PlainType extends SchemaType {
  private readonly type: 'string' | 'boolean';

  constructor(node: SchemaNode, type: 'string' | 'boolean') {
    super(node);
    this.type = type;
  }

  wrap(value: unknown): CelValue {
    if (typeof value !== this.type) throw invalid(this.type);
    return value as string | boolean;
  }
}

class IntegerType extends SchemaType {
  wrap(value: unknown): CelValue {
    if (typeof value !== 'number' || !Number.isInteger(value)) throw invalid('integer');
    return Number.isSafeInteger(value) ? value : BigInt(value);
  }
}

class NumberType extends SchemaType {
  wrap(value: unknown): CelValue {
    if (typeof value !== 'number') throw invalid('number');
    return new Double(value);
  }

  override get zero(): CelValue {
    return new Double(0);
  }
}

/** In expressions it may be anything. */
export class IntOrStringType extends SchemaType {
  wrap(value: unknown): CelValue {
    if (typeof value === 'string') return value;
    if (typeof value !== 'number' || !Number.isInteger(value)) throw invalid('integer or string');
    return Number.isSafeInteger(value) ? value : BigInt(value);
  }
}

class FormattedType extends SchemaType {
  private readonly parse: (text: string) => CelValue;

  constructor(node: SchemaNode, parse: (text: string) => CelValue) {
    super(node);
    this.parse = parse;
  }

  wrap(value: unknown): CelValue {
    if (typeof value !== 'string') throw invalid('string');
    return this.parse(value);
  }

  override get zero(): CelValue {
    return new Duration(0n);
  }
}

export class ListType extends SchemaType {
  readonly items: SchemaType;
  readonly rule: ListRule;

  constructor(node: SchemaNode, items: SchemaType) {
    super(node);
    this.items = items;
    const keys = node.listMapKeys ?? [];
    this.rule = { kind: node.listType === 'map' && keys.length === 0 ? 'atomic' : node.listType ?? 'atomic', keys };
  }

  wrap(value: unknown): CelValue {
    if (!Array.isArray(value)) throw invalid('array');
    return new ListView(value, this);
  }
}

export class MapType extends SchemaType {
  readonly values: SchemaType;

  constructor(node: SchemaNode, values: SchemaType) {
    super(node);
    this.values = values;
  }

  wrap(value: unknown): CelValue {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('object');
    return new MapView(value as PlainObject, this);
  }
}

export interface Field {
  /** As the document writes it. */
  readonly name: string;
  readonly type: SchemaType;
}

type PlainObject = Readonly<Record<string, unknown>>;

export class ObjectType extends SchemaType {
  private readonly build: () => Map<string, Field>;
  private known: Map<string, Field> | undefined;

  constructor(node: SchemaNode, build: () => Map<string, Field>) {
    super(node);
    this.build = build;
  }

  /** Fields by the names that expressions use. */
  get fields(): ReadonlyMap<string, Field> {
    return (this.known ??= this.build());
  }

  wrap(value: unknown): CelValue {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('object');
    return new ObjectView(value as PlainObject, this);
  }
}

// One view of each kind lives on: V8 forgets a shape of which nothing is left, and throws away what it has compiled for it.

/** An object whose fields have schemas. */
export class ObjectView extends CelMap {
  static readonly EMPTY: ObjectView = new ObjectView({}, new ObjectType({}, () => new Map()));
  readonly object: PlainObject;
  readonly type: ObjectType;

  constructor(object: PlainObject, type: ObjectType) {
    super();
    this.object = object;
    this.type = type;
  }

  /** The value of a field, or undefined when it is absent. */
  read(field: Field): CelValue | undefined {
    const raw = this.raw(field);
    return raw === undefined ? undefined : field.type.wrap(raw);
  }

  has(field: Field): boolean {
    const raw = this.raw(field);
    if (raw === undefined) return false;
    // A text that is not of its format fails wherever it is touched.
    if (field.type instanceof FormattedType) field.type.wrap(raw);
    return true;
  }

  private raw({ name, type }: Field): unknown {
    const raw = this.object[name];
    // A function is what JavaScript itself gives every object: `constructor`.
    if (raw === undefined || (raw === null && !type.nullable) || typeof raw === 'function') return type.default;
    // A null that may stand is as good as an absent field.
    return raw === null ? undefined : raw;
  }

  get size(): number {
    let size = 0;
    for (const _ of this.names()) size++;
    return size;
  }

  get(key: CelValue): CelValue | undefined {
    const field = typeof key === 'string' ? this.type.fields.get(key) : undefined;
    return field && this.read(field);
  }

  /** The names that expressions use, of the fields that are there. */
  *keys(): Generator<string> {
    for (const [name, field] of this.type.fields) if (this.has(field) && !(isReserved(name))) yield name;
  }

  /** Names of everything that the object holds once its defaults are filled in, also what expressions cannot see. */
  *names(): Generator<string> {
    for (const name of Object.keys(this.object)) if (this.object[name] !== undefined) yield name;
    for (const [name, field] of this.type.fields) if (!isReserved(name) && this.object[field.name] === undefined && field.type.default !== undefined) yield field.name;
  }
}

/** An object with keys of the user's own choice. */
export class MapView extends CelMap {
  static readonly EMPTY: MapView = new MapView({}, new MapType({}, new IntOrStringType({})));
  readonly object: PlainObject;
  readonly type: MapType;

  constructor(object: PlainObject, type: MapType) {
    super();
    this.object = object;
    this.type = type;
  }

  get size(): number {
    return this.keys().length;
  }

  get(key: CelValue): CelValue | undefined {
    if (typeof key !== 'string') throw new CelFailure('the keys of this map are strings');
    if (!Object.hasOwn(this.object, key)) return undefined;
    const { values } = this.type;
    const raw = this.object[key];
    if (raw === undefined || (raw === null && !values.nullable && values.default === undefined)) return undefined;
    return values.wrapNullable(raw === null && !values.nullable ? values.default : raw);
  }

  keys(): readonly string[] {
    const { nullable, default: standIn } = this.type.values;
    const nulls = nullable || standIn !== undefined;
    const keys: string[] = [];
    for (const key in this.object) if (this.object[key] !== undefined && (this.object[key] !== null || nulls)) keys.push(key);
    return keys;
  }
}

export class ListView extends CelList {
  static readonly EMPTY: ListView = new ListView([], new ListType({}, new IntOrStringType({})));
  readonly list: readonly unknown[];
  readonly type: ListType;

  constructor(list: readonly unknown[], type: ListType) {
    super();
    this.list = list;
    this.type = type;
  }

  get size(): number {
    return this.list.length;
  }

  override get rule(): ListRule {
    return this.type.rule;
  }

  override get zero(): CelValue {
    return this.type.items.zero;
  }

  at(index: number): CelValue {
    const raw = this.list[index];
    const { items } = this.type;
    return items.wrapNullable(raw === null && !items.nullable && items.default !== undefined ? items.default : raw);
  }
}

function invalid(type: string): CelFailure {
  return new CelFailure(`the value is not of type ${type}`);
}

/** Gives nodes of one schema group their types. */
export class SchemaTypes {
  private readonly resolve: Resolve;
  private readonly types: Map<SchemaNode, SchemaType | undefined> = new Map();
  private readonly roots: Map<SchemaNode, SchemaType> = new Map();

  constructor(resolve: Resolve) {
    this.resolve = resolve;
  }

  /** The type of a node, or undefined when expressions cannot see its values. */
  of(node: SchemaNode): SchemaType | undefined {
    if (node.embedded && !node.intOrString) return this.root(node);
    let type = this.types.get(node);
    if (type === undefined && !this.types.has(node)) this.types.set(node, (type = this.make(node)));
    return type;
  }

  /** The type of a Kubernetes object: apiVersion, kind and two fields of its metadata are always visible. */
  root(node: SchemaNode): SchemaType {
    let type = this.roots.get(node);
    if (type === undefined) {
      const { default: _, ...plain } = node;
      const text: SchemaNode = { type: 'string' };
      const metadata: SchemaNode = { type: 'object', properties: { name: text, generateName: text } };
      type = this.object({ ...(node.embedded ? node : plain), properties: { ...node.properties, apiVersion: text, kind: text, metadata } });
      this.roots.set(node, type);
    }
    return type;
  }

  private make(node: SchemaNode): SchemaType | undefined {
    if (node.intOrString) return new IntOrStringType(node);
    switch (node.type) {
      case 'array': {
        const items = node.items === undefined ? undefined : this.of(this.resolve(node.items));
        return items && new ListType(node, items);
      }
      case 'object': {
        const { additionalProperties } = node;
        if (additionalProperties === undefined || typeof additionalProperties === 'boolean') return this.object(node);
        const values = this.of(this.resolve(additionalProperties));
        return values && new MapType(node, values);
      }
      case 'string':
        switch (node.format) {
          case 'byte': return new FormattedType(node, bytesOf);
          case 'duration': return new FormattedType(node, wordDurationOf);
          case 'date': return new FormattedType(node, dateOf);
          case 'date-time': return new FormattedType(node, dateTimeOf);
          default: return new PlainType(node, 'string');
        }
      case 'boolean': return new PlainType(node, 'boolean');
      case 'number': return new NumberType(node);
      case 'integer': return new IntegerType(node);
      case undefined: return undefined;
    }
  }

  private object(node: SchemaNode): ObjectType {
    return new ObjectType(node, () => {
      const fields = new Map<string, Field>();
      for (const [name, child] of Object.entries(node.properties ?? {})) {
        const escaped = escapeName(name);
        const type = escaped === undefined ? undefined : this.of(this.resolve(child));
        if (escaped === undefined || type === undefined) continue;
        fields.set(escaped, { name, type });
        if (isReserved(name)) fields.set(name, { name, type });
      }
      return fields;
    });
  }
}
