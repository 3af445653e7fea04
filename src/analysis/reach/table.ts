// Which policies govern which endpoints: per class and direction the tiers that speak, each with its policies in their order. Classes with the same policies share one list.
import type { Direction } from './flow';
import type { EndpointIndex, Selected } from './endpoint-index';
import type { Bits } from './bits';
import { copyBits, emptyBits, hasBit, setBit, withoutInto } from './bits';
import type { Endpoint } from './endpoints';
import type { NotModelled, Policy, PolicyLayer, PortMatch, Rule, Tier } from './rules';
import { EVERY, isSelected } from './selector';
import { Sequences } from './sequences';

/** A policy that governs an endpoint: for certain, or perhaps. */
export interface Governing {
  readonly policy: Policy;
  readonly certain: boolean;
}

/** The policies of one tier that govern an endpoint, those of ordered tiers in their order. */
export interface TierPolicies {
  readonly tier: Tier;
  readonly policies: readonly Governing[];
}

/** Everything that governs one class of endpoints in one direction. */
export interface Governed {
  /** Tells lists apart; small and dense. */
  readonly id: number;
  readonly tiers: readonly TierPolicies[];
  /** Some rule names a port, so that classes with this list may still differ. */
  readonly namesPorts: boolean;
  /** What is not followed and may change the answer. */
  readonly notModelled: readonly NotModelled[];
}

export class PolicyTable {
  readonly layer: PolicyLayer;
  private readonly byClass: Readonly<Record<Direction, GovernedClasses>>;
  private readonly strangers: Readonly<Record<Direction, WeakMap<Endpoint, Governed>>> = { ingress: new WeakMap(), egress: new WeakMap() };

  constructor(layer: PolicyLayer, index: EndpointIndex) {
    this.layer = layer;
    this.byClass = { ingress: new GovernedClasses(layer, index, 'ingress'), egress: new GovernedClasses(layer, index, 'egress') };
  }

  of(at: number, direction: Direction): Governed {
    return this.byClass[direction].of(at);
  }

  /** The same for an endpoint that is none of the network's: the proxies that a controller will make. */
  governing(endpoint: Endpoint, direction: Direction): Governed {
    const known = this.strangers[direction].get(endpoint);
    if (known) return known;
    const found = this.find(endpoint, direction);
    this.strangers[direction].set(endpoint, found);
    return found;
  }

  private find(endpoint: Endpoint, direction: Direction): Governed {
    const all = this.layer.policies.flatMap((policy): Governing[] => {
      const selected = policy.direction === direction ? isSelected(policy.subject, endpoint) : false;
      return selected === false ? [] : [{ policy, certain: selected === true }];
    });
    const isMeant = ({ subject = EVERY, direction: only = direction }: NotModelled): boolean => only === direction && isSelected(subject, endpoint) !== false;
    const beside = this.layer.notModelled.filter(isMeant);
    return governed(this.layer, -1, all, beside);
  }
}

/** What governs each class in one direction. */
class GovernedClasses {
  private readonly layer: PolicyLayer;
  private readonly index: EndpointIndex;
  private readonly policies: readonly Policy[];
  private readonly hostNetwork: Bits | undefined;
  /**
   * Of each class the policies that govern it, as the number of a sequence: twice the number of the policy, one more where it is not certain; behind them what is not followed,
   * by negative numbers.
   */
  private readonly governing: Int32Array;
  private readonly sequences: Sequences = new Sequences();
  private readonly lists: (Governed | undefined)[];
  /** By their numbers in sequences. */
  private readonly known: (Governing | undefined)[];
  private count: number = 0;

  constructor(layer: PolicyLayer, index: EndpointIndex, direction: Direction) {
    this.layer = layer;
    this.index = index;
    this.policies = layer.policies.filter((policy) => policy.direction === direction);
    this.hostNetwork = fewBits(index.hostNetworkClasses, index.words);
    this.governing = new Int32Array(index.classes.length);
    for (let number = 0; number < this.policies.length; number++) this.enter(this.policies[number]!, 2 * number);
    for (let number = 0; number < layer.notModelled.length; number++) {
      const { subject = EVERY, direction: only = direction } = layer.notModelled[number]!;
      if (only === direction) this.append(index.select(subject), -1 - number, -1 - number);
    }
    this.lists = new Array<Governed | undefined>(this.sequences.count);
    this.known = new Array<Governing | undefined>(2 * this.policies.length);
  }

  of(at: number): Governed {
    const sequence = this.governing[at]!;
    return (this.lists[sequence] ??= this.list(sequence));
  }

  private enter({ subject, hostNetwork: where }: Policy, certain: number): void {
    const selected = this.index.select(subject);
    const { hostNetwork } = this;
    if (hostNetwork === undefined || where === 'in') return this.append(selected, certain, certain + 1);
    const { yes, maybe } = selected;
    this.append({ yes: withoutBits(yes, hostNetwork), maybe: maybe && withoutBits(maybe, hostNetwork) }, certain, certain + 1);
    if (where !== 'maybe') return;
    for (const at of this.index.hostNetworkClasses) {
      if (hasBit(yes, at) || (maybe && hasBit(maybe, at))) this.governing[at] = this.sequences.longer(this.governing[at]!, certain + 1);
    }
  }

  /** Puts one more number behind the sequences of some classes, and another one behind those of which it is not certain. */
  private append({ yes, maybe }: Selected, certain: number, perhaps: number): void {
    append(this.sequences, this.governing, yes, certain);
    if (maybe) append(this.sequences, this.governing, maybe, perhaps);
  }

  private list(sequence: number): Governed {
    const numbers = this.sequences.of(sequence);
    // What is not followed stands behind the policies.
    let count = numbers.length;
    while (count > 0 && numbers[count - 1]! < 0) count--;
    const all = new Array<Governing>(count);
    for (let i = 0; i < count; i++) {
      const number = numbers[i]!;
      all[i] = this.known[number] ??= { policy: this.policies[number >> 1]!, certain: (number & 1) === 0 };
    }
    const beside = count === numbers.length ? NOTHING : numbers.slice(count).map((number) => this.layer.notModelled[-1 - number]!);
    return governed(this.layer, this.count++, all, beside);
  }
}

const NOTHING: readonly NotModelled[] = [];

function append(sequences: Sequences, of: Int32Array, classes: Bits, number: number): void {
  for (let w = 0; w < classes.length; w++) {
    for (let left = classes[w]!; left !== 0; left &= left - 1) {
      const at = (w << 5) + 31 - Math.clz32(left & -left);
      of[at] = sequences.longer(of[at]!, number);
    }
  }
}

function fewBits(numbers: readonly number[], words: number): Bits | undefined {
  if (numbers.length === 0) return undefined;
  const bits = emptyBits(words);
  for (const number of numbers) setBit(bits, number);
  return bits;
}

function withoutBits(bits: Bits, others: Bits): Bits {
  const rest = copyBits(bits);
  withoutInto(rest, others);
  return rest;
}

function isNamed({ name }: PortMatch): boolean {
  return name !== undefined;
}

function governed(layer: PolicyLayer, id: number, all: Governing[], notModelled: readonly NotModelled[]): Governed {
  const tiers: TierPolicies[] = [];
  for (const tier of layer.tiers) {
    const policies = inTier(all, tier.name);
    if (policies.length === 0) continue;
    if (tier.mode === 'ordered') policies.sort(byOrder);
    tiers.push({ tier, policies });
  }
  // What stays is as long as it is.
  return { id, tiers: tiers.slice(), namesPorts: all.some(namesPorts), notModelled };
}

function byOrder({ policy: a }: Governing, { policy: b }: Governing): number {
  return a.order - b.order || compare(a.tie ?? '', b.tie ?? '');
}

/** Mostly all are of one tier. */
function inTier(all: Governing[], tier: string): Governing[] {
  let count = 0;
  for (let i = 0; i < all.length; i++) if (all[i]!.policy.tier === tier) count++;
  return count === all.length ? all : count === 0 ? NOBODY : all.filter(({ policy }) => policy.tier === tier);
}

const NOBODY: Governing[] = [];

function namesPorts({ policy }: Governing): boolean {
  return policy.closesPorts?.some(isNamed) === true || policy.rules.some(namesPort);
}

function namesPort({ ports, exceptPorts }: Rule): boolean {
  return ports?.some(isNamed) === true || exceptPorts?.some(isNamed) === true;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Policies whose order among each other is defined, one after the other; those of which it is not stand together. */
export function inSteps({ tier, policies }: TierPolicies): readonly (readonly Governing[])[] {
  if (tier.mode === 'union') return [policies];
  const steps: Governing[][] = [];
  for (const one of policies) {
    const last = steps.at(-1)?.[0]?.policy;
    if (last !== undefined && last.order === one.policy.order && (last.tie ?? '') === (one.policy.tie ?? '')) steps.at(-1)!.push(one);
    else steps.push([one]);
  }
  return steps;
}
