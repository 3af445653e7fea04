// Why a pair differs: the documents that decide on the side that lets it through and on the side that does not, and whether they were added, removed or changed.
import { isDeepStrictEqual } from 'node:util';
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import type { Connectivity } from './connectivity';
import type { DifferentPair, EndOfBoth } from './diff-pairs';
import type { DecidedBy } from './explain';
import { placed, printDecider } from './explain';
import type { Decider, Hop, Outcome } from './flow';
import type { ProxyPair } from './listing';
import { partyOf } from './listing';
import type { PortRange } from './pairs';
import { sameJson } from './same-json';
import { traceFlow } from './trace';

/** What became of a document. */
export type Fate = 'added' | 'removed' | 'changed' | 'unchanged';

export interface Cause {
  /** `NetworkPolicy shop/db (ingress rule 2), which admits it, was changed`. */
  readonly text: string;
  readonly fate: Fate;
  /** As it stands on the side that has it; where both have it, in the later one. */
  readonly document?: DecidedBy | undefined;
}

/** A cluster on one side, with its pairs. */
export interface Side {
  readonly cluster: ClusterModel;
  readonly connectivity: Connectivity;
}

interface Deciding {
  readonly causes: readonly Cause[];
  readonly deciders: readonly Entry[];
}

/** A kind from which policies of an API group take addresses: they name its objects, or have one of the fields that select them. */
const ADDRESSES_OF_POLICIES: ReadonlyArray<readonly [by: string, group: string, kind: string, selectors: readonly string[]]> = [
  ['cilium.io', 'cilium.io', 'CiliumCIDRGroup', ['cidrGroupSelector']],
  ['cilium.io', '', 'Service', ['k8sServiceSelector']],
  ...['projectcalico.org', 'crd.projectcalico.org'].flatMap((group) => ['NetworkSet', 'GlobalNetworkSet'].map((kind) => [group, group, kind, ['selector', 'namespaceSelector']] as const)),
];

export class Causes {
  private readonly before: Side | undefined;
  private readonly after: Side | undefined;
  private readonly fates: Map<Entry, Fate> = new Map();
  private readonly known: Map<string, Deciding> = new Map();
  /** By kind the objects that are not on both sides as they are on one, and by policy what it says: thousands of pairs ask for the same. */
  private readonly differing: Map<string, ReadonlyArray<readonly [Entry, Fate]>> = new Map();
  private readonly texts: Map<Entry, string> = new Map();

  constructor(before: Side | undefined, after: Side | undefined) {
    this.before = before;
    this.after = after;
  }

  /**
   * Why a pair is open on one side and closed on the other.
   *
   * @param opened - whether it is the later side that is open
   * @param port - one of those on which the sides differ
   */
  of({ from, to }: DifferentPair, opened: boolean, port: PortRange): readonly Cause[] {
    const key = [from.before?.point, from.after?.point, to.before?.point, to.after?.point, opened, port.protocol, port.from].join();
    const { causes, deciders } = remembered(this.known, key, () => this.documents(from, to, opened, port));
    const ends = this.ends(from, to);
    // A workload that is new needs no other reason.
    const news = ends.filter(({ fate }) => fate === 'added' || fate === 'removed');
    if (news.length > 0) return news;
    const told = causes.filter(({ fate }) => fate !== 'unchanged');
    if (told.length > 0) return told;
    const beside = [...ends, ...this.namedBy(deciders)];
    return beside.length > 0 ? beside : causes;
  }

  /** What policies that are as they were take addresses from. */
  private namedBy(deciders: readonly Entry[]): readonly Cause[] {
    const causes: Cause[] = [];
    for (const [by, group, kind, selectors] of ADDRESSES_OF_POLICIES) {
      const policies = deciders.filter((policy) => policy.group === by).map((policy) => remembered(this.texts, policy, () => JSON.stringify(policy.object)));
      if (policies.length === 0) continue;
      for (const [entry, fate] of remembered(this.differing, `${group}/${kind}`, () => this.different(group, kind))) {
        if (!policies.some((policy) => policy.includes(`"${entry.name}"`) || selectors.some((field) => policy.includes(`"${field}"`)))) continue;
        causes.push({ text: `${entry.toString()}, from which it has addresses, was ${fate}`, fate, document: placed({ entry, path: [] }) });
      }
    }
    return causes;
  }

  private different(group: string, kind: string): ReadonlyArray<readonly [Entry, Fate]> {
    const now = (this.after?.cluster.everyObject(group, kind) ?? []).map((entry) => [entry, this.fateOf(entry, true)] as const);
    const then = (this.before?.cluster.everyObject(group, kind) ?? []).map((entry) => [entry, this.fateOf(entry, false)] as const);
    return [...now.filter(([, fate]) => fate !== 'unchanged'), ...then.filter(([, fate]) => fate === 'removed')];
  }

  /** Why gateways reach something else: their routes, and the policies on the way. */
  ofProxies(before: ProxyPair | undefined, after: ProxyPair | undefined): readonly Cause[] {
    const causes = [...this.ofRoutes(before, false), ...this.ofRoutes(after, true)];
    const told = causes.filter(({ fate }) => fate !== 'unchanged');
    return told.length > 0 ? told : causes;
  }

  private ofRoutes(pair: ProxyPair | undefined, isAfter: boolean): readonly Cause[] {
    if (pair === undefined) return [];
    const admitting = pair.ways.flatMap(({ hops }) => hops.flatMap(({ decidedBy }) => decidedBy));
    const deciders: readonly Decider[] = [...[...pair.routes].map((entry) => ({ entry, path: [] })), ...admitting];
    return deciders.map((decider) => this.causeOf(decider, isAfter, decider.path.length === 0 ? `which ${isAfter ? 'leads' : 'led'} there` : `which ${isAfter ? 'admits' : 'admitted'} it`));
  }

  private documents(from: EndOfBoth, to: EndOfBoth, opened: boolean, port: PortRange): Deciding {
    const [open, closed] = opened ? [this.after, this.before] : [this.before, this.after];
    const found = new Map<string, Cause>();
    const deciders = new Set<Entry>();
    const enter = (side: Side | undefined, isAfter: boolean, words: Partial<Record<Outcome, string>>): void => {
      for (const { outcome, decidedBy } of this.hops(side, isAfter, from, to, port)) {
        const does = words[outcome];
        if (does === undefined) continue;
        for (const decider of decidedBy) {
          const cause = this.causeOf(decider, isAfter, does);
          found.set(cause.text, cause);
          deciders.add(decider.entry);
        }
      }
    };
    enter(closed, !opened, opened ? { denied: 'which denied it', undetermined: 'which left it undetermined' } : { denied: 'which denies it', undetermined: 'which leaves it undetermined' });
    enter(open, opened, { allowed: opened ? 'which admits it' : 'which admitted it' });
    return { causes: [...found.values()], deciders: [...deciders] };
  }

  private hops(side: Side | undefined, isAfter: boolean, from: EndOfBoth, to: EndOfBoth, { protocol, from: port }: PortRange): readonly Hop[] {
    const [source, target] = isAfter ? [from.after, to.after] : [from.before, to.before];
    if (side === undefined || source === undefined || target === undefined) return [];
    const { network } = side.connectivity;
    return traceFlow(network, { from: partyOf(network, source), to: partyOf(network, target), port, protocol, facts: {} }).hops;
  }

  private causeOf(decider: Decider, isAfter: boolean, does: string): Cause {
    const fate = this.fateOf(decider.entry, isAfter);
    const document = placed(decider);
    return { text: `${printDecider(document)}, ${does}, ${fate === 'unchanged' ? 'is the same' : `was ${fate}`}`, fate, document };
  }

  /** The workloads themselves, and their namespaces. */
  private ends(from: EndOfBoth, to: EndOfBoth): readonly Cause[] {
    return [from, to].flatMap(({ before, after }): readonly Cause[] => {
      const name = (after ?? before)!.label;
      const entry = (after ?? before)!.endpoint?.entry;
      const document = entry && placed({ entry, path: [] });
      if (before === undefined) return [{ text: `${name} is new`, fate: 'added', document }];
      if (after === undefined) return [{ text: `${name} is gone`, fate: 'removed', document }];
      const causes: Cause[] = [];
      if (entry && this.fateOf(entry, true) === 'changed') causes.push({ text: `${entry.toString()} was changed`, fate: 'changed', document });
      const namespace = after.endpoint?.namespace;
      const homes = namespace === undefined ? [] : [this.before?.cluster.namespace(namespace)?.entry, this.after?.cluster.namespace(namespace)?.entry];
      const [old, now] = homes;
      const fate: Fate = old === undefined ? (now === undefined ? 'unchanged' : 'added') : now === undefined ? 'removed' : this.fateOf(now, true);
      if (fate !== 'unchanged') causes.push({ text: `${(now ?? old)!.toString()} was ${fate}`, fate, document: placed({ entry: (now ?? old)!, path: [] }) });
      return causes;
    });
  }

  /** What became of a document of one side. */
  fateOf(entry: Entry, isAfter: boolean): Fate {
    return remembered(this.fates, entry, () => {
      const other = (isAfter ? this.before : this.after)?.cluster.find(entry.group, entry.kind, entry.namespace, entry.name);
      return other === undefined ? (isAfter ? 'added' : 'removed') : isSame(other, entry) ? 'unchanged' : 'changed';
    });
  }
}

function isSame({ object: a }: Entry, { object: b }: Entry): boolean {
  return sameJson(a, b) || isDeepStrictEqual(a, b);
}

function remembered<K, V>(known: Map<K, V>, key: K, find: () => V): V {
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = find()));
  return value;
}
