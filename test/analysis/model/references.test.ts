// Every field of the shipped schemas that looks like a reference is in the table of references, or is said to be none.
import { findReferences, referenceTree, segments } from '../../../src/analysis/model/references/path';
import type { FieldReference } from '../../../src/analysis/model/references/reference';
import { referencesOf, TABLE } from '../../../src/analysis/model/references/table';
import type { NodeOrId, SchemaNode } from '../../../src/analysis/schema/node';
import { SchemaStore } from '../../../src/analysis/schema/store';
import { NO_REFERENCES } from './no-references';

const LOOKS_LIKE_ONE = /(?:Refs?|References?|Names?|Selectors?|[sS]ecrets?|[cC]onfigMaps?|[sS]erviceAccounts?|^gateways|^subset|[cC]lass)$/;
const store = SchemaStore.shipped();

/** Every path of a kind's schemas, of all its versions, as JSON. */
function fieldsOf(group: string, kind: string): Map<string, readonly string[]> {
  const file = store.group(group);
  const paths = new Map<string, readonly string[]>();
  const walk = (nodeOrId: NodeOrId, path: readonly string[], above: ReadonlySet<string>): void => {
    if (typeof nodeOrId === 'string' && above.has(nodeOrId)) return;
    const node: SchemaNode = typeof nodeOrId === 'string' ? file.nodes[nodeOrId]! : nodeOrId;
    const within = typeof nodeOrId === 'string' ? new Set([...above, nodeOrId]) : above;
    for (const [key, below] of Object.entries(node.properties ?? {})) {
      if (path.length === 0 && (key === 'status' || key === 'metadata')) continue;
      const at = [...path, key];
      paths.set(at.join('\n'), at);
      walk(below, at, within);
    }
    if (node.items) walk(node.items, [...path, '[]'], within);
    if (node.additionalProperties !== undefined && typeof node.additionalProperties !== 'boolean') walk(node.additionalProperties, [...path, '*'], within);
    for (const branch of [...(node.allOf ?? []), ...(node.anyOf ?? []), ...(node.oneOf ?? [])]) walk(branch, path, within);
  };
  for (const lines of Object.values(file.kinds[kind]!)) for (const { schema } of Object.values(lines)) walk(schema, [], new Set());
  return paths;
}

/** Whether a pattern of the table is the path, or the value that the path is a part of. */
function covers(pattern: readonly string[], path: readonly string[], i: number = 0, j: number = 0): boolean {
  if (i === pattern.length) return true;
  if (j === path.length) return pattern.slice(i).every((part) => part === '[]');
  if (pattern[i] === '**') return covers(pattern, path, i + 1, j) || covers(pattern, path, i, j + 1);
  if (pattern[i] === '*') return path[j] !== '[]' && covers(pattern, path, i + 1, j + 1);
  return pattern[i] === path[j] && covers(pattern, path, i + 1, j + 1);
}

const print = (path: readonly string[]): string => path.join('.').replaceAll('.[]', '[]');

const KINDS = Object.entries(store.index.groups).flatMap(([group, { kinds }]) => Object.keys(kinds).map((kind) => ({ group, kind, id: `${group === 'core' ? '' : group}/${kind}` })));

const REFERENCES = new Map(TABLE.flatMap(({ kinds }) => kinds).map((kind) => [kind, referencesOf(kind)]));

test('no field that looks like a reference is forgotten', () => {
  const forgotten: string[] = [];
  const used = new Set<unknown>();
  for (const { group, kind, id } of KINDS) {
    const patterns = referencesOf(id).map(({ at }) => segments(at));
    for (const path of fieldsOf(group, kind).values()) {
      if (!LOOKS_LIKE_ONE.test(path[path.length - 1]!) || patterns.some((pattern) => covers(pattern, path))) continue;
      const none = NO_REFERENCES.find(({ fields, kinds }) => fields.test(print(path)) && (kinds?.test(id) ?? true));
      if (none) used.add(none);
      else forgotten.push(`${id} ${print(path)}`);
    }
  }
  expect(forgotten).toEqual([]);
  expect(NO_REFERENCES.filter((none) => !used.has(none)).map(({ fields }) => fields.source)).toEqual([]);
});

test('every reference of the table stands at a field that a schema has', () => {
  // Kinds share tables, so it is enough that one kind of the pattern has the field.
  const kindsByField = new Map<FieldReference, string[]>();
  for (const [kind, fields] of REFERENCES) for (const field of fields) kindsByField.set(field, [...(kindsByField.get(field) ?? []), kind]);
  const known = new Map(KINDS.map(({ group, kind, id }) => [id, [...fieldsOf(group, kind).values()]]));
  const astray = [...kindsByField].filter(([{ at }, kinds]) => typeof at === 'string' && !kinds.some((kind) => {
    const pattern = segments(at);
    let end = pattern.length;
    while (pattern[end - 1] === '[]') end--;
    const bare = pattern.slice(0, end);
    return (known.get(kind) ?? []).some((path) => covers(bare, path));
  })).map(([{ at }, kinds]) => `${kinds.join(' ')} ${String(at)}`);
  expect(astray).toEqual([]);
});

test('every kind that refers, and every kind that is referred to by a built-in name, is spelt as the index has it', () => {
  const kinds = new Set(KINDS.map(({ id }) => id));
  const foreign = ['argoproj.io/Rollout', 'node.k8s.io/RuntimeClass', 'resource.k8s.io/ResourceClaim', 'resource.k8s.io/ResourceClaimTemplate', '/Role'];
  const targets = new Set([...REFERENCES.values()].flat().flatMap(({ to }) => to));
  expect([...REFERENCES.keys(), ...targets].filter((kind) => !kinds.has(kind) && !foreign.includes(kind))).toEqual([]);
});

test('a tree finds values by their path, through lists, any field and any depth', () => {
  const fields = ['spec.list[].name', 'spec.*.any', 'spec.**.deep', 'spec.nested[][]'].map((at): FieldReference => ({ at, to: ['/Secret'] }));
  const found = findReferences({ spec: { list: [{ name: 'a' }, { name: 'b', deep: 'c' }], map: { any: 'd', more: [{ deep: 'e' }] }, nested: [['f']], any: 'no' } }, referenceTree(fields));
  expect(found.map(({ path, value }) => `${path.join('.')}=${String(value)}`).sort()).toEqual([
    'spec.list.0.name=a', 'spec.list.1.deep=c', 'spec.list.1.name=b', 'spec.map.any=d', 'spec.map.more.0.deep=e', 'spec.nested.0.0=f',
  ]);
});

test('a tree passes over what has another shape', () => {
  const tree = referenceTree([{ at: 'spec.list[].name', to: ['/Secret'] }, { at: 'spec.list.name', to: ['/Secret'] }]);
  expect(findReferences({ spec: { list: 'text' } }, tree)).toEqual([]);
  expect(findReferences({ spec: null }, tree)).toEqual([]);
  expect(findReferences({ spec: { list: { name: 'x' } } }, tree).map(({ path }) => path.join('.'))).toEqual(['spec.list.name']);
});
