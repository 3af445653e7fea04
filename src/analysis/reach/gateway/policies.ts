// Which of Envoy Gateway's policies counts for a rule of a route at a listener, and what it says once it is merged with what stands above it.
// A policy of the rule goes before the route's, that before the listener's, that before the ListenerSet's, that before the Gateway's. With mergeType a policy of a rule or of a
// route is laid over the nearest one of the listener and above: a rule's passes over the route's. envoyproxy/gateway internal/gatewayapi/securitypolicy.go
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import { ENVOY_GATEWAY, ENVOY_POLICIES, envoyPolicies } from '../../model/envoy-gateway';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import type { Listener } from '../../model/gateway-api';
import { matches, requirementsOf } from '../../model/selector';
import type { Decider } from '../flow';
import { compareAges, compareNames } from './precedence';

/** The policy of one kind that counts. */
export interface Effective {
  /** What it says, with what it was laid over. */
  readonly spec: Fields;
  /** The policies that it is made of, the nearest one first. */
  readonly from: readonly Entry[];
}

/** A policy, none, or why nobody knows which. */
export type Found = Effective | undefined | { readonly unknown: string; readonly decidedBy: readonly Decider[] };

export function isUnknown(found: Found): found is { readonly unknown: string; readonly decidedBy: readonly Decider[] } {
  return found !== undefined && 'unknown' in found;
}

/** The field in which an effective policy says something, for those who name it. */
export function deciderOf({ from }: Effective, ...path: Decider['path']): Decider {
  const [field] = path;
  const root = path[0] === undefined ? undefined : from.find(({ spec }) => spec[field as string] !== undefined);
  return { entry: root ?? from[0]!, path: path.length === 0 ? [] : ['spec', ...path] };
}

export function effectivePolicy(cluster: ClusterModel, kind: string, route: Entry, rule: string | undefined, listener: Listener): Found {
  const policies = cluster.derive(envoyPolicies);
  const on: typeof policies.on = (...asked) => policies.on(...asked);
  const { home, gateway } = listener;
  const own = [...rule === undefined ? [] : [on(kind, route.kind, route.namespace, route.name, rule)], on(kind, route.kind, route.namespace, route.name)];
  const above = [
    on(kind, home.kind, home.namespace, home.name, listener.name), ...home === gateway.entry ? [] : [on(kind, home.kind, home.namespace, home.name)],
    on(kind, 'Gateway', gateway.entry.namespace, gateway.entry.name),
  ];
  const unread = unreadable(cluster, kind, [route, home, gateway.entry]);
  if (unread) return { unknown: `${unread.toString()} cannot be read as it is`, decidedBy: [{ entry: unread, path: [] }] };
  const far = farSelectors(cluster, kind, [route, home, gateway.entry]);
  if (far) return { unknown: `${far.toString()} selects targets of other namespaces, and whether it may is not modelled`, decidedBy: [{ entry: far, path: ['spec', 'targetSelectors'] }] };
  const nearest = first(own.find((targets) => targets.length > 0)?.map(({ policy }) => policy));
  const inherited = first(above.find((targets) => targets.length > 0)?.map(({ policy }) => policy));
  const policy = nearest ?? inherited;
  if (policy === undefined || Array.isArray(policy)) return ambiguous(policy);
  if (!nearest || text(policy.spec.mergeType) === undefined || inherited === undefined) return { spec: policy.spec, from: [policy] };
  if (Array.isArray(inherited)) return ambiguous(inherited);
  return { spec: merged(inherited.spec, withNulls(policy.spec)), from: [policy, inherited] };
}

/** The controller writes the default action of an authorization even where nobody has said it, as null, and that takes away what stands above. */
function withNulls(spec: Fields): Fields {
  const { authorization } = spec;
  return authorization === undefined || authorization.defaultAction !== undefined ? spec : { ...spec, authorization: { ...authorization, defaultAction: undefined } };
}

function ambiguous(policies: readonly Entry[] | undefined): Found {
  if (!policies) return undefined;
  return { unknown: `${policies.map(String).join(' and ')} are for the same target, and only their age says which counts`, decidedBy: policies.map((entry) => ({ entry, path: ['spec', 'targetRefs'] })) };
}

/** The oldest of several policies; all of them when nobody knows which that is, and they say different things. */
function first(policies: readonly Entry[] | undefined): Entry | Entry[] | undefined {
  if (policies === undefined || policies.length < 2) return policies?.[0];
  const distinct = [...new Set(policies)].sort((a, b) => compareAges(a, b) || compareNames(a, b));
  if (distinct.length === 1) return distinct[0];
  const [one, other] = distinct as [Entry, Entry];
  const aged = distinct.every((entry) => text(record(entry.object.metadata).creationTimestamp) !== undefined);
  const says = ({ spec }: Entry): string => JSON.stringify({ ...spec, targetRefs: undefined, targetRef: undefined, targetSelectors: undefined });
  return aged || compareAges(one, other) < 0 || distinct.every((entry) => says(entry) === says(one)) ? one : distinct;
}

/** Objects are laid over each other field by field, lists as a whole. */
function merged(under: Fields, over: Fields): Fields {
  if (!isObject(under) || !isObject(over)) return over;
  const answer: Record<string, Fields> = { ...under };
  for (const [key, value] of Object.entries(over)) answer[key] = key in answer ? merged(answer[key], value) : value;
  return answer;
}

function isObject(value: unknown): value is Record<string, Fields> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A policy of another namespace that selects one of these objects by its labels: that takes a grant. */
function farSelectors(cluster: ClusterModel, kind: string, targets: readonly Entry[]): Entry | undefined {
  return cluster.derive(farPolicies).get(kind)?.find(({ namespace, spec }) => list(spec.targetSelectors).some((selector: Fields) => {
    const requirements = requirementsOf(selector);
    if (selector.namespaces === undefined || selector.namespaces.from === 'Same') return false;
    return targets.some((target) => target.kind === selector.kind && target.namespace !== namespace && (!requirements || matches(target.labels, requirements)));
  }));
}

function farPolicies(cluster: ClusterModel): ReadonlyMap<string, readonly Entry[]> {
  const far = ({ spec }: Entry): boolean => list(spec.targetSelectors).some((selector: Fields) => (selector.namespaces?.from ?? 'Same') !== 'Same');
  return new Map(ENVOY_POLICIES.map((kind) => [kind, cluster.objects(ENVOY_GATEWAY, kind).filter(far)]));
}

/** A policy of the kind that no schema has accepted, and that names one of these objects. */
function unreadable(cluster: ClusterModel, kind: string, targets: readonly Entry[]): Entry | undefined {
  const known = cluster.derive(unreadablePolicies);
  if (known.size === 0) return undefined;
  for (const { kind: target, namespace, name } of targets) {
    const found = known.get(`${kind} ${target} ${namespace}/${name}`);
    if (found) return found;
  }
  return undefined;
}

function unreadablePolicies(cluster: ClusterModel): ReadonlyMap<string, Entry> {
  const found = new Map<string, Entry>();
  for (const kind of ENVOY_POLICIES) {
    for (const entry of cluster.everyObject(ENVOY_GATEWAY, kind)) {
      if (entry.sound) continue;
      for (const ref of [entry.spec.targetRef, ...list(entry.spec.targetRefs)]) found.set(`${kind} ${String(ref?.kind)} ${entry.namespace}/${String(ref?.name)}`, entry);
    }
  }
  return found;
}
