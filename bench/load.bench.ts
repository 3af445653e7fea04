// What requiring the package costs over requiring cdk8s, measured on the build: `npx projen compile` makes it.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, BenchRow } from './measure';
import { median } from './measure';

const ROOT = join(__dirname, '..');

export const rows: Bench = function* ({ quick }): Generator<BenchRow> {
  const root = join(ROOT, 'lib/src/index.js');
  if (!existsSync(root)) throw new Error('there is no build: run npx projen compile');
  const cost = (program: string): number => {
    const script = `
      require('cdk8s');
      const before = process.cpuUsage();
      ${program}
      const { user, system } = process.cpuUsage(before);
      process.stdout.write(String((user + system) / 1000));`;
    return median(Array.from({ length: quick ? 9 : 15 }, () => Number(execFileSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' }))));
  };
  yield { what: 'requiring the package, over cdk8s (CPU)', measured: cost(`require(${JSON.stringify(root)});`), unit: 'ms', budget: 15 };
  yield { what: 'requiring it and touching every name, over cdk8s (CPU)', measured: cost(`Object.values({ ...require(${JSON.stringify(root)}) });`), unit: 'ms' };
  const group = join(ROOT, 'lib/imports/gateway.networking.k8s.io/v1/index.js');
  yield { what: 'importing one group of imports/, over cdk8s (CPU)', measured: cost(`require(${JSON.stringify(group)});`), unit: 'ms', budget: 5 };
};
