// Which policies govern which endpoints: per class and direction the tiers that speak, each with its policies in their order. Classes with the same policies share one list.
import type { Direction } from './flow';
import type { EndpointIndex } from './endpoint-index';
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
  private readonly byClass: Readonly<Record<Direction, readonly Governed[]>>;
  private readonly strangers: Readonly<Record<Direction, WeakMap<Endpoint, Governed>>> = { ingress: new WeakMap(), egress: new WeakMap() };

  constructor(layer: PolicyLayer, index: EndpointIndex) {
    this.layer = layer;
    this.byClass = { ingress: build(layer, index, 'ingress'), egress: build(layer, index, 'egress') };
  }

  of(at: number, direction: Direction): Governed {
    return this.byClass[direction][at]!;
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
    const all = this.layer.policies.flatMap((policy): readonly Governing[] => {
      const selected = policy.direction === direction ? isSelected(policy.subject, endpoint) : false;
      return selected === false ? [] : [{ policy, certain: selected === true }];
    });
    const isMeant = ({ subject = EVERY, direction: only = direction }: NotModelled): boolean => only === direction && isSelected(subject, endpoint) !== false;
    const beside = this.layer.notModelled.filter(isMeant);
    return { id: -1, ...governed(this.layer, all, beside) };
  }
}

function build(layer: PolicyLayer, index: EndpointIndex, direction: Direction): readonly Governed[] {
  const policies = layer.policies.filter((policy) => policy.direction === direction);
  // Of each class the policies that govern it, as the number of a sequence: twice the number of the policy, one more where it is not certain.
  const sequences = new Sequences();
  const governing = new Int32Array(index.classes.length);
  const hostNetwork = fewBits(index.hostNetworkClasses, index.words);
  policies.forEach(({ subject, hostNetwork: where }, number) => {
    const { yes, maybe } = index.select(subject);
    const [certain, perhaps] = [2 * number, 2 * number + 1];
    if (hostNetwork === undefined || where === 'in') {
      append(sequences, governing, yes, certain);
      if (maybe) append(sequences, governing, maybe, perhaps);
    } else {
      append(sequences, governing, withoutBits(yes, hostNetwork), certain);
      if (maybe) append(sequences, governing, withoutBits(maybe, hostNetwork), perhaps);
      if (where === 'maybe') for (const at of index.hostNetworkClasses) if (hasBit(yes, at) || (maybe && hasBit(maybe, at))) governing[at] = sequences.longer(governing[at]!, perhaps);
    }
  });
  // What is not followed stands behind the policies, by negative numbers.
  layer.notModelled.forEach(({ subject, direction: only }, number) => {
    if ((only ?? direction) !== direction) return;
    const { yes, maybe } = index.select(subject ?? EVERY);
    append(sequences, governing, yes, -1 - number);
    if (maybe) append(sequences, governing, maybe, -1 - number);
  });
  const certain = policies.map((policy): Governing => ({ policy, certain: true }));
  const perhaps = policies.map((policy): Governing => ({ policy, certain: false }));
  const known: (Governed | undefined)[] = new Array<Governed | undefined>(sequences.count);
  let lists = 0;
  return Array.from(governing).map((sequence) => {
    let list = known[sequence];
    if (!list) {
      const [all, beside]: [Governing[], NotModelled[]] = [[], []];
      for (const number of sequences.of(sequence)) {
        if (number < 0) beside.push(layer.notModelled[-1 - number]!);
        else all.push(((number & 1) === 0 ? certain : perhaps)[number >> 1]!);
      }
      known[sequence] = list = { id: lists++, ...governed(layer, all, beside) };
    }
    return list;
  });
}

/** Puts one more number behind the sequences of some classes. */
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

function governed(layer: PolicyLayer, all: readonly Governing[], notModelled: readonly NotModelled[]): Omit<Governed, 'id'> {
  const tiers: TierPolicies[] = [];
  for (const tier of layer.tiers) {
    const policies = inTier(all, tier.name);
    if (policies.length === 0) continue;
    if (tier.mode === 'ordered') policies.sort((a, b) => a.policy.order - b.policy.order || compare(a.policy.tie ?? '', b.policy.tie ?? ''));
    tiers.push({ tier, policies });
  }
  return { tiers, notModelled, namesPorts: all.some(namesPorts) };
}

function inTier(all: readonly Governing[], tier: string): Governing[] {
  const policies: Governing[] = [];
  for (const one of all) if (one.policy.tier === tier) policies.push(one);
  return policies;
}

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
