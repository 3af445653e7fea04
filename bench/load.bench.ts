// What requiring the package costs beside requiring cdk8s, in the same process, on the build: `npx projen compile` makes it. Ratios, for milliseconds tell
// of the machine: cdk8s takes about 50 ms of CPU where the budgets of 15 and 5 ms were set.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, BenchRow } from './measure';

const ROOT = join(__dirname, '..');
const CDK8S_MS = 50;

export const rows: Bench = function* ({ quick }): Generator<BenchRow> {
  const root = join(ROOT, 'lib/src/index.js');
  if (!existsSync(root)) throw new Error('there is no build: run npx projen compile');
  const cost = (program: string): number => {
    const script = `
      const clock = () => { const { user, system } = process.cpuUsage(); return user + system; };
      const start = clock();
      require('cdk8s');
      const loaded = clock();
      ${program}
      process.stdout.write(String((clock() - loaded) / (loaded - start)));`;
    // The least of many: a busy machine only adds to what is loaded.
    return Math.min(...Array.from({ length: quick ? 9 : 15 }, () => Number(execFileSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' }))));
  };
  yield { what: 'requiring the package / requiring cdk8s', measured: cost(`require(${JSON.stringify(root)});`), unit: 'x', budget: 15 / CDK8S_MS };
  yield { what: 'requiring it and touching every name / requiring cdk8s', measured: cost(`Object.values({ ...require(${JSON.stringify(root)}) });`), unit: 'x' };
  const group = join(ROOT, 'lib/imports/gateway.networking.k8s.io/v1/index.js');
  yield { what: 'importing one group of imports/ / requiring cdk8s', measured: cost(`require(${JSON.stringify(group)});`), unit: 'x', budget: 5 / CDK8S_MS };
};
