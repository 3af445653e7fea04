// Makes values of a schema node for a rule: mostly right in structure, and with the fields, texts and numbers that the rule speaks of.
import type { Expression } from '../../../src/analysis/cel/ast';
import type { NodeOrId, SchemaNode } from '../../../src/analysis/schema/node';

export type Random = () => number;
type Resolve = (node: NodeOrId) => SchemaNode;

export function mulberry(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Hints {
  readonly fields: ReadonlySet<string>;
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
}

export const NO_HINTS: Hints = { fields: new Set(), texts: [], numbers: [] };

/** What a rule speaks of. */
export function hintsOf(rule: Expression): Hints {
  const fields = new Set<string>();
  const texts = new Set<string>();
  const numbers = new Set<number>();
  const look = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    const node = part as Partial<Expression> & Record<string, unknown>;
    if (node.kind === 'select' || node.kind === 'has') fields.add((node.field as string).replace(/^__(\w+)__$/, '$1').replaceAll('__dash__', '-'));
    if (node.kind === 'literal' && typeof node.value === 'string') {
      const text = node.value;
      texts.add(text);
      // Texts that begin, end or are filled with it.
      if (text !== '' && text.length < 30) for (const one of [`a${text}`, `${text}a`, `/a${text}b`, `/${text}`, `${text}example.com`]) texts.add(one);
    }
    if (node.kind === 'literal' && typeof node.value === 'number') for (const one of [node.value - 1, node.value, node.value + 1]) numbers.add(one);
    for (const below of Object.values(node)) if (Array.isArray(below)) below.forEach(look); else look(below);
  };
  look(rule);
  return { fields, texts: [...texts], numbers: [...numbers] };
}

const TEXTS = [
  'a', 'b', 'orders', 'example.com', '*.example.com', '*', '10.0.0.1', '10.0.0.0/8', '2001:db8::1', '2001:db8::/32', 'ff02::1', '1s', '2s', '0s', '500ms', '1500ms', '1ms', '1h', '8080', '0', '70000', '100m',
  '/a', '/a/b', '', 'A', 'a_b', 'a-b', 'a b', 'a.b', 'a/b', 'a:1', 'http://a.b/c', 'https://a', 'oci://a', 'ftp://a', 'unix:///a', 'spiffe://a/b', 'Exact', 'TCP', 'GET', '10%', '-1', '%zz', '/a%2f', '/a//b', 'é',
  'registry.example.com/a/b:1.0', 'a@sha256:abc', 'http_1xx', '200', 'US', 'tag:a', '1Mi', 'x'.repeat(64), 'y'.repeat(109), 'z'.repeat(254), `${'s'.repeat(254)}/a`, `${'v'.repeat(300)}/b`, 'sha256:abc', '1.1.1.1', '300.1.1.1', '1/second',
  'eipalloc-1', 'subnet-1', 'a.mmdb', 'ssh://a', 'host:a', '65001:1', 'a=true', 'POST', 'default', 'node.a', 'aHR0cDovL2E=',
];

const FORMATTED: Readonly<Record<string, readonly string[]>> = { 'date-time': ['2026-01-01T00:00:00Z'], 'byte': ['YQ=='] };

export class Generator {
  private readonly fitting: Map<SchemaNode, { readonly hinted: string[]; readonly any: string[] }> = new Map();
  private readonly resolve: Resolve;
  private readonly random: Random;
  private readonly hints: Hints;
  /** Sometimes lists are as long as they may be. */
  private big = false;

  constructor(resolve: Resolve, random: Random, hints: Hints) {
    this.resolve = resolve;
    this.random = random;
    this.hints = hints;
  }

  value(node: SchemaNode): unknown {
    this.big = this.random() < 0.04;
    return this.make(node, 0);
  }

  private pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)]!;
  }

  private make(node: SchemaNode, depth: number): unknown {
    const values = node.enum ?? node.allOf?.map(this.resolve).find((part) => part.enum)?.enum;
    if (values) {
      const wanted = values.filter((one) => this.hints.texts.includes(one as string));
      return this.pick(wanted.length > 0 && this.random() < 0.7 ? wanted : values);
    }
    if (node.intOrString) return this.random() < 0.5 ? this.number(node) : this.text(node);
    switch (node.type) {
      case 'string': return this.text(node);
      case 'integer':
      case 'number': return this.number(node);
      case 'boolean': return this.random() < 0.5;
      case 'array': return this.list(node, depth);
      case 'object': return this.object(node, depth);
      default: return this.pick(['a', 1, { a: 1 }]);
    }
  }

  private number(node: SchemaNode): number {
    const low = node.minimum ?? 0;
    const high = node.maximum ?? Math.max(low, 100000);
    const fitting = this.hints.numbers.filter((one) => one >= low && one <= high);
    const any = this.random() < 0.3 ? this.pick([low, high]) : low + Math.floor(this.random() * Math.min(50, high - low));
    const value = fitting.length > 0 && this.random() < 0.6 ? this.pick(fitting) : any;
    return node.multipleOf === undefined ? value : Math.ceil(value / node.multipleOf) * node.multipleOf;
  }

  private text(node: SchemaNode): string {
    let fitting = this.fitting.get(node);
    if (fitting === undefined) {
      const { minLength = 0, maxLength = Infinity } = node;
      const patterns = [node, ...(node.allOf ?? []).map(this.resolve)].flatMap(({ pattern, re2 }) => (pattern === undefined || re2 ? [] : [new RegExp(pattern, 'u')]));
      const fits = (one: string): boolean => one.length >= minLength && one.length <= maxLength && patterns.every((pattern) => pattern.test(one));
      const any = node.format === undefined || FORMATTED[node.format] === undefined ? TEXTS : FORMATTED[node.format]!;
      fitting = { hinted: this.hints.texts.filter(fits), any: any.filter(fits) };
      if (fitting.any.length === 0) fitting.any.push('a'.repeat(Math.max(1, minLength)));
      this.fitting.set(node, fitting);
    }
    return this.pick(fitting.hinted.length > 0 && this.random() < 0.6 ? fitting.hinted : fitting.any);
  }

  private list(node: SchemaNode, depth: number): unknown[] {
    const { minItems = 0, maxItems = 100 } = node;
    const most = this.big ? Math.min(maxItems, depth > 3 ? 3 : 64) : depth > 4 ? 1 : this.pick([0, 1, 1, 2, 2, 3]);
    const count = Math.max(minItems, Math.min(most, maxItems));
    const items: unknown[] = [];
    for (let i = 0; i < count; i++) {
      const again = i > 0 && this.random() < 0.25;
      items.push(again ? structuredClone(this.pick(items)) : node.items === undefined ? 'a' : this.make(this.resolve(node.items), depth + 1));
    }
    return node.listType === 'set' || node.listType === 'map' ? this.distinct(items, node) : items;
  }

  /** Lists that are sets or have keys may hold nothing twice. */
  private distinct(items: readonly unknown[], node: SchemaNode): unknown[] {
    const seen = new Set<string>();
    return items.map((item, i) => {
      if (node.listType !== 'map' || typeof item !== 'object' || item === null) return item;
      const named = item as Record<string, unknown>;
      const texts = (node.listMapKeys ?? []).filter((key) => typeof named[key] === 'string');
      return this.big && texts.length > 0 ? { ...named, [texts[0]!]: `${String(named[texts[0]!])}${i}`.slice(-60) } : item;
    }).filter((item) => {
      const id = JSON.stringify(node.listType === 'map' ? (node.listMapKeys ?? []).map((key) => (item as Record<string, unknown>)?.[key]) : item);
      return !seen.has(id) && seen.add(id);
    });
  }

  private object(node: SchemaNode, depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = node.embedded ? { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } } : {};
    const { hints } = this;
    for (const [name, child] of Object.entries(node.properties ?? {})) {
      const target = this.resolve(child);
      const wanted = hints.fields.has(name) ? 0.55 : depth > 2 ? 0.01 : 0.06;
      if (node.required?.includes(name) ? target.default === undefined || this.random() < 0.9 : this.random() < wanted) object[name] = this.make(target, depth + 1);
    }
    for (const name of Object.keys(node.properties ?? {})) {
      if (Object.keys(object).length >= (node.minProperties ?? 0)) break;
      object[name] ??= this.make(this.resolve(node.properties![name]!), depth + 1);
    }
    if (typeof node.additionalProperties === 'object' || typeof node.additionalProperties === 'string') {
      const values = this.resolve(node.additionalProperties);
      const count = Math.max(node.minProperties ?? 0, Math.min(node.maxProperties ?? 9, this.pick([0, 1, 1, 2, 3])));
      for (let i = 0; i < count; i++) object[this.pick([...TEXTS, ...hints.texts])] = this.make(values, depth + 1);
    }
    this.choose(node, object, depth);
    return object;
  }

  /** Of fields that exclude each other one is kept. */
  private choose(node: SchemaNode, object: Record<string, unknown>, depth: number): void {
    for (const parts of [node.oneOf, node.anyOf, ...(node.allOf ?? []).map(this.resolve).flatMap((part) => [part.oneOf, part.anyOf])]) {
      const alternatives = (parts ?? []).map(this.resolve).filter((part) => part.required && !part.properties);
      if (alternatives.length === 0 || this.random() < 0.1) continue;
      const names = alternatives.flatMap((part) => part.required!);
      const given = names.filter((name) => object[name] !== undefined);
      const chosen = given.length > 0 ? this.pick(given) : this.pick(names);
      for (const name of names) if (name !== chosen) delete object[name];
      const property = node.properties?.[chosen];
      const optional = (parts ?? []).map(this.resolve).some((part) => part.not !== undefined);
      if (object[chosen] === undefined && property !== undefined && !(optional && this.random() < 0.5)) object[chosen] = this.make(this.resolve(property), depth + 1);
    }
  }
}
