// Peers of the rules of Cilium's policies (cilium/cilium pkg/policy/api): endpoints, entities, blocks of addresses and their groups, nodes, Services. One kind in a rule.
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import { LabelIndex, requirementsOf } from '../../model/selector';
import type { Direction } from '../flow';
import type { PeerTerm } from '../rules';
import { anyOf, EVERYONE, NO_ONE } from '../rules';
import { backends } from './backends';
import type { EndpointPeers } from './cilium-selectors';
import { entitiesOf, nodesOf } from './entities';
import { blockOf } from './kubernetes';
import type { CniProperties } from './properties';

export interface PeerContext {
  readonly cluster: ClusterModel;
  readonly cni: CniProperties;
  readonly endpoints: EndpointPeers;
}

const FIELDS: readonly string[] = ['Endpoints', 'Entities', 'CIDR', 'CIDRSet', 'Nodes', 'Groups', 'Services'];
const FIELDS_OF: Readonly<Record<Direction, ReadonlyArray<readonly [field: string, written: string]>>> = {
  ingress: FIELDS.map((field) => [field, `from${field}`]), egress: FIELDS.map((field) => [field, `to${field}`]),
};

/** The names of DNS are read apart: what they mean differs by who asks. */
export const NAMES_FIELD: string = 'toFQDNs';

/**
 * The peers of a rule besides names. Undefined where it names none at all, so that its ports alone decide.
 *
 * @param namespace - of the policy; absent for those of the cluster
 */
export function peersOf(context: PeerContext, namespace: string | undefined, direction: Direction, rule: Fields): PeerTerm | undefined {
  let found: PeerTerm | undefined;
  for (const [field, written] of FIELDS_OF[direction]) {
    const value = rule[written];
    // A list that is there and empty means nobody.
    if (!Array.isArray(value)) continue;
    const peers = field === 'Entities' ? entitiesOf(value.map(String)) : peersIn(context, namespace, field, value);
    found = found === undefined ? peers : anyOf([found, peers]);
  }
  return found ?? (direction === 'egress' && Array.isArray(rule[NAMES_FIELD]) ? NO_ONE : undefined);
}

function peersIn(context: PeerContext, namespace: string | undefined, field: string, written: readonly Fields[]): PeerTerm {
  if (written.length === 1) return peerOf(context, namespace, field, written[0]);
  const peers: PeerTerm[] = [];
  for (const peer of written) peers.push(peerOf(context, namespace, field, peer));
  return anyOf(peers);
}

/** A rule without peers and without ports admits nobody: it only closes the direction. */
export function peersOfRule(peers: PeerTerm | undefined, isLimited: boolean): PeerTerm {
  return peers ?? (isLimited ? EVERYONE : NO_ONE);
}

function peerOf(context: PeerContext, namespace: string | undefined, field: string, peer: Fields): PeerTerm {
  switch (field) {
    case 'Endpoints': return context.endpoints.of(namespace, peer);
    case 'CIDR': return blockOf(String(peer), [], context.cni);
    case 'CIDRSet': return blocks(context, record(peer));
    case 'Nodes': return nodesOf(peer);
    case 'Services': return servicePeer(context, namespace, record(peer));
    default: return { is: 'unknown', why: 'which addresses a group of the cloud has is not known' };
  }
}

function blocks({ cluster, cni }: PeerContext, { cidr, except, cidrGroupRef, cidrGroupSelector }: Fields): PeerTerm {
  const holes = list(except).map(String);
  if (typeof cidr === 'string') return blockOf(cidr, holes, cni);
  const groups = cluster.derive(cidrGroups);
  const meant = cidrGroupSelector === undefined ? groups.byName.get(String(cidrGroupRef)) ?? [] : labelled(groups.labels, cidrGroupSelector);
  if (meant === undefined || (meant.length === 0 && cidrGroupSelector === undefined)) {
    return { is: 'unknown', why: `the blocks of CiliumCIDRGroup ${text(cidrGroupRef) ?? ''} are not among the documents` };
  }
  return anyOf(meant.flatMap(({ spec }) => list(spec.externalCIDRs)).map((one) => blockOf(String(one), holes, cni)));
}

interface CidrGroups {
  readonly byName: ReadonlyMap<string, readonly Entry[]>;
  readonly labels: LabelIndex<Entry>;
}

function cidrGroups(cluster: ClusterModel): CidrGroups {
  const groups = cluster.objects('cilium.io', 'CiliumCIDRGroup');
  return { byName: new Map(groups.map((group) => [group.name, [group]])), labels: new LabelIndex(groups) };
}

/** What a LabelSelector means; undefined where it cannot be read. */
function labelled(index: LabelIndex<Entry>, selector: Fields): readonly Entry[] | undefined {
  const requirements = requirementsOf(selector);
  return requirements && index.select(requirements);
}

function servicesByLabels(cluster: ClusterModel): ReadonlyMap<string | undefined, LabelIndex<Entry>> {
  const byNamespace = new Map<string | undefined, Entry[]>([[undefined, [...cluster.objects('', 'Service')]]]);
  for (const service of cluster.objects('', 'Service')) {
    const known = byNamespace.get(service.namespace);
    if (known) known.push(service);
    else byNamespace.set(service.namespace, [service]);
  }
  return new Map([...byNamespace].map(([name, services]) => [name, new LabelIndex(services)]));
}

/** A Service stands for its pods, or for the addresses of its slices where it selects none. */
function servicePeer(context: PeerContext, own: string | undefined, { k8sService, k8sServiceSelector }: Fields): PeerTerm {
  const { serviceName, namespace } = record(k8sService);
  const name = text(serviceName);
  if (name !== undefined) {
    const home = text(namespace) ?? own;
    const service = home === undefined ? undefined : context.cluster.find('', 'Service', home, name);
    return service?.sound === true ? backends(context.cluster, context.cni, service) : { is: 'unknown', why: `Service ${home ?? ''}/${name} is not among the documents` };
  }
  const { selector, namespace: of } = record(k8sServiceSelector);
  const services = context.cluster.derive(servicesByLabels).get(text(of) ?? own);
  const meant = services === undefined ? [] : labelled(services, selector ?? {});
  return meant === undefined ? { is: 'unknown', why: 'which Services the selector means is not known' } : anyOf(meant.map((one) => backends(context.cluster, context.cni, one)));
}
