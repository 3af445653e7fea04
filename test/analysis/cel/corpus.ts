// Every rule of the shipped definitions, with a place where it stands.
import type { CelRule, NodeOrId, SchemaGroup, SchemaNode } from '../../../src/analysis/schema/node';
import { SchemaStore } from '../../../src/analysis/schema/store';

type Step = { readonly field: string } | 'item' | 'value';

export interface Place {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly line: string;
  readonly root: SchemaNode;
  readonly path: readonly Step[];
  readonly node: SchemaNode;
  readonly resolve: (node: NodeOrId) => SchemaNode;
}

/** Nodes that have rules, each with the first place where it stands. */
export function nodesWithRules(store: SchemaStore = SchemaStore.shipped()): Place[] {
  const places: Place[] = [];
  for (const name of Object.keys(store.index.groups)) {
    const file = store.group(name);
    const seen = new Set<SchemaNode>();
    for (const [kind, versions] of Object.entries(file.kinds)) {
      for (const [version, lines] of Object.entries(versions)) {
        for (const [line, { schema }] of Object.entries(lines)) places.push(...placesBelow({ group: name, kind, version, line }, schema, file, seen));
      }
    }
  }
  return places;
}

function placesBelow(where: Pick<Place, 'group' | 'kind' | 'version' | 'line'>, schema: string, file: SchemaGroup, seen: Set<SchemaNode>): Place[] {
  const resolve = (node: NodeOrId): SchemaNode => (typeof node === 'string' ? file.nodes[node]! : node);
  const root = resolve(schema);
  const places: Place[] = [];
  const walk = (node: SchemaNode, path: readonly Step[]): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.cel) places.push({ ...where, root, path, node, resolve });
    for (const [field, child] of Object.entries(node.properties ?? {})) walk(resolve(child), [...path, { field }]);
    if (node.items !== undefined) walk(resolve(node.items), [...path, 'item']);
    if (node.additionalProperties !== undefined && typeof node.additionalProperties !== 'boolean') walk(resolve(node.additionalProperties), [...path, 'value']);
  };
  walk(root, []);
  return places;
}

/** Every rule text, at the first place where it stands. */
export function rulesByText(): Map<string, { readonly rule: CelRule; readonly place: Place }> {
  const rules = new Map<string, { readonly rule: CelRule; readonly place: Place }>();
  for (const place of nodesWithRules()) for (const rule of place.node.cel!) if (!rules.has(rule.rule)) rules.set(rule.rule, { rule, place });
  return rules;
}
