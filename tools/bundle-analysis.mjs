// A validation loads some two hundred files of the analysis, and finding and opening them took longer than what they do. In the build they are functions of one file, each
// called when it is first asked for, as a file would be. What the compiler wrote is kept beside its own record of it, because it writes anew only what has changed.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { transformSync } from 'esbuild';
import ts from 'typescript';

const SOURCE = 'src/analysis';
const BUILD = 'lib/src/analysis';
const WRITTEN = '.tsbuild/analysis';
const ALL = 'all.js';
/** What stays a file of its own, because it is large and seldom asked for. */
const APART = ['rules/about.js'];
/** What most validations do without: a file for each. */
const CHUNKS = {
  practice: (file, text) => file.startsWith('rules/NS') && /^\s*class: ['"]practice['"],?$/m.test(text),
  reach: (file) => file.startsWith('reach/'),
};
const RELATIVE = /\brequire\(["'](\.[^"']*)["']\)/g;

const files = (folder, ending, below = '') => readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
  const path = join(below, entry.name);
  return entry.isDirectory() ? files(folder, ending, path) : entry.name.endsWith(ending) ? [path] : [];
});
const scripts = (folder) => files(folder, '.js');

/** Takes over what the compiler has written anew. @returns all scripts that it wrote, by path, without comments: those of the types are the ones that are read */
export function takeWritten() {
  mkdirSync(WRITTEN, { recursive: true });
  for (const file of [...scripts(BUILD), ...files(BUILD, '.d.ts')]) {
    if (isOurs(join(BUILD, file))) continue;
    mkdirSync(dirname(join(WRITTEN, file)), { recursive: true });
    cpSync(join(BUILD, file), join(WRITTEN, file));
    rmSync(join(BUILD, file));
  }
  for (const file of files(WRITTEN, '.js')) {
    if (existsSync(join(SOURCE, file.replace(/js$/, 'ts')))) continue;
    for (const ending of ['js', 'd.ts']) rmSync(join(WRITTEN, file.replace(/js$/, ending)), { force: true });
  }
  const printer = ts.createPrinter({ removeComments: true });
  return new Map(scripts(WRITTEN).sort().map((file) => [slashes(file), printer.printFile(ts.createSourceFile(file, readFileSync(join(WRITTEN, file), 'utf8'), ts.ScriptTarget.ES2022, true))]));
}

/** Puts the types back that the types of some door speak of. */
export function putTypes() {
  const seen = new Set();
  const visit = (path) => {
    if (seen.has(path)) return;
    seen.add(path);
    const at = relative(resolve(BUILD), path);
    const among = !at.startsWith('..');
    const text = readFileSync(among ? join(WRITTEN, at) : path, 'utf8');
    if (among) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    for (const [, name] of text.matchAll(/(?:from |import\()['"](\.[^'"]+)['"]/g)) {
      const found = [`${name}.d.ts`, join(name, 'index.d.ts')].map((one) => resolve(dirname(path), one)).find((one) => existsSync(one) || existsSync(join(WRITTEN, relative(resolve(BUILD), one))));
      if (found !== undefined) visit(found);
    }
  };
  for (const file of files('lib/src', '.d.ts')) if (!resolve('lib/src', file).startsWith(resolve(BUILD))) visit(resolve('lib/src', file));
  visit(resolve(BUILD, 'index.d.ts'));
}

const MARK = '// Written by tools/bundle-analysis.mjs.\n';
const isOurs = (path) => readFileSync(path, 'utf8').includes(MARK);

/** Makes the one file of modules, by their paths, and the files at the places where other rooms look for some of them. */
export function bundle(modules) {
  const known = new Set(modules.keys());
  const target = (from, name) => [`${name}.js`, join(name, 'index.js'), name].map((one) => join(dirname(from), one)).find((one) => known.has(one));
  const outside = (from, name) => {
    const path = resolve(BUILD, dirname(from), name);
    const file = [`${path}.js`, join(path, 'index.js'), path].find((one) => existsSync(one) && /\.\w+$/.test(one));
    if (file === undefined) throw new Error(`${from} asks for ${name}, which is not in the build`);
    return file;
  };
  const inside = (from, text) => text.replace(RELATIVE, (_, name) => {
    const found = target(from, name);
    return found === undefined ? `require(${JSON.stringify(slashes(relative(BUILD, outside(from, name))))})` : `load(${JSON.stringify(slashes(found))})`;
  });
  for (const file of scripts(BUILD)) if (isOurs(join(BUILD, file))) rmSync(join(BUILD, file));
  const apart = APART.filter((file) => known.has(file));
  const where = new Map([...modules].map(([file, text]) => [file, Object.keys(CHUNKS).find((chunk) => CHUNKS[chunk](file, text))]));
  const bodyOf = (chunk) => [...modules].filter(([file]) => !apart.includes(file) && where.get(file) === chunk)
    .map(([file, text]) => `${JSON.stringify(slashes(file))}(exports, module, __dirname) {\n${inside(file, text)}\n},`);
  const body = bodyOf(undefined);
  // A file of its own stands for itself among the modules.
  for (const file of apart) body.push(`${JSON.stringify(file)}(exports, module) { module.exports = require(${JSON.stringify(`./${file}`)}); },`);
  writeFileSync(join(BUILD, ALL), MARK + slim(`"use strict";
const { join } = require("node:path");
const modules = {
${body.join('\n')}
};
const chunks = { ${Object.keys(CHUNKS).map((chunk) => `${chunk}: () => require("./all-${chunk}.js")`).join(', ')} };
const where = ${JSON.stringify(Object.fromEntries([...where].filter(([, chunk]) => chunk !== undefined)))};
const loaded = new Map();
function load(name) {
  let module = loaded.get(name);
  if (module === undefined) {
    loaded.set(name, (module = { exports: {} }));
    try {
      if (modules[name] === undefined) Object.assign(modules, chunks[where[name]]()(load));
      modules[name].call(module.exports, module.exports, module, join(__dirname, name, ".."));
    } catch (error) {
      loaded.delete(name);
      throw error;
    }
  }
  return module.exports;
}
module.exports = load;
`));
  for (const chunk of Object.keys(CHUNKS)) writeFileSync(join(BUILD, `all-${chunk}.js`), MARK + slim(`"use strict";\nmodule.exports = (load) => ({\n${bodyOf(chunk).join('\n')}\n});\n`));
  for (const file of apart) {
    writeFileSync(join(BUILD, file), MARK + slim(modules.get(file).replace(RELATIVE, (_, name) => `require(${JSON.stringify(up(file))})(${JSON.stringify(slashes(target(file, name)))})`)));
  }
  for (const file of asked(known)) door(file, inside(file, modules.get(file)));
}

/**
 * The file of a module that others look for: the names come first, where Node looks for the exports that an ES module may import. A module that only hands on names
 * of others loads each of them when it is asked for.
 */
function door(file, text) {
  const all = loadAll();
  const names = Object.keys(all(slashes(file))).filter((name) => name !== '__esModule');
  const handed = new Map([...text.matchAll(/"(\w+)", \{ enumerable: true, get: function \(\) \{ return (\w+)\.(\w+); \} \}/g)].map(([, name, home, own]) => [name, { home, own }]));
  const homes = new Map([...text.matchAll(/^var (\w+) = load\(("[^"]+")\);$/gm)].map(([, home, path]) => [home, path]));
  const getter = (name) => {
    const { home, own } = handed.get(name) ?? {};
    return homes.has(home) ? `load(${homes.get(home)}).${own}` : `load(${JSON.stringify(slashes(file))}).${name}`;
  };
  mkdirSync(dirname(join(BUILD, file)), { recursive: true });
  writeFileSync(join(BUILD, file), `"use strict";
${MARK}Object.defineProperty(exports, "__esModule", { value: true });
${names.map((name) => `exports.${name} = `).join('')}void 0;
const load = require(${JSON.stringify(up(file))});
const give = (name, get) => Object.defineProperty(exports, name, { enumerable: true, configurable: true, get });
${names.map((name) => `give("${name}", () => ${getter(name)});`).join('\n')}
`);
}

/** The modules that are asked for from outside of the room. */
function asked(known) {
  const found = new Set(['index.js']);
  for (const file of scripts('lib/src')) {
    const path = resolve('lib/src', file);
    if (path.startsWith(resolve(BUILD) + '/')) continue;
    for (const [, name] of readFileSync(path, 'utf8').matchAll(RELATIVE)) {
      const at = relative(resolve(BUILD), resolve(dirname(path), name));
      const module = [`${at}.js`, join(at, 'index.js'), at].find((one) => known.has(one));
      if (module !== undefined) found.add(module);
    }
  }
  return found;
}

const up = (file) => slashes(relative(dirname(file), ALL)).replace(/^(?!\.)/, './');
/** A module of the file, for checks of the build. */
export function loadAll() {
  const require = createRequire(import.meta.url);
  for (const path of Object.keys(require.cache)) if (path.startsWith(resolve(BUILD))) delete require.cache[path];
  return require(resolve(BUILD, ALL));
}

/** Lines and indents are a fifteenth of the package. */
const slim = (text) => transformSync(text, { minifyWhitespace: true, legalComments: 'none', target: 'es2022' }).code;
const slashes = (path) => path.replaceAll('\\', '/');
