// x-kubernetes-validations of a schema: which rules stand where, and what they say of a document.
// Source: apiextensions-apiserver pkg/apiserver/schema/cel/validation.go and compilation.go.
import type { Resolve } from '../schema/defaults';
import type { CelRule, NodeOrId, SchemaNode } from '../schema/node';
import type { CheckContext } from '../schema/problem';
import { fail } from '../schema/problem';
import { Remembered } from '../schema/remembered';
import type { Program } from './compile';
import { compileExpression } from './compile';
import { CelSyntaxError } from './ast';
import { describe, quoteRule } from './words';
import { fieldPathOf } from './field-path';
import type { CelValue } from './value';
import { CelFailure, Optional } from './value';
import type { SchemaType } from './view';
import { SchemaTypes } from './view';

type PlainObject = Readonly<Record<string, unknown>>;

/** Rules of one schema group, for one release of Kubernetes. Everything is compiled when a document first reaches it. */
export class SchemaRules {
  readonly kubernetes: number;
  readonly types: SchemaTypes;
  readonly resolve: Resolve;
  private readonly nodes: Map<SchemaNode, NodeRules | undefined> = new Map();
  private readonly ruled: Map<SchemaNode, boolean> = new Map();

  /** @param kubernetes the minor version of Kubernetes 1 */
  constructor(resolve: Resolve, kubernetes: number) {
    this.resolve = resolve;
    this.kubernetes = kubernetes;
    this.types = new SchemaTypes(resolve);
  }

  /** The rules of a whole document, or undefined when there are none. */
  root(node: SchemaNode): NodeRules | undefined {
    return this.hasRules(node) ? this.build([node], node, this.types.root(node)) : undefined;
  }

  /** Whether rules stand at a node or below it. */
  private hasRules(node: SchemaNode): boolean {
    let known = this.ruled.get(node);
    if (known !== undefined) return known;
    const { properties, items, additionalProperties, allOf, cel } = node;
    const below = (child: NodeOrId): boolean => this.hasRules(this.resolve(child));
    known = (cel !== undefined && cel.length > 0) || (properties !== undefined && Object.values(properties).some(below)) || (items !== undefined && below(items))
      || (additionalProperties !== undefined && typeof additionalProperties !== 'boolean' && below(additionalProperties)) || (allOf !== undefined && allOf.some(below));
    this.ruled.set(node, known);
    return known;
  }

  /** The rules at a node and below it, or undefined when there are none, or when expressions cannot see its values. */
  private at(node: SchemaNode): NodeRules | undefined {
    if (this.nodes.has(node)) return this.nodes.get(node);
    const type = this.types.of(node);
    const rules = type && this.build([node], node, type);
    this.nodes.set(node, rules);
    return rules;
  }

  /** Rules may stand in `allOf` too; they see the same value. What lies below is built when a document reaches it. */
  private build(sources: readonly SchemaNode[], node: SchemaNode, type: SchemaType): NodeRules {
    const all = sources.flatMap((source) => this.withAllOf(source));
    const below = (name: (source: SchemaNode) => SchemaNode | undefined): NodeRules | undefined => {
      const child = name(node);
      if (child === undefined) return undefined;
      const others = all.map(name).filter((one): one is SchemaNode => one !== undefined && one !== child);
      if (!this.hasRules(child) && !others.some((other) => this.hasRules(other))) return undefined;
      if (others.length === 0) return this.at(child);
      const childType = this.types.of(child);
      return childType && this.build([child, ...others], child, childType);
    };
    const resolved = (child: SchemaNode['items'] | boolean): SchemaNode | undefined => (child === undefined || typeof child === 'boolean' ? undefined : this.resolve(child));
    const own = all.flatMap(({ cel = [] }) => cel).filter(({ rule }) => rule.trim() !== '').map((rule) => new Rule(rule, node, this));
    return new NodeRules(node, type, own, () => ({
      fields: Object.keys(node.properties ?? {}).flatMap((name): FieldRules[] => {
        const rules = below(({ properties }) => (properties && Object.hasOwn(properties, name) ? resolved(properties[name]) : undefined));
        return rules ? [{ name, rules }] : [];
      }),
      items: below((source) => resolved(source.items)),
      values: below((source) => resolved(source.additionalProperties)),
    }));
  }

  private withAllOf(node: SchemaNode): SchemaNode[] {
    return [node, ...(node.allOf ?? []).flatMap((part) => this.withAllOf(this.resolve(part)))];
  }
}

interface FieldRules {
  readonly name: string;
  readonly rules: NodeRules;
}

/** Says which nodes are not to be looked at, because something is wrong at them or below them. */
export type Blocked = (path: readonly (string | number)[]) => boolean;

const NEVER: Blocked = () => false;

interface Below {
  readonly fields: readonly FieldRules[];
  readonly items: NodeRules | undefined;
  readonly values: NodeRules | undefined;
}

export class NodeRules {
  private readonly node: SchemaNode;
  private readonly type: SchemaType;
  private readonly rules: readonly Rule[];
  private readonly build: () => Below;
  private built: Below | undefined;
  private readonly right: Remembered = new Remembered();

  constructor(node: SchemaNode, type: SchemaType, rules: readonly Rule[], build: () => Below) {
    this.node = node;
    this.type = type;
    this.rules = rules;
    this.build = build;
  }

  /**
   * True when every rule holds, in the order of the document.
   *
   * @param value what stands here, its structure being right
   * @param old what stood here before, or undefined for a new object
   */
  hold(value: unknown, old: unknown, context: CheckContext, blocked: Blocked = NEVER): boolean {
    if (value === null || value === undefined) return true;
    const remembers = this.rules.length > 0 && !context.report && (old === null || old === undefined);
    if (remembers && this.right.has(value)) return true;
    let ok = true;
    if (this.rules.length > 0 && !blocked(context.path)) {
      const subject: Subject = { raw: value, type: this.type, old: old ?? undefined, self: undefined };
      for (const rule of this.rules) {
        if (rule.holds(subject, context)) continue;
        if (!context.report) return false;
        ok = false;
      }
    }
    if (typeof value === 'object') ok = (Array.isArray(value) ? this.holdItems(value, old, context, blocked) : this.holdFields(value as PlainObject, old, context, blocked)) && ok;
    if (ok && remembers) this.right.add(value);
    return ok;
  }

  private below(rules: NodeRules, name: string | number, value: unknown, old: unknown, context: CheckContext, blocked: Blocked): boolean {
    if (!context.report) return rules.hold(value, old, context, blocked);
    context.path.push(name);
    const ok = rules.hold(value, old, context, blocked);
    context.path.pop();
    return ok;
  }

  private holdFields(object: PlainObject, old: unknown, context: CheckContext, blocked: Blocked): boolean {
    const before = typeof old === 'object' && old !== null && !Array.isArray(old) ? old as PlainObject : undefined;
    const { fields, values } = (this.built ??= this.build());
    let ok = true;
    for (const { name, rules } of fields) {
      const value = rules.filledIn(object[name]);
      if (value === undefined || this.below(rules, name, value, before && rules.filledIn(before[name]), context, blocked)) continue;
      if (!context.report) return false;
      ok = false;
    }
    if (values === undefined) return ok;
    for (const name in object) {
      const value = values.filledIn(object[name]);
      if (value === undefined || this.below(values, name, value, before && Object.hasOwn(before, name) ? before[name] : undefined, context, blocked)) continue;
      if (!context.report) return false;
      ok = false;
    }
    return ok;
  }

  private holdItems(list: readonly unknown[], old: unknown, context: CheckContext, blocked: Blocked): boolean {
    const { items } = (this.built ??= this.build());
    if (items === undefined) return true;
    const before = Array.isArray(old) ? correlated(this.node, old) : undefined;
    let ok = true;
    for (let i = 0; i < list.length; i++) {
      if (this.below(items, i, items.filledIn(list[i]), before?.(list[i]), context, blocked)) continue;
      if (!context.report) return false;
      ok = false;
    }
    return ok;
  }

  private filledIn(value: unknown): unknown {
    return value === undefined || (value === null && !this.type.nullable) ? this.type.default : value;
  }
}

/** Finds the old item of a list with keys that an item goes back to. Items of other lists go back to none. */
function correlated({ listType, listMapKeys = [] }: SchemaNode, old: readonly unknown[]): ((item: unknown) => unknown) | undefined {
  if (listType !== 'map' || listMapKeys.length === 0) return undefined;
  const keyOf = (item: unknown): string | undefined => {
    if (typeof item !== 'object' || item === null) return undefined;
    const parts = listMapKeys.map((key) => (item as PlainObject)[key]);
    return parts.every((part) => part !== null && part !== undefined && typeof part !== 'object') ? JSON.stringify(parts) : undefined;
  };
  const known = new Map<string, unknown>();
  for (const item of old) {
    const key = keyOf(item);
    if (key !== undefined && !known.has(key)) known.set(key, item);
  }
  return (item) => {
    const key = keyOf(item);
    return key === undefined ? undefined : known.get(key);
  };
}

/** The value that the rules of a node are about. */
interface Subject {
  readonly raw: unknown;
  readonly type: SchemaType;
  readonly old: unknown;
  self: CelValue | undefined;
}

class Rule {
  private readonly rule: CelRule;
  private readonly node: SchemaNode;
  private readonly schema: SchemaRules;
  private program: Program | CelSyntaxError | undefined;
  private message: Program | CelSyntaxError | undefined;

  constructor(rule: CelRule, node: SchemaNode, schema: SchemaRules) {
    this.rule = rule;
    this.node = node;
    this.schema = schema;
  }

  holds(subject: Subject, context: CheckContext): boolean {
    const program = (this.program ??= this.compile(this.rule.rule));
    if (program instanceof CelSyntaxError) return this.fault(`cannot be evaluated: ${program.message}`, context);
    const optional = this.rule.optionalOldSelf === true;
    // A rule about a change asks nothing of a new object.
    if (program.usesOldSelf && subject.old === undefined && !optional) return true;
    try {
      const self = (subject.self ??= subject.type.wrap(subject.raw));
      if (this.ask(program, self, subject, optional)) return true;
      return this.refuse(subject, optional, context);
    } catch (error) {
      if (!(error instanceof CelFailure)) throw error;
      return this.fault(`fails: ${error.message}`, context);
    }
  }

  private fault(how: string, context: CheckContext): false {
    return fail(context, 'NS0016', () => `the rule ${quoteRule(this.rule.rule)} of this field ${how}`);
  }

  private ask(program: Program, self: CelValue, subject: Subject, optional: boolean): boolean {
    return verdict(program.usesOldSelf ? program.evaluate(self, this.before(subject, optional)) : program.evaluate(self));
  }

  /** The value of `oldSelf`. */
  private before({ type, old }: Subject, optional: boolean): CelValue {
    const value = old === undefined ? undefined : type.wrap(old);
    if (!optional) return value ?? null;
    return value === undefined ? Optional.NONE : new Optional(value);
  }

  private refuse(subject: Subject, optional: boolean, context: CheckContext): false {
    if (!context.report) return false;
    const field = this.rule.fieldPath === undefined ? [] : fieldPathOf(this.rule.fieldPath, this.node, this.schema.resolve) ?? [];
    const before = this.before(subject, optional);
    const said = this.ownMessage(subject.self!, before) ?? this.rule.message;
    const { message, fix } = said === undefined ? describe(this.rule, subject.self!, before, this.schema.kubernetes, context) : { message: said, fix: undefined };
    context.path.push(...field);
    fail(context, 'NS0016', () => message, () => fix);
    context.path.length -= field.length;
    return false;
  }

  /** What the definition itself says, when it says it by an expression, in one line. */
  private ownMessage(self: CelValue, before: CelValue): string | undefined {
    const { messageExpression } = this.rule;
    if (messageExpression === undefined || messageExpression === '') return undefined;
    const program = (this.message ??= this.compile(messageExpression));
    if (program instanceof CelSyntaxError) return undefined;
    try {
      const text = program.evaluate(self, before);
      const trimmed = typeof text === 'string' ? text.trim() : '';
      return trimmed === '' || trimmed.includes('\n') || Buffer.byteLength(trimmed) > 5120 ? undefined : trimmed;
    } catch (error) {
      if (error instanceof CelFailure) return undefined;
      throw error;
    }
  }

  private compile(source: string): Program | CelSyntaxError {
    try {
      return compileExpression(source, this.schema.kubernetes);
    } catch (error) {
      if (error instanceof CelSyntaxError) return error;
      throw error;
    }
  }
}

function verdict(value: CelValue): boolean {
  if (typeof value !== 'boolean') throw new CelFailure('its result is neither true nor false');
  return value;
}
