// What gateways reach whose proxies are elsewhere, on two sides. Routes are followed where something may be different: where only policies were changed, to the pods that these
// policies govern.
import { isDeepStrictEqual } from 'node:util';
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { GATEWAY_API } from '../model/gateway-api';
import type { Connectivity, PairEnd } from './connectivity';
import { connectivityOf } from './connectivity';
import type { Endpoint } from './endpoints';
import type { ProxyPair } from './listing';
import { Listing } from './listing';
import type { ReadyLayer } from './network';
import { OPENSHIFT_ROUTES } from './openshift-routes';
import { proxiesOf } from './proxies';
import { sameJson } from './same-json';
import type { Governed, TierPolicies } from './table';

/** The pairs of both sides that may differ. */
export function proxyPairsOfBoth(before: ClusterModel | undefined, after: ClusterModel | undefined): readonly [before: readonly ProxyPair[], after: readonly ProxyPair[]] {
  const called = before && after && calledOtherwise(before, after);
  if (called?.before.size === 0) return [NO_PAIRS, NO_PAIRS];
  return [before ? new Listing(before).proxyPairs(called?.before) : NO_PAIRS, after ? new Listing(after).proxyPairs(called?.after) : NO_PAIRS];
}

const NO_PAIRS: readonly ProxyPair[] = [];

/** Undefined: anybody may be reached on one side only. */
function calledOtherwise(before: ClusterModel, after: ClusterModel): Called | undefined {
  if (!sameButPolicies(before, after)) return undefined;
  const [a, b] = [before.derive(connectivityOf), after.derive(connectivityOf)];
  const layers = layersOfBoth(a, b);
  if (layers === undefined || a.ends.length !== b.ends.length || !sameCallers(before, after, layers)) return undefined;
  const called = new Called();
  const same = new SamePolicies();
  for (let i = 0; i < a.ends.length; i++) if (!called.compare(a.ends[i]!, b.ends[i]!, layers, same)) return undefined;
  return called;
}

/** Whom proxies may reach on one side only. */
class Called {
  readonly before: Set<Endpoint> = new Set();
  readonly after: Set<Endpoint> = new Set();

  /** Two ends that have one place; false when they are not the same one. */
  compare(before: PairEnd, after: PairEnd, layers: readonly LayerOfBoth[], same: SamePolicies): boolean {
    if (before.label !== after.label) return false;
    if (before.endpoint === undefined || after.endpoint === undefined || areCalledAlike(before, after, layers, same)) return true;
    this.before.add(before.endpoint);
    this.after.add(after.endpoint);
    return true;
  }
}

function areCalledAlike({ point: before }: PairEnd, { point: after }: PairEnd, layers: readonly LayerOfBoth[], same: SamePolicies): boolean {
  for (const [a, b] of layers) if (!same.areSame(a.table.of(before, 'ingress'), b.table.of(after, 'ingress'))) return false;
  return true;
}

/** Policies of which each is read by itself. What others let pods ask of DNS tells only which names outside are meant, and no pod. */
const POLICIES: ReadonlyMap<string, string> = new Map([
  ['NetworkPolicy', 'networking.k8s.io'], ['CiliumNetworkPolicy', 'cilium.io'], ['CiliumClusterwideNetworkPolicy', 'cilium.io'], ['AuthorizationPolicy', 'security.istio.io'],
]);

function isPolicy({ kind, group }: Entry): boolean {
  return POLICIES.get(kind) === group;
}

/** Whether two clusters differ by such policies at most. */
function sameButPolicies(before: ClusterModel, after: ClusterModel): boolean {
  const [a, b] = [before.entries, after.entries];
  for (const [kind, group] of POLICIES) if (before.has(group, kind) !== after.has(group, kind)) return false;
  for (let i = 0, k = 0; ;) {
    while (i < a.length && isPolicy(a[i]!)) i++;
    while (k < b.length && isPolicy(b[k]!)) k++;
    if (i === a.length || k === b.length) return i === a.length && k === b.length && sameFacts(before, after);
    if (!sameEntry(a[i++]!, b[k++]!)) return false;
  }
}

function sameEntry(a: Entry, b: Entry): boolean {
  return a === b || (a.sound === b.sound && sameJson(a.object, b.object));
}

/** What stands beside the documents. */
function sameFacts({ facts: a, world: { input, clusters } }: ClusterModel, { facts: b, world: other }: ClusterModel): boolean {
  if (clusters.length !== 1 || other.clusters.length !== 1) return false;
  const sameFiles = sameJson(input.files ?? [], other.input.files ?? []) && sameJson(input.terraform ?? [], other.input.terraform ?? []);
  return sameFiles && isDeepStrictEqual({ ...a, name: undefined }, { ...b, name: undefined });
}

type LayerOfBoth = readonly [before: ReadyLayer, after: ReadyLayer];

/** The layers side by side; undefined when they are not the same ones. */
function layersOfBoth({ network: { layers: a } }: Connectivity, { network: { layers: b } }: Connectivity): readonly LayerOfBoth[] | undefined {
  const nameOf = ({ layer: { layer, tiers, hostIsFree, title } }: ReadyLayer): string => JSON.stringify([layer, tiers, hostIsFree, title]);
  return a.length === b.length && a.every((layer, i) => nameOf(layer) === nameOf(b[i]!)) ? a.map((layer, i): LayerOfBoth => [layer, b[i]!]) : undefined;
}

/** Whether the same policies govern what proxies send, of those that are not among the documents. */
function sameCallers(before: ClusterModel, after: ClusterModel, layers: readonly LayerOfBoth[]): boolean {
  const [a, b] = [strangers(before), strangers(after)];
  return a.length === b.length && a.every((endpoint, i) => (
    layers.every(([{ table }, { table: other }]) => sameGoverned(table.governing(endpoint, 'egress'), other.governing(b[i]!, 'egress')))
  ));
}

/** The proxies that controllers will make: of Gateways, and one that takes Ingresses. */
function strangers(cluster: ClusterModel): readonly Endpoint[] {
  const shared = cluster.objects('networking.k8s.io', 'Ingress')[0] ?? cluster.everyObject(OPENSHIFT_ROUTES, 'Route')[0];
  const doors = [...cluster.objects(GATEWAY_API, 'Gateway'), ...shared ? [shared] : []];
  return doors.flatMap((door) => proxiesOf(cluster, door)).flatMap((party) => (party.is === 'endpoint' && party.endpoint.group === undefined ? [party.endpoint] : []));
}

/** Lists of policies of both sides, which are the same where each document is as it was. */
class SamePolicies {
  /** By the list of the one side the list of the other one that is the same, and the last that is not. */
  private readonly same: Map<Governed, Governed> = new Map();
  private readonly other: Map<Governed, Governed> = new Map();

  areSame(a: Governed, b: Governed): boolean {
    if (this.same.get(a) === b) return true;
    if (this.other.get(a) === b) return false;
    const are = sameGoverned(a, b);
    (are ? this.same : this.other).set(a, b);
    return are;
  }
}

function sameGoverned(a: Governed, b: Governed): boolean {
  if (a.tiers.length !== b.tiers.length || a.notModelled.length !== b.notModelled.length) return false;
  for (let i = 0; i < a.tiers.length; i++) if (!samePolicies(a.tiers[i]!, b.tiers[i]!)) return false;
  for (let i = 0; i < a.notModelled.length; i++) {
    const [one, other] = [a.notModelled[i]!, b.notModelled[i]!];
    if (one.why !== other.why || !sameEntry(one.entry, other.entry)) return false;
  }
  return true;
}

function samePolicies({ tier: { name }, policies: a }: TierPolicies, { tier: { name: other }, policies: b }: TierPolicies): boolean {
  if (name !== other || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const [one, two] = [a[i]!, b[i]!];
    if (one.certain !== two.certain || one.policy.rules.length !== two.policy.rules.length || one.policy.path.join() !== two.policy.path.join()) return false;
    if (!sameEntry(one.policy.entry, two.policy.entry)) return false;
  }
  return true;
}
