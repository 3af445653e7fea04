// Reachability by the build: all pairs of large clusters against JSON.stringify of the same documents, in one run.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type * as Analysis from '../src/analysis';
import type { KubernetesObject, ManifestDocument } from '../src/analysis';
import type * as Connlist from '../src/analysis/reach/print/connlist';
import type { RowReader } from '../src/analysis/reach/row-reader';
import { cluster } from './clusters';
import type { Bench, BenchRow } from './measure';
import { cpuTime, least, median, medians } from './measure';
import { platform } from './platform';
import { CLASSES, synthesis } from './services';

const ROOT = join(__dirname, '..');
const BUILD = join(ROOT, 'lib/src/analysis');

/** The aims are 200 ms for 10,000 workloads and 300 ms for 50,000 under 5,000 policies, about 5 and 2 on a quiet machine; with room for a busy one. */
const PAIRS_BUDGET = 12;
const MANY_BUDGET = 6;
const REQUESTS_BUDGET = 2;
const GROWTH_BUDGET = 12;
const EXPLAIN_BUDGET = 5;
/** The aim is 50 MB a second. */
const PRINT_BUDGET = 20;
/** The aim is 4 s for 40,000 documents, which is about 16 times JSON.stringify, and holds for both sizes; with room for a busy machine. */
const DIFF_BUDGET = 30;
/** So many policies are not as they were. */
const CHANGED = 20;
const MEMORY_BUDGET = 400;
/** The aim is half of it; a third is what holds now, with room for a busy machine. */
const EVERYTHING_BUDGET = 0.8;
const ROUNDS = 5;
const WARM_UP = 3;

export const rows: Bench = function* ({ quick }): Generator<BenchRow> {
  if (!existsSync(BUILD)) throw new Error('there is no build: run npx projen compile');
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the build, whose calls are not those of a transpiler for tests
  const { analyze } = require(BUILD) as typeof Analysis;
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { connlistText } = require(join(BUILD, 'reach/print/connlist')) as typeof Connlist;
  type Loaded = ReturnType<typeof analyze>;
  const load = (objects: readonly KubernetesObject[]) => (): Loaded => analyze(objects.map((object) => ({ object })), { open: false });
  const stringify = (objects: readonly KubernetesObject[]) => ({ prepare: () => objects, run: () => objects.forEach((object) => JSON.stringify(object)) });
  const pairs = (objects: readonly KubernetesObject[]) => ({ prepare: load(objects), run: (loaded: unknown) => everyPair(loaded as Loaded) });

  const [few, workloads, policies] = [1000, 10_000, 5000];
  const main = cluster({ workloads, policies });
  const time = medians({ stringify: stringify(main), pairs: pairs(main) }, ROUNDS, WARM_UP);
  const growth = least({ few: pairs(cluster({ workloads: few, policies: policies / 10 })), pairs: pairs(main) }, ROUNDS);
  const asking = medians({ pairs: pairs(main), requests: pairs(cluster({ workloads, policies, requests: policies / 10 })) }, ROUNDS, WARM_UP);
  yield { what: `all pairs of ${workloads} workloads under ${policies} policies, loaded, over JSON.stringify of them`, measured: time.pairs / time.stringify, unit: 'x', budget: PAIRS_BUDGET };
  yield { what: 'the same (CPU)', measured: time.pairs, unit: 'ms' };
  yield { what: `the same with ${policies / 10} rules about requests, over without`, measured: asking.requests / asking.pairs, unit: 'x', budget: REQUESTS_BUDGET };
  yield { what: `growth from ${few} to ${workloads} workloads`, measured: growth.pairs / growth.few, unit: 'x', budget: GROWTH_BUDGET };

  const crowd = cluster({ workloads: 5 * workloads, policies, apps: 1000 });
  const many = medians({ stringify: stringify(crowd), pairs: pairs(crowd) }, ROUNDS, WARM_UP);
  yield { what: `all pairs of ${5 * workloads} workloads, mostly replicas of 1,000 apps, over JSON.stringify of them`, measured: many.pairs / many.stringify, unit: 'x', budget: MANY_BUDGET };
  yield { what: 'the same (CPU)', measured: many.pairs, unit: 'ms' };

  const loaded = load(main)();
  everyPair(loaded);
  const names = loaded.connectivity()[0]!.ends.filter(({ endpoint }) => endpoint !== undefined).map(({ label }) => label);
  const questions = Array.from({ length: 20 }, (_, i) => `${names[i * 7]} -> ${names[names.length - 1 - i]}:8080`);
  const asked = Array.from({ length: ROUNDS }, () => cpuTime(() => questions.forEach((question) => loaded.evaluate(question))) / questions.length);
  yield { what: 'one question to a loaded system', measured: median(asked), unit: 'ms', budget: EXPLAIN_BUDGET };
  const explained = Array.from({ length: ROUNDS }, () => cpuTime(() => questions.forEach((question) => loaded.explain(question))) / questions.length);
  yield { what: 'one explanation of a loaded system, with what would turn it', measured: median(explained), unit: 'ms', budget: EXPLAIN_BUDGET };

  const megabytes = quick ? 20 : 100;
  const printed = Array.from({ length: 3 }, () => cpuTime(() => print(connlistText(loaded.listings()), megabytes)) / megabytes);
  yield { what: `one MB of connlist, of the first ${megabytes}`, measured: median(printed), unit: 'ms', budget: PRINT_BUDGET };
  yield { what: 'peak memory of a process that computes all pairs', measured: memory(workloads, policies), unit: 'MB', budget: MEMORY_BUDGET };

  const services = quick ? 1000 : 5000;
  const before = platform(services);
  let policy = 0;
  const after = before.map((object) => (object.kind === 'CiliumNetworkPolicy' && policy++ % (services / CHANGED) === 0 ? onAnotherPort(object) : object));
  const compared = medians({
    stringify: stringify(before),
    diff: { prepare: () => [load(before)(), load(after)()] as const, run: (sides) => { const [a, b] = sides as readonly [Loaded, Loaded]; b.diff(a); } },
  }, ROUNDS, WARM_UP);
  yield { what: `diff of two loaded systems of ${before.length} documents, over JSON.stringify of one`, measured: compared.diff / compared.stringify, unit: 'x', budget: DIFF_BUDGET };
  yield { what: 'the same (CPU)', measured: compared.diff, unit: 'ms' };

  const everything = medians({
    stock: synthesis(CLASSES.stock, services, 'one chart'),
    ours: {
      prepare: () => before.map((object) => ({ object })),
      run: (documents) => {
        const system = analyze(documents as ManifestDocument[]);
        system.findings();
        everyPair(system);
      },
    },
  }, quick ? 3 : 1);
  yield { what: `validation, rules and reachability of ${before.length} loaded documents, over stock synth of as many`, measured: everything.ours / everything.stock, unit: 'x', budget: EVERYTHING_BUDGET };
};

/** The beginning of a list, as it is written. */
function print(chunks: Iterable<string>, megabytes: number): void {
  let bytes = 0;
  for (const chunk of chunks) if ((bytes += Buffer.from(chunk).length) > megabytes * 1e6) return;
  throw new Error('the list is shorter than what is measured');
}

/** The same policy, which lets callers in on another port. */
function onAnotherPort(policy: KubernetesObject): KubernetesObject {
  return JSON.parse(JSON.stringify(policy).replaceAll('"port":"8080"', '"port":"8081"')) as KubernetesObject;
}

/** The documents themselves are what every reader of them holds. */
function memory(workloads: number, policies: number): number {
  const script = `
    require('tsx/cjs');
    const { cluster } = require('./bench/clusters.ts');
    const documents = cluster({ workloads: ${workloads}, policies: ${policies} }).map((object) => ({ object }));
    for (const connectivity of require(${JSON.stringify(BUILD)}).analyze(documents, { open: false }).connectivity()) {
      for (let point = 0; point < connectivity.network.points.count; point++) connectivity.reader().read(point);
    }
    process.stdout.write(String(process.resourceUsage().maxRSS / 1024));`;
  return Number(execFileSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' }));
}

/** Computes who reaches whom on every set of ports, without listing anybody. */
function everyPair(loaded: ReturnType<typeof Analysis.analyze>): number {
  let words = 0;
  for (const connectivity of loaded.connectivity()) {
    const reader = connectivity.reader();
    for (let point = 0; point < connectivity.network.points.count; point++) words += wordsFrom(reader, point);
  }
  return words;
}

function wordsFrom(reader: RowReader, point: number): number {
  let words = 0;
  for (const row of reader.read(point)) words += row.length;
  return words;
}
