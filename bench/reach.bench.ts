// Reachability by the build: all pairs of large clusters against JSON.stringify of the same documents, in one run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type * as Analysis from '../src/analysis';
import type { KubernetesObject } from '../src/analysis';
import { cluster } from './clusters';
import type { Bench, BenchRow } from './measure';
import { cpuTime, median, medians } from './measure';

const BUILD = join(__dirname, '../lib/src/analysis');

/** The aims are 200 ms for 10,000 workloads and 300 ms for 50,000 under 5,000 policies. What holds now, with room for a busy machine. */
const PAIRS_BUDGET = 24;
const MANY_BUDGET = 12;
const REQUESTS_BUDGET = 2;
const GROWTH_BUDGET = 12;
const EXPLAIN_BUDGET = 5;
const ROUNDS = 5;

export const rows: Bench = function* ({ quick }): Generator<BenchRow> {
  if (!existsSync(BUILD)) throw new Error('there is no build: run npx projen compile');
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the build, whose calls are not those of a transpiler for tests
  const { analyze } = require(BUILD) as typeof Analysis;
  type Loaded = ReturnType<typeof analyze>;
  const load = (objects: readonly KubernetesObject[]) => (): Loaded => analyze(objects.map((object) => ({ object })), { open: false });
  const stringify = (objects: readonly KubernetesObject[]) => ({ prepare: () => objects, run: () => objects.forEach((object) => JSON.stringify(object)) });
  const pairs = (objects: readonly KubernetesObject[]) => ({ prepare: load(objects), run: (loaded: unknown) => everyPair(loaded as Loaded) });

  const [few, workloads, policies] = quick ? [200, 2000, 1000] : [1000, 10_000, 5000];
  const main = cluster({ workloads, policies });
  const time = medians({
    stringify: stringify(main), pairs: pairs(main), few: pairs(cluster({ workloads: few, policies: policies / 10 })),
    requests: pairs(cluster({ workloads, policies, requests: policies / 10 })),
  }, ROUNDS);
  yield { what: `all pairs of ${workloads} workloads under ${policies} policies, loaded, over JSON.stringify of them`, measured: time.pairs / time.stringify, unit: 'x', budget: PAIRS_BUDGET };
  yield { what: 'the same (CPU)', measured: time.pairs, unit: 'ms' };
  yield { what: `the same with ${policies / 10} rules about requests, over without`, measured: time.requests / time.pairs, unit: 'x', budget: REQUESTS_BUDGET };
  yield { what: `growth from ${few} to ${workloads} workloads`, measured: time.pairs / time.few, unit: 'x', budget: GROWTH_BUDGET };

  const crowd = cluster({ workloads: 5 * workloads, policies, apps: 1000 });
  const many = medians({ stringify: stringify(crowd), pairs: pairs(crowd) }, 3);
  yield { what: `all pairs of ${5 * workloads} workloads, mostly replicas of 1,000 apps, over JSON.stringify of them`, measured: many.pairs / many.stringify, unit: 'x', budget: MANY_BUDGET };
  yield { what: 'the same (CPU)', measured: many.pairs, unit: 'ms' };

  const loaded = load(main)();
  everyPair(loaded);
  const names = loaded.connectivity()[0]!.ends.filter(({ endpoint }) => endpoint !== undefined).map(({ label }) => label);
  const questions = Array.from({ length: 20 }, (_, i) => `${names[i * 7]} -> ${names[names.length - 1 - i]}:8080`);
  const asked = Array.from({ length: ROUNDS }, () => cpuTime(() => questions.forEach((question) => loaded.evaluate(question))) / questions.length);
  yield { what: 'one question to a loaded system', measured: median(asked), unit: 'ms', budget: EXPLAIN_BUDGET };
};

/** Computes who reaches whom on every set of ports, without listing anybody. */
function everyPair(loaded: ReturnType<typeof Analysis.analyze>): number {
  let words = 0;
  for (const { pairs, network } of loaded.connectivity()) {
    for (const column of pairs.columns) {
      for (let first = 0; first < network.points.count; first += 256) words += pairs.band(column, first, Math.min(256, network.points.count - first), 'some').length;
    }
  }
  return words;
}
