// Values that speak to a rule in CEL: right in structure, mostly, and made for one rule of their node to break it, or nearly.
import { compileExpression } from '../../../src/analysis/cel/compile';
import { parse } from '../../../src/analysis/cel/parser';
import { CelFailure } from '../../../src/analysis/cel/value';
import { SchemaTypes } from '../../../src/analysis/cel/view';
import type { NodeOrId, SchemaNode } from '../../../src/analysis/schema/node';
import type { KindSchema } from '../../../src/analysis/schema/store';
import { Generator, hintsOf } from '../../analysis/cel/generator';
import type { Json } from '../engines/kube-apiserver/documents';
import type { Next } from './numbers';
import { pick } from './numbers';
import type { Path } from './paths';
import { at, isMap, pathsOf, printed, put } from './paths';

/** The schema of what stands at a path. */
export function nodeAt(schema: KindSchema, path: Path): SchemaNode | undefined {
  let node: SchemaNode | undefined = schema.root;
  for (const part of path) {
    const inner: NodeOrId | boolean | undefined = typeof part === 'number' ? node.items : node.properties?.[part] ?? node.additionalProperties;
    if (inner === undefined || typeof inner === 'boolean') return undefined;
    node = schema.node(inner);
  }
  return node;
}

/** Of values that break the rule and values that keep it, two of three break it. */
const TRIES = 40;

/** The object with the value of one ruled field replaced; undefined when it has none. */
export function withRuleAsked(object: Json, schema: KindSchema, next: Next): { readonly name: string; readonly object: Json } | undefined {
  const ruled = pathsOf(object).filter((path) => path[0] !== 'status' && path[0] !== 'metadata' && (nodeAt(schema, path)?.cel?.length ?? 0) > 0);
  if (ruled.length === 0) return undefined;
  const path = pick(ruled, next);
  const node = nodeAt(schema, path)!;
  const { rule } = pick(node.cel!, next);
  const types = new SchemaTypes(schema.node);
  const type = path.length === 0 ? types.root(node) : types.of(node);
  if (type === undefined) return undefined;
  const program = compileExpression(rule, 35);
  const generator = new Generator(schema.node, () => next(1_000_000) / 1_000_000, hintsOf(parse(rule)));
  const old = at(object, path);
  const wanted = next(3) === 0;
  let made: unknown;
  for (let i = 0; i < TRIES; i++) {
    const value = generator.value(node);
    // What stood there stays where it does not matter, so that required fields are there.
    made = isMap(value) && isMap(old) && (path.length === 0 || next(3) > 0) ? { ...old, ...value } : value;
    const holds = verdict(() => program.evaluate(type.wrap(made), null));
    if (holds === wanted) break;
  }
  return { name: `${printed(path)}: ${wanted ? 'keeping' : 'breaking'} ${rule.slice(0, 80)}`, object: put(object, path, made) as Json };
}

function verdict(evaluate: () => unknown): boolean {
  try {
    return evaluate() === true;
  } catch (error) {
    if (error instanceof CelFailure) return false;
    throw error;
  }
}
