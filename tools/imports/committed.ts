// The committed output of stage 1: what stage 2, and the tests, start from.
import * as fs from 'node:fs';
import * as path from 'node:path';
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

/** Paths of all files below a folder, sorted, with `/`. */
export function listFiles(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}
