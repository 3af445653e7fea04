// What requiring the package costs over requiring cdk8s. The sources are transpiled first, as the published package is.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformSync } from '@swc/core';
import type { Bench, BenchRow } from './measure';
import { median } from './measure';

const ROOT = join(__dirname, '..');
const BUDGET_MS = 15;

export const rows: Bench = function* ({ quick }): Generator<BenchRow> {
  const lib = join(ROOT, '.cache/bench-load');
  rmSync(lib, { recursive: true, force: true });
  transpile(join(ROOT, 'src'), join(lib, 'src'));
  const root = join(lib, 'src/index.js');
  const entry = existsSync(root) ? root : join(lib, 'src/app/index.js');
  const script = `
    require('cdk8s');
    const before = process.cpuUsage();
    require(${JSON.stringify(entry)});
    const { user, system } = process.cpuUsage(before);
    process.stdout.write(String((user + system) / 1000));`;
  const times = Array.from({ length: quick ? 9 : 15 }, () => Number(execFileSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' })));
  yield { what: 'requiring the package, over cdk8s (CPU)', measured: median(times), unit: 'ms', budget: BUDGET_MS };
};

function transpile(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const path = join(from, entry.name);
    if (entry.isDirectory()) {
      transpile(path, join(to, entry.name));
    } else if (entry.name.endsWith('.ts')) {
      const { code } = transformSync(readFileSync(path, 'utf8'), { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } });
      const target = join(to, entry.name.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, code);
    }
  }
}
