// Validation in memory against JSON.stringify of the same documents, reading from text against the same reader without validation, and the first document in a fresh process.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { KubernetesObject } from '../src/analysis';
import { loadDocuments, parseText, validate } from '../src/analysis';
import type { Bench, BenchRow } from './measure';
import { medians } from './measure';
import { manifests } from './services';

const STRUCTURE_BUDGET = 8;
const GROWTH_BUDGET = 6;
const ROUNDS = 7;

export const rows: Bench = function* ({ quick }): Generator<BenchRow> {
  const services = quick ? 1000 : 5000;
  const objects = build(services);
  const few = build(services / 5);
  const findings = validate(objects.map((object) => ({ object })));
  // A document with findings is walked twice, and would be another measurement.
  if (findings.length > 0) throw new Error(`the measured documents have findings: ${JSON.stringify(findings[0])}`);
  const time = medians({
    stringify: { prepare: () => objects, run: () => objects.forEach((object) => JSON.stringify(object)) },
    validate: { prepare: () => objects.map((object) => ({ object })), run: (documents) => validate(documents as { object: KubernetesObject }[]) },
    few: { prepare: () => few.map((object) => ({ object })), run: (documents) => validate(documents as { object: KubernetesObject }[]) },
  }, ROUNDS);
  yield { what: `structural validation of ${objects.length} documents, over JSON.stringify`, measured: time.validate / time.stringify, unit: 'x', budget: STRUCTURE_BUDGET };
  yield { what: `growth of validation from ${few.length} to ${objects.length} documents`, measured: time.validate / time.few, unit: 'x', budget: GROWTH_BUDGET };

  const text = objects.slice(0, 2000).map((object) => JSON.stringify(object)).join('\n---\n');
  const documents = parseText(text, 'bench.yaml').documents;
  const read = medians({
    parse: { prepare: () => text, run: () => parseText(text, 'bench.yaml') },
    validate: { prepare: () => documents, run: () => validate(documents) },
  }, ROUNDS);
  yield { what: `validation over reading the text, ${documents.length} documents`, measured: read.validate / read.parse, unit: 'x' };

  const example = join(__dirname, '..', 'test', 'fixtures', 'validate', 'correct');
  const { documents: order } = loadDocuments([example]);
  const cold = Array.from({ length: 5 }, () => Number(execFileSync(process.execPath, ['--import', 'tsx', '-e', COLD], {
    cwd: join(__dirname, '..'), encoding: 'utf8', env: { ...process.env, BENCH_OBJECTS: JSON.stringify(order.map((document) => document.object)) },
  }))).sort((a, b) => a - b);
  yield { what: `first validation in a fresh process, ${new Set(order.map(({ object }) => object.kind)).size} kinds (CPU)`, measured: cold[2]!, unit: 'ms' };
};

const COLD = `
  const { validate } = require('./src/analysis');
  const documents = JSON.parse(process.env.BENCH_OBJECTS).map((object) => ({ object }));
  const before = process.cpuUsage();
  validate(documents);
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(String((user + system) / 1000));`;

function build(services: number): KubernetesObject[] {
  const objects: KubernetesObject[] = [];
  for (let i = 0; i < services; i++) for (const [, manifest] of manifests(i, `ns-${i % 50}`)) objects.push({ ...manifest, metadata: { name: `svc-${i}`, ...manifest.metadata } } as KubernetesObject);
  return objects;
}
