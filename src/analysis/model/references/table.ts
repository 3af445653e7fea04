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

/** The rows of each kind (`group/Kind`). */
const ROWS: ReadonlyMap<string, readonly KindReferences[]> = byKind();

/** The references of a kind (`group/Kind`); none of a kind that refers to nothing. */
export function referencesOf(kind: string): readonly FieldReference[] {
  return (ROWS.get(kind) ?? []).flatMap(fieldsOf);
}

const FIELDS: Map<KindReferences, readonly FieldReference[]> = new Map();

/** The kinds of a row share its fields. */
function fieldsOf(row: KindReferences): readonly FieldReference[] {
  let fields = FIELDS.get(row);
  if (!fields) FIELDS.set(row, (fields = row.fields()));
  return fields;
}

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
  if (!ROWS.has(kind)) return undefined;
  let tree = TREES.get(kind);
  if (!tree) TREES.set(kind, (tree = referenceTree(referencesOf(kind))));
  return tree;
}

function byKind(): ReadonlyMap<string, readonly KindReferences[]> {
  const rows = new Map<string, KindReferences[]>();
  for (const row of TABLE) {
    for (const kind of row.kinds) {
      const known = rows.get(kind);
      if (known) known.push(row);
      else rows.set(kind, [row]);
    }
  }
  return rows;
}
