// Envoy Gateway's policies: what each is for, and which one counts.
// A policy of a route's rule wins over the route's, that over the listener's, that over the Gateway's: whole, unless it merges.
// envoyproxy/gateway internal/gatewayapi/{backendtrafficpolicy,clienttrafficpolicy,securitypolicy}.go
import type { FieldPath } from '../documents/document';
import { ByName } from './by-name';
import type { ClusterModel } from './cluster-model';
import { each } from './each';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import type { GatewayView, Listener, RouteView } from './gateway-api';
import { GATEWAY_API, ROUTE_KINDS } from './gateway-api';
import { LabelIndex, requirementsOf } from './selector';

export const ENVOY_GATEWAY: string = 'gateway.envoyproxy.io';

export const ENVOY_POLICIES: readonly string[] = ['ClientTrafficPolicy', 'BackendTrafficPolicy', 'SecurityPolicy', 'EnvoyExtensionPolicy'];

export interface PolicyTarget {
  readonly policy: Entry;
  readonly path: FieldPath;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly section: string | undefined;
  /** Chosen by labels, not by name. */
  readonly selected: boolean;
}

export interface EnvoyPolicies {
  /** Every target of a kind of policy. */
  targets(policyKind: string): readonly PolicyTarget[];
  /** The policies of a kind for exactly this target, the one that counts first where names decide. */
  on(policyKind: string, kind: string, namespace: string, name: string, section?: string): readonly PolicyTarget[];
  /** The ClientTrafficPolicy of a listener. */
  client(listener: Listener): Entry | undefined;
  /** The policies of a kind for a rule of a route at a listener: the first counts, the later ones only where it merges. */
  chain(policyKind: string, route: RouteView, rule: string | undefined, listener: Listener): readonly Entry[];
  /** The EnvoyProxy of a Gateway: its own, or its class's. */
  proxy(gateway: GatewayView): Entry | undefined;
}

/** Envoy Gateway's policies of a cluster: `cluster.derive(envoyPolicies)`. */
export function envoyPolicies(cluster: ClusterModel): EnvoyPolicies {
  const byKind = new Map<string, PolicyTarget[]>();
  for (const kind of ENVOY_POLICIES) {
    const found: PolicyTarget[] = [];
    each(cluster.objects(ENVOY_GATEWAY, kind), addTargets, cluster, found);
    byKind.set(kind, found);
  }
  /** By the kind of the policy and of its target. */
  const byTarget = new Map<string, Map<string, ByName<Targeted>>>();
  for (const [policyKind, targets] of byKind) {
    const kinds = new Map<string, ByName<Targeted>>();
    byTarget.set(policyKind, kinds);
    each(targets, enterTarget, kinds);
  }
  return new ReadPolicies(cluster, byKind, byTarget);
}

class ReadPolicies implements EnvoyPolicies {
  private readonly cluster: ClusterModel;
  private readonly byKind: ReadonlyMap<string, readonly PolicyTarget[]>;
  private readonly byTarget: ReadonlyMap<string, ReadonlyMap<string, ByName<Targeted>>>;
  private readonly above: ReadonlyMap<string, Map<Listener, readonly Entry[]>> = new Map(ENVOY_POLICIES.map((kind) => [kind, new Map()]));

  constructor(cluster: ClusterModel, byKind: ReadonlyMap<string, readonly PolicyTarget[]>, byTarget: ReadonlyMap<string, ReadonlyMap<string, ByName<Targeted>>>) {
    this.cluster = cluster;
    this.byKind = byKind;
    this.byTarget = byTarget;
  }

  targets(policyKind: string): readonly PolicyTarget[] {
    return this.byKind.get(policyKind) ?? NONE;
  }

  on(policyKind: string, kind: string, namespace: string, name: string, section?: string): readonly PolicyTarget[] {
    const found = this.targeted(policyKind, kind, namespace, name);
    return (section === undefined ? found?.whole : found?.sections?.get(section)) ?? NONE;
  }

  client(listener: Listener): Entry | undefined {
    return this.aboveOf('ClientTrafficPolicy', listener)[0];
  }

  chain(policyKind: string, { entry }: RouteView, rule: string | undefined, listener: Listener): readonly Entry[] {
    const inherited = this.aboveOf(policyKind, listener);
    const own = this.targeted(policyKind, entry.kind, entry.namespace, entry.name);
    if (!own) return inherited;
    const ofRule = rule === undefined ? undefined : own.sections?.get(rule)?.[0]?.policy;
    const ofRoute = own.whole[0]?.policy;
    return [...ofRule ? [ofRule] : [], ...ofRoute ? [ofRoute] : [], ...inherited];
  }

  proxy(gateway: GatewayView): Entry | undefined {
    return envoyProxyOf(this.cluster, gateway);
  }

  private targeted(policyKind: string, kind: string, namespace: string, name: string): Targeted | undefined {
    return this.byTarget.get(policyKind)?.get(kind)?.get(namespace, name);
  }

  /** The policies above every route of a listener: its own, and the Gateway's. A ListenerSet stands beside the listeners of its Gateway. */
  private aboveOf(policyKind: string, listener: Listener): readonly Entry[] {
    const known = this.above.get(policyKind)!;
    let found = known.get(listener);
    if (!found) {
      const { home, name, gateway: { entry } } = listener;
      const first = (targets: readonly PolicyTarget[]): Entry | undefined => targets[0]?.policy;
      found = [
        first(this.on(policyKind, home.kind, home.namespace, home.name, name)),
        home === entry ? undefined : first(this.on(policyKind, home.kind, home.namespace, home.name)),
        first(this.on(policyKind, 'Gateway', entry.namespace, entry.name)),
      ].filter((one) => one !== undefined);
      known.set(listener, found);
    }
    return found;
  }
}

/** Whether Envoy Gateway runs a Gateway: its class says so, or a policy that only Envoy Gateway reads is for it. */
export function isEnvoyGateway(cluster: ClusterModel, gateway: GatewayView): boolean {
  if (gateway.implementation !== undefined) return gateway.implementation === 'envoy-gateway';
  const { namespace, name } = gateway.entry;
  const policies = cluster.derive(envoyPolicies);
  return ENVOY_POLICIES.some((kind) => policies.on(kind, 'Gateway', namespace, name).length > 0 || gateway.listeners.some((one) => policies.on(kind, 'Gateway', namespace, name, one.name).length > 0));
}

/** The field of the policies for a rule of a route: the first that has it, where earlier ones merge into later ones; otherwise the first policy's alone. */
export function effective(chain: readonly Entry[], field: string): { readonly policy: Entry; readonly value: Fields } | undefined {
  for (const policy of chain) {
    if (policy.spec[field] !== undefined) return { policy, value: policy.spec[field] };
    // Without mergeType a policy replaces what stands above it, and what it leaves out is off.
    if (policy.spec.mergeType === undefined) return undefined;
  }
  return undefined;
}

const NONE: readonly PolicyTarget[] = [];

/** The policies of one kind for one target. */
interface Targeted {
  readonly whole: PolicyTarget[];
  sections: Map<string, PolicyTarget[]> | undefined;
}

function enterTarget(target: PolicyTarget, kinds: Map<string, ByName<Targeted>>): void {
  let names = kinds.get(target.kind);
  if (!names) kinds.set(target.kind, (names = new ByName()));
  let known = names.get(target.namespace, target.name);
  if (!known) names.set(target.namespace, target.name, (known = { whole: [], sections: undefined }));
  if (target.section === undefined) known.whole.push(target);
  else (known.sections ??= new Map()).set(target.section, [...known.sections.get(target.section) ?? [], target]);
}

function addTargets(policy: Entry, cluster: ClusterModel, found: PolicyTarget[]): void {
  const { targetRef, targetRefs, targetSelectors } = policy.spec;
  if (targetRef !== undefined) found.push(new NamedTarget(policy, targetRef, undefined));
  const named = list(targetRefs);
  for (let index = 0; index < named.length; index++) found.push(new NamedTarget(policy, named[index], index));
  list(targetSelectors).forEach((selector: Fields, index) => {
    // Selection in other namespaces needs grants; only the own namespace is followed.
    if ((selector.namespaces?.from ?? 'Same') !== 'Same') return;
    const requirements = requirementsOf(selector);
    const candidates = requirements && selectable(cluster, String(selector.kind), policy.namespace).select(requirements);
    for (const { kind, namespace, name } of candidates ?? []) found.push({ policy, path: ['spec', 'targetSelectors', index], kind, namespace, name, section: undefined, selected: true });
  });
}

/** A target by its name. Its path is made for those who report. */
class NamedTarget implements PolicyTarget {
  readonly policy: Entry;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly section: string | undefined;
  readonly selected: boolean = false;
  private readonly index: number | undefined;

  constructor(policy: Entry, ref: Fields, index: number | undefined) {
    this.policy = policy;
    this.kind = String(ref.kind);
    this.namespace = policy.namespace;
    this.name = String(ref.name);
    this.section = text(ref.sectionName);
    this.index = index;
  }

  get path(): FieldPath {
    return this.index === undefined ? ['spec', 'targetRef'] : ['spec', 'targetRefs', this.index];
  }
}

function selectable(cluster: ClusterModel, kind: string, namespace: string): LabelIndex<Entry> {
  const all = cluster.derive(selectableObjects);
  return all.get(`${kind}/${namespace}`) ?? EMPTY;
}

const EMPTY: LabelIndex<Entry> = new LabelIndex([]);

function selectableObjects(cluster: ClusterModel): ReadonlyMap<string, LabelIndex<Entry>> {
  const found = new Map<string, Entry[]>();
  for (const kind of ['Gateway', 'ListenerSet', ...ROUTE_KINDS]) {
    for (const entry of cluster.objects(GATEWAY_API, kind)) {
      const known = found.get(`${kind}/${entry.namespace}`);
      if (known) known.push(entry);
      else found.set(`${kind}/${entry.namespace}`, [entry]);
    }
  }
  return new Map([...found].map(([key, entries]) => [key, new LabelIndex(entries)]));
}

/** The EnvoyProxy of a Gateway, for those who ask for no policies. */
export function envoyProxyOf(cluster: ClusterModel, gateway: GatewayView): Entry | undefined {
  const own = record(gateway.entry.spec.infrastructure?.parametersRef);
  const shared = record(gateway.gatewayClass?.spec.parametersRef);
  const found = own.kind === 'EnvoyProxy' ? cluster.find(ENVOY_GATEWAY, 'EnvoyProxy', gateway.entry.namespace, String(own.name))
    : shared.kind === 'EnvoyProxy' ? cluster.find(ENVOY_GATEWAY, 'EnvoyProxy', text(shared.namespace) ?? '', String(shared.name)) : undefined;
  return found?.sound ? found : undefined;
}

