// Whom Linkerd's authorizations admit: identities of its mesh, networks, or both (linkerd2 policy-controller/k8s/index/src/inbound).
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import { parseRange } from '../../model/ranges';
import type { PeerTerm } from '../rules';
import { allOf, anyOf, EVERYONE } from '../rules';
import type { Selector } from '../selector';
import { both, either, EVERY } from '../selector';
import { IN_LINKERD, LINKERD } from './members';

/** The networks of a cluster as the chart has them (`clusterNetworks`). */
const CLUSTER_NETWORKS: readonly string[] = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16', 'fd00::/8'];

function pods(where: Selector): PeerTerm {
  return { is: 'pods', where, hostNetwork: 'in' };
}

/** Everybody inside: pods wherever their addresses lie. */
const INSIDE: PeerTerm = anyOf([pods(EVERY), ...CLUSTER_NETWORKS.map((cidr) => block(cidr, []))]);

/** Who shows a certificate of the mesh. */
export const MESHED: PeerTerm = pods(IN_LINKERD);

/** A default policy, or the access policy of a Server: `all-authenticated`. Undefined for one that admits nobody. */
export function clientsOfDefault(policy: string): PeerTerm | undefined {
  switch (policy) {
    case 'all-unauthenticated': case 'audit': return EVERYONE;
    case 'all-authenticated': return MESHED;
    case 'cluster-authenticated': return allOf([MESHED, INSIDE]);
    case 'cluster-unauthenticated': return INSIDE;
    case 'deny': return undefined;
    default: return { is: 'unknown', why: `${policy} is no default policy that is known` };
  }
}

/** The clients of an AuthorizationPolicy: every authentication that it names has to hold. Undefined when one is missing, so that the policy counts for nothing. */
export function clientsOfPolicy(cluster: ClusterModel, policy: Entry): PeerTerm | undefined {
  const terms: PeerTerm[] = [];
  for (const one of list(policy.spec.requiredAuthenticationRefs).map(record)) {
    const namespace = text(one.namespace) ?? policy.namespace;
    const name = String(one.name);
    if (one.kind === 'ServiceAccount') terms.push(identified([exactly(cluster, namespace, name)]));
    else {
      const found = cluster.find('policy.linkerd.io', String(one.kind), namespace, name);
      if (found === undefined && !cluster.open) return undefined;
      terms.push(found?.sound !== true ? { is: 'unknown', why: `${String(one.kind)} ${namespace}/${name} is not known` } : one.kind === 'NetworkAuthentication' ? networks(found.spec.networks) : authentication(cluster, found));
    }
  }
  return allOf(terms);
}

function authentication(cluster: ClusterModel, { spec, namespace }: Entry): PeerTerm {
  return identified([
    ...list(spec.identities).map((one) => identity(String(one))),
    ...list(spec.identityRefs).map(record).map((one) => (one.kind === 'Namespace' ? ofNamespace(String(one.name ?? namespace)) : exactly(cluster, text(one.namespace) ?? namespace, String(one.name)))),
  ]);
}

/** The clients of a ServerAuthorization. Without networks it is for those of the cluster. */
export function clientsOfServerAuthorization(cluster: ClusterModel, { spec, namespace }: Entry): PeerTerm | undefined {
  const client = record(spec.client);
  const where = list(client.networks).length === 0 ? INSIDE : networks(client.networks);
  if (client.unauthenticated === true) return where;
  if (client.meshTLS === undefined) return undefined;
  const mesh = record(client.meshTLS);
  if (mesh.unauthenticatedTLS === true) return allOf([MESHED, where]);
  const identities = [
    ...list(mesh.identities).map((one) => identity(String(one))),
    ...list(mesh.serviceAccounts).map(record).map((one) => exactly(cluster, text(one.namespace) ?? namespace, String(one.name))),
  ];
  return identities.length === 0 ? undefined : allOf([identified(identities), where]);
}

function identified(identities: readonly Selector[]): PeerTerm {
  return pods(both(IN_LINKERD, either(...identities)));
}

/** `*`, `*.suffix`, or a whole identity. */
function identity(name: string): Selector {
  if (name === '*') return IN_LINKERD;
  if (!name.startsWith('*')) return { is: 'in', field: 'fact', key: LINKERD, values: [name] };
  const suffix = name.slice(1);
  return { is: 'test', field: 'fact', key: LINKERD, name: `ends with ${suffix}`, test: (value) => value.endsWith(suffix) };
}

function ofNamespace(namespace: string): Selector {
  return { is: 'in', field: 'namespace', key: '', values: [namespace] };
}

function exactly(cluster: ClusterModel, namespace: string, account: string): Selector {
  return identity(`${account}.${namespace}.serviceaccount.identity.linkerd.${cluster.facts.clusterDomain}`);
}

function networks(given: Fields): PeerTerm {
  return anyOf(list(given).map(record).map((one) => block(String(one.cidr), list(one.except).map(String))));
}

function block(cidr: string, except: readonly string[]): PeerTerm {
  const range = parseRange(cidr);
  const holes = except.map(parseRange);
  if (range === undefined || holes.includes(undefined)) return { is: 'unknown', why: `${cidr} is no block of addresses` };
  return { is: 'block', range, except: holes.filter((hole) => hole !== undefined), pods: 'in' };
}
