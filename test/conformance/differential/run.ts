// The differential test: objects and mutants of them through the API server and through netstack validate, one cluster after the other.
import { resolveTargets } from '../../../src/core/targets';
import { mutant } from '../mutations';
import type { Base } from './bases';
import { generatedObjects, judgeCases, NEW, repaired, weighted, writtenObjects } from './bases';
import type { Case, Compared } from './compare';
import { compare } from './compare';
import { builtIn } from './kinds';
import type { Next } from './numbers';
import { sequence } from './numbers';
import { schemaOf } from './ours';
import { EXACT, isBeyondDryRun } from './quirks';
import { Report } from './report';
import { keep, keptCases, shrunk } from './shrink';

export interface Dose {
  readonly mutants: number;
  readonly seed: string;
  /** The newest server only. */
  readonly newest: boolean;
  /** Kinds as `apiVersion Kind`; all when it is not given. */
  readonly kinds?: RegExp | undefined;
}

/** What is asked of one cluster. */
interface Cluster {
  readonly bases: Base[];
  readonly kept: Case[];
}

/** Of each kind of disagreement so many are shrunk and kept; the others are counted. */
const SHRUNK = 6;

/** Prints what differs. @returns the disagreements */
export async function differential({ mutants, seed, newest, kinds }: Dose): Promise<string[]> {
  console.log(`differential test: ${mutants} mutants, seed ${seed}, ${newest ? 'the newest server only' : 'both lines'}${kinds === undefined ? '' : `, kinds that match ${kinds.source}`}`);
  const bases = weighted([...generatedObjects(), ...writtenObjects()].filter(({ object }) => kinds?.test(`${String(object.apiVersion)} ${String(object.kind)}`) !== false), EXACT);
  const clusters = new Map<string, Cluster>();
  const clusterOf = ({ targets }: Case): Cluster => {
    const key = JSON.stringify(resolveTargets(targets));
    if (!clusters.has(key)) clusters.set(key, { bases: [], kept: [] });
    return clusters.get(key)!;
  };
  for (const base of bases) clusterOf(base).bases.push(base);
  for (const kept of keptCases()) clusterOf(kept).kept.push(kept);
  const newestOne = JSON.stringify(resolveTargets(NEW));
  const asked = [...clusters].filter(([key]) => !newest || key === newestOne);
  const weight = asked.reduce((sum, [, cluster]) => sum + weightOf(cluster.bases), 0);
  const report = new Report();
  for (const [key, cluster] of asked) {
    const count = Math.round((mutants * weightOf(cluster.bases)) / weight);
    await askCluster(cluster, count, sequence(`netstack ${seed} ${key}`), report);
  }
  return report.finish();
}

const weightOf = (bases: readonly Base[]): number => bases.reduce((sum, { weight }) => sum + weight, 0);

async function askCluster({ bases, kept }: Cluster, count: number, next: Next, report: Report): Promise<void> {
  const ask = async (title: string, cases: readonly Case[]): Promise<Compared[]> => {
    const judgements = await judgeCases(cases);
    const compared = cases.map((one, i) => compare(one, judgements[i]!.answer));
    const open = compared.flatMap((one, i) => (isBeyondDryRun(one) ? [i] : []));
    const stored = await judgeCases(open.map((i) => cases[i]!), true);
    open.forEach((i, n) => { compared[i] = compare(cases[i]!, stored[n]!.answer); });
    report.add(title, compared);
    for (const one of compared) {
      if (!one.verdict.startsWith('DISAGREE')) continue;
      if (process.argv.includes('--no-shrink') || !report.isRare(one, SHRUNK)) report.disagreement(one);
      else {
        const small = await shrunk(one);
        report.disagreement(small, keep(small));
      }
    }
    return compared;
  };
  await ask('objects that differed once', kept);
  const whole = await ask('generated and written objects', await repaired(bases));
  for (const { name, answer } of whole) if (answer.status !== 201 && isWritten(name)) report.fail(`${name}: written as a correct document, and refused: ${answer.message}`);
  const accepted = new Set(whole.filter(({ answer }) => answer.status === 201).map(({ name }) => name));
  // What is refused as it stands tells little when it is changed, and nothing where correct ones are written by hand.
  const used = bases.map((base, i) => ({ ...base, object: whole[i]!.object, weight: accepted.has(base.name) ? base.weight : builtIn(base.object) ? 0 : base.weight / 8 }));
  await ask('mutants', mutantsOf(used.filter(({ weight }) => weight > 0), count, next));
}

const isWritten = (name: string): boolean => / [\w.-]+\.yaml /.test(name);

/** Every base once, then by weight. */
function mutantsOf(bases: readonly Base[], count: number, next: Next): Case[] {
  const sums: number[] = [];
  let sum = 0;
  for (const { weight } of bases) sums.push((sum += weight));
  const seen = new Set<string>();
  const out: Case[] = [];
  for (let tries = 0; out.length < count && tries < count * 5; tries++) {
    const mark = (next(1_000_000) / 1_000_000) * sum;
    const base = tries < bases.length ? bases[tries]! : bases[sums.findIndex((limit) => limit > mark)]!;
    const schema = schemaOf(base.object, base.targets);
    if (!schema) continue;
    let mutated = mutant(base.object, schema, next);
    // Kinds that are held by hand are held in combinations, too.
    if (mutated && schema.native && next(3) === 0) {
      const twice = mutant(mutated.object, schema, next);
      if (twice) mutated = { name: `${mutated.name}, ${twice.name}`, object: twice.object };
    }
    if (!mutated) continue;
    const key = JSON.stringify(mutated.object);
    if (seen.has(key)) continue;
    seen.add(key);
    out.push({ name: `${base.name}, ${mutated.name}`, object: mutated.object, targets: base.targets });
  }
  return out;
}
