// Ambient: the proxy of the node (ztunnel) before pods without a sidecar. It sees connections, not requests; behind a waypoint it sees the waypoint instead of its callers.
// pilot/pkg/serviceregistry/ambient/authorization.go makes its policies, ztunnel src/rbac.rs asks them.
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import { record } from '../../model/fields';
import { meshOf } from '../../model/mesh';
import type { AuthzPolicy } from '../../model/mesh-authz';
import { TRUE } from '../../model/mesh-authz';
import type { EffectiveMtls } from '../../model/mesh-mtls';
import { mtlsOf } from '../../model/mesh-mtls';
import type { MeshService, MeshServicePort } from '../../model/mesh-services';
import { meshServicesOf } from '../../model/mesh-services';
import type { Waypoint } from '../../model/mesh-waypoints';
import { takesTraffic, waypointFor } from '../../model/mesh-waypoints';
import type { PodGroup } from '../../model/pods';
import { namespaceOf } from '../cni/kubernetes';
import type { Endpoint } from '../endpoints';
import { setFact } from '../endpoints';
import type { PeerTerm, Policy, Rule } from '../rules';
import { allOf, anyOf } from '../rules';
import type { Selector } from '../selector';
import { both, either, isSelected, negate, UNKNOWN } from '../selector';
import { ALLOW_TIER, DENY_TIER, meshContext, selectedBy, selections } from './authorization';
import { gatewayAccount, groupOf, IN_ISTIO, MESH, PRINCIPAL } from './members';
import { PEER_TIER, saysWhy, withoutCertificate } from './peer-authentication';
import { PolicyReader } from './policy-reader';
import type { PortSet } from './port-sets';
import { EVERY_PORT, matching, portSet, without } from './port-sets';
import type { ReadingContext } from './sources';
import { anyPeerAuthentication } from './zones';

/** The fact that tells pods by what their node's proxy does. */
export const NODES = 'mesh.node';

/** Where callers through a waypoint arrive. */
export interface NodeZone {
  readonly ports: PortSet;
  readonly mtls: EffectiveMtls;
  /** Absent: nobody's. */
  readonly waypoint?: Entry | 'unknown' | undefined;
  /** Gateways send to the waypoint, too. */
  readonly gateways: boolean;
  /** The ports of Services that lead here, with their Services. */
  readonly served: ReadonlyArray<readonly [MeshService, MeshServicePort]>;
}

export interface NodeZoning {
  readonly id: string;
  readonly zones: readonly NodeZone[];
  /** The namespace of some of its pods: of all, where nobody knows which of its PeerAuthentications holds. */
  readonly home: string;
}

/** Callers whose proxies send to waypoints: those of ambient pods, and gateways where the Service asks them to. Sidecars go to the pods themselves. */
export function throughWaypoint({ gateways }: Pick<NodeZone, 'gateways'>): Selector {
  return gateways ? WITH_GATEWAYS : AMBIENT_ALONE;
}

const AMBIENT_ALONE: Selector = { is: 'in', field: 'fact', key: MESH, values: ['ambient'] };
const WITH_GATEWAYS: Selector = { is: 'in', field: 'fact', key: MESH, values: ['ambient', 'gateway'] };

export class NodeZonings {
  readonly all: readonly NodeZoning[];
  readonly of: ReadonlyMap<Endpoint, NodeZoning>;

  constructor(cluster: ClusterModel, endpoints: readonly Endpoint[]) {
    const byKey = new Map<string, NodeZoning>();
    const of = new Map<Endpoint, NodeZoning>();
    for (const endpoint of endpoints) {
      if (endpoint.facts[MESH] !== 'ambient') continue;
      const group = groupOf(endpoint) as PodGroup;
      if (group.annotations['ambient.istio.io/bypass-inbound-capture'] === 'true') continue;
      const zones = zonesOf(cluster, group, cluster.derive(namedPorts));
      const key = zones.map(keyOf).join('\u0001') + (zones.some(isOpen) ? endpoint.namespace : '');
      let zoning = byKey.get(key);
      if (!zoning) byKey.set(key, (zoning = { id: `n${byKey.size}`, zones, home: endpoint.namespace }));
      of.set(endpoint, zoning);
      setFact(endpoint, NODES, zoning.id);
    }
    this.all = [...byKey.values()];
    this.of = of;
  }
}

/** The ports that PeerAuthentications name. */
function namedPorts(cluster: ClusterModel): ReadonlySet<number> {
  return new Set(cluster.objects('security.istio.io', 'PeerAuthentication').flatMap(({ spec }) => Object.keys(record(spec.portLevelMtls)).map(Number)));
}

function isOpen({ mtls }: NodeZone): boolean {
  return mtls.mode === 'unknown';
}

function keyOf({ ports, mtls, waypoint, gateways, served }: NodeZone): string {
  const by = waypoint === undefined || waypoint === 'unknown' ? waypoint : waypoint.toString();
  return [ports.join(' '), mtls.mode, mtls.by?.toString(), mtls.path.join('.'), by, gateways, ...waypoint === undefined ? [] : served.map(([service, { number }]) => `${service.namespace}/${service.name}:${number}`)].join('\u0002');
}

function zonesOf(cluster: ClusterModel, group: PodGroup, named: ReadonlySet<number>): readonly NodeZone[] {
  const served = new Map<number, (readonly [MeshService, MeshServicePort])[]>();
  for (const service of meshServicesOf(cluster).inFrontOf(group)) {
    for (const port of service.ports) {
      const target = port.protocol === 'TCP' ? service.targetOf(port, group) : undefined;
      if (target !== undefined) served.set(target, [...served.get(target) ?? [], [service, port]]);
    }
  }
  const special = [...new Set([...served.keys(), ...named])];
  const at = (port: number): Omit<NodeZone, 'ports'> => {
    const ways = served.get(port) ?? [];
    return { mtls: mtlsOf(cluster).atNode(group, port), ...waypointBefore(cluster, group, ways), served: ways };
  };
  return [...special.map((port): NodeZone => ({ ports: portSet([port]), ...at(port) })), { ports: without(EVERY_PORT, portSet(special)), ...at(0) }];
}

function waypointBefore(cluster: ClusterModel, { namespace, labels }: PodGroup, served: NodeZone['served']): Pick<NodeZone, 'waypoint' | 'gateways'> {
  // Where no Service leads, pods are called by their own addresses.
  if (served.length === 0) return { waypoint: taking(cluster, waypointFor(cluster, namespace, labels), namespace, 'workload'), gateways: false };
  const found = new Set(served.map(([service]) => taking(cluster, waypointFor(cluster, service.namespace, service.entry.labels), service.namespace, 'service')));
  const gateways = new Set([...found].every((one) => one === undefined) ? [] : served.map(([service]) => takesGateways(cluster, service)));
  // Who calls which of several Services is not known.
  return { waypoint: found.size > 1 || gateways.size > 1 ? 'unknown' : [...found][0], gateways: gateways.has(true) };
}

/** `istio.io/ingress-use-waypoint` of the Service, or else of its namespace (pilot/pkg/serviceregistry/ambient/services.go). */
function takesGateways(cluster: ClusterModel, { namespace, entry }: MeshService): boolean {
  const own = entry.labels[INGRESS_USE_WAYPOINT];
  return own === undefined ? cluster.namespace(namespace)?.labels[INGRESS_USE_WAYPOINT]?.toLowerCase() === 'true' : TRUE.has(own);
}

const INGRESS_USE_WAYPOINT = 'istio.io/ingress-use-waypoint';

function taking(cluster: ClusterModel, waypoint: Waypoint, namespace: string, traffic: 'service' | 'workload'): Entry | 'unknown' | undefined {
  if (waypoint.kind !== 'some') return waypoint.kind === 'none' ? undefined : 'unknown';
  const taken = takesTraffic(cluster, waypoint.gateway, namespace, traffic);
  return taken === undefined ? 'unknown' : taken ? waypoint.gateway : undefined;
}

/** The policies that ztunnel keeps. */
export function nodePolicies(cluster: ClusterModel, nodes: NodeZonings): readonly Policy[] {
  const policies: Policy[] = nodes.all.flatMap((zoning) => zoning.zones.flatMap((zone) => strict(cluster, zone, subjectOf(zoning), zoning.home)));
  const readers = cluster.derive(readersOf);
  for (const [policy, met] of selections(cluster, nodes.of)) {
    // Others than these two are no business of ztunnel's; nor is what only counts.
    if (policy.dryRun || (policy.action !== 'ALLOW' && policy.action !== 'DENY') || isForNobody(policy)) continue;
    const allow = policy.action === 'ALLOW';
    for (const zoning of met) {
      const subject = selectedBy(cluster, policy, subjectOf(zoning));
      for (const zone of zoning.zones) {
        const rules = readers.of(policy, zone).rulesOf(policy, zone.ports, undefined);
        if (!allow && rules.length === 0) continue;
        policies.push({
          entry: policy.entry, direction: 'ingress', tier: allow ? ALLOW_TIER : DENY_TIER, order: 0, subject, hostNetwork: 'in',
          closes: allow, closesPorts: matching(zone.ports), rules, path: ['spec'],
        });
      }
    }
  }
  return policies;
}

/**
 * A selector without labels: istiod sends the policy as one for chosen pods, and chooses none
 * (pilot/pkg/serviceregistry/ambient/authorization.go and workloads.go, as read at istio 1.31-dev). Proxies beside pods take it for all.
 */
function isForNobody({ entry, selector }: AuthzPolicy): boolean {
  return entry.spec.selector !== undefined && Object.keys(selector).length === 0;
}

function subjectOf({ id }: NodeZoning): Selector {
  return { is: 'in', field: 'fact', key: NODES, values: [id] };
}

/** DISABLE is no word that ztunnel knows. */
function strict(cluster: ClusterModel, { mtls, ports }: NodeZone, subject: Selector, home: string): Policy[] {
  if (mtls.mode !== 'STRICT' && mtls.mode !== 'unknown') return [];
  const said = mtls.by === undefined ? anyPeerAuthentication(cluster, home) : { by: mtls.by, path: mtls.path };
  if (said === undefined) return [];
  const rule: Rule = {
    action: 'deny', path: said.path, peers: withoutCertificate(IN_ISTIO), ports: matching(ports), says: cluster.derive(saysWhy),
    ...mtls.mode === 'unknown' && { unknown: 'which PeerAuthentication holds is not known: of several the oldest does' },
  };
  return [{ entry: said.by, direction: 'ingress', tier: PEER_TIER, order: 0, subject, hostNetwork: 'in', closes: false, rules: [rule], path: said.path }];
}

/** Readers of policies by the waypoint, and by where the policy stands. */
class NodeReaders {
  private readonly cluster: ClusterModel;
  private readonly known: Map<NodeZone['waypoint'], Map<string, PolicyReader>> = new Map();

  constructor(cluster: ClusterModel) {
    this.cluster = cluster;
  }

  of({ entry, action }: AuthzPolicy, zone: NodeZone): PolicyReader {
    const { waypoint, gateways } = zone;
    let readers = this.known.get(waypoint);
    if (!readers) this.known.set(waypoint, (readers = new Map()));
    const key = `${namespaceOf(entry)} ${action}${gateways ? ' gateways' : ''}`;
    let reader = readers.get(key);
    if (!reader) readers.set(key, (reader = new PolicyReader(contextOf(this.cluster, zone, namespaceOf(entry), action === 'ALLOW'))));
    return reader;
  }
}

function readersOf(cluster: ClusterModel): NodeReaders {
  return new NodeReaders(cluster);
}

function contextOf(cluster: ClusterModel, zone: NodeZone, namespace: string, allow: boolean): ReadingContext {
  const { waypoint } = zone;
  const passing = throughWaypoint(zone);
  const through: PeerTerm = { is: 'pods', where: passing, hostNetwork: 'in' };
  return {
    ...meshContext(cluster), trustDomainAliases: [], namespace, issuers: [], http: false, ztunnel: true, allow, remoteAddress: 'unknown',
    identified: (selector): PeerTerm => ({ is: 'pods', where: both(IN_ISTIO, waypoint === undefined ? selector : behind(cluster, waypoint, passing, selector)), hostNetwork: 'in' }),
    addressed: (term) => (waypoint === undefined ? term : anyOf([allOf([{ is: 'not', of: through }, term]), allOf([through, { is: 'unknown', why: 'the address of the waypoint is not known' }])])),
  };
}

/** Callers who meet a selector themselves, and those for whom the waypoint does. */
function behind(cluster: ClusterModel, waypoint: Entry | 'unknown', passing: Selector, selector: Selector): Selector {
  const met = waypoint === 'unknown' ? undefined : isSelected(selector, waypointEndpoint(cluster, waypoint));
  const own = both(negate(passing), selector);
  return met === false ? own : either(own, met === true ? passing : both(passing, UNKNOWN));
}

/** Whom the certificate of a waypoint names. */
export function waypointEndpoint(cluster: ClusterModel, gateway: Entry): Endpoint {
  const namespace = namespaceOf(gateway);
  const serviceAccount = gatewayAccount(gateway);
  return {
    name: gateway.toString(), namespace, workload: gateway.name, kind: 'Gateway', labels: { 'gateway.networking.k8s.io/gateway-name': gateway.name }, namespaceLabels: cluster.namespace(namespace)?.labels ?? {},
    namespaceIsKnown: true, serviceAccount, hostNetwork: false, namedPorts: new Map(), facts: { [MESH]: 'gateway', [PRINCIPAL]: `${meshOf(cluster).config.trustDomain}/ns/${namespace}/sa/${serviceAccount}` },
  };
}
