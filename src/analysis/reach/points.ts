// Who can be at an end of a connection, numbered for the bitsets of the kernel: classes of endpoints that no selector tells apart, atoms of addresses, entities of
// the cluster, and names outside.
import type { AddressRange } from '../model/ranges';
import { covers, overlap } from '../model/ranges';
import type { AddressAtoms } from './addresses';
import type { AddressAtom } from './addresses';
import type { Bits } from './bits';
import { clearBits, copyBits, emptyBits, fullBits, orInto, setBit, setBits, withoutInto } from './bits';
import type { Endpoint } from './endpoints';
import type { EndpointIndex } from './endpoint-index';
import type { Three } from '../model/three';
import { all, any, not } from '../model/three';
import type { EntityName, PeerTerm } from './rules';
import { ENTITIES } from './rules';
import { isSelected } from './selector';
import type { Selector } from './selector';

/** One end of a connection. */
export type Party =
  | { readonly is: 'endpoint'; readonly endpoint: Endpoint }
  /** Addresses outside of which every rule says the same. */
  | { readonly is: 'addresses'; readonly range: AddressAtom }
  | { readonly is: 'entity'; readonly name: EntityName }
  | { readonly is: 'name'; readonly host: string }
  /** Somebody whose pods nobody knows: the proxies of a gateway whose controller is not told. */
  | { readonly is: 'unknown'; readonly label: string };

/** The points that meet a term for certain, and those of which nobody knows. */
export interface PointSet {
  readonly yes: Bits;
  /** Absent when everything is known. */
  readonly maybe?: Bits | undefined;
}

/** How many points there are beside the classes of endpoints. */
export function pointsBeside(addresses: AddressAtoms, names: readonly string[]): number {
  return addresses.atoms.length + ENTITIES.length + names.length;
}

/** Sets of points are shared by all who ask: nobody writes to them. */
export class Points {
  readonly index: EndpointIndex;
  readonly addresses: AddressAtoms;
  readonly names: readonly string[];
  readonly count: number;
  readonly words: number;
  readonly firstAddress: number;
  readonly firstEntity: number;
  readonly firstName: number;
  private readonly podRanges: readonly AddressRange[];
  private numbersOfNames: ReadonlyMap<string, readonly number[]> | undefined;
  private readonly known: Map<PeerTerm, PointSet> = new Map();
  /** What is equal wherever it is written. */
  private readonly shared: Map<string, PointSet> = new Map();
  /** By the number of the selector, of pods that are not in the network of a node for certain, or perhaps. */
  private readonly bySelector: Readonly<Record<'out' | 'maybe', Map<number, PointSet>>> = { out: new Map(), maybe: new Map() };

  /** @param index - has room for {@link pointsBeside} addresses and names */
  constructor(index: EndpointIndex, addresses: AddressAtoms, names: readonly string[], podRanges: readonly AddressRange[]) {
    this.index = index;
    this.addresses = addresses;
    this.names = names;
    this.podRanges = podRanges;
    this.firstAddress = index.classes.length;
    this.firstEntity = this.firstAddress + this.addresses.atoms.length;
    this.firstName = this.firstEntity + ENTITIES.length;
    this.count = this.firstName + names.length;
    this.words = index.words;
  }

  /** Every point. */
  everyone(): Bits {
    return fullBits(this.count, this.words);
  }

  /** The party that a point stands for; a class by its first endpoint. */
  party(point: number): Party {
    if (point < this.firstAddress) return { is: 'endpoint', endpoint: this.index.classes[point]![0]! };
    if (point < this.firstEntity) return { is: 'addresses', range: this.addresses.atoms[point - this.firstAddress]! };
    if (point < this.firstName) return { is: 'entity', name: ENTITIES[point - this.firstEntity]! };
    return { is: 'name', host: this.names[point - this.firstName]! };
  }

  /** The points that a term means. Equal terms are answered once. */
  meeting(term: PeerTerm): PointSet {
    if (term.is === 'pods') return this.pods(term.where, term.hostNetwork);
    let found = this.known.get(term);
    if (!found) this.known.set(term, (found = this.find(term)));
    return found;
  }

  private find(term: Exclude<PeerTerm, { is: 'pods' }>): PointSet {
    switch (term.is) {
      case 'everyone': return { yes: this.everyone() };
      case 'nobody': return { yes: emptyBits(this.words) };
      case 'any': return union(this.words, term.of.map((one) => this.meeting(one)));
      case 'all': return intersection(this, term.of.map((one) => this.meeting(one)));
      case 'not': return complement(this, this.meeting(term.of));
      case 'name': return { yes: this.named(term) };
      case 'block': return this.once(blockText(term), () => this.block(term));
      case 'entity': return this.once(term.name, () => ({ yes: this.entity(term.name) }));
      case 'unknown': return { yes: emptyBits(this.words), maybe: this.everyone() };
    }
  }

  private pods(where: Selector, hostNetwork: 'in' | 'out' | 'maybe'): PointSet {
    if (hostNetwork === 'in' || this.index.hostNetworkClasses.length === 0) return this.index.select(where);
    const known = this.bySelector[hostNetwork];
    const number = this.index.numberOf(where);
    let found = known.get(number);
    if (!found) known.set(number, (found = this.podsOfTheirOwn(this.index.select(where), hostNetwork)));
    return found;
  }

  private podsOfTheirOwn(selected: PointSet, hostNetwork: 'out' | 'maybe'): PointSet {
    const yes = copyBits(selected.yes);
    let maybe = selected.maybe && copyBits(selected.maybe);
    for (const one of this.index.hostNetworkClasses) {
      const [word, bit] = [one >>> 5, 1 << (one & 31)];
      const meant = (yes[word]! & bit) !== 0 || (maybe !== undefined && (maybe[word]! & bit) !== 0);
      yes[word]! &= ~bit;
      if (maybe) maybe[word]! &= ~bit;
      if (meant && hostNetwork === 'maybe') setBit(maybe ??= emptyBits(this.words), one);
    }
    return { yes, maybe };
  }

  /** Only names are meant by name; those that are spelled out are not searched for. */
  private named({ pattern, test }: Extract<PeerTerm, { is: 'name' }>): Bits {
    const yes = emptyBits(this.words);
    const enter = (host: string, i: number): void => {
      if (test(host)) setBit(yes, this.firstName + i);
    };
    // What stands behind the last star is the end of every name that is meant.
    const end = plainName(pattern.slice(pattern.lastIndexOf('*') + 1));
    if (pattern.includes('*') && !end.startsWith('.')) this.names.forEach(enter);
    else for (const i of (this.numbersOfNames ??= numbersOf(this.names)).get(end) ?? NO_NUMBERS) enter(this.names[i]!, i);
    return yes;
  }

  private once(text: string, find: () => PointSet): PointSet {
    let found = this.shared.get(text);
    if (!found) this.shared.set(text, (found = find()));
    return found;
  }

  private entity(name: EntityName): Bits {
    const yes = emptyBits(this.words);
    setBit(yes, this.firstEntity + ENTITIES.indexOf(name));
    return yes;
  }

  /** Atoms are cut at the borders of every block: a block is whole atoms. Of pods it says the same of all, but for those in the network of nodes. */
  private block(term: BlockTerm): PointSet {
    const yes = emptyBits(this.words);
    let maybe: Bits | undefined;
    const enter = (from: number, to: number, met: Three): void => {
      if (met === true) setBits(yes, from, to);
      else if (met === undefined) setBits(maybe ??= emptyBits(this.words), from, to);
    };
    const atoms = (range: AddressRange): readonly [number, number] => {
      const [from, to] = this.addresses.within(range);
      return [this.firstAddress + from, this.firstAddress + to];
    };
    setBits(yes, ...atoms(term.range));
    for (const hole of term.except) if (hole.family === term.range.family) clearBits(yes, ...atoms(hole));
    enter(0, this.firstAddress, this.podsInBlock(term, false));
    const onNodes = this.podsInBlock(term, true);
    for (const at of this.index.hostNetworkClasses) {
      clearBits(yes, at, at + 1);
      if (maybe) clearBits(maybe, at, at + 1);
      enter(at, at + 1, onNodes);
    }
    ENTITIES.forEach((name, i) => enter(this.firstEntity + i, this.firstEntity + i + 1, this.inBlock(term, { is: 'entity', name })));
    if (this.names.length > 0) enter(this.firstName, this.count, this.inBlock(term, { is: 'name', host: this.names[0]! }));
    return { yes, maybe };
  }

  /** Whether one party is meant. */
  met(term: PeerTerm, party: Party): Three {
    switch (term.is) {
      case 'everyone': return true;
      case 'nobody': return false;
      case 'unknown': return undefined;
      case 'any': return any(term.of.map((one) => this.met(one, party)));
      case 'all': return all(term.of.map((one) => this.met(one, party)));
      case 'not': return not(this.met(term.of, party));
      default: return party.is === 'unknown' ? undefined : this.metBy(term, party);
    }
  }

  private metBy(term: Exclude<PeerTerm, { is: 'any' | 'all' | 'not' | 'everyone' | 'nobody' | 'unknown' }>, party: Exclude<Party, { is: 'unknown' }>): Three {
    switch (term.is) {
      case 'entity': return party.is === 'entity' && party.name === term.name;
      case 'name': return party.is === 'name' && term.test(party.host);
      case 'pods': {
        if (party.is !== 'endpoint') return false;
        const selected = isSelected(term.where, party.endpoint);
        return !party.endpoint.hostNetwork || term.hostNetwork === 'in' ? selected : term.hostNetwork === 'out' ? false : selected === false ? false : undefined;
      }
      case 'block': return this.inBlock(term, party);
    }
  }

  private podsInBlock({ range, except, pods }: BlockTerm, hostNetwork: boolean): Three {
    if (pods === 'out') return false;
    // Nodes have addresses of their own.
    const inside = podsInRange(hostNetwork ? [] : this.podRanges, range, except);
    return pods === 'in' || inside === false ? inside : undefined;
  }

  private inBlock(term: BlockTerm, party: Exclude<Party, { is: 'unknown' }>): Three {
    const { range, except, pods } = term;
    switch (party.is) {
      case 'addresses': {
        const atom: AddressRange = { ...party.range, text: '' };
        if (!overlap(range, atom) || except.some((hole) => covers(hole, atom))) return false;
        // Atoms lie inside or outside; what somebody else asks for may lie across a border.
        return covers(range, atom) && !except.some((hole) => overlap(hole, atom)) ? true : undefined;
      }
      case 'endpoint': return this.podsInBlock(term, party.endpoint.hostNetwork);
      // The API server of a managed cluster stands outside.
      case 'entity': return pods === 'out' && party.name !== 'kube-apiserver' ? false : undefined;
      // A name is reached at whatever address DNS answers: for certain only where every address is let through.
      case 'name': return isEverything(range) && except.length === 0 ? true : undefined;
    }
  }
}

const NO_NUMBERS: readonly number[] = [];

type BlockTerm = Extract<PeerTerm, { is: 'block' }>;

function blockText({ range, except, pods }: BlockTerm): string {
  return [range, ...except].map(({ family, first, last }) => `${family} ${first} ${last}`).join() + pods;
}

function plainName(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

/** Where each name stands among the names, however it is written: by itself, and by its ends from a dot on. */
function numbersOf(names: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const numbers = new Map<string, number[]>();
  const enter = (key: string, i: number): void => {
    const known = numbers.get(key);
    if (known) known.push(i);
    else numbers.set(key, [i]);
  };
  names.forEach((host, i) => {
    const plain = plainName(host);
    enter(plain, i);
    for (let at = plain.indexOf('.'); at >= 0; at = plain.indexOf('.', at + 1)) enter(plain.slice(at), i);
  });
  return numbers;
}

/** Whether all addresses of pods lie in a block, none, or some. */
/** Whether the pods of these ranges lie in a block; no ranges are ranges that nobody knows. */
export function podsInRange(homes: readonly AddressRange[], range: AddressRange, except: readonly AddressRange[]): Three {
  return homes.length > 0 ? place(homes, range, except) : isEverything(range) && except.length === 0 ? true : undefined;
}

function place(homes: readonly AddressRange[], range: AddressRange, except: readonly AddressRange[]): Three {
  if (homes.every((home) => !overlap(home, range) || except.some((hole) => covers(hole, home)))) return false;
  return homes.filter(({ family }) => family === range.family).every((home) => covers(range, home) && !except.some((hole) => overlap(hole, home))) ? true : undefined;
}

export function isEverything({ family, first, last }: AddressRange): boolean {
  return first === 0n && last === (family === 4 ? 0xffffffffn : (1n << 128n) - 1n);
}

function union(words: number, sets: readonly PointSet[]): PointSet {
  const yes = emptyBits(words);
  let maybe: Bits | undefined;
  for (const set of sets) {
    orInto(yes, set.yes);
    if (set.maybe) orInto(maybe ??= emptyBits(words), set.maybe);
  }
  if (maybe) withoutInto(maybe, yes);
  return { yes, maybe };
}

function intersection(points: Points, sets: readonly PointSet[]): PointSet {
  const yes = points.everyone();
  const possible = points.everyone();
  for (const set of sets) {
    for (let w = 0; w < yes.length; w++) {
      yes[w]! &= set.yes[w]!;
      possible[w]! &= set.yes[w]! | (set.maybe?.[w] ?? 0);
    }
  }
  for (let w = 0; w < yes.length; w++) possible[w]! &= ~yes[w]!;
  return { yes, maybe: possible };
}

function complement(points: Points, set: PointSet): PointSet {
  const yes = points.everyone();
  for (let w = 0; w < yes.length; w++) yes[w]! &= ~(set.yes[w]! | (set.maybe?.[w] ?? 0));
  return { yes, maybe: set.maybe };
}
