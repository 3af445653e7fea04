// What tsc does not do: copy the data files, write the physical stubs of the package's doors for the `node10` module resolution, and let the root door
// load a room when one of its names is first used.
import { createRequire } from 'node:module';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { bundle, loadAll, putTypes, takeWritten } from './bundle-analysis.mjs';
import { stripRules } from './strip-rules.mjs';

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

const modules = takeWritten();
putTypes();
// A rule is the same with its texts and without them, for those who read it.
const rulesOf = (load) => load('rules/catalogue.js').CATALOGUE
  .map((entry) => JSON.stringify(Object.entries(entry.load()).sort(([a], [b]) => (a < b ? -1 : 1)), (_, value) => (typeof value === 'function' ? 'function' : value)));
bundle(modules);
const before = rulesOf(loadAll());
stripRules(modules);
bundle(modules);
const other = rulesOf(loadAll()).findIndex((rule, i) => rule !== before[i]);
if (other !== -1) throw new Error(`this rule is another one without its texts: ${before[other].slice(0, 200)}`);

// What comments say is in the types; twice it would be a fortieth of the package.
const dropComments = (folder) => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) dropComments(path);
    else if (entry.name.endsWith('.js')) writeFileSync(path, transformSync(readFileSync(path, 'utf8'), { legalComments: 'none', target: 'es2022' }).code);
  }
};
for (const entry of readdirSync('lib/src', { withFileTypes: true })) if (entry.isDirectory() && entry.name !== 'analysis') dropComments(join('lib/src', entry.name));

for (const door of ['analysis', 'testing']) {
  mkdirSync(door, { recursive: true });
  writeFileSync(join(door, 'package.json'), `${JSON.stringify({ main: `../lib/src/${door}/index.js`, types: `../lib/src/${door}/index.d.ts` }, undefined, 2)}\n`);
}
// The list of validation plugins that cdk8s-cli reads; it asks for an exact version even of a local package.
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
writeFileSync('validations.yaml', `- package: ./node_modules/cdk8s-netstack\n  version: ${version}\n  class: NetstackValidation\n`);

if (existsSync('lib/src/cli/main.js')) chmodSync('lib/src/cli/main.js', 0o755);

// Requiring the package costs one file; a program that uses the gateway loads the gateway. The list of names comes first and in this form, because that is
// where Node looks for the exports that an ES module may import by name.
const require = createRequire(import.meta.url);
const door = 'lib/src/index.js';
const rooms = [...readFileSync('src/index.ts', 'utf8').matchAll(/^export \* (?:as (\w+) )?from '(\.\/[^']+)';$/gm)].map(([, namespace, path]) => ({ namespace, path }));
const names = rooms.flatMap(({ namespace, path }) => (namespace ? [[namespace, path, true]] : Object.keys(require(`../lib/src/${path}`)).filter((name) => name !== '__esModule').map((name) => [name, path, false])));
writeFileSync(door, `"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
${names.map(([name]) => `exports.${name} = `).join('')}void 0;
const load = (name, get) => Object.defineProperty(exports, name, { enumerable: true, configurable: true, get });
${names.map(([name, path, whole]) => `load("${name}", () => require("${path}")${whole ? '' : `.${name}`});`).join('\n')}
`);
