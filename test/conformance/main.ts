// Lets the real engines read every output: `npx projen conformance -- [--prepare] [--no-samples] [engine …]`.
//
// Read are examples/*/dist and the scenario's files of test/formats. An engine that is not in the cache is missing; with --prepare it is built or fetched
// first. Missing is never passed: the table says so, and --strict makes it a failure. Asked as a whole, the API server's packages also judge our answers in CEL, and without
// --small the API server judges what `netstack validate` says of generated objects. As a whole, or with --reach, Cilium, Calico, Envoy, Istio and Traefik judge who reaches whom.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { scenarioFiles } from '../formats/scenario';
import { CACHE, lastLines } from './cache';
import { judgeExpressions } from './cel';
import type { Engine, EngineFile, Verdict } from './engine';
import { calico } from './engines/calico';
import { cilium } from './engines/cilium';
import { coredns } from './engines/coredns';
import { envoyGateway } from './engines/envoy-gateway';
import { envoyLive } from './engines/envoy-live';
import { haproxy } from './engines/haproxy';
import { headscale } from './engines/headscale';
import { istio } from './engines/istio';
import { istioAmbient } from './engines/istio-ambient';
import { kubeApiserver } from './engines/kube-apiserver';
import { nft } from './engines/nft';
import { opentofu } from './engines/opentofu';
import { promtool } from './engines/promtool';
import { sysctl } from './engines/sysctl';
import { traefik } from './engines/traefik';
import { wireguard } from './engines/wireguard';
import { judgeForms } from './forms';
import { judgeReachability } from './reach/proofs';
import { judgeSystems } from './systems';
import { judgeValidation } from './validator';

const ENGINES: readonly Engine[] = [
  kubeApiserver, envoyGateway, envoyLive, istio, istioAmbient, cilium, calico, haproxy, nft, wireguard, sysctl, coredns, promtool, headscale, opentofu, traefik,
];

/** One output folder. */
interface Output {
  readonly name: string;
  readonly files: readonly EngineFile[];
}

interface Row {
  readonly engine: string;
  readonly target: string;
  readonly version: string;
  readonly files: number;
  readonly accepted: number;
  readonly refused: number;
  readonly note: string;
}

async function main(args: readonly string[]): Promise<number> {
  const flags = new Set(args.filter((arg) => arg.startsWith('--')));
  const names = args.filter((arg) => !arg.startsWith('--'));
  const unknown = names.filter((name) => !ENGINES.some((engine) => engine.name === name));
  if (unknown.length > 0) throw new Error(`no engine ${unknown.join(', ')}; there are ${ENGINES.map((engine) => engine.name).join(', ')}`);
  const outputs = readOutputs();
  const rows: Row[] = [];
  for (const engine of ENGINES.filter(({ name }) => names.length === 0 || names.includes(name))) rows.push(await judge(engine, outputs, flags));
  print(rows, outputs);
  const judged = names.length === 0 || flags.has('--judge');
  const agrees = judged ? await judgeAll() : true;
  const few = flags.has('--small') || process.env.NETSTACK_CI !== undefined;
  const answers = judged ? await judgeExpressions(few ? 5 : 40, 1, flags.has('--prepare')) : true;
  const here = new Set(rows.filter(({ version }) => version !== 'missing').map(({ engine }) => engine));
  const reached = names.length === 0 || flags.has('--reach') ? judgeReachability(here, (engine) => names.length === 0 || names.includes(engine), few) : true;
  const refused = agrees === false || answers === false || reached === false || rows.some((row) => row.refused > 0);
  const missing = agrees === undefined || answers === undefined || reached === undefined || rows.some((row) => row.version === 'missing');
  return refused || (missing && flags.has('--strict')) ? 1 : 0;
}

/** Validation against the API server, and forms and generated systems before it; undefined when it cannot be asked, which is printed. */
async function judgeAll(): Promise<boolean | undefined> {
  const small = process.env.NETSTACK_CI !== undefined;
  const agrees = await judgeValidation(small);
  if (agrees === undefined) return undefined;
  const line = small ? '1.35' : undefined;
  const formed = await judgeForms(line);
  const dose = line === undefined ? { programs: 1000, handwritten: 1000 } : { programs: 50, handwritten: 150, kubernetes: line };
  return await judgeSystems(dose) && agrees && formed;
}

async function judge(engine: Engine, outputs: readonly Output[], flags: ReadonlySet<string>): Promise<Row> {
  const row = { engine: engine.name, target: engine.target, files: 0, accepted: 0, refused: 0 };
  let note = '';
  if (flags.has('--prepare') && engine.prepare) {
    try {
      await engine.prepare();
    } catch (error) {
      note = (error as Error).message;
    }
  }
  const version = await engine.version();
  if (version === undefined) return { ...row, version: 'missing', note: note || `run with --prepare to get it: ${engine.source}` };
  for (const output of outputs) {
    const files = output.files.filter((file) => engine.reads(file));
    if (files.length === 0) continue;
    row.files += files.length;
    const verdict = await ask(engine, files);
    if (verdict.accepted) row.accepted += files.length;
    else {
      row.refused += files.length;
      console.log(`${engine.name} refuses a file of ${output.name}:\n${verdict.output}`);
    }
  }
  const samples = flags.has('--no-samples') ? [] : engine.samples?.() ?? [];
  let wrong = 0;
  for (const sample of samples) {
    const verdict = await ask(engine, sample.files);
    const readBack = [sample.readsBack ?? []].flat().every((text) => verdict.output.includes(text));
    if (verdict.accepted === sample.accepted && readBack) continue;
    wrong += 1;
    const fault = readBack ? `${verdict.accepted ? 'accepts' : 'refuses'}` : 'does not read back';
    console.log(`${engine.name} ${fault} the sample «${sample.name}»:\n${sample.files.map((file) => file.content.slice(0, 2000)).join('\n')}\n${verdict.output.slice(0, 2000)}`);
  }
  return { ...row, version, refused: row.refused + wrong, note: samples.length > 0 ? `${samples.length - wrong} of ${samples.length} samples as expected` : '' };
}

/** An engine that breaks has refused: nothing is accepted that was not read to its end. */
async function ask(engine: Engine, files: readonly EngineFile[]): Promise<Verdict> {
  try {
    return await engine.check(files);
  } catch (error) {
    return { accepted: false, output: `the engine could not be asked: ${(error as Error).stack ?? String(error)}\n` };
  }
}

function readOutputs(): Output[] {
  const root = resolve(__dirname, '../..');
  const examples = existsSync(join(root, 'examples')) ? readdirSync(join(root, 'examples')) : [];
  const folders = examples.map((name) => join(root, 'examples', name, 'dist')).filter((folder) => existsSync(folder));
  return [
    ...folders.map((folder) => ({ name: relative(root, folder), files: filesOf(folder) })),
    { name: 'test/formats/scenario', files: scenarioFiles() },
  ];
}

function filesOf(folder: string): EngineFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path: relative(folder, path), content: readFileSync(path, 'utf8') }));
}

function print(rows: readonly Row[], outputs: readonly Output[]): void {
  console.log(`outputs: ${outputs.map((output) => `${output.name} (${output.files.length} files)`).join(', ')}; engines in ${CACHE}`);
  const head = { engine: 'engine', target: 'speaks for', version: 'version', files: 'files', accepted: 'accepted', refused: 'refused', note: '' };
  const table = [head, ...rows].map((row) => [row.engine, row.target, row.version, String(row.files), String(row.accepted), String(row.refused), lastLines(row.note, 1)]);
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  for (const row of table) console.log(row.map((cell, column) => (column >= 3 && column <= 5 ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join('  ').trimEnd());
  const missing = rows.filter((row) => row.version === 'missing').length;
  console.log(`${rows.length - missing} engines asked, ${missing} missing, ${rows.reduce((sum, row) => sum + row.accepted, 0)} files accepted, ${rows.reduce((sum, row) => sum + row.refused, 0)} refused`);
}

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
}, (error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
