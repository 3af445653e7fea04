// Holds what we say of policies against Cilium's own policy engine: random clusters, every pair of ends, every port that a rule cuts.
// npx tsx test/conformance/reach/cilium-policies.ts [--worlds=2000] [--seed=1] [--only=SEED] [--line=1.17]
// The older line has no policies of clusters, and selectors that are not limited to one cluster.
import { printAddress } from '../../../src/analysis/reach/addresses';
import type { Protocol } from '../../../src/analysis/reach/flow';
import type { Party } from '../../../src/analysis/reach/points';
import type { Asked, Word } from '../../reach/cni-cluster';
import { WorldNetwork } from '../../reach/cni-cluster';
import type { CniWorld } from '../../reach/worlds/cni';
import { cniWorld } from '../../reach/worlds/cni';
import type { Json } from '../../reach/worlds/cni-parts';
import { seeded } from '../../reach/worlds/draw';
import type { CiliumEndpoint, CiliumFlow, CiliumWord, CiliumWorld } from '../engines/cilium';
import { askCiliumWorlds, CILIUM_VERSION, hasCilium } from '../engines/cilium';

const PORTS: readonly (readonly [number, Protocol])[] = [
  [80, 'TCP'], [8080, 'TCP'], [443, 'TCP'], [53, 'TCP'], [9090, 'TCP'], [9091, 'TCP'], [8000, 'TCP'], [7999, 'TCP'], [53, 'UDP'], [8080, 'UDP'], [443, 'UDP'], [80, 'SCTP'], [8080, 'SCTP'],
];
const KINDS: ReadonlySet<string> = new Set(['NetworkPolicy', 'CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy', 'ClusterNetworkPolicy']);
/** Those that have no identity of their own in the engine, or none that is the same in every cluster. */
const LEFT_OUT: ReadonlySet<string> = new Set(['init']);
/** The API server is a node or stands outside, and a node may be its: what we leave open there is no difference. */
const MAY_BE_OPEN: ReadonlySet<string> = new Set(['kube-apiserver', 'host', 'remote-node']);
const BATCH = 50;

interface Question {
  readonly asked: Asked;
  readonly flow: CiliumFlow;
  readonly end: 'egress' | 'ingress';
  readonly mayBeOpen: boolean;
}

export interface Difference {
  readonly seed: number;
  readonly question: string;
  readonly engine: CiliumWord;
  readonly ours: Word;
  readonly rows: Word;
  readonly policies: readonly Json[];
}

interface Count {
  flows: number;
  open: number;
  refused: number;
  policies: number;
  readonly differences: Difference[];
  readonly words: Map<string, number>;
}

async function main(): Promise<number> {
  const option = (name: string, fallback: number): number => Number(process.argv.find((one) => one.startsWith(`--${name}=`))?.split('=')[1] ?? fallback);
  if (!hasCilium()) {
    console.error('Cilium\'s engine is not built: run the conformance tests first, which build it');
    return 2;
  }
  const first = option('only', option('seed', 1));
  const worlds = process.argv.some((one) => one.startsWith('--only=')) ? 1 : option('worlds', 2000);
  const isOlder = process.argv.includes('--line=1.17');
  const began = Date.now();
  const count = await compare(Array.from({ length: worlds }, (_, i) => first + i), isOlder);
  for (const { seed, question, engine, ours, rows, policies } of count.differences.slice(0, 5)) {
    console.log(`seed ${seed}: ${question}: Cilium ${engine}, decide ${ours}, rows ${rows}\n${policies.map((one) => `  ${JSON.stringify(one)}`).join('\n')}`);
  }
  console.log(`Cilium's policy engine ${CILIUM_VERSION} (${isOlder ? 'set as 1.17 is, for that target' : 'for the target 1.20; ClusterNetworkPolicy as its documents are read since 1.20'}): ${worlds} worlds, seeds ${first} to ${first + worlds - 1}, `
    + `${count.policies} policies (${count.refused} refused), ${count.flows} flows, of which ${count.open} ${isOlder ? 'of names of ports, ' : ''}of nodes and the API server are left open; ${count.differences.length} differences; `
    + `${[...count.words].sort().map(([word, number]) => `${word} ${number}`).join(', ')}; ${Math.round((Date.now() - began) / 1000)} s`);
  return count.differences.length === 0 ? 0 : 1;
}

async function compare(seeds: readonly number[], isOlder: boolean): Promise<Count> {
  const count: Count = { flows: 0, open: 0, refused: 0, policies: 0, differences: [], words: new Map() };
  for (let i = 0; i < seeds.length; i += BATCH) {
    const batch = seeds.slice(i, i + BATCH).map((seed) => ({ seed, world: cniWorld(seeded(seed), { cni: 'cilium', everything: false }) }));
    const prepared = batch.map(({ seed, world }) => ({ seed, ...prepare(isOlder ? withoutClusterPolicies(world) : world, isOlder) }));
    // The engine is asked about nodes in runs of their own: with rules of requests it does not always survive what it lets through for them.
    const run = (world: CiliumWorld, localhost: boolean): CiliumWorld => ({ ...world, localhost, flows: world.flows.filter((flow) => isOfHost(flow) === localhost) });
    const answers = await askCiliumWorlds(prepared.flatMap(({ engine }) => [run(engine, false), run(engine, true)]));
    prepared.forEach(({ seed, network, questions, engine }, w) => {
      const [{ refused, verdicts: others }, { verdicts: ofHost }] = [answers[2 * w]!, answers[2 * w + 1]!];
      const next = [others.values(), ofHost.values()] as const;
      count.policies += engine.policies.length;
      count.refused += refused.length;
      if (refused.length > 0) throw new Error(`seed ${seed}: ${JSON.stringify(engine.policies[refused[0]!.policy])} is refused: ${refused[0]!.error}`);
      questions.forEach(({ asked, flow, end, mayBeOpen }) => {
        const verdict = next[isOfHost(flow) ? 1 : 0].next().value!;
        if (verdict.error !== undefined && !isOfHost(flow)) throw new Error(`seed ${seed}: ${verdict.error}`);
        const [theirs, ours, rows] = [verdict.error === undefined ? verdict[end] : 'unknown', network.word(asked), network.rowWord(asked)];
        count.flows++;
        count.words.set(theirs, (count.words.get(theirs) ?? 0) + 1);
        if (theirs === 'unknown' && isOfHost(flow)) return;
        if (ours === 'undetermined' && rows === ours && mayBeOpen) count.open++;
        else if (ours !== rows || !agree(theirs, ours)) {
          count.differences.push({ seed, question: `${flow.from} > ${flow.to} ${flow.port}/${flow.protocol} ${end}`, engine: theirs, ours, rows, policies: engine.policies });
        }
      });
    });
  }
  return count;
}

function isOfHost({ from }: CiliumFlow): boolean {
  return from === 'entity host';
}

/** The proxy is asked also where a rule beside it lets every request through. */
function agree(theirs: CiliumWord, ours: Word): boolean {
  return theirs === 'requests' ? ours === 'requests' || ours === 'allowed' : theirs === ours;
}

function withoutClusterPolicies(world: CniWorld): CniWorld {
  return { ...world, documents: world.documents.filter(({ kind }) => kind !== 'ClusterNetworkPolicy') };
}

function prepare(world: CniWorld, isOlder: boolean): { readonly network: WorldNetwork; readonly questions: readonly Question[]; readonly engine: CiliumWorld } {
  const network = new WorldNetwork(world, isOlder ? { targets: { cilium: '1.17' } } : {});
  const endpoints: Record<string, CiliumEndpoint> = {};
  const namespaces = new Map(world.documents.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => [metadata.name as string, metadata.labels as Record<string, string>]));
  for (const { kind, metadata, spec } of world.documents) {
    if (kind !== 'Pod') continue;
    endpoints[`${metadata.namespace}/${metadata.name}`] = {
      namespace: metadata.namespace, labels: metadata.labels, namespaceLabels: { ...namespaces.get(metadata.namespace), 'kubernetes.io/metadata.name': metadata.namespace },
      serviceAccount: spec.serviceAccountName ?? 'default',
      ports: spec.containers[0].ports.map(({ name, containerPort, protocol }: Json) => ({ name, number: containerPort, protocol: protocol ?? 'TCP' })),
    };
  }
  const pods = Object.keys(endpoints);
  const hasClusterPolicies = world.documents.some(({ kind }) => kind === 'ClusterNetworkPolicy');
  const names = network.peers.map((party) => engineName(party, endpoints, pods));
  const questions: Question[] = [];
  for (const subject of pods) {
    network.peers.forEach((party, peer) => {
      const others = party.is === 'endpoint' ? network.network.points.index.classes[peer]!.map((one) => `${one.namespace}/${one.workload}`).filter((one) => endpoints[one] !== undefined) : [names[peer]];
      for (const other of others) {
        // This release lets its own host stand before every tier, which later ones have mended.
        if (other === undefined || other === subject || (hasClusterPolicies && other === 'entity host')) continue;
        for (const [port, protocol] of PORTS) {
          for (const direction of ['egress', 'ingress'] as const) {
            const [from, to] = direction === 'egress' ? [subject, other] : [other, subject];
            questions.push({
              asked: { subject, direction, peer, port, protocol }, flow: { from, to, port, protocol: protocol.toLowerCase() }, end: direction,
              // Names of ports that mean several numbers are left open to callers of the older line.
              mayBeOpen: (party.is === 'entity' && MAY_BE_OPEN.has(party.name)) || (isOlder && direction === 'egress' && party.is === 'endpoint'),
            });
          }
        }
      }
    });
  }
  const policies = world.documents.filter(({ kind }) => KINDS.has(kind));
  return { network, questions, engine: { policies, endpoints, flows: questions.map(({ flow }) => flow), anyCluster: isOlder } };
}

/** What the engine calls a party, which it is told of; undefined for those it is not asked about. */
function engineName(party: Party, endpoints: Record<string, CiliumEndpoint>, pods: readonly string[]): string | undefined {
  switch (party.is) {
    case 'endpoint': return pods.find((one) => one === `${party.endpoint.namespace}/${party.endpoint.workload}`);
    case 'entity': {
      if (LEFT_OUT.has(party.name)) return undefined;
      endpoints[`entity ${party.name}`] = { entity: party.name };
      return `entity ${party.name}`;
    }
    case 'addresses': {
      const address = printAddress(party.range.family, party.range.first);
      endpoints[address] = { cidr: `${address}/32` };
      return address;
    }
    default: return undefined;
  }
}

if (require.main === module) {
  main().then((code) => process.exit(code), (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  });
}
