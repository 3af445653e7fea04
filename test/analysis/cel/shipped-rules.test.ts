// Every rule of the shipped definitions is read, and for each a document is made for which it holds, and one for which it does not: documents of a kind that has the rule,
// right in structure everywhere.
import { compileExpression } from '../../../src/analysis/cel/compile';
import { parse } from '../../../src/analysis/cel/parser';
import { SAFE_ON_THE_HOST } from '../../../src/analysis/cel/regex';
import { SchemaRules } from '../../../src/analysis/cel/rules';
import type { Expression } from '../../../src/analysis/cel/ast';
import type { CelValue } from '../../../src/analysis/cel/value';
import { CelFailure } from '../../../src/analysis/cel/value';
import { Compiler } from '../../../src/analysis/schema/compile';
import { normalize } from '../../../src/analysis/schema/defaults';
import type { NodeOrId, SchemaNode } from '../../../src/analysis/schema/node';
import type { CheckContext } from '../../../src/analysis/schema/problem';
import { QUIET } from '../../../src/analysis/schema/problem';
import { shorten } from '../../../src/core/errors';
import { isExponential } from '../../../tools/imports/ambiguity';
import { toJavaScript } from '../../../tools/imports/patterns';
import type { Place } from './corpus';
import { rulesByText } from './corpus';
import { Generator, hintsOf, mulberry, NO_HINTS } from './generator';

const ATTEMPTS = 12_000;
const ROOT: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** Rules that no document breaks whose structure is right, by how they begin, and why. */
const ALWAYS_TRUE: readonly (readonly [begin: string, reason: string])[] = [
  ['!has(self.minSuccessRate) || (self.minSuccessRate >= 1', 'the schema has the same bounds'],
  ['!has(self.maxRejectionPercent) || (self.maxRejectionPercent >= 0', 'the schema has the same bounds'],
  ['(self.size() > 0 ? (has(self[0].matches)', 'a GRPCRoute has at most 16 rules of at most 8 matches, which are the 128 that the rule allows'],
  ['self.all(l1, self.exists_one(l2, l1.name == l2.name))', 'name is the key of the list'],
  ['self.all(t1, self.exists_one(t2, t1.port == t2.port))', 'port is the key of the list'],
  ["self.type in ['Exact','PathPrefix'] || self.type == 'RegularExpression'", 'the schema allows these three values and no other'],
  ["self.all(h, !h.contains('*') ? h.matches(", 'the pattern of the items says the same'],
  ["self.all(h, h.contains('*') ? (h.startsWith('*.')", 'the pattern of the items says the same'],
];

const rules = [...rulesByText()];

test('all rules are there', () => {
  expect(rules.length).toBeGreaterThan(400);
  for (const [begin] of ALWAYS_TRUE) expect(rules.filter(([text]) => text.startsWith(begin))).not.toEqual([]);
});

test.each(rules)('%s', (text, { rule, place }) => {
  const reason = ALWAYS_TRUE.find(([begin]) => text.startsWith(begin))?.[1];
  const { holds, breaks } = examples(place, rule.rule, reason === undefined ? ATTEMPTS : ATTEMPTS / 10);
  expect(holds).toBeDefined();
  if (reason !== undefined) {
    expect(breaks).toBeUndefined();
    return;
  }
  expect(breaks?.paths).toContainEqual(breaks!.expected);
});

interface Examples {
  readonly holds: unknown;
  /** Where the refusals stand, and where one should stand. */
  readonly breaks: { readonly paths: readonly unknown[]; readonly expected: readonly (string | number)[] } | undefined;
}

function examples(place: Place, text: string, attempts: number): Examples {
  const { resolve, node, root, kind } = place;
  const compiler = new Compiler({ resolve, native: false });
  const structure = compiler.root(root, kind, ROOT);
  const alone = place.path.length === 0 ? structure : compiler.build(node, 'structure');
  const whole = new SchemaRules(withOneRule(place, text), 35);
  const wholeRules = whole.root(whole.resolve(root))!;
  const type = place.path.length === 0 ? whole.types.root(root) : whole.types.of(node)!;
  const program = compileExpression(text, 35);
  const random = mulberry(7);
  const generator = new Generator(resolve, random, hintsOf(parse(text)));
  const around = new Generator(resolve, random, NO_HINTS);
  let holds: unknown;
  let breaks: Examples['breaks'];
  for (let i = 0; i < attempts && (holds === undefined || breaks === undefined); i++) {
    const name = generator.value({ type: 'string' });
    const made = generator.value(node);
    const value = place.path.length === 0 ? { apiVersion: 'a/v1', kind, metadata: { name }, ...made as object } : made;
    const before = i % 2 === 0 ? generator.value(node) : value;
    const verdict = answer(() => program.evaluate(type.wrap(value), program.usesOldSelf ? type.wrap(before) : null));
    if ((verdict ? holds : breaks) !== undefined || !alone(normalize(value, node, resolve), QUIET)) continue;
    for (let tries = 0; tries < 20; tries++) {
      const { document, path } = wrap(place, value, around, name);
      if (!structure(normalize(document, place.root, resolve), QUIET)) continue;
      const context: CheckContext = { report: true, path: [], problems: [], show: shorten };
      const old = program.usesOldSelf ? wrap(place, before, around, name).document : undefined;
      if (wholeRules.hold(document, old, context)) holds ??= verdict ? document : undefined;
      else if (!verdict) breaks ??= { paths: context.problems.map((problem) => problem.path), expected: path };
      break;
    }
  }
  return { holds, breaks };
}

function answer(evaluate: () => CelValue): boolean {
  try {
    return evaluate() === true;
  } catch (error) {
    if (error instanceof CelFailure) return false;
    throw error;
  }
}

interface Wrapped {
  readonly document: Record<string, unknown>;
  readonly path: readonly (string | number)[];
}

/** A document with the value at its place. */
function wrap({ root, path, resolve, kind }: Place, value: unknown, around: Generator, name: unknown): Wrapped {
  const at: (string | number)[] = [];
  const build = (node: SchemaNode, depth: number): unknown => {
    const step = path[depth];
    if (step === undefined) return value;
    if (step === 'item') {
      at.push(0);
      return [build(resolve(node.items!), depth + 1)];
    }
    if (step === 'value') {
      at.push('a');
      return { a: build(resolve(node.additionalProperties as NodeOrId), depth + 1) };
    }
    at.push(step.field);
    return { ...around.value(node) as Record<string, unknown>, [step.field]: build(resolve(node.properties![step.field]!), depth + 1) };
  };
  return { document: { apiVersion: 'a/v1', kind, metadata: { name }, ...build(root, 0) as Record<string, unknown> }, path: at };
}

/** The schema with this rule at its node, and no other anywhere. */
function withOneRule(place: Place, text: string): (node: NodeOrId) => SchemaNode {
  const changed = new Map<SchemaNode, SchemaNode>();
  return (nodeOrId) => {
    const node = place.resolve(nodeOrId);
    let other = changed.get(node);
    if (!other) {
      const { cel = [], ...rest } = node;
      other = node === place.node ? { ...rest, cel: cel.filter(({ rule }) => rule === text) } : rest;
      changed.set(node, other);
      changed.set(other, other);
    }
    return other;
  };
}

test('the patterns that run on the host are those of the rules that JavaScript reads alike, and none takes exponential time', () => {
  const patterns = new Set<string>();
  const look = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    const node = part as Partial<Expression>;
    if (node.kind === 'call' && node.name === 'matches') {
      const pattern = node.args!.at(-1)!;
      if (pattern.kind === 'literal') patterns.add(pattern.value as string);
    }
    for (const below of Object.values(part)) if (Array.isArray(below)) below.forEach(look); else look(below);
  };
  for (const [text] of rules) look(parse(text));
  const safe = [...patterns].filter((pattern) => toJavaScript(pattern) === pattern && !isExponential(pattern));
  expect([...SAFE_ON_THE_HOST].sort()).toEqual(safe.sort());
  expect(patterns.size).toBeGreaterThan(safe.length);
});
