// Holds what we say of policies against Calico's own code: random clusters, every pod in both directions, every other end, ports that rules cut.
//   npx tsx test/conformance/reach/calico-policies.ts [--worlds=1000] [--seed=1] [--only=SEED] [--show=5]
// The engine is 3.28.5, and it speaks for the targets 3.29 and later: engines/calico/main.go says what of it is ours. Documents that its validation refuses are left out.
import { printAddress } from '../../../src/analysis/reach/addresses';
import type { Protocol } from '../../../src/analysis/reach/flow';
import type { Asked, Word } from '../../reach/cni-cluster';
import { WorldNetwork } from '../../reach/cni-cluster';
import type { CniWorld } from '../../reach/worlds/cni';
import { cniWorld } from '../../reach/worlds/cni';
import { widened } from '../../reach/worlds/cni-calico-wide';
import type { Json } from '../../reach/worlds/cni-parts';
import { seeded } from '../../reach/worlds/draw';
import type { CalicoFlow } from '../engines/calico';
import { askCalico, CALICO_VERSION, UID, whyNoCalico } from '../engines/calico';
import { option } from './options';
import { running } from './running';

const TARGETS = { calico: '3.29' } as const;
const NUMBERS = { TCP: 6, UDP: 17, SCTP: 132 } as const;
const PORTS: ReadonlyArray<readonly [number, Protocol]> = [
  [80, 'TCP'], [8080, 'TCP'], [443, 'TCP'], [53, 'TCP'], [9090, 'TCP'], [8000, 'TCP'], [7999, 'TCP'], [8101, 'TCP'], [53, 'UDP'], [8080, 'UDP'], [443, 'UDP'], [80, 'SCTP'], [8080, 'SCTP'],
];
const POD_CIDR = '10.1.0.0/16';
const RUNNING = { block: '10.1.77', uid: UID, accounts: ['default', 'robot'] };
/** A block that holds some addresses of pods, which the documents do not tell, is left open rightly. */
const MAY_BE_OPEN = /^which of 10\.1\.77\.8\/29 are addresses of pods is not known$/;
const BATCH = 25;

interface Question {
  readonly asked: Asked;
  readonly flow: CalicoFlow;
}

interface Prepared {
  readonly seed: number;
  readonly documents: readonly Json[];
  readonly running: readonly Json[];
  readonly network: WorldNetwork;
  readonly questions: readonly Question[];
}

interface Difference {
  readonly seed: number;
  readonly flow: CalicoFlow;
  readonly engine: string;
  readonly ours: Word;
  readonly rows: Word;
  readonly documents: readonly Json[];
}

interface Count {
  policies: number;
  refused: number;
  questions: number;
  readonly open: Map<string, number>;
  readonly words: Map<string, number>;
  readonly differences: Difference[];
}

async function main(): Promise<number> {
  const why = await whyNoCalico();
  if (why !== undefined) {
    console.error(why);
    return 2;
  }
  const only = option('only', 0);
  const [first, worlds] = only === 0 ? [option('seed', 1), option('worlds', 1000)] : [only, 1];
  const began = Date.now();
  const count: Count = { policies: 0, refused: 0, questions: 0, open: new Map(), words: new Map(), differences: [] };
  for (let at = first; at < first + worlds; at += BATCH) await judge(Array.from({ length: Math.min(BATCH, first + worlds - at) }, (_, i) => at + i), count);
  const differing = [...new Map(count.differences.map((one) => [one.seed, one])).values()];
  for (const { seed, flow, engine, ours, rows, documents } of differing.slice(0, option('show', 5))) {
    console.log(`seed ${seed}: ${JSON.stringify(flow)}: Calico ${engine}, decide ${ours}, rows ${rows}\n${documents.map((one) => `  ${JSON.stringify(one)}`).join('\n')}`);
  }
  const open = [...count.open.values()].reduce((sum, one) => sum + one, 0);
  console.log(`Calico's policy programs ${CALICO_VERSION} (for the targets 3.29 and later, with tiers put in order by us): ${worlds} worlds, seeds ${first} to ${first + worlds - 1}, `
    + `${count.policies} policies (and ${count.refused} documents refused by Calico, left out), ${count.questions} questions; ${told(count.words)}; ${open} left open${open > 0 ? ` (${told(count.open)})` : ''}; `
    + `${count.differences.length} differences in ${differing.length} worlds; ${Math.round((Date.now() - began) / 1000)} s`);
  // Who says nothing is never wrong.
  if (open > count.questions / 100) console.log('Too many questions are left open to prove anything');
  return count.differences.length === 0 && open <= count.questions / 100 ? 0 : 1;
}

function told(numbers: ReadonlyMap<string, number>): string {
  return [...numbers].sort().map(([word, number]) => `${word} ${number}`).join(', ');
}

async function judge(seeds: readonly number[], count: Count): Promise<void> {
  const given = seeds.map((seed) => worldOf(seed));
  const checked = await askCalico(given.map(({ documents }) => ({ documents: running(documents, RUNNING).documents, flows: [] })));
  const prepared = seeds.map((seed, i) => {
    // What is filled in comes after what is given.
    const refused = new Set(checked[i]!.refused.map(({ document }) => document));
    count.refused += refused.size;
    return prepare(seed, { ...given[i]!, documents: given[i]!.documents.filter((_, at) => !refused.has(at)) });
  });
  const answers = await askCalico(prepared.map((one) => ({ documents: one.running, flows: one.questions.map(({ flow }) => flow) })));
  prepared.forEach((one, i) => compare(one, answers[i]!.verdicts, count));
}

function worldOf(seed: number): CniWorld {
  const draw = seeded(seed);
  const world = cniWorld(draw, { cni: 'calico', everything: false });
  // That release keeps no policies of clusters.
  return widened({ ...world, documents: world.documents.filter(({ kind }) => kind !== 'ClusterNetworkPolicy') }, draw);
}

function prepare(seed: number, world: CniWorld): Prepared {
  const { documents, addresses } = running(world.documents, RUNNING);
  const network = new WorldNetwork(world, { targets: TARGETS, cluster: 'c', model: { clusters: [{ name: 'c', podCidrs: [POD_CIDR], targets: TARGETS }] } });
  const questions: Question[] = [];
  const { index } = network.network.points;
  network.peers.forEach((party, peer) => {
    const others = party.is === 'endpoint' ? index.classes[peer]!.map((one) => addresses.get(`${one.namespace}/${one.workload}`)).filter((one) => one !== undefined)
      : party.is === 'addresses' && party.range.family === 4 ? [printAddress(4, party.range.first)] : [];
    for (const [subject, own] of addresses) {
      for (const other of others.filter((one) => one !== own)) {
        for (const [port, protocol] of PORTS) {
          for (const direction of ['ingress', 'egress'] as const) {
            questions.push({ asked: { subject, direction, peer, port, protocol }, flow: { subject, direction, other, port, protocol: NUMBERS[protocol as keyof typeof NUMBERS] } });
          }
        }
      }
    }
  });
  return { seed, documents: world.documents, running: documents, network, questions };
}

function compare({ seed, documents, network, questions }: Prepared, verdicts: readonly string[], count: Count): void {
  count.policies += documents.filter(({ kind }) => kind.endsWith('Policy')).length;
  questions.forEach(({ asked, flow }, i) => {
    const [engine, ours, rows] = [verdicts[i]!, network.word(asked), network.rowWord(asked)];
    count.questions++;
    count.words.set(engine, (count.words.get(engine) ?? 0) + 1);
    if (ours === engine && rows === engine) return;
    const why = ours === 'undetermined' && rows === ours ? network.decide(asked).reasons?.join('; ') : undefined;
    if (why !== undefined && MAY_BE_OPEN.test(why)) count.open.set(why, (count.open.get(why) ?? 0) + 1);
    else count.differences.push({ seed, flow, engine, ours, rows, documents });
  });
}

if (require.main === module) {
  main().then((code) => process.exit(code), (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  });
}
