// Writes what is derived from the rule files: `npx projen rules` writes, `npx projen rules -- --check` says what is not up to date.
//   src/analysis/rules/catalogue.ts   which rule wakes up for which kinds, without loading any
//   docs/rules.md, docs/rules/*.md    the catalogue for people
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DECIDED } from '../src/analysis/rules/decided';
import type { Rule } from '../src/analysis/rules/rule';
import { renderCatalogue } from './rules/catalogue';
import { ISTIO_CODES } from './rules/istio-codes';
import type { Coverage } from './rules/pages';
import { renderIndexPage, renderRulePage } from './rules/pages';

const ROOT = join(__dirname, '..');
const RULES = join(ROOT, 'src/analysis/rules');
const WAITING = join(ROOT, 'tools/rules/waiting');
const PAGES = join(ROOT, 'docs/rules');

export function readRules(): Rule[] {
  return readdirSync(RULES).filter((file) => /^NS\d{4}\.ts$/.test(file)).sort().map((file) => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { rule } = require(join(RULES, file)) as { rule: Rule };
    if (`${rule.id}.ts` !== file) throw new Error(`${file} holds the rule ${rule.id}`);
    return rule;
  });
}

/** The reasons of practices without a rule, each part in its own file. */
export function readWaiting(): Record<string, string> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return Object.assign({}, ...readdirSync(WAITING).sort().map((file) => (require(join(WAITING, file)) as { WAITING: Record<string, string> }).WAITING)) as Record<string, string>;
}

export function coverage(): Coverage {
  return { rules: readRules(), decided: DECIDED, waiting: readWaiting(), istio: ISTIO_CODES };
}

/** Every derived file by its path below the project. */
export function derivedFiles(all: Coverage = coverage()): ReadonlyMap<string, string> {
  return new Map([
    ['src/analysis/rules/catalogue.ts', renderCatalogue(all.rules)],
    ['docs/rules.md', renderIndexPage(all)],
    ...all.rules.map((rule): [string, string] => [`docs/rules/${rule.id}.md`, renderRulePage(rule)]),
  ]);
}

/** Derived files that are not as the rule files say, and pages of rules that are gone. */
export function stale(files: ReadonlyMap<string, string> = derivedFiles()): { readonly changed: readonly string[]; readonly left: readonly string[] } {
  return {
    changed: [...files].filter(([path, content]) => !existsSync(join(ROOT, path)) || readFileSync(join(ROOT, path), 'utf8') !== content).map(([path]) => path),
    left: existsSync(PAGES) ? readdirSync(PAGES).map((name) => `docs/rules/${name}`).filter((path) => !files.has(path)) : [],
  };
}

function main(check: boolean): number {
  const files = derivedFiles();
  const { changed, left } = stale(files);
  if (check) {
    for (const path of [...changed, ...left]) console.error(`${path} is not what the rule files say: run npx projen rules`);
    return changed.length + left.length > 0 ? 1 : 0;
  }
  mkdirSync(PAGES, { recursive: true });
  for (const path of left) rmSync(join(ROOT, path));
  for (const path of changed) writeFileSync(join(ROOT, path), files.get(path)!);
  console.log(`${files.size} files are as the rule files say, ${changed.length} of them written anew, ${left.length} removed`);
  return 0;
}

if (require.main === module) process.exitCode = main(process.argv.includes('--check'));
