// What is wrong when a rule does not hold, in words. Definitions bring their rules without their authors' sentences; what the rule compares says it: which fields are set
// and which are missing, and which values stand in the way.
import type { CelRule } from '../schema/node';
import type { CheckContext } from '../schema/problem';
import type { Expression } from './ast';
import { compileNode } from './compile';
import { parse } from './parser';
import type { Reason } from './reasons';
import { reasonsWhyFalse } from './reasons';
import { Scope } from './scope';
import type { CelValue } from './value';
import { CelFailure, CelList, CelMap, Double, isInt, Uint } from './value';

export interface Words {
  readonly message: string;
  readonly fix: string | undefined;
}

const LONGEST_RULE = 300;
const LONGEST_BESIDE = 140;

/** A rule in a sentence. */
export function quoteRule(rule: string, longest: number = LONGEST_RULE): string {
  const line = rule.trim().replace(/\s+/g, ' ');
  return `«${line.length > longest ? `${line.slice(0, longest)}…` : line}»`;
}

const LEADS: Readonly<Record<string, string>> = {
  FieldValueRequired: 'something is missing here', FieldValueForbidden: 'this is not allowed here', FieldValueDuplicate: 'something stands twice here',
};

/** Says that a rule does not hold, and why, for the value at the context's path. */
export function describe(rule: CelRule, self: CelValue, oldSelf: CelValue, kubernetes: number, context: CheckContext): Words {
  const lead = rule.reason === undefined || LEADS[rule.reason] === undefined ? '' : `${LEADS[rule.reason]}: `;
  const scene: Scene = { kubernetes, context, variables: new Map([['self', { value: self, path: [] }], ['oldSelf', { value: oldSelf, path: undefined }]]) };
  const expression = parse(rule.rule);
  if (isUnchanged(expression)) return { message: `${lead}the value may not be changed once it is set`, fix: 'keep it, or make the object anew' };
  const told = explain(expression, scene);
  // A sentence does not begin with the name of a field.
  const start = lead !== '' || /^(?:the |none of |two items|\d)/.test(told?.message ?? '') ? lead : 'here ';
  if (told !== undefined) return { message: `${start}${told.message}, which the rule ${quoteRule(rule.rule, LONGEST_BESIDE)} does not allow`, fix: told.fix };
  const shown = shownValue(self, context);
  return { message: `${lead}the rule ${quoteRule(rule.rule)} of this field does not hold${shown === undefined ? '' : ` for ${shown}`}`, fix: undefined };
}

/** Variables with their values, and where the values stand below the field that has the rule. */
interface Scene {
  readonly kubernetes: number;
  readonly context: CheckContext;
  readonly variables: ReadonlyMap<string, Variable>;
}

interface Variable {
  readonly value: CelValue;
  /** Undefined for what stands nowhere in the document. */
  readonly path: readonly (string | number)[] | undefined;
  /** What it is called instead. */
  readonly label?: string;
}

function evaluate(node: Expression, { kubernetes, variables }: Scene): CelValue | undefined {
  try {
    const scope = new Scope(kubernetes, new Map([...variables.keys()].map((name, slot) => [name, slot])));
    const run = compileNode(node, scope);
    return run([...[...variables.values()].map(({ value }) => value), ...new Array<null>(scope.size).fill(null)]);
  } catch (error) {
    if (error instanceof CelFailure) return undefined;
    throw error;
  }
}

/** Why an expression is false. */
function explain(expression: Expression, scene: Scene): Words | undefined {
  const reasons = reasonsWhyFalse(expression, (condition) => {
    const value = evaluate(condition, scene);
    return typeof value === 'boolean' ? value : undefined;
  });
  if (reasons === undefined) return undefined;
  const folds = reasons.filter(({ condition }) => condition.kind === 'fold');
  const facts = withoutImplied(reasons.filter((reason) => !folds.includes(reason)).map((reason) => factOf(reason, scene)));
  const [fold] = folds;
  if (fold === undefined) return fromFacts(facts);
  if (folds.length > 1) return undefined;
  const { condition, met } = fold as { readonly condition: Expression & { kind: 'fold' }; readonly met: boolean };
  const inside = explainFold(condition, met, scene);
  // That the list is there goes without saying.
  const list = pathOf(condition.range, scene);
  const others = facts.filter((fact) => fact?.kind !== 'set' || !(list === fact.field || list?.startsWith(`${fact.field}.`)));
  if (inside === undefined || others.length === 0) return inside;
  const beside = fromFacts(others);
  return beside && { message: `${inside.message} although ${beside.message}`, fix: inside.fix ?? beside.fix };
}

function isUnchanged(node: Expression): boolean {
  return node.kind === 'binary' && node.operator === '==' && node.left.kind === 'ident' && node.right.kind === 'ident' && node.left.name !== node.right.name
    && [node.left.name, node.right.name].every((name) => name === 'self' || name === 'oldSelf');
}

type Fact =
  | { readonly kind: 'set' | 'missing'; readonly field: string }
  | Is;

interface Is {
  readonly kind: 'is';
  readonly field: string;
  readonly words: string;
  /** Its value, where the words do not have it. */
  readonly shown?: string;
  /** What it may be. */
  readonly wanted?: string;
  /** Its value, and the one that it may have. */
  readonly not?: { readonly value: string; readonly allowed: string };
}

/** A reason in words, or undefined when it has none. */
function factOf({ condition, met }: Reason, scene: Scene): Fact | undefined {
  if (condition.kind === 'has') {
    const field = pathOf({ ...condition, kind: 'select' }, scene);
    return field === undefined ? undefined : { kind: met ? 'set' : 'missing', field };
  }
  if (condition.kind === 'binary') return compared(condition, met, scene);
  if (condition.kind === 'call') return tested(condition, met, scene);
  const field = condition.kind === 'select' || condition.kind === 'ident' ? pathOf(condition, scene) : undefined;
  return field === undefined ? undefined : { kind: 'is', field, words: `is ${met}` };
}

const DIRECT: Readonly<Record<string, string>> = { '<': 'is below', '<=': 'is at most', '>': 'is above', '>=': 'is at least' };
const OPPOSITE: Readonly<Record<string, string>> = { '<': 'is at least', '<=': 'is above', '>': 'is at most', '>=': 'is below' };

function compared({ operator, left, right }: Expression & { kind: 'binary' }, met: boolean, scene: Scene): Fact | undefined {
  const size = sizeFact(operator, left, right, scene);
  if (size !== undefined) return size;
  const [subject, object] = [plain(left), plain(right)];
  const field = pathOf(subject, scene);
  if (field === undefined) return undefined;
  const shown = shownAt(subject, scene);
  if (operator === 'in') {
    const names = object.kind === 'list' ? object.items.map(({ value }) => literal(value)) : [undefined];
    if (names.some((name) => name === undefined)) return undefined;
    return met ? { kind: 'is', field, words: `is ${shown}` } : notAny(field, shown, names as string[]);
  }
  const constant = literal(object);
  const other = constant ?? pathOf(object, scene);
  if (other === undefined) return undefined;
  if (operator === '==') {
    if (constant === undefined) return { kind: 'is', field, words: met ? `is the same as ${other}` : `is ${shown}, and ${other} is ${shownAt(object, scene)}` };
    return met ? { kind: 'is', field, words: `is ${other}` } : notAny(field, shown, [other]);
  }
  const words = (met ? DIRECT : OPPOSITE)[operator];
  return words === undefined ? undefined : { kind: 'is', field, shown: `(${shown})`, words: `${words} ${constant ?? `${other} (${shownAt(object, scene)})`}` };
}

/** A value that is none of what it may be. */
function notAny(field: string, shown: string, allowed: readonly string[]): Is {
  const [only] = allowed;
  if (allowed.length === 1) return { kind: 'is', field, words: `is ${shown}, not ${only!}`, wanted: only!, not: { value: shown, allowed: only! } };
  return { kind: 'is', field, words: `is ${shown}, none of ${allowed.join(', ')}`, wanted: `one of ${allowed.join(', ')}` };
}

/** `duration(x)` is about x. */
function plain(node: Expression): Expression {
  return node.kind === 'call' && node.target === undefined && node.args.length === 1 && ['duration', 'int', 'string', 'quantity'].includes(node.name) ? node.args[0]! : node;
}

/** What `x.size() > 0` says of x. */
function sizeFact(operator: string, left: Expression, right: Expression, scene: Scene): Fact | undefined {
  if (left.kind !== 'call' || left.name !== 'size') return undefined;
  const of = left.target ?? left.args[0];
  const limit = literal(right);
  const count = evaluate(left, scene);
  if (of === undefined || limit === undefined || typeof count !== 'number') return undefined;
  if (of.kind === 'fold' && of.fold === 'filter') {
    const list = pathOf(of.range, scene);
    const which = conditionWords(of.body, of.variables[0]!, scene);
    return list === undefined || which === undefined ? undefined : { kind: 'is', field: `${count} items${list === '' ? '' : ` of ${list}`}`, words: `have ${which}, and ${limitWords(operator, limit)}` };
  }
  const field = pathOf(of, scene);
  if (field === undefined) return undefined;
  if (limit === '0') return { kind: 'is', field, words: count === 0 ? 'is empty' : 'is not empty' };
  const unit = typeof evaluate(of, scene) === 'string' ? 'character' : 'item';
  return { kind: 'is', field, words: `has ${count} ${unit}${count === 1 ? '' : 's'}` };
}

function limitWords(operator: string, limit: string): string {
  return operator === '<=' ? `at most ${limit} may` : operator === '<' ? `fewer than ${limit} may` : operator === '>=' ? `at least ${limit} must` : `more than ${limit} must`;
}

/** What `f.type == 'X'` asks of an item. */
function conditionWords(body: Expression, variable: string, scene: Scene): string | undefined {
  if (body.kind !== 'binary' || body.operator !== '==') return undefined;
  const field = pathOf(body.left, { ...scene, variables: new Map([[variable, { value: null, path: [] }]]) });
  const value = literal(body.right);
  return field === undefined || field === '' || value === undefined ? undefined : `${field} ${value}`;
}

const METHODS: Readonly<Record<string, readonly [met: string, not: string]>> = {
  startsWith: ['begins with', 'does not begin with'], endsWith: ['ends in', 'does not end in'], contains: ['contains', 'does not contain'], matches: ['matches', 'does not match'],
};
const FUNCTIONS: Readonly<Record<string, string>> = { isIP: 'IP address', isCIDR: 'CIDR', isURL: 'URL', isQuantity: 'quantity', isSemver: 'semantic version' };

function tested({ name, target, args }: Expression & { kind: 'call' }, met: boolean, scene: Scene): Fact | undefined {
  const subject = target ?? args[0];
  const field = subject === undefined ? undefined : pathOf(subject, scene);
  if (subject === undefined || field === undefined) return undefined;
  const shown = shownAt(subject, scene);
  if (target === undefined) {
    const noun = args.length === 1 ? FUNCTIONS[name] : undefined;
    return noun === undefined ? undefined : { kind: 'is', field, shown, words: met ? `is ${/^[IU]/.test(noun) && noun !== 'URL' ? 'an' : 'a'} ${noun}` : `is no ${noun}` };
  }
  const words = METHODS[name];
  const text = args.length === 1 ? literal(args[0]!) : undefined;
  return words === undefined || text === undefined ? undefined : { kind: 'is', field, shown, words: `${words[met ? 0 : 1]} ${name === 'matches' ? text.slice(1, -1) : text}` };
}

/** An item that breaks what all must keep, or that is what none may be. */
function explainFold(node: Expression & { kind: 'fold' }, met: boolean, scene: Scene): Words | undefined {
  const list = pathOf(node.range, scene);
  if (list === undefined || node.variables.length !== 1 || (node.fold !== 'all' && node.fold !== 'exists') || (node.fold === 'all') === met) return undefined;
  const twins = sameIn(node);
  if (twins !== undefined) return { message: `two items${list === '' ? '' : ` of ${list}`} have the same ${twins}`, fix: 'keep one of them, or tell them apart' };
  const range = evaluate(node.range, scene);
  const start = [...scene.variables.get(rootOf(node.range) ?? '')?.path ?? [], ...steps(node.range)];
  const items: Variable[] = range instanceof CelList ? [...range].map((value, i) => ({ value, path: [...start, i] }))
    : range instanceof CelMap ? [...range.keys()].map((value) => ({ value, path: [...start, String(value)], label: list === '' ? 'the key' : `the key of ${list}` })) : [];
  for (const item of items) {
    const inner: Scene = { ...scene, variables: new Map([...scene.variables, [node.variables[0]!, item]]) };
    if (evaluate(node.body, inner) === (node.fold === 'exists')) return explain(node.fold === 'all' ? node.body : { kind: 'unary', operator: '!', operand: node.body }, inner);
  }
  return undefined;
}

/** `l.all(a, l.exists_one(b, a.name == b.name))` holds the items' names apart. */
function sameIn({ range, body, variables }: Expression & { kind: 'fold' }): string | undefined {
  if (body.kind !== 'fold' || body.fold !== 'existsOne' || JSON.stringify(body.range) !== JSON.stringify(range)) return undefined;
  const names: string[] = [];
  const look = (node: Expression): void => {
    if (node.kind !== 'binary') return;
    if (node.operator === '&&') {
      look(node.left);
      look(node.right);
    }
    const [a, b] = [node.left, node.right];
    if (node.operator !== '==' || a.kind !== 'select' || b.kind !== 'select' || a.field !== b.field || rootOf(a) !== variables[0] || rootOf(b) !== body.variables[0]) return;
    names.push(unescaped(a.field));
  };
  look(body.body);
  return names.length > 0 ? listed(names, 'and') : undefined;
}

const EMPTY: ReadonlySet<string> = new Set(['""', '"0s"', '0']);

function withoutImplied(facts: readonly (Fact | undefined)[]): readonly (Fact | undefined)[] {
  const spoken = facts.filter((fact) => fact !== undefined);
  return facts.filter((fact) => {
    // That a value is not empty goes without saying beside what else it is.
    if (fact?.kind === 'is' && fact.not !== undefined && EMPTY.has(fact.not.allowed)) return !spoken.some((other) => other.kind === 'is' && (other.not === undefined || !EMPTY.has(other.not.allowed)));
    // A field that has a value, or a field below it, is set.
    return fact?.kind !== 'set' || !spoken.some((other) => other !== fact && other.kind !== 'missing' && (other.field === fact.field || other.field.startsWith(`${fact.field}.`)));
  });
}

/** `x is "c", not "a"` and `x is "c", not "b"` are one fact. */
function together(facts: readonly Is[]): Is[] {
  const refused = (field: string): Is[] => facts.filter((fact) => fact.field === field && fact.not !== undefined);
  return facts.flatMap((fact) => {
    const all = fact.not === undefined ? [] : refused(fact.field);
    if (all.length < 2) return [fact];
    return fact === all[0] ? [notAny(fact.field, fact.not!.value, all.map(({ not }) => not!.allowed))] : [];
  });
}

function fromFacts(facts: readonly (Fact | undefined)[]): Words | undefined {
  const of = <K extends Fact['kind']>(kind: K): (Fact & { kind: K })[] => facts.filter((fact): fact is Fact & { kind: K } => fact?.kind === kind);
  const [set, missing, is] = [of('set').map(({ field }) => field), of('missing').map(({ field }) => field), together(of('is'))];
  if (facts.length === 0 || facts.some((fact) => fact === undefined) || (facts.length > 3 && set.length !== facts.length && missing.length !== facts.length)) return undefined;
  const presence = [
    ...(missing.length === 0 ? [] : [missing.length === 1 ? `${missing[0]!} is missing` : `none of ${listed(missing, 'and')} is set`]),
    ...(set.length === 0 ? [] : [set.length === 1 ? `${set[0]!} is set` : `${listed(set, 'and')} are ${set.length === 2 ? 'both' : 'all'} set`]),
  ].join(' although ');
  // Several things about one field are said in one breath.
  const values = [...new Set(is.map(({ field }) => field))].map((field) => {
    const about = is.filter((fact) => fact.field === field);
    const shown = about.find((fact) => fact.shown !== undefined && !about.some((other) => other.shown === undefined))?.shown;
    return [field === '' ? 'the value' : field, ...(shown === undefined ? [] : [shown]), listed(about.map(({ words }) => words), 'and')].join(' ');
  }).join(', and ');
  const [only] = is;
  const ways = [
    ...(missing.length === 0 ? [] : [missing.length === 1 ? `give ${missing[0]!}` : `give one of ${listed(missing, 'and')}`]),
    ...(set.length === 0 || missing.length > 0 ? [] : [set.length === 1 ? `remove ${set[0]!}` : `keep one of ${listed(set, 'and')}`]),
    ...(is.length === 1 && only?.wanted !== undefined ? [`set ${only.field || 'it'} to ${only.wanted}`] : []),
  ];
  return { message: [presence, values].filter((part) => part !== '').join(' although '), fix: ways.length === 0 ? undefined : ways.join(', or ') };
}

function listed(names: readonly string[], join: string): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} ${join} ${names[names.length - 1]!}`;
}

function rootOf(node: Expression): string | undefined {
  if (node.kind === 'ident') return node.name;
  return node.kind === 'select' ? rootOf(node.operand) : undefined;
}

function steps(node: Expression): (string | number)[] {
  return node.kind === 'select' ? [...steps(node.operand), unescaped(node.field)] : [];
}

/** Where a selection stands below the field that has the rule: `spec.ports[0].name`; empty for the field itself. */
function pathOf(node: Expression, { variables }: Scene): string | undefined {
  const variable = variables.get(rootOf(node) ?? '');
  if (variable?.path === undefined) return undefined;
  if (variable.label !== undefined) return node.kind === 'ident' ? variable.label : undefined;
  return [...variable.path, ...steps(node)].reduce<string>((path, step) => (typeof step === 'number' ? `${path}[${step}]` : path === '' ? step : `${path}.${step}`), '');
}

const SIGNS: Readonly<Record<string, string>> = { dot: '.', dash: '-', slash: '/', underscores: '__' };

function unescaped(field: string): string {
  return field.replace(/__(\w+?)__/g, (_, word: string) => SIGNS[word] ?? word);
}

function literal(node: Expression): string | undefined {
  if (node.kind !== 'literal') return undefined;
  const { value } = node;
  return typeof value === 'string' ? JSON.stringify(value) : isInt(value) || typeof value === 'boolean' || value === null ? String(value) : undefined;
}

/** The value of a selection, never a secret. */
function shownAt(node: Expression, scene: Scene): string {
  const path = [...scene.variables.get(rootOf(node) ?? '')?.path ?? [], ...steps(node)];
  const { context } = scene;
  const value = evaluate(node, scene);
  context.path.push(...path);
  const shown = value === undefined ? 'missing' : shownValue(value, context) ?? 'a value';
  context.path.length -= path.length;
  return shown;
}

function shownValue(value: CelValue, context: CheckContext): string | undefined {
  if (value instanceof Double) return context.show(value.value);
  if (value instanceof Uint || typeof value === 'bigint') return String(value instanceof Uint ? value.value : value);
  return typeof value === 'object' && value !== null ? undefined : context.show(value);
}
