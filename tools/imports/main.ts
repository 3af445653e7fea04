// `npx projen imports [-- --from DIR] [--check]`: regenerates imports/. The output is committed; the CustomResourceDefinitions are not.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { IMPORTS, againstLock, listFiles, parse, readCommitted } from './committed';
import { generateSchemas } from './schemas';
import { generateTypeScript } from './typescript';

function main(args: readonly string[]): number {
  const from = option(args, '--from');
  const check = args.includes('--check');
  const wanted = new Map<string, string>();
  if (from !== undefined) {
    for (const [name, text] of generateSchemas(from)) wanted.set(name, text);
    console.log('stage 1: schemas from CustomResourceDefinitions and OpenAPI documents');
  } else {
    for (const [name, text] of readCommitted()) wanted.set(name, text);
    console.log('stage 1: skipped, no --from given: the committed schemas are used');
  }
  const schemas = parse(wanted);
  const wrong = againstLock(schemas);
  for (const line of wrong) console.error(line);
  if (wrong.length > 0) return 1;
  for (const [name, text] of generateTypeScript(schemas)) wanted.set(name, text);
  console.log('stage 2: TypeScript from schemas');

  const present = listFiles(IMPORTS);
  const stale = present.filter((name) => !wanted.has(name));
  const changed = [...wanted].filter(([name, text]) => !present.includes(name) || fs.readFileSync(path.join(IMPORTS, name), 'utf8') !== text).map(([name]) => name);
  if (check) {
    for (const name of [...changed, ...stale].sort()) console.error(`imports/${name} differs from what the generator makes`);
    if (changed.length + stale.length > 0) return 1;
    console.log(`${wanted.size} files are as generated`);
    return 0;
  }
  for (const name of stale) fs.rmSync(path.join(IMPORTS, name));
  for (const name of changed) {
    const file = path.join(IMPORTS, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, wanted.get(name)!);
  }
  console.log(`${wanted.size} files: ${changed.length} written, ${stale.length} removed`);
  return 0;
}

function option(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  if (at < 0) return undefined;
  return args[at + 1] ?? fail(`${name} wants a directory that holds crds/ and openapi/`);
}

function fail(message: string): never {
  throw new Error(message);
}

if (require.main === module) process.exitCode = main(process.argv.slice(2));
