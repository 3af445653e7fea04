// Validation by the build, as its users run it: against JSON.stringify of the same documents, from text against the reader alone, in a fresh process, and its memory.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type * as Analysis from '../src/analysis';
import type { KubernetesObject } from '../src/analysis';
import type { Bench, BenchRow } from './measure';
import { MANY_ROUNDS, medians, SHARED_CACHES } from './measure';
import { platform } from './platform';
import { manifests } from './services';

const ROOT = join(__dirname, '..');
const BUILD = join(ROOT, 'lib/src/analysis');

const STRUCTURE_BUDGET = 5;
/** 1.5 s for 40,000 documents, of which JSON.stringify costs 212 ms. */
const EVERYTHING_BUDGET = 1500 / 212;
const GROWTH_BUDGET = 6;
/** The aim is 60 ms where requiring cdk8s costs 50, which is what holds now, with room for a busy machine. */
const COLD_BUDGET = 75 / 50;
const MEMORY_BUDGET = 600;
const ROUNDS = 5;
const WARM_UP = 3;

type Documents = { object: KubernetesObject }[];

export const rows: Bench = function* ({ quick }): Generator<BenchRow> {
  if (!existsSync(BUILD)) throw new Error('there is no build: run npx projen compile');
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the build, whose calls are not those of a transpiler for tests
  const { validate, parseText } = require(BUILD) as typeof Analysis;
  const documentsOf = (objects: readonly KubernetesObject[]): Documents => objects.map((object) => ({ object }));

  // How costs grow is asked of these sizes: smaller ones fit into the caches of the processor.
  const services = 5000;
  const structure = build(quick ? 1000 : services);
  const all = platform(services);
  const few = platform(services / 5);
  for (const [objects, rules] of [[structure, []], [all, undefined]] as const) {
    const findings = validate(documentsOf(objects), rules && { rules });
    // A document with findings is walked twice, and would be another measurement.
    if (findings.length > 0) throw new Error(`the measured documents have findings: ${JSON.stringify(findings[0])}`);
  }
  const schemas = medians({
    stringify: { prepare: () => structure, run: () => structure.forEach((object) => JSON.stringify(object)) },
    validate: { prepare: () => documentsOf(structure), run: (documents) => validate(documents as Documents, { rules: [] }) },
  }, ROUNDS, WARM_UP);
  const validated = (objects: readonly KubernetesObject[]) => ({ prepare: () => documentsOf(objects), run: (documents: unknown) => validate(documents as Documents) });
  // By themselves: between rounds nobody validates another system in the same process.
  const time = medians({
    stringify: { prepare: () => all, run: () => all.forEach((object) => JSON.stringify(object)) },
    everything: validated(all),
  }, ROUNDS, WARM_UP);
  const small = medians({ everything: validated(few) }, MANY_ROUNDS, WARM_UP);
  yield { what: `structure, defaults, CEL and core kinds of ${structure.length} documents, over JSON.stringify`, measured: schemas.validate / schemas.stringify, unit: 'x', budget: STRUCTURE_BUDGET };
  yield { what: `the same with the whole catalogue, ${all.length} documents of ${services} services, over JSON.stringify`, measured: time.everything / time.stringify, unit: 'x', budget: EVERYTHING_BUDGET, gate: SHARED_CACHES * EVERYTHING_BUDGET };
  yield { what: 'the same (CPU, with the threads that collect garbage)', measured: time.everything, unit: 'ms' };
  yield { what: `growth of all of it from ${few.length} to ${all.length} documents`, measured: time.everything / small.everything, unit: 'x', budget: GROWTH_BUDGET, gate: SHARED_CACHES * GROWTH_BUDGET };

  const text = structure.slice(0, 2000).map((object) => JSON.stringify(object)).join('\n---\n');
  const documents = parseText(text, 'bench.yaml').documents;
  const read = medians({
    parse: { prepare: () => text, run: () => parseText(text, 'bench.yaml') },
    validate: { prepare: () => documents, run: () => validate(documents, { rules: [] }) },
  }, ROUNDS);
  yield { what: `schemas over reading the text, ${documents.length} documents`, measured: read.validate / read.parse, unit: 'x' };

  // The least of many: a busy machine only adds to what is loaded.
  const cold = Array.from({ length: quick ? 5 : 9 }, () => JSON.parse(run(COLD)) as { readonly first: number; readonly loaded: number });
  yield { what: 'first validation in a fresh process, 8 kinds with all rules, over requiring cdk8s', measured: Math.min(...cold.map(({ first }) => first)), unit: 'x', budget: COLD_BUDGET };
  yield { what: 'the same with requiring the analysis', measured: Math.min(...cold.map(({ loaded }) => loaded)), unit: 'x' };
  yield { what: `peak memory of a process that validates ${all.length} documents`, measured: Number(run(MEMORY, { BENCH_SERVICES: String(services) })), unit: 'MB', budget: MEMORY_BUDGET };
};

function run(script: string, env: Readonly<Record<string, string>> = {}): string {
  return execFileSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8', env: { ...process.env, ...env }, maxBuffer: 1 << 28 });
}

/** One service of the platform: eight kinds, each met for the first time. */
const COLD = `
  const clock = () => { const { user, system } = process.cpuUsage(); return user + system; };
  const start = clock();
  require('cdk8s');
  const loaded = clock();
  const documents = ${JSON.stringify(build(1).map((object) => ({ object })))};
  const empty = clock();
  const { validate } = require(${JSON.stringify(BUILD)});
  const before = clock();
  validate(documents);
  const end = clock();
  process.stdout.write(JSON.stringify({ first: (end - before) / (loaded - start), loaded: (end - empty) / (loaded - start) }));`;

/** The documents themselves are what every reader of them holds. */
const MEMORY = `
  require('tsx/cjs');
  const { platform } = require('./bench/platform.ts');
  const documents = platform(Number(process.env.BENCH_SERVICES)).map((object) => ({ object }));
  require(${JSON.stringify(BUILD)}).validate(documents);
  process.stdout.write(String(process.resourceUsage().maxRSS / 1024));`;

function build(services: number): KubernetesObject[] {
  const objects: KubernetesObject[] = [];
  for (let i = 0; i < services; i++) for (const [, manifest] of manifests(i, `ns-${i % 50}`)) objects.push({ ...manifest, metadata: { name: `svc-${i}`, ...manifest.metadata } } as KubernetesObject);
  return objects;
}
