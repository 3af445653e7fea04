// Which policies govern which endpoints: per class and direction the tiers that speak, each with its policies in their order. Classes with the same policies share one list.
import type { Direction } from './flow';
import type { EndpointIndex } from './endpoint-index';
import { forEachBit } from './bits';
import type { Endpoint } from './endpoints';
import type { NotModelled, Policy, PolicyLayer, PortMatch, Rule, Tier } from './rules';
import { EVERY, isSelected } from './selector';

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
  readonly lists: Readonly<Record<Direction, readonly Governed[]>>;
  private readonly byClass: Readonly<Record<Direction, readonly Governed[]>>;

  constructor(layer: PolicyLayer, index: EndpointIndex) {
    this.layer = layer;
    const ingress = build(layer, index, 'ingress');
    const egress = build(layer, index, 'egress');
    this.byClass = { ingress: ingress.byClass, egress: egress.byClass };
    this.lists = { ingress: ingress.lists, egress: egress.lists };
  }

  of(at: number, direction: Direction): Governed {
    return this.byClass[direction][at]!;
  }

  /** The same for an endpoint that is none of the network's: the proxies that a controller will make. */
  governing(endpoint: Endpoint, direction: Direction): Governed {
    const all = this.layer.policies.flatMap((policy): readonly Governing[] => {
      const selected = policy.direction === direction ? isSelected(policy.subject, endpoint) : false;
      return selected === false ? [] : [{ policy, certain: selected === true }];
    });
    const isMeant = ({ subject = EVERY, direction: only = direction }: NotModelled): boolean => only === direction && isSelected(subject, endpoint) !== false;
    const beside = this.layer.notModelled.filter(isMeant);
    return { id: -1, ...governed(this.layer, all, beside) };
  }
}

function build(layer: PolicyLayer, index: EndpointIndex, direction: Direction): { readonly byClass: Governed[]; readonly lists: Governed[] } {
  const policies = layer.policies.filter((policy) => policy.direction === direction);
  const numbersOf: number[][] = index.classes.map(() => []);
  const hostNetwork = new Set(index.hostNetworkClasses);
  policies.forEach((policy, number) => {
    const { yes, maybe } = index.select(policy.subject);
    // Twice the number, one more where it is not certain.
    const enter = (certain: boolean) => (at: number): void => {
      if (!hostNetwork.has(at) || policy.hostNetwork === 'in') numbersOf[at]!.push(2 * number + (certain ? 0 : 1));
      else if (policy.hostNetwork === 'maybe') numbersOf[at]!.push(2 * number + 1);
    };
    forEachBit(yes, enter(true));
    if (maybe) forEachBit(maybe, enter(false));
  });
  // What is not followed stands behind the policies, by negative numbers.
  layer.notModelled.forEach(({ subject, direction: only }, number) => {
    if ((only ?? direction) !== direction) return;
    const { yes, maybe } = index.select(subject ?? EVERY);
    const enter = (at: number): unknown => numbersOf[at]!.push(-1 - number);
    forEachBit(yes, enter);
    if (maybe) forEachBit(maybe, enter);
  });
  const known = new Map<string, Governed>();
  const lists: Governed[] = [];
  const byClass = numbersOf.map((numbers) => {
    const key = numbers.join();
    let list = known.get(key);
    if (!list) {
      const governing = numbers.filter((number) => number >= 0).map((number): Governing => ({ policy: policies[number >> 1]!, certain: (number & 1) === 0 }));
      list = { id: lists.length, ...governed(layer, governing, numbers.filter((number) => number < 0).map((number) => layer.notModelled[-1 - number]!)) };
      known.set(key, list);
      lists.push(list);
    }
    return list;
  });
  return { byClass, lists };
}

function isNamed({ name }: PortMatch): boolean {
  return name !== undefined;
}

function governed(layer: PolicyLayer, all: readonly Governing[], notModelled: readonly NotModelled[]): Omit<Governed, 'id'> {
  const tiers: TierPolicies[] = [];
  for (const tier of layer.tiers) {
    const policies = all.filter(({ policy }) => policy.tier === tier.name);
    if (policies.length === 0) continue;
    if (tier.mode === 'ordered') policies.sort((a, b) => a.policy.order - b.policy.order || compare(a.policy.tie ?? '', b.policy.tie ?? ''));
    tiers.push({ tier, policies });
  }
  return { tiers, notModelled, namesPorts: all.some(({ policy }) => policy.closesPorts?.some(isNamed) === true || policy.rules.some(namesPort)) };
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
