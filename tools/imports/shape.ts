// From schema nodes to the shapes of types. Shapes are interned: two equal structures are one object, however they are bounded.
import type { NodeRef, SchemaNode } from './node';

export type Shape =
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'enum'; readonly values: readonly (string | number)[] }
  | { readonly kind: 'array'; readonly of: Shape }
  | { readonly kind: 'map'; readonly of: Shape }
  | { readonly kind: 'nullable'; readonly of: Shape }
  | { readonly kind: 'named'; readonly title: string }
  | Struct;

export interface Struct {
  readonly kind: 'struct';
  readonly title?: string;
  readonly fields: readonly Field[];
  /** Unknown fields are kept by the server. */
  readonly open: boolean;
  /** What is allowed of several fields together. */
  readonly choices: readonly Choice[];
  /** A field whose value says which other field there is. */
  readonly discriminator?: Discriminator;
}

export interface Discriminator {
  readonly field: string;
  /** By value, the fields that are there with it, and only with it. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

export interface Field {
  readonly name: string;
  readonly optional: boolean;
  readonly shape: Shape;
  /** The server's default, as JSON. */
  readonly fallback?: string;
}

export interface Choice {
  readonly rule: 'ExactlyOne' | 'AtMostOne' | 'AtLeastOne';
  readonly fields: readonly string[];
}

/** Makes shapes of one group's nodes. */
export class Shapes {
  private readonly byId = new Map<string, Shape>();
  private readonly inProgress = new Set<string>();

  private readonly nodes: Readonly<Record<string, SchemaNode>>;
  private readonly interned: Map<string, Shape>;
  private readonly ids: Map<Shape, number>;

  /** @param interned shapes by their text, and `ids` of shapes: shared by the groups of one run */
  constructor(nodes: Readonly<Record<string, SchemaNode>>, interned: Map<string, Shape> = new Map(), ids: Map<Shape, number> = new Map()) {
    this.nodes = nodes;
    this.interned = interned;
    this.ids = ids;
  }

  /** The shape of a node. */
  of(ref: NodeRef): Shape {
    if (typeof ref !== 'string') return this.shape(ref);
    const known = this.byId.get(ref);
    if (known) return known;
    const node = this.nodes[ref]!;
    if (this.inProgress.has(ref)) return this.intern({ kind: 'named', title: node.title! });
    this.inProgress.add(ref);
    const shape = this.shape(node);
    this.inProgress.delete(ref);
    this.byId.set(ref, shape);
    return shape;
  }

  /** The shape of a kind's root: a struct, also when the kind has no field of its own. */
  root(id: string): Struct {
    const node = this.nodes[id]!;
    return this.struct({ ...node, properties: node.properties ?? {} }) as Struct;
  }

  private shape(node: SchemaNode): Shape {
    const shape = this.withoutNull(node);
    return node.nullable && !(shape.kind === 'plain' && shape.text === 'any') ? this.intern({ kind: 'nullable', of: shape }) : shape;
  }

  private withoutNull(node: SchemaNode): Shape {
    const values = enumOf(node, (ref) => this.resolve(ref));
    if (values) return this.intern({ kind: 'enum', values });
    if (node.intOrString) return this.plain('number | string');
    if (node.embedded) return this.embedded(node);
    switch (node.type) {
      case 'string': return this.plain('string');
      case 'boolean': return this.plain('boolean');
      case 'integer': case 'number': return this.plain('number');
      case 'array': return this.intern({ kind: 'array', of: node.items === undefined ? this.plain('any') : this.of(node.items) });
      case 'object': return this.object(node);
      default: return this.union(node);
    }
  }

  private object(node: SchemaNode): Shape {
    if (node.properties) return this.struct(node);
    if (typeof node.additionalProperties === 'object' || typeof node.additionalProperties === 'string') return this.intern({ kind: 'map', of: this.of(node.additionalProperties) });
    if (node.preserve || node.additionalProperties === true) return this.intern({ kind: 'map', of: this.plain('any') });
    // Structural schemas prune every field of such an object: only the empty one says what it means.
    return this.intern({ kind: 'map', of: this.plain('never') });
  }

  // Without a type: anything, except for the few definitions that list scalar types (quantities of built-in kinds).
  private union(node: SchemaNode): Shape {
    const members = (node.oneOf ?? node.anyOf ?? []).map((member) => this.resolve(member).type);
    if (members.length === 0 || members.some((type) => type !== 'string' && type !== 'number' && type !== 'integer')) return node.properties ? this.struct(node) : this.plain('any');
    return this.plain([...new Set(members.map((type) => (type === 'string' ? 'string' : 'number')))].sort().join(' | '));
  }

  private embedded(node: SchemaNode): Shape {
    const own = Object.entries(node.properties ?? {}).filter(([name]) => !['apiVersion', 'kind', 'metadata'].includes(name));
    const required = [...new Set(['apiVersion', 'kind', ...(node.required ?? [])])];
    const properties: Record<string, NodeRef> = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object', preserve: true }, ...Object.fromEntries(own) };
    return this.struct({ ...node, properties, required });
  }

  private struct(node: SchemaNode): Shape {
    const choices: Choice[] = [];
    collectChoices(node, (ref) => this.resolve(ref), choices);
    const fields = Object.keys(node.properties!).sort().map((name): Field => {
      const property = this.resolve(node.properties![name]!);
      const fallback = property.default === undefined ? undefined : JSON.stringify(property.default);
      // The server fills a default in before it looks for what is required.
      const optional = !node.required?.includes(name) || fallback !== undefined;
      return { name, optional, shape: this.of(node.properties![name]!), ...(fallback !== undefined ? { fallback } : {}) };
    });
    // `maxProperties: 1` says the same of all fields.
    if (node.maxProperties === 1 && fields.length > 1 && fields.every((field) => field.optional)) choices.push({ rule: node.minProperties === 1 ? 'ExactlyOne' : 'AtMostOne', fields: fields.map((field) => field.name) });
    const known = choices.filter((choice) => choice.fields.every((name) => node.properties![name] !== undefined));
    const discriminator = findDiscriminator(node, fields);
    return this.intern({
      kind: 'struct', ...(node.title ? { title: node.title } : {}), fields, open: node.preserve === true, choices: known, ...(discriminator ? { discriminator } : {}),
    });
  }

  /** The node that a reference stands for. */
  resolve(ref: NodeRef): SchemaNode {
    return typeof ref === 'string' ? this.nodes[ref]! : ref;
  }

  private plain(text: string): Shape {
    return this.intern({ kind: 'plain', text });
  }

  private intern<S extends Shape>(shape: S): Shape {
    const key = JSON.stringify(shape, (_, value: unknown) => {
      const id = value === shape ? undefined : this.ids.get(value as Shape);
      return id === undefined ? value : `#${id}`;
    });
    const known = this.interned.get(key);
    if (known) return known;
    this.interned.set(key, shape);
    this.ids.set(shape, this.ids.size);
    return shape;
  }
}

/** The allowed values, also where `allOf` says several lists: then what is in all of them. */
function enumOf(node: SchemaNode, resolve: (ref: NodeRef) => SchemaNode): (string | number)[] | undefined {
  const lists = [node.enum, ...(node.allOf ?? []).map((member) => resolve(member).enum)].filter((list) => list !== undefined);
  if (lists.length === 0) return undefined;
  const values = lists.reduce((left, right) => left.filter((value) => right.includes(value))).filter((value) => value !== null);
  return values.every((value) => typeof value === 'string' || typeof value === 'number') ? [...new Set(values as (string | number)[])] : undefined;
}

// The forms in which controllers say "one of these": `oneOf` of single required fields, Istio's "none, or a, or b", Kyverno's `not` both.
function collectChoices(node: SchemaNode, resolve: (ref: NodeRef) => SchemaNode, out: Choice[]): void {
  const single = (ref: NodeRef): string | undefined => {
    const { required, properties, ...rest } = resolve(ref);
    const free = Object.values(properties ?? {}).every((property) => Object.keys(resolve(property)).length === 0);
    return required?.length === 1 && free && Object.keys(rest).length === 0 ? required[0] : undefined;
  };
  const add = (rule: Choice['rule'], fields: readonly (string | undefined)[]): void => {
    const names = fields.filter((name) => name !== undefined);
    if (names.length === fields.length && names.length > 1) out.push({ rule, fields: names });
  };
  if (node.oneOf) {
    const none = node.oneOf.filter((member) => resolve(member).not !== undefined);
    if (none.length <= 1) add(none.length ? 'AtMostOne' : 'ExactlyOne', node.oneOf.filter((member) => !none.includes(member)).map(single));
  }
  if (node.anyOf) add('AtLeastOne', node.anyOf.map(single));
  const excluded = node.not === undefined ? undefined : resolve(node.not);
  if (excluded?.required?.length === 2 && Object.keys(excluded).length === 1) add('AtMostOne', excluded.required);
  for (const member of node.allOf ?? []) collectChoices(resolve(member), resolve, out);
}

// How controllers say in CEL that a field goes with a value of another: `needs` (with the value, the field) and `only` (with the field, the value).
const FIELD = String.raw`self\.(?<field>\w+)`;
const VALUE = (operator: string): string => String.raw`self\.(?<by>\w+) ?${operator} ?'(?<value>[^']*)'`;
const NEEDS: readonly RegExp[] = [
  String.raw`!\(!has\(${FIELD}\) && ${VALUE('==')}\)`,
  String.raw`${VALUE('==')} ?\? has\(${FIELD}\) : (?:true|!has\(self\.\w+\))`,
  String.raw`${VALUE('!=')} \|\| has\(${FIELD}\)`,
].map((source) => new RegExp(`^\\s*${source}\\s*$`));
const ONLY: readonly RegExp[] = [
  String.raw`!\(has\(${FIELD}\) && ${VALUE('!=')}\)`,
  String.raw`has\(${FIELD}\) \? ${VALUE('==')} : true`,
  String.raw`${VALUE('==')} ?\? has\(self\.\w+\) : !has\(${FIELD}\)`,
  String.raw`${VALUE('==')} \|\| !has\(${FIELD}\)`,
  String.raw`!has\(${FIELD}\) \|\| ${VALUE('==')}`,
].map((source) => new RegExp(`^\\s*${source}\\s*$`));

// Only where both directions are said, of a field that is always there and lists its values.
function findDiscriminator(node: SchemaNode, fields: readonly Field[]): Discriminator | undefined {
  const collect = (forms: readonly RegExp[]): Set<string> => {
    const found = new Set<string>();
    for (const { rule } of node.cel ?? []) {
      for (const form of forms) {
        const { by, value, field } = form.exec(rule)?.groups ?? {};
        if (by !== undefined) found.add(JSON.stringify([by, value, field]));
      }
    }
    return found;
  };
  const only = collect(ONLY);
  const pairs = [...collect(NEEDS)].filter((pair) => only.has(pair)).map((pair) => JSON.parse(pair) as [string, string, string]);
  const by = pairs[0]?.[0];
  const named = fields.find((field) => field.name === by);
  if (named?.shape.kind !== 'enum' || named.optional) return undefined;
  const { values } = named.shape;
  const map: Record<string, string[]> = {};
  for (const [other, value, field] of pairs.sort()) {
    if (other === by && values.includes(value) && fields.some((candidate) => candidate.name === field && candidate.optional)) (map[value] ??= []).push(field);
  }
  return Object.keys(map).length ? { field: by!, fields: map } : undefined;
}
