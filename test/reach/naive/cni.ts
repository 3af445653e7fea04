// Who may call whom by the policies of a CNI, read off the documents one flow at a time: no tables, no sets, no order but that of the specifications. The oracle of the layer.
// What documents leave open is tried both ways: an answer is a set, with more than one word where they do not decide.
import type { CniWorld } from '../worlds/cni';
import type { Json } from '../worlds/cni-parts';
import { calicoTiersOf, calicoVerdict } from './cni-calico';
import { ciliumUnion } from './cni-cilium';
import { clusterVerdict } from './cni-cluster';
import { kubernetesUnion } from './cni-kubernetes';

export type NaiveWord = 'allowed' | 'denied' | 'requests';

export interface NaiveRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query?: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The other end, as far as documents tell. */
export type NaiveParty =
  | { readonly is: 'pod'; readonly pod: Json }
  | { readonly is: 'entity'; readonly name: string }
  | { readonly is: 'address'; readonly ip: number }
  | { readonly is: 'name'; readonly host: string };

export interface NaiveFlow {
  readonly subject: Json;
  readonly direction: 'ingress' | 'egress';
  readonly peer: NaiveParty;
  readonly port: number;
  readonly protocol: string;
  readonly request?: NaiveRequest | undefined;
}

/** The other end with everything decided that documents leave open. */
export interface Place {
  readonly pod?: Json;
  /** Runs in the network of the subject's node, or of another. */
  readonly node?: 'own' | 'other';
  readonly api?: boolean;
  readonly entity?: string;
  readonly ip: number;
  readonly host?: string;
}

/** A flow of which nothing is open. */
export interface Case extends Omit<NaiveFlow, 'peer'> {
  readonly world: CniWorld;
  readonly place: Place;
  /** Pods elsewhere have asked for the name. */
  readonly askedElsewhere: boolean;
  /** The question to DNS is one of those that a rule is for. */
  readonly dnsMatches: boolean;
  /** Policies of one priority the other way round. */
  readonly reversed: boolean;
  /** Of a CNI that nobody knows: blocks hold pods and nodes. */
  readonly blocksHoldPods: boolean;
  /** The same: pods in the network of their node are like others. */
  readonly hostPodsArePods: boolean;
  /** The address of the subject, where Calico's network sets may hold it. */
  readonly ownIp: number;
}

const ADDRESSES = ['10.2.0.1', '10.1.0.1', '192.0.2.1', '192.0.2.7', '198.51.100.1', '198.51.100.65', '203.0.113.1'].map(ipOf);
const BOTH = [false, true] as const;

/** What the documents of a world speak of: what they do not, is not tried. */
interface Spoken {
  readonly blocks: boolean;
  readonly names: boolean;
  readonly dns: boolean;
  readonly ties: boolean;
  readonly sets: boolean;
}

const SPOKEN: WeakMap<CniWorld, Spoken> = new WeakMap();

function spokenOf(world: CniWorld): Spoken {
  let spoken = SPOKEN.get(world);
  if (!spoken) {
    const text = JSON.stringify(world.documents);
    const priorities = world.documents.filter(({ kind }) => kind === 'ClusterNetworkPolicy').map(({ spec }) => `${spec.tier} ${spec.priority}`);
    spoken = {
      blocks: /"(?:ipBlock|networks|(?:from|to)CIDR(?:Set)?|nets|notNets)":/.test(text), names: text.includes('"toFQDNs":'), dns: text.includes('"dns":['), ties: new Set(priorities).size < priorities.length,
      sets: world.cni === 'calico' && world.documents.some(({ kind }) => /NetworkSet$/.test(kind)),
    };
    SPOKEN.set(world, spoken);
  }
  return spoken;
}

/** Every answer that the documents allow. */
export function naiveCni(world: CniWorld, flow: NaiveFlow): ReadonlySet<NaiveWord> {
  const answers = new Set<NaiveWord>();
  const spoken = spokenOf(world);
  const isUnknown = world.cni === 'unknown';
  const hasHostPod = flow.subject.spec.hostNetwork === true || (flow.peer.is === 'pod' && flow.peer.pod.spec.hostNetwork === true);
  const tried = (isOpen: boolean): readonly boolean[] => (isOpen ? BOTH : [false]);
  for (const place of placesOf(world, flow.peer)) {
    for (const askedElsewhere of tried(flow.peer.is === 'name' && spoken.names)) {
      for (const dnsMatches of tried(flow.request !== undefined && spoken.dns)) {
        for (const reversed of tried(spoken.ties)) {
          for (const blocksHoldPods of tried(isUnknown && spoken.blocks)) {
            for (const hostPodsArePods of tried(isUnknown && hasHostPod)) {
              for (const ownIp of spoken.sets ? ADDRESSES : ADDRESSES.slice(0, 1)) {
                answers.add(decideCase({ ...flow, world, place, askedElsewhere, dnsMatches, reversed, blocksHoldPods, hostPodsArePods, ownIp }));
              }
            }
          }
        }
      }
    }
  }
  return answers;
}

/** What a party may turn out to be. */
function placesOf(world: CniWorld, peer: NaiveParty): readonly Place[] {
  const isCilium = world.cni === 'cilium';
  const addresses = spokenOf(world).blocks ? ADDRESSES : ADDRESSES.slice(0, 1);
  // Where blocks never hold what is inside of the cluster, its addresses say nothing.
  const inside = isCilium ? [0] : addresses;
  const apis = isCilium ? BOTH : [false];
  const node = (where: 'own' | 'other', pod?: Json): readonly Place[] => inside.flatMap((ip) => apis.map((api): Place => ({ ip, node: where, api, ...pod && { pod } })));
  switch (peer.is) {
    case 'address': return [{ ip: peer.ip }];
    case 'name': return addresses.map((ip) => ({ ip, host: peer.host }));
    case 'pod': return peer.pod.spec.hostNetwork === true ? [...node('own', peer.pod), ...node('other', peer.pod)] : inside.map((ip) => ({ ip, pod: peer.pod }));
    case 'entity': switch (peer.name) {
      case 'host': return node('own');
      case 'remote-node': return node('other');
      // One elsewhere: where it runs beside the pods it is their host.
      case 'kube-apiserver': return [...inside.map((ip): Place => ({ ip, node: 'other', api: true })), ...addresses.map((ip) => ({ ip, api: true }))];
      default: return inside.map((ip) => ({ ip, entity: peer.name }));
    }
  }
}

/** What is left when one part of a policy lets some requests through: those, and whatever the rest lets through. */
export function withSome(some: boolean, rest: NaiveWord): NaiveWord {
  return some && rest === 'denied' ? 'requests' : rest;
}

function decideCase(one: Case): NaiveWord {
  const { world: { cni }, subject, direction, place } = one;
  const governs = subject.spec.hostNetwork !== true || (cni === 'unknown' && one.hostPodsArePods);
  const ownHost = direction === 'ingress' && place.node === 'own';
  // The node of a pod reaches it; to Cilium's agents, unless something denies it.
  if (ownHost && cni !== 'cilium') return 'allowed';
  // Policies of the cluster never mean pods in the network of their node.
  const admin = subject.spec.hostNetwork === true ? undefined : clusterVerdict(one, 'Admin');
  if (cni === 'calico') return governs ? calicoVerdict(one, calicoTiersOf(one.world)) : 'allowed';
  if (admin === 'Accept') return 'allowed';
  if (admin === 'Deny') return 'denied';
  const baseline = (): 'Accept' | 'Deny' | undefined => {
    const verdict = subject.spec.hostNetwork === true ? undefined : clusterVerdict(one, 'Baseline');
    return verdict === 'Pass' ? undefined : verdict;
  };
  if (cni === 'unknown') {
    const union = governs ? kubernetesUnion(one) : { closed: false, allowed: false };
    if (union.allowed) return 'allowed';
    return union.closed ? 'denied' : baseline() === 'Deny' ? 'denied' : 'allowed';
  }
  if (!governs) return 'allowed';
  const [kubernetes, cilium] = [kubernetesUnion(one), ciliumUnion(one)];
  if (cilium.denied) return 'denied';
  if (kubernetes.allowed || cilium.allowed) return 'allowed';
  // What isolates is asked behind the baseline, and never of the own node.
  const last = baseline();
  if (last === 'Accept') return 'allowed';
  if (last === 'Deny') return withSome(cilium.some && !ownHost, 'denied');
  return withSome(cilium.some, (kubernetes.closed || cilium.closed) && !ownHost ? 'denied' : 'allowed');
}

export function ipOf(text: string): number {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Whether an address lies in a block, and in none of the exceptions. */
export function inBlock(ip: number, cidr: string, except: readonly string[] = []): boolean {
  const [address, bits] = cidr.split('/') as [string, string];
  const size = 2 ** (32 - Number(bits));
  return Math.floor(ip / size) === Math.floor(ipOf(address) / size) && !except.some((hole) => inBlock(ip, hole));
}

/** A LabelSelector against labels. */
export function selects(selector: Json, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value)
    && (selector.matchExpressions ?? []).every(({ key, operator, values = [] }: Json) => {
      switch (operator) {
        case 'In': return labels[key] !== undefined && values.includes(labels[key]);
        case 'NotIn': return labels[key] === undefined || !values.includes(labels[key]);
        case 'Exists': return labels[key] !== undefined;
        default: return labels[key] === undefined;
      }
    });
}

export function namespaceLabels({ documents }: CniWorld, name: string): Readonly<Record<string, string>> {
  const found = documents.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === name);
  return { ...found?.metadata.labels, 'kubernetes.io/metadata.name': name };
}

/** Whether the called pod has a port of this name at this number. */
export function isNamed({ direction, subject, place, port, protocol }: Case, name: string): boolean {
  const called = direction === 'ingress' ? subject : place.pod;
  return called !== undefined && called.spec.containers[0].ports.some((one: Json) => one.name === name && one.containerPort === port && (one.protocol ?? 'TCP') === protocol);
}

/** The pod of the other end, where selectors of pods may mean it. */
export function podOf({ place, world, hostPodsArePods }: Case): Json | undefined {
  return place.pod === undefined || (place.pod.spec.hostNetwork === true && !(world.cni === 'unknown' && hostPodsArePods)) ? undefined : place.pod;
}
