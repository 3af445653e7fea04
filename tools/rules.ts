// Writes what is derived from the rule files: `npx projen rules` writes, `npx projen rules -- --check` says what is not up to date.
//   src/analysis/rules/catalogue.ts   which rule wakes up for which kinds, without loading any
//   docs/rules.md, docs/rules/*.md    the catalogue for people
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Rule } from '../src/analysis/rules/rule';
import { renderCatalogue } from './rules/catalogue';
import { renderIndexPage, renderRulePage } from './rules/pages';

const ROOT = join(__dirname, '..');
const RULES = join(ROOT, 'src/analysis/rules');
const PAGES = join(ROOT, 'docs/rules');

export function readRules(): Rule[] {
  return readdirSync(RULES).filter((file) => /^NS\d{4}\.ts$/.test(file)).sort().map((file) => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { rule } = require(join(RULES, file)) as { rule: Rule };
    if (`${rule.id}.ts` !== file) throw new Error(`${file} holds the rule ${rule.id}`);
    return rule;
  });
}

/** Every derived file by its path below the project. */
export function derivedFiles(rules: readonly Rule[]): ReadonlyMap<string, string> {
  return new Map([
    ['src/analysis/rules/catalogue.ts', renderCatalogue(rules)],
    ['docs/rules.md', renderIndexPage(rules)],
    ...rules.map((rule): [string, string] => [`docs/rules/${rule.id}.md`, renderRulePage(rule)]),
  ]);
}

function main(check: boolean): number {
  const files = derivedFiles(readRules());
  const stale = [...files].filter(([path, content]) => !existsSync(join(ROOT, path)) || readFileSync(join(ROOT, path), 'utf8') !== content).map(([path]) => path);
  const left = existsSync(PAGES) ? readdirSync(PAGES).map((name) => `docs/rules/${name}`).filter((path) => !files.has(path)) : [];
  if (check) {
    for (const path of [...stale, ...left]) console.error(`${path} is not what the rule files say: run npx projen rules`);
    return stale.length + left.length > 0 ? 1 : 0;
  }
  mkdirSync(PAGES, { recursive: true });
  for (const path of left) rmSync(join(ROOT, path));
  for (const path of stale) writeFileSync(join(ROOT, path), files.get(path)!);
  console.log(`${files.size} files are as the rule files say, ${stale.length} of them written anew, ${left.length} removed`);
  return 0;
}

if (require.main === module) process.exitCode = main(process.argv.includes('--check'));
