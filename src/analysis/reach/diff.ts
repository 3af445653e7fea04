// What changed between two systems: pairs that were added, removed, widened and narrowed, each with its cause.
import type { ClusterModel } from '../model/cluster-model';
import { withoutRanges } from './compare-ports';
import { printConnections } from './connections';
import type { PairEnd, PortSet } from './connectivity';
import type { Cause, Side } from './diff-cause';
import { Causes } from './diff-cause';
import type { DifferentPair } from './diff-pairs';
import { Comparison, isJoint } from './diff-pairs';
import type { OtherRequests } from './diff-requests';
import { otherRequests } from './diff-requests';
import { proxyPairsOfBoth } from './diff-proxies';
import { sideOf } from './diff-side';
import type { ProxyPair } from './listing';
import { waysOf } from './pair-deciders';

/**
 * `widened` when any port was opened, whatever else was closed. `added` also where it was not known
 * whether it is open, and `narrowed`, not `removed`, where that is not known any more.
 */
export type ChangeKind = 'added' | 'removed' | 'widened' | 'narrowed';

/** A pair that is not as it was. */
export interface PairChange {
  readonly kind: ChangeKind;
  readonly cluster?: string | undefined;
  readonly src: string;
  readonly dst: string;
  /** `TCP 8080`, `TCP 80 and undetermined TCP 8080`; empty where nothing may pass. */
  readonly before: string;
  readonly after: string;
  readonly causes: readonly Cause[];
}

export interface ConnectivityDiff {
  readonly pairs: readonly PairChange[];
  /** Workloads that only one side has. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Of so many pairs it is not known whether something was opened. */
  readonly undetermined: number;
  /** Why, of the first of them. */
  readonly reason?: string | undefined;
}

const NOTHING: PortSet = { ranges: [], text: '' };

/** Compares the clusters of two systems, those of one name with each other. A single cluster is compared with a single cluster, whatever they are called. */
export function diffClusters(before: readonly ClusterModel[], after: readonly ClusterModel[]): ConnectivityDiff {
  const parts = matchClusters(before, after).map(([a, b]) => diffCluster(a, b, Math.max(before.length, after.length)));
  const reason = parts.find((part) => part.reason !== undefined)?.reason;
  return {
    pairs: parts.flatMap(({ pairs }) => pairs), added: parts.flatMap(({ added }) => added), removed: parts.flatMap(({ removed }) => removed),
    undetermined: parts.reduce((sum, { undetermined }) => sum + undetermined, 0), ...reason !== undefined && { reason },
  };
}

type Two = readonly [before: ClusterModel | undefined, after: ClusterModel | undefined];

function matchClusters(before: readonly ClusterModel[], after: readonly ClusterModel[]): readonly Two[] {
  if (before.length === 1 && after.length === 1) return [[before[0], after[0]]];
  const names = [...new Set([...before, ...after].map(({ facts }) => facts.name))];
  return names.map((name) => [before.find(({ facts }) => facts.name === name), after.find(({ facts }) => facts.name === name)]);
}

function diffCluster(before: ClusterModel | undefined, after: ClusterModel | undefined, clusters: number): ConnectivityDiff {
  const side = (cluster: ClusterModel | undefined, other: ClusterModel | undefined): Side | undefined => cluster && { cluster, connectivity: sideOf(cluster, other) };
  const [a, b] = [side(before, after), side(after, before)];
  const name = clusters > 1 ? (after ?? before)?.facts.name : undefined;
  const both = new Comparison(a?.connectivity, b?.connectivity);
  const make = new Changes(a, b, name);
  const pairs: PairChange[] = [];
  const seen = new Set<string>();
  for (const pair of both.pairs('some')) {
    seen.add(keyOf(pair));
    pairs.push(make.change(pair));
  }
  // Ports that are as they were, for other requests.
  if (a?.connectivity.pairs.hasSome === true || b?.connectivity.pairs.hasSome === true) {
    for (const pair of both.pairs('yes')) {
      if (seen.has(keyOf(pair))) continue;
      seen.add(keyOf(pair));
      pairs.push(make.requests(pair));
    }
  }
  if (a && b) {
    for (const found of otherRequests(a, b, both, make.causes)) {
      if (seen.has(keyOf(found.pair))) continue;
      seen.add(keyOf(found.pair));
      pairs.push(make.others(found));
    }
  }
  pairs.push(...proxyChanges(a, b, make.causes, name));
  const [added, removed] = both.ends.every(isJoint) ? [[], []] : [labelsOnlyOf(b, a), labelsOnlyOf(a, b)];
  return { pairs, added, removed, ...undetermined(both, b, seen) };
}

/** Workloads that the other side does not have. */
function labelsOnlyOf(side: Side | undefined, other: Side | undefined): readonly string[] {
  const known = new Set(labelsOf(other));
  return [...new Set(labelsOf(side))].filter((label) => !known.has(label));
}

function labelsOf(side: Side | undefined): readonly string[] {
  return (side?.connectivity.ends ?? []).filter(({ endpoint }) => endpoint).map(({ label }) => label);
}

function keyOf({ from, to }: DifferentPair): string {
  return `${(from.after ?? from.before)!.label}\n${(to.after ?? to.before)!.label}`;
}

class Changes {
  private readonly before: Side | undefined;
  private readonly after: Side | undefined;
  private readonly cluster: { readonly cluster?: string };
  readonly causes: Causes;

  constructor(before: Side | undefined, after: Side | undefined, cluster: string | undefined) {
    this.before = before;
    this.after = after;
    this.cluster = cluster === undefined ? {} : { cluster };
    this.causes = new Causes(before, after);
  }

  change(pair: DifferentPair): PairChange {
    const [before, after] = [this.before?.connectivity.portSet(pair.before) ?? NOTHING, this.after?.connectivity.portSet(pair.after) ?? NOTHING];
    const [opened] = withoutRanges(after.ranges, before.ranges);
    const [closed] = withoutRanges(before.ranges, after.ranges);
    const [was, is] = [withUndetermined(before, this.before, pair.from.before, pair.to.before), withUndetermined(after, this.after, pair.from.after, pair.to.after)];
    const kind: ChangeKind = before.ranges.length === 0 ? 'added' : is === '' ? 'removed' : opened ? 'widened' : 'narrowed';
    return { kind, ...this.names(pair), before: was, after: is, causes: this.causes.of(pair, opened !== undefined, (opened ?? closed)!) };
  }

  /** The same ports, for fewer requests or more. */
  requests(pair: DifferentPair): PairChange {
    const [before, after] = [this.before?.connectivity.portSet(pair.before) ?? NOTHING, this.after?.connectivity.portSet(pair.after) ?? NOTHING];
    const [more] = withoutRanges(after.ranges, before.ranges);
    const [less] = withoutRanges(before.ranges, after.ranges);
    const text = (set: PortSet): string => (set.text === '' ? 'some requests' : `${set.text} for every request`);
    return { kind: more ? 'widened' : 'narrowed', ...this.names(pair), before: text(before), after: text(after), causes: this.causes.of(pair, more !== undefined, (more ?? less)!) };
  }

  /** The same ports, for other requests. */
  others({ pair, port, before, after }: OtherRequests): PairChange {
    const more = after.some((one) => !before.includes(one));
    const text = (only: readonly string[]): string => `${printConnections([port])} for ${only.join(', ')}`;
    return { kind: more ? 'widened' : 'narrowed', ...this.names(pair), before: text(before), after: text(after), causes: this.causes.of(pair, more, port) };
  }

  private names({ from, to }: DifferentPair): Pick<PairChange, 'cluster' | 'src' | 'dst'> {
    return { ...this.cluster, src: (from.after ?? from.before)!.label, dst: (to.after ?? to.before)!.label };
  }
}

/** The ports that are open, and those of which nobody knows. */
function withUndetermined({ ranges, text }: PortSet, side: Side | undefined, from: PairEnd | undefined, to: PairEnd | undefined): string {
  if (!side || !from || !to || !side.connectivity.pairs.hasMaybe) return text;
  const { connectivity } = side;
  const unknown = withoutRanges(connectivity.portSet(connectivity.between(from, to, 'maybe')).ranges, ranges);
  if (unknown.length === 0) return text;
  return `${text === '' ? '' : `${text} and `}undetermined ${printConnections(unknown)}`;
}

/** What gateways whose proxies are elsewhere reach. */
function proxyChanges(before: Side | undefined, after: Side | undefined, causes: Causes, cluster: string | undefined): readonly PairChange[] {
  const byName = (pairs: readonly ProxyPair[]): ReadonlyMap<string, ProxyPair> => new Map(pairs.filter(({ set }) => set.ranges.length > 0).map((pair) => [`${pair.label}\n${pair.to.label}`, pair]));
  const [then, since] = proxyPairsOfBoth(before?.cluster, after?.cluster);
  const [a, b] = [byName(then), byName(since)];
  return [...new Set([...a.keys(), ...b.keys()])].sort().flatMap((key): readonly PairChange[] => {
    const [old, now] = [a.get(key), b.get(key)];
    if (old?.set.text === now?.set.text) return [];
    const { label, to } = (now ?? old)!;
    const kind: ChangeKind = old === undefined ? 'added' : now === undefined ? 'removed' : withoutRanges(now.set.ranges, old.set.ranges).length > 0 ? 'widened' : 'narrowed';
    return [{ kind, ...cluster !== undefined && { cluster }, src: label, dst: to.label, before: old?.set.text ?? '', after: now?.set.text ?? '', causes: causes.ofProxies(old, now) }];
  });
}

/** Pairs that may be open now and were not. */
function undetermined(both: Comparison, side: Side | undefined, seen: ReadonlySet<string>): Pick<ConnectivityDiff, 'undetermined' | 'reason'> {
  const { before, after } = both;
  if (before?.pairs.hasMaybe !== true && after?.pairs.hasMaybe !== true) return { undetermined: 0 };
  let count = 0;
  let reason: string | undefined;
  for (const pair of both.pairs('maybe')) {
    if (seen.has(keyOf(pair))) continue;
    const opened = withoutRanges(after?.portSet(pair.after).ranges ?? [], before?.portSet(pair.before).ranges ?? []);
    if (opened.length === 0) continue;
    count++;
    if (reason === undefined && side && pair.from.after && pair.to.after) {
      const hops = waysOf(side.connectivity.network, pair.from.after, pair.to.after, opened.slice(0, 1)).flatMap((way) => way.hops);
      reason = hops.find(({ outcome }) => outcome === 'undetermined')?.because;
    }
  }
  return { undetermined: count, ...reason !== undefined && { reason } };
}
