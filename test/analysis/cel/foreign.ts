// @bufbuild/cel, an interpreter that is not ours: what it says of a rule is the oracle of ours, and what it takes for it the measure.
import type { CelInput } from '@bufbuild/cel';
import { celEnv, parse as parseExpression, plan } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { escapeName, isReserved } from '../../../src/analysis/cel/escape';
import type { SchemaTypes } from '../../../src/analysis/cel/view';
import { normalize } from '../../../src/analysis/schema/defaults';
import type { NodeOrId, SchemaNode } from '../../../src/analysis/schema/node';

/** Rules that speak of what only Kubernetes has. */
const ONLY_KUBERNETES = /\b(?:isIP|isCIDR|isURL|url|format\.|getMilliseconds|oldSelf)\b/;

const environment = celEnv({ funcs: strings });

/** Whether the interpreter knows everything that the rule speaks of. */
export function isCommon(rule: string): boolean {
  return !ONLY_KUBERNETES.test(rule) && !rule.includes('metadata');
}

/** The rule, read once. */
export function interpret(expression: string): (self: CelInput) => unknown {
  const evaluate = plan(environment, parseExpression(expression));
  return (self) => evaluate({ self });
}

/** The value as the interpreter takes it: with its defaults, visible fields under their escaped names, integers as bigints. */
export function inputOf(value: unknown, node: SchemaNode, resolve: (node: NodeOrId) => SchemaNode, types: SchemaTypes): CelInput {
  return mapped(normalize(value, node, resolve), node, resolve, types);
}

function mapped(value: unknown, node: SchemaNode, resolve: (node: NodeOrId) => SchemaNode, types: SchemaTypes): CelInput {
  if (node.intOrString || node.type === 'integer') return typeof value === 'number' ? BigInt(value) : value as CelInput;
  if (Array.isArray(value)) return value.map((item) => mapped(item, resolve(node.items!), resolve, types)) as CelInput;
  if (typeof value !== 'object' || value === null) return value as CelInput;
  const out: Record<string, CelInput> = {};
  for (const [name, one] of Object.entries(value)) {
    const child = node.properties?.[name] ?? (typeof node.additionalProperties === 'boolean' ? undefined : node.additionalProperties);
    const target = child === undefined ? undefined : resolve(child);
    const key = node.properties ? escapeName(name) : name;
    if (one === null || one === undefined || key === undefined || target === undefined || types.of(target) === undefined) continue;
    out[key] = mapped(one, target, resolve, types);
    // Since 1.31 reserved words name their fields as they are, too.
    if (isReserved(name)) out[name] = out[key];
  }
  return out as CelInput;
}
