// One walk through the tiers for one range of ports: which peers pass, for every request, for some, and those of whom nobody knows.
import type { Bits } from './bits';
import { copyBits, emptyBits } from './bits';
import type { Points, PointSet } from './points';
import { ENTITIES } from './rules';
import type { Policy, Rule } from './rules';
import type { Governed, Governing, TierPolicies } from './table';
import { inSteps } from './table';

/** What becomes of the peers on some ports. */
export interface RowBits {
  readonly yes: Bits;
  /** Pass with some requests only. */
  readonly some?: Bits | undefined;
  readonly maybe?: Bits | undefined;
}

/** Peers that a rule means on some ports, those of which that is not known. */
export type Meant = PointSet;

/** What speaks of a range of ports: rules with the peers that they mean, and policies that close, for all or for some of the called. */
export interface Active {
  readonly rules: ReadonlyMap<Rule, Meant>;
  readonly closers: ReadonlyMap<Policy, 'all' | Meant>;
}

const ALLOW = ['allow'] as const;
const DENY = ['deny'] as const;
const BOTH = ['allow', 'deny'] as const;

/** What is not followed takes the certainty from what is let through, and from what is held where it may let through. */
export function uncertain({ notModelled }: Governed, row: RowBits, points: Points): RowBits {
  if (notModelled.length === 0) return row;
  const maybe = notModelled.some(({ mayAllow }) => mayAllow === true) ? points.everyone() : copyBits(row.yes);
  for (const more of [row.some, row.maybe]) if (more) for (let w = 0; w < maybe.length; w++) maybe[w]! |= more[w]!;
  return { yes: emptyBits(points.words), maybe };
}

function without(bits: Bits, at: number): Bits {
  const others = bits.slice();
  others[at >>> 5]! &= ~(1 << (at & 31));
  return others;
}

/** One walk through the tiers, for one range of ports. */
export class RowWalk {
  /** The node of the called pods, for which nothing is closed and whose requests are not looked at. */
  private readonly free: number | undefined;
  /** What was closed, and not denied by a rule. */
  private readonly closed: Bits;
  private readonly active: Active;
  private readonly words: number;
  private readonly undecided: Bits;
  private readonly yes: Bits;
  private readonly no: Bits;
  private readonly unsure: Bits;
  /** Points for which a doubt says the one or the other; points that pass or fail with some requests only. */
  private readonly perhaps: Record<'allow' | 'deny', Bits | undefined> = { allow: undefined, deny: undefined };
  private readonly partly: Record<'allow' | 'deny', Bits | undefined> = { allow: undefined, deny: undefined };

  constructor(points: Points, active: Active, hostIsFree: boolean) {
    this.active = active;
    this.free = hostIsFree ? points.firstEntity + ENTITIES.indexOf('host') : undefined;
    this.words = points.words;
    this.undecided = points.everyone();
    this.yes = emptyBits(this.words);
    this.no = emptyBits(this.words);
    this.unsure = emptyBits(this.words);
    this.closed = emptyBits(this.words);
  }

  walk(governed: Governed): RowBits & { readonly denied: Bits } {
    const last: Governing[] = [];
    for (const tier of governed.tiers) {
      const passed = tier.tier.mode === 'union' ? this.union(tier) : this.ordered(tier);
      if (tier.tier.closes === 'last') last.push(...tier.policies);
      else this.close(tier.policies);
      if (passed) for (let w = 0; w < this.words; w++) this.undecided[w]! |= passed[w]!;
    }
    this.close(last);
    const denied = emptyBits(this.words);
    const { yes, no, unsure, perhaps, partly, undecided } = this;
    let some: Bits | undefined;
    let maybe: Bits | undefined;
    for (let w = 0; w < this.words; w++) {
      const allowed = yes[w]! | undecided[w]!;
      const doubtful = unsure[w]! | (allowed & (perhaps.deny?.[w] ?? 0)) | (no[w]! & (perhaps.allow?.[w] ?? 0))
        // What lets some requests through may stand behind a denial.
        | (no[w]! & (partly.allow?.[w] ?? 0) & (perhaps.deny?.[w] ?? 0));
      const partial = ~doubtful & ((allowed & (partly.deny?.[w] ?? 0)) | (no[w]! & (partly.allow?.[w] ?? 0)));
      if (doubtful !== 0) (maybe ??= emptyBits(this.words))[w] = doubtful;
      if (partial !== 0) (some ??= emptyBits(this.words))[w] = partial;
      yes[w] = allowed & ~doubtful & ~partial;
      denied[w] = no[w]! & ~this.closed[w]! & ~doubtful;
    }
    return { yes, some, maybe, denied };
  }

  private union({ policies }: TierPolicies): undefined {
    const into = { allow: this.yes, deny: this.no, pass: this.no };
    for (const action of ['deny', 'allow'] as const) {
      for (const one of policies) for (const rule of one.policy.rules) if (rule.action === action) this.take(one, rule, this.undecided, into);
    }
    return undefined;
  }

  /** Moves the points that a rule decides from those that are left. */
  private take(one: Governing, rule: Rule, among: Bits, into: Readonly<Record<'allow' | 'deny' | 'pass', Bits>>): void {
    const meant = this.active.rules.get(rule);
    if (!meant) return;
    const action = rule.action as 'allow' | 'deny' | 'pass';
    const left = this.free !== undefined && rule.requests !== undefined && action === 'allow' ? without(among, this.free) : among;
    const certain = one.certain && rule.unknown === undefined;
    if (meant.maybe || !certain) {
      for (const outcome of action === 'pass' ? BOTH : action === 'allow' ? ALLOW : DENY) {
        const perhaps = (this.perhaps[outcome] ??= emptyBits(this.words));
        for (let w = 0; w < this.words; w++) perhaps[w]! |= left[w]! & ((meant.maybe?.[w] ?? 0) | (certain ? 0 : meant.yes[w]!));
      }
    }
    if (!certain) return;
    if (rule.requests !== undefined && action !== 'pass') {
      const partly = (this.partly[action] ??= emptyBits(this.words));
      for (let w = 0; w < this.words; w++) partly[w]! |= left[w]! & meant.yes[w]!;
      return;
    }
    const decided = into[action];
    for (let w = 0; w < this.words; w++) {
      const hit = left[w]! & meant.yes[w]!;
      decided[w]! |= hit;
      left[w]! &= ~hit;
    }
  }

  private close(policies: readonly Governing[]): void {
    const { undecided } = this;
    // Every policy is asked of those that were left when it came to closing.
    const left = this.free === undefined ? copyBits(undecided) : without(undecided, this.free);
    let perhaps: Bits | undefined;
    for (const { policy, certain } of policies) {
      const ports = this.active.closers.get(policy);
      if (ports === undefined) continue;
      for (let w = 0; w < this.words; w++) {
        const sure = left[w]! & (certain ? (ports === 'all' ? -1 : ports.yes[w]!) : 0);
        const possible = left[w]! & (ports === 'all' ? -1 : ports.yes[w]! | (ports.maybe?.[w] ?? 0));
        this.no[w]! |= sure;
        this.closed[w]! |= sure;
        undecided[w]! &= ~sure;
        if ((possible & ~sure) !== 0) (perhaps ??= emptyBits(this.words))[w]! |= possible & ~sure;
      }
    }
    // What is closed for certain is not in doubt.
    if (perhaps) for (let w = 0; w < this.words; w++) (this.perhaps.deny ??= emptyBits(this.words))[w]! |= perhaps[w]! & undecided[w]!;
  }

  /** @returns those who pass to the next tier */
  private ordered(tier: TierPolicies): Bits {
    const passed = emptyBits(this.words);
    const into = { allow: this.yes, deny: this.no, pass: passed };
    for (const step of inSteps(tier)) {
      if (step.length === 1) for (const rule of step[0]!.policy.rules) this.take(step[0]!, rule, this.undecided, into);
      else this.together(step, into);
    }
    return passed;
  }

  /** Policies of one priority: where their first rules differ, the answer is not defined. */
  private together(step: readonly Governing[], into: Readonly<Record<'allow' | 'deny' | 'pass', Bits>>): void {
    const hits = { allow: emptyBits(this.words), deny: emptyBits(this.words), pass: emptyBits(this.words) };
    for (const one of step) {
      const left = copyBits(this.undecided);
      for (const rule of one.policy.rules) this.take(one, rule, left, hits);
    }
    for (let w = 0; w < this.words; w++) {
      const [allow, deny, pass] = [hits.allow[w]!, hits.deny[w]!, hits.pass[w]!];
      const clash = (allow & deny) | (allow & pass) | (deny & pass);
      this.unsure[w]! |= clash;
      into.allow[w]! |= allow & ~clash;
      into.deny[w]! |= deny & ~clash;
      into.pass[w]! |= pass & ~clash;
      this.undecided[w]! &= ~(allow | deny | pass);
    }
  }
}
