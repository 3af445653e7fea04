// Every reference that the kinds of imports/ can make. One table; each kind's part is compiled when its first object comes.
import { DELIVERY } from './delivery';
import { GATEWAYS } from './gateways';
import { KUBERNETES } from './kubernetes';
import { MESHES } from './meshes';
import { NETWORKS } from './networks';
import type { ReferenceTree } from './path';
import { referenceTree } from './path';
import type { FieldReference, KindReferences } from './reference';

/** The table, system by system. */
export const TABLE: readonly KindReferences[] = [...KUBERNETES, ...GATEWAYS, ...MESHES, ...NETWORKS, ...DELIVERY];

/** The references of each kind (`group/Kind`). */
export const REFERENCES: ReadonlyMap<string, readonly FieldReference[]> = byKind();

const TREES: Map<string, ReferenceTree> = new Map();

const TREES_BY_GROUP: Map<string, Map<string, ReferenceTree | undefined>> = new Map();

/** The same by the two halves of a kind, as objects have them. */
export function treeOfKind(group: string, kind: string): ReferenceTree | undefined {
  let trees = TREES_BY_GROUP.get(group);
  if (!trees) TREES_BY_GROUP.set(group, (trees = new Map()));
  const known = trees.get(kind);
  if (known !== undefined || trees.has(kind)) return known;
  const tree = treeOf(`${group}/${kind}`);
  trees.set(kind, tree);
  return tree;
}

/** The compiled references of a kind; undefined when it has none. */
export function treeOf(kind: string): ReferenceTree | undefined {
  const fields = REFERENCES.get(kind);
  if (!fields) return undefined;
  let tree = TREES.get(kind);
  if (!tree) TREES.set(kind, (tree = referenceTree(fields)));
  return tree;
}

function byKind(): ReadonlyMap<string, readonly FieldReference[]> {
  const map = new Map<string, FieldReference[]>();
  for (const { kinds, fields } of TABLE) {
    for (const kind of kinds) {
      const known = map.get(kind);
      if (known) known.push(...fields);
      else map.set(kind, [...fields]);
    }
  }
  return map;
}
