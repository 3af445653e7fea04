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
import { cpuTime, MANY_ROUNDS, median, medians, SHARED_CACHES } from './measure';
import { platform } from './platform';
import { CLASSES, synthesis } from './services';

const ROOT = join(__dirname, '..');
const BUILD = join(ROOT, 'lib/src/analysis');

/** 200 ms for 10,000 workloads and 300 ms for 50,000 under 5,000 policies, where JSON.stringify of their documents costs 37 and 120. */
const PAIRS_BUDGET = 200 / 37;
const MANY_BUDGET = 300 / 120;
const REQUESTS_BUDGET = 2;
const GROWTH_BUDGET = 12;
const EXPLAIN_BUDGET = 5;
/** The aim is 50 MB a second. */
const PRINT_BUDGET = 20;
/** 4 s for 40,000 documents, of which JSON.stringify costs 212 ms. Those of small systems are dearer. */
const DIFF_BUDGET = { full: 4000 / 212, quick: 24 };
/** So many policies are not as they were. */
const CHANGED = 20;
const MEMORY_BUDGET = 400;
const EVERYTHING_BUDGET = 0.5;
const ROUNDS = 5;
/** V8 compiles in them; what a fresh process costs is measured by itself. */
const WARM_UP = 6;

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
  // In turns, so that neither finds its documents in the caches of the processor.
  const growth = medians({ few: pairs(cluster({ workloads: few, policies: policies / 10 })), pairs: pairs(main) }, MANY_ROUNDS, WARM_UP);
  const asking = medians({ pairs: pairs(main), requests: pairs(cluster({ workloads, policies, requests: policies / 10 })) }, ROUNDS, WARM_UP);
  yield { what: `all pairs of ${workloads} workloads under ${policies} policies, loaded, over JSON.stringify of them`, measured: time.pairs / time.stringify, unit: 'x', budget: PAIRS_BUDGET, gate: SHARED_CACHES * PAIRS_BUDGET };
  yield { what: 'the same (CPU)', measured: time.pairs, unit: 'ms' };
  yield { what: `the same with ${policies / 10} rules about requests, over without`, measured: asking.requests / asking.pairs, unit: 'x', budget: REQUESTS_BUDGET };
  yield { what: `growth from ${few} to ${workloads} workloads`, measured: growth.pairs / growth.few, unit: 'x', budget: GROWTH_BUDGET, gate: SHARED_CACHES * GROWTH_BUDGET };

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
  const fresh = inFreshProcess(workloads, policies);
  yield { what: 'all pairs, the first of a fresh process (CPU)', measured: fresh.milliseconds, unit: 'ms' };
  yield { what: 'peak memory of that process', measured: fresh.megabytes, unit: 'MB', budget: MEMORY_BUDGET };

  const services = quick ? 1000 : 5000;
  const before = platform(services);
  let policy = 0;
  const after = before.map((object) => (object.kind === 'CiliumNetworkPolicy' && policy++ % (services / CHANGED) === 0 ? onAnotherPort(object) : object));
  const compared = medians({
    stringify: stringify(before),
    diff: { prepare: () => [load(before)(), load(after)()] as const, run: (sides) => { const [a, b] = sides as readonly [Loaded, Loaded]; b.diff(a); } },
  }, ROUNDS, WARM_UP);
  yield { what: `diff of two loaded systems of ${before.length} documents, over JSON.stringify of one`, measured: compared.diff / compared.stringify, unit: 'x', budget: quick ? DIFF_BUDGET.quick : DIFF_BUDGET.full };
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

interface Fresh {
  readonly milliseconds: number;
  readonly megabytes: number;
}

/** The documents themselves are what every reader of them holds. */
function inFreshProcess(workloads: number, policies: number): Fresh {
  const script = `
    require('tsx/cjs');
    const { cluster } = require('./bench/clusters.ts');
    const documents = cluster({ workloads: ${workloads}, policies: ${policies} }).map((object) => ({ object }));
    const { analyze } = require(${JSON.stringify(BUILD)});
    const start = process.cpuUsage();
    for (const connectivity of analyze(documents, { open: false }).connectivity()) {
      for (let point = 0; point < connectivity.network.points.count; point++) connectivity.reader().read(point);
    }
    const { user, system } = process.cpuUsage(start);
    process.stdout.write(JSON.stringify({ milliseconds: (user + system) / 1000, megabytes: process.resourceUsage().maxRSS / 1024 }));`;
  return JSON.parse(execFileSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' })) as Fresh;
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
