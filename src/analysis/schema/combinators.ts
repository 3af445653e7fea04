// enum, oneOf, anyOf, allOf and not.
import type { Resolve } from './defaults';
import { canonical } from './list-types';
import type { NodeOrId, SchemaNode } from './node';
import type { Check, CheckContext } from './problem';
import { fail, QUIET } from './problem';
import type { Mode, NodeChecks } from './reading';
import { suggest } from './suggest';

/** The checks that a node asks for whatever the value's type is. */
export function combinatorChecks(node: SchemaNode, mode: Mode, compiler: NodeChecks): Check[] {
  const checks: Check[] = [];
  if (node.enum) checks.push(enumCheck(node.enum));
  const groups: Check[] = [];
  if (node.anyOf) groups.push(alternatives(node.anyOf, compiler, false));
  if (node.oneOf) groups.push(alternatives(node.oneOf, compiler, true));
  for (const part of node.allOf ?? []) groups.push(compiler.check(part, 'value'));
  if (node.not) groups.push(forbidden(node.not, compiler));
  if (groups.length === 0) return checks;
  // Alternatives see the object with its defaults filled in. Only where that can make a difference is it worth a copy.
  const nested = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? []), ...(node.not ? [node.not] : [])];
  const needsDefaults = mode === 'structure' && !compiler.reading.native && nested.some((part) => mentionsDefault(node, part, compiler.reading.resolve));
  for (const check of groups) checks.push(needsDefaults ? (value, context) => check(context.report ? value : compiler.normalize(value, node), context) : check);
  return checks;
}

function enumCheck(allowed: readonly unknown[]): Check {
  const scalars = new Set(allowed.filter((value) => typeof value !== 'object'));
  const compound = new Set(allowed.filter((value) => typeof value === 'object').map(canonical));
  const examine = (value: unknown, context: CheckContext): boolean => {
    if (compound.size > 0 && typeof value === 'object' && compound.has(canonical(value))) return true;
    if (!context.report) return false;
    const names = allowed.filter((one): one is string => typeof one === 'string');
    return fail(context, 'NS0014', () => `${context.show(value)} is not one of ${allowed.map((one) => (one === '' ? '""' : String(one))).join(', ')}`, () => {
      const meant = typeof value === 'string' ? (suggest(value, names) ?? theOneWith(value, names)) : undefined;
      return meant === undefined ? undefined : `did you mean ${meant}?`;
    });
  };
  return (value, context) => scalars.has(value) || examine(value, context);
}

/** `prefix` is part of one allowed name only: `PathPrefix`. */
function theOneWith(text: string, names: readonly string[]): string | undefined {
  const found = text.length < 3 ? [] : names.filter((name) => name.toLowerCase().includes(text.toLowerCase()));
  return found.length === 1 ? found[0] : undefined;
}

function alternatives(parts: readonly NodeOrId[], compiler: NodeChecks, exactlyOne: boolean): Check {
  const checks = parts.map((part) => compiler.check(part, 'value'));
  const refuse = (value: unknown, matched: number, context: CheckContext): false => {
    const fields = fieldsOf(parts, compiler.reading.resolve);
    if (fields !== undefined) return failFields(value, context, fields, exactlyOne);
    if (matched > 1) return fail(context, 'NS0014', () => 'the value matches several of the allowed forms, and must match exactly one');
    // The alternative that came nearest says most.
    const nearest = checks.map((check) => {
      const problems: CheckContext = { ...context, path: [...context.path], problems: [] };
      check(value, problems);
      return problems.problems;
    }).sort((a, b) => a.length - b.length || Math.max(...b.map(depth)) - Math.max(...a.map(depth)))[0];
    const hint = nearest?.[0];
    return fail(context, 'NS0014', () => `none of the ${parts.length} allowed forms fits${hint ? `; the nearest says: ${hint.message}` : ''}`, () => hint?.fix);
  };
  return (value, context) => {
    let matched = 0;
    for (const check of checks) {
      if (check(value, QUIET)) {
        matched++;
        if (!exactlyOne || matched > 1) break;
      }
    }
    return matched === 1 || (context.report && refuse(value, matched, context));
  };
}

function depth(problem: { readonly path: readonly unknown[] }): number {
  return problem.path.length;
}

/** The fields of alternatives that only say "this field is set", and whether "none" is one of them. */
function fieldsOf(parts: readonly NodeOrId[], resolve: Resolve): { readonly names: readonly string[]; readonly optional: boolean } | undefined {
  const names: string[] = [];
  let optional = false;
  for (const part of parts) {
    const node = resolve(part);
    const words = Object.keys(node).filter((word) => word !== 'properties');
    if (words.length === 1 && node.required?.length === 1) names.push(node.required[0]!);
    else if (words.length === 1 && node.not !== undefined) optional = true;
    else return undefined;
  }
  return names.length > 0 ? { names, optional } : undefined;
}

function failFields(value: unknown, context: CheckContext, { names, optional }: { readonly names: readonly string[]; readonly optional: boolean }, exactlyOne: boolean): false {
  const set = names.filter((name) => typeof value === 'object' && value !== null && (value as Readonly<Record<string, unknown>>)[name] !== undefined);
  const rule = optional ? 'at most one' : exactlyOne ? 'exactly one' : 'at least one';
  return fail(context, 'NS0014', () => `${rule} of ${names.join(', ')} may be set, and ${set.length === 0 ? 'none is' : `${set.join(' and ')} are`}`, () => (set.length > 1 ? 'keep one of them' : `give one of ${names.join(', ')}`));
}

function forbidden(part: NodeOrId, compiler: NodeChecks): Check {
  const check = compiler.check(part, 'value');
  const required = compiler.reading.resolve(part).required;
  return (value, context) => !check(value, QUIET) || fail(context, 'NS0014', () => (required ? `the fields ${required.join(' and ')} may not stand together` : 'the value has a form that is not allowed here'));
}

/** Whether defaults of the structure can change what a nested node says. */
function mentionsDefault(structure: SchemaNode, part: NodeOrId, resolve: Resolve): boolean {
  const nested = resolve(part);
  const child = (name: string): SchemaNode | undefined => (structure.properties?.[name] === undefined ? undefined : resolve(structure.properties[name]));
  const defaulted = (name: string): boolean => child(name)?.default !== undefined;
  if (nested.required?.some(defaulted)) return true;
  if ((nested.minProperties !== undefined || nested.maxProperties !== undefined) && Object.keys(structure.properties ?? {}).some(defaulted)) return true;
  for (const [name, below] of Object.entries(nested.properties ?? {})) {
    const target = child(name);
    if (target && (target.default !== undefined || mentionsDefault(target, below, resolve))) return true;
  }
  if (nested.items !== undefined && structure.items !== undefined && mentionsDefault(resolve(structure.items), nested.items, resolve)) return true;
  const parts = [...(nested.anyOf ?? []), ...(nested.oneOf ?? []), ...(nested.allOf ?? []), ...(nested.not ? [nested.not] : [])];
  return parts.some((below) => mentionsDefault(structure, below, resolve));
}
