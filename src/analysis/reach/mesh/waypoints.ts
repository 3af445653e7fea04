// Waypoints, and gateways of Istio's: proxies that policies name by `targetRefs` (pilot/pkg/model/policyattachment.go). A waypoint keeps what is attached to it, to its Services,
// and to the class of all waypoints, for the callers whose proxies send to it; ports in its policies are those of the Services.
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import { meshOf } from '../../model/mesh';
import type { AuthzPolicy } from '../../model/mesh-authz';
import { authorizationOf } from '../../model/mesh-authz';
import { protocolOf } from '../../model/mesh-protocols';
import type { MeshService, MeshServicePort } from '../../model/mesh-services';
import { issuersOf } from '../../model/mesh-tokens';
import { isWaypoint, waypointOf } from '../../model/mesh-waypoints';
import { namespaceOf } from '../cni/kubernetes';
import type { PeerTerm, Policy, Rule } from '../rules';
import { allOf } from '../rules';
import type { Selector } from '../selector';
import { both, inNamespace } from '../selector';
import { ALLOW_TIER, CUSTOM_TIER, DENY_TIER, meshContext } from './authorization';
import { IN_ISTIO } from './members';
import type { NodeZone, NodeZonings } from './nodes';
import { NODES, throughWaypoint } from './nodes';
import { FORBIDDEN, PolicyReader } from './policy-reader';
import type { PortSet } from './port-sets';
import { EVERY_PORT, matching, portSet } from './port-sets';
import { tokenPolicy, TOKEN_TIER } from './tokens';

const TIERS: Readonly<Record<string, string>> = { CUSTOM: CUSTOM_TIER, DENY: DENY_TIER, ALLOW: ALLOW_TIER };
export const WAYPOINT_TIERS: readonly string[] = [TOKEN_TIER, CUSTOM_TIER, DENY_TIER, ALLOW_TIER];

/** What is attached, by the thing that it is attached to. */
interface Attached {
  readonly policies: readonly AuthzPolicy[];
  readonly tokens: readonly Entry[];
}

class Attachments {
  private readonly policies: Map<string, AuthzPolicy[]> = new Map();
  private readonly tokens: Map<string, Entry[]> = new Map();
  private readonly root: string;

  constructor(cluster: ClusterModel) {
    this.root = meshOf(cluster).config.rootNamespace;
    for (const policy of authorizationOf(cluster).policies) this.enter(this.policies, policy, policy.entry, policy.targetRefs);
    for (const entry of cluster.objects('security.istio.io', 'RequestAuthentication')) {
      this.enter(this.tokens, entry, entry, [...entry.spec.targetRef === undefined ? [] : [entry.spec.targetRef], ...list(entry.spec.targetRefs)]);
    }
  }

  private enter<T>(into: Map<string, T[]>, one: T, { namespace }: Entry, targets: readonly Fields[]): void {
    for (const target of targets) {
      const { kind, name, namespace: elsewhere } = record(target);
      // Things of other namespaces are never meant.
      if (text(elsewhere) !== undefined && elsewhere !== namespace) continue;
      const key = kind === 'GatewayClass' ? `${namespace === this.root ? '' : 'nowhere'}/GatewayClass/${String(name)}` : `${namespace}/${String(kind)}/${String(name)}`;
      into.set(key, [...into.get(key) ?? [], one]);
    }
  }

  private of(...keys: readonly string[]): Attached {
    const all = <T>(from: ReadonlyMap<string, readonly T[]>): readonly T[] => [...new Set(keys.flatMap((key) => from.get(key) ?? []))];
    return { policies: all(this.policies), tokens: all(this.tokens) };
  }

  /** Without a Gateway: what any waypoint keeps. Without a Service: for those who call the pods themselves. */
  ofWaypoint(gateway: Entry | undefined, service: MeshService | undefined): Attached {
    return this.of(
      ...service === undefined ? [] : [`${service.namespace}/Service/${service.name}`], ...gateway === undefined ? [] : [`${gateway.namespace}/Gateway/${gateway.name}`], '/GatewayClass/istio-waypoint',
    );
  }

  ofGateway(gateway: Entry): Attached {
    return this.of(`${gateway.namespace}/Gateway/${gateway.name}`);
  }
}

function attachmentsOf(cluster: ClusterModel): Attachments {
  return new Attachments(cluster);
}

/** The policies of waypoints before pods. */
export function waypointPolicies(cluster: ClusterModel, nodes: NodeZonings): readonly Policy[] {
  return nodes.all.flatMap(({ id, zones }) => zones.flatMap((zone) => ofZone(cluster, zone, { is: 'in', field: 'fact', key: NODES, values: [id] })));
}

function ofZone(cluster: ClusterModel, zone: NodeZone, subject: Selector): readonly Policy[] {
  const { waypoint, served, ports } = zone;
  if (waypoint === undefined) return [];
  const callers: PeerTerm = { is: 'pods', where: throughWaypoint(zone), hostNetwork: 'in' };
  const ways = served.length === 0 ? NOBODYS : served;
  const kept = waypoint === 'unknown' ? [] : ways.map(([service]) => cluster.derive(attachmentsOf).ofWaypoint(waypoint, service));
  if (waypoint === 'unknown' || !ways.every((way, i) => isAlike(way, kept[i]!, ways[0]!, kept[0]!))) return unknownPolicy(cluster, ways, callers, ports, subject);
  const { policies, tokens } = kept[0]!;
  const [, port] = ways[0]!;
  const place: Place = { http: isHttp(port), ports, tokens, subject, ...port && { port }, callers, remoteAddress: 'unknown' };
  return [
    ...tokenPolicy(tokens, ports, subject).map((policy) => ({ ...policy, rules: policy.rules.map((rule) => ({ ...rule, peers: callers })) })),
    ...policies.flatMap((policy) => policyAt(cluster, policy, place)),
  ];
}

function isHttp(port: MeshServicePort | undefined): boolean {
  return port === undefined || protocolOf(port) !== 'opaque';
}

/** Whether it is the same for a waypoint by which of two ways pods are called. */
function isAlike([, a]: Way, keptAtA: Attached, [, b]: Way, keptAtB: Attached): boolean {
  const same = <T>(some: readonly T[], others: readonly T[]): boolean => some.length === others.length && some.every((one, i) => one === others[i]);
  if (!same(keptAtA.policies, keptAtB.policies) || !same(keptAtA.tokens, keptAtB.tokens) || isHttp(a) !== isHttp(b)) return false;
  return a?.number === b?.number || !keptAtA.policies.some(asksForPort);
}

function asksForPort({ rules }: AuthzPolicy): boolean {
  return rules.some(({ to, when }) => to.some(({ fields }) => fields.ports !== undefined || fields.notPorts !== undefined) || when.some(({ key }) => key === 'destination.port'));
}

/** By what pods are called: a port of a Service, or their own address. */
type Way = NodeZone['served'][number] | readonly [undefined, undefined];

const NOBODYS: readonly Way[] = [[undefined, undefined]];

/** Where the waypoint, or the Service that is called, is not known: what one of them would keep may decide. */
function unknownPolicy(cluster: ClusterModel, ways: readonly Way[], callers: PeerTerm, ports: PortSet, subject: Selector): readonly Policy[] {
  const kept = ways.flatMap(([service]) => {
    const waypoint = service && waypointOf(cluster, service.entry);
    const { policies, tokens } = cluster.derive(attachmentsOf).ofWaypoint(waypoint?.kind === 'some' ? waypoint.gateway : undefined, service);
    return [...policies.filter(({ action, dryRun }) => action !== 'AUDIT' && !dryRun).map(({ entry }) => entry), ...tokens];
  });
  const [entry] = kept;
  if (entry === undefined) return [];
  const unknown = 'which waypoint is on the way, and what it keeps, is not known: it depends on the Service and port that is called, or the documents do not have it';
  const rule: Rule = { action: 'deny', path: ['spec'], peers: callers, ports: matching(ports), unknown };
  return [{ entry, direction: 'ingress', tier: DENY_TIER, order: 0, subject, hostNetwork: 'in', closes: false, path: ['spec'], rules: [rule] }];
}

interface Place {
  readonly http: boolean;
  readonly ports: PortSet;
  readonly tokens: readonly Entry[];
  readonly subject: Selector;
  /** Of the Service; absent where the ports of policies are the pods' own. */
  readonly port?: MeshServicePort;
  /** For whom the proxy stands before the pods; absent for everybody. */
  readonly callers?: PeerTerm;
  readonly remoteAddress: 'direct' | 'unknown';
}

function policyAt(cluster: ClusterModel, policy: AuthzPolicy, { http, ports, tokens, subject, port, callers, remoteAddress }: Place): readonly Policy[] {
  if (policy.dryRun || policy.action === 'AUDIT') return [];
  const allow = policy.action === 'ALLOW';
  const asked = policy.action === 'CUSTOM' ? `${policy.entry.toString()} asks an authorization service` : undefined;
  const reader = new PolicyReader({
    ...meshContext(cluster), namespace: namespaceOf(policy.entry), issuers: issuersOf(tokens), http, ztunnel: false, allow, remoteAddress,
    addressed: (term) => (callers === undefined ? term : { is: 'unknown', why: 'which addresses of callers a waypoint sees is not known' }),
    identified: (selector) => ({ is: 'pods', where: both(IN_ISTIO, selector), hostNetwork: 'in' }),
  });
  const made = reader.rulesOf(policy, port === undefined ? ports : portSet([port.number]), asked);
  const rules = made.map((rule): Rule => ({ ...rule, ...port !== undefined && { ports: matching(ports) }, ...callers !== undefined && { peers: allOf([callers, rule.peers]) } }));
  if (!allow && rules.length === 0) return [];
  return [{
    entry: policy.entry, direction: 'ingress', tier: TIERS[policy.action] ?? ALLOW_TIER, order: 0, subject, hostNetwork: 'in', closes: allow, closesPorts: matching(ports), path: ['spec'],
    rules: allow && callers !== undefined ? [...rules, { action: 'allow', path: ['spec'], peers: { is: 'not', of: callers }, ports: matching(ports) }] : rules,
    ...http && { status: FORBIDDEN },
  }];
}

/** The policies of gateways that are named, whose pods carry the name of their Gateway. */
export function gatewayPolicies(cluster: ClusterModel): readonly Policy[] {
  return cluster.objects('gateway.networking.k8s.io', 'Gateway').flatMap((gateway) => {
    if (isWaypoint(gateway) || !String(gateway.spec.gatewayClassName).startsWith('istio')) return [];
    const { policies, tokens } = cluster.derive(attachmentsOf).ofGateway(gateway);
    const subject = both(inNamespace(namespaceOf(gateway)), { is: 'in', field: 'label', key: 'gateway.networking.k8s.io/gateway-name', values: [gateway.name] });
    const hops: unknown = record(record(record(meshOf(cluster).config.given).defaultConfig).gatewayTopology).numTrustedProxies;
    const place: Place = { http: true, ports: EVERY_PORT, tokens, subject, remoteAddress: hops === undefined || hops === 0 ? 'direct' : 'unknown' };
    return [...tokenPolicy(tokens, EVERY_PORT, subject), ...policies.flatMap((policy) => policyAt(cluster, policy, place))];
  });
}
