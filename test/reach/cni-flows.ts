// Random worlds asked flow by flow: the naive reading of the documents, decide.ts and rows.ts have to agree.
import type { Party } from '../../src/analysis/reach/points';
import type { Asked, Word } from './cni-cluster';
import { WorldNetwork } from './cni-cluster';
import type { NaiveParty, NaiveRequest, NaiveWord } from './naive/cni';
import { naiveCni } from './naive/cni';
import type { CniWorld } from './worlds/cni';
import type { Json } from './worlds/cni-parts';
import type { Draw } from './worlds/draw';
import { Choices } from './worlds/draw';

export interface FlowCount {
  flows: number;
  undetermined: number;
  /** Left open though the documents decide: allowed, and counted. */
  needless: number;
  /** By word. */
  readonly words: Map<string, number>;
}

export interface FlowDifference {
  readonly asked: string;
  readonly naive: readonly NaiveWord[];
  readonly decide: Word;
  readonly rows: Word | undefined;
}

const PORTS = [80, 8080, 53, 443, 8000, 8050, 9090, 9091] as const;
const REQUESTS: readonly NaiveRequest[] = [
  { method: 'GET', host: 'shop.example.com', path: '/orders', headers: {} }, { method: 'POST', host: 'other.test', path: '/orders/7', headers: { 'x-team': 'a' } },
  { method: 'GET', host: 'shop.example.com', path: '/orders', query: 'id=7', headers: { 'x-token': 't' } }, { method: 'PUT', host: 'api.example.com', path: '/', headers: { 'x-team': 'b' } },
];

/** Asks one world about some flows. @returns the first difference */
export function compareWorld(world: CniWorld, draw: Draw, flows: number, count: FlowCount): FlowDifference | undefined {
  const choose = new Choices(draw);
  const network = new WorldNetwork(world);
  const { peers } = network;
  const subjects = world.documents.filter(({ kind }) => kind === 'Pod');
  for (let i = 0; i < flows; i++) {
    const subject = choose.one(subjects);
    const at = choose.below(peers.length);
    const peer = naiveParty(world, peers[at]!);
    if (peer === undefined) continue;
    const request = choose.chance(25) ? choose.one(REQUESTS) : undefined;
    const [port, protocol] = [choose.one(PORTS), choose.one(['TCP', 'TCP', 'UDP', 'SCTP'] as const)];
    const asked: Asked = { subject: `${subject.metadata.namespace}/${subject.metadata.name}`, direction: choose.one(['ingress', 'egress'] as const), peer: at, port, protocol, request };
    const naive = naiveCni(world, { subject, direction: asked.direction, peer, port, protocol, request });
    const decided = network.word(asked);
    const rows = request === undefined ? network.rowWord(asked) : undefined;
    count.flows++;
    count.words.set(decided, (count.words.get(decided) ?? 0) + 1);
    if (decided === 'undetermined') count.undetermined++;
    if (decided === 'undetermined' && naive.size === 1) count.needless++;
    // On its own node a caller says what it likes; what passes anyhow is what it is told.
    const told = decided === 'requests' && peer.is === 'pod' && peer.pod.spec.hostNetwork === true && !naive.has('denied');
    const agree = decided === 'undetermined' || told || (naive.size === 1 && naive.has(decided));
    if (!agree || (rows !== undefined && rows !== decided)) return { asked: `${JSON.stringify({ ...asked, peer })}`, naive: [...naive], decide: decided, rows };
  }
  return undefined;
}

export function noFlows(): FlowCount {
  return { flows: 0, undetermined: 0, needless: 0, words: new Map() };
}

/** A party as the documents have it; undefined for what no document is. */
function naiveParty({ documents }: CniWorld, party: Party): NaiveParty | undefined {
  switch (party.is) {
    case 'entity': return { is: 'entity', name: party.name };
    case 'addresses': return party.range.family === 4 ? { is: 'address', ip: Number(party.range.first) } : undefined;
    case 'name': return { is: 'name', host: party.host };
    case 'endpoint': {
      const pod = documents.find(({ kind, metadata }: Json) => kind === 'Pod' && metadata.name === party.endpoint.workload && metadata.namespace === party.endpoint.namespace);
      return pod && { is: 'pod', pod };
    }
    default: return undefined;
  }
}
