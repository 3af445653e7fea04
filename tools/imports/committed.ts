// The committed output of stage 1: what stage 2, and the tests, start from.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { mapChildren } from './node';
import type { NodeRef, SchemaNode } from './node';
import { Pool } from './pool';
import type { GroupSchemas, LockEntry, SchemaIndex } from './schemas';
import type { Schemas } from './typescript';

/** The folder `imports/`. */
export const IMPORTS: string = path.join(__dirname, '..', '..', 'imports');

/** Reads the committed schemas and the lock, by path below `imports/`. */
export function readCommitted(): Map<string, string> {
  return new Map(listFiles(IMPORTS).filter((name) => name.endsWith('.json')).map((name) => [name, fs.readFileSync(path.join(IMPORTS, name), 'utf8')]));
}

/** Reads what stage 2 needs out of the files of stage 1. */
export function parse(files: ReadonlyMap<string, string>): Schemas {
  const read = (name: string): unknown => {
    const text = files.get(name);
    if (text === undefined) throw new Error(`imports/${name} is missing: run with --from DIR once`);
    return JSON.parse(text);
  };
  const index = read('schemas/index.json') as SchemaIndex;
  const groups = new Map(Object.entries(index.groups).map(([label, { file }]) => [label, read(`schemas/${file}`) as GroupSchemas]));
  return { index, groups, lock: (read('crds.lock.json') as { documents: LockEntry[] }).documents };
}

/**
 * Holds the committed schemas against the sha256 of the lock.
 * @returns what does not agree, one line each.
 */
export function againstLock(schemas: Schemas): string[] {
  const wrong: string[] = [];
  for (const group of schemas.groups.values()) {
    const expanded = new Map<string, SchemaNode>();
    const expand = (ref: NodeRef): NodeRef => {
      if (typeof ref !== 'string') return mapChildren(ref, expand);
      // A definition that contains itself is known by its id alone.
      if (containsItself(ref, group.nodes)) return ref;
      let node = expanded.get(ref);
      if (!node) expanded.set(ref, node = mapChildren(group.nodes[ref]!, expand));
      return node;
    };
    const pool = new Pool();
    for (const [kind, versions] of Object.entries(group.kinds)) {
      for (const [version, lines] of Object.entries(versions)) {
        for (const [line, { schema }] of Object.entries(lines)) {
          const digest = pool.addRoot(expand(schema) as SchemaNode);
          const locked = schemas.lock.filter((entry) => entry.line === line).flatMap((entry) => entry.schemas[`${kind}/${version}`] ?? []);
          if (!locked.includes(digest)) wrong.push(`${kind} ${group.group}/${version} of ${line}: the schema is not the one in crds.lock.json`);
        }
      }
    }
  }
  return wrong;
}

function containsItself(id: string, nodes: GroupSchemas['nodes']): boolean {
  const seen = new Set<string>();
  const visit = (node: SchemaNode): boolean => {
    let found = false;
    mapChildren(node, (child) => {
      if (typeof child !== 'string') found ||= visit(child);
      else if (child === id) found = true;
      else if (!seen.has(child)) {
        seen.add(child);
        found ||= visit(nodes[child]!);
      }
      return child;
    });
    return found;
  };
  return visit(nodes[id]!);
}

/** Paths of all files below a folder, sorted, with `/`. */
export function listFiles(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}
