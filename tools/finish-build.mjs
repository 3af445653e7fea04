// What tsc does not do: copy the data files, and write the physical stubs of the package's doors for the `node10` module resolution.
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const copyJson = (from, to) => {
  if (!existsSync(from)) return;
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory()) copyJson(join(from, entry.name), join(to, entry.name));
    else if (entry.name.endsWith('.json')) {
      mkdirSync(to, { recursive: true });
      cpSync(join(from, entry.name), join(to, entry.name));
    }
  }
};
copyJson('src', 'lib/src');
copyJson('imports/schemas', 'lib/imports/schemas');

for (const door of ['analysis', 'testing']) {
  mkdirSync(door, { recursive: true });
  writeFileSync(join(door, 'package.json'), `${JSON.stringify({ main: `../lib/src/${door}/index.js`, types: `../lib/src/${door}/index.d.ts` }, undefined, 2)}\n`);
}
if (existsSync('lib/src/cli/main.js')) chmodSync('lib/src/cli/main.js', 0o755);
