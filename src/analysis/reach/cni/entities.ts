// Who is in a cluster and is no pod, in the words of policies: nodes, the API server, the world outside.
import type { Fields } from '../../model/fields';
import { record } from '../../model/fields';
import type { Requirement } from '../../model/selector';
import type { EntityName, PeerTerm } from '../rules';
import { allOf, anyOf, ENTITIES, EVERYONE, NO_ONE } from '../rules';
import { EVERY } from '../selector';

/** Every endpoint. */
const PODS_AND_HOSTS: PeerTerm = { is: 'pods', where: EVERY, hostNetwork: 'in' };
/** Every endpoint with an address of its own. */
export const PODS: PeerTerm = { is: 'pods', where: EVERY, hostNetwork: 'out' };
/** Endpoints in the network of their node. */
export const HOST_PODS: PeerTerm = { is: 'all', of: [PODS_AND_HOSTS, { is: 'not', of: PODS }] };

const entity = (name: EntityName): PeerTerm => ({ is: 'entity', name });

/** A term of which it is not known whether those who meet it are meant. */
export function perhaps(term: PeerTerm, why: string): PeerTerm {
  return allOf([term, { is: 'unknown', why }]);
}

const WHERE_THE_API_SERVER_IS = 'whether the API server runs on a node of the cluster or outside is not known';
const ON_WHICH_NODE = 'whether they run on the same node is not known';

/** Everybody whose address is no pod's: what selectors that only ask for absent labels of pods mean as well. */
const OTHERS: PeerTerm = { is: 'not', of: PODS };

/** Pods by requirements; those who have no labels meet them as well where they only exclude, in the eyes of some CNIs. */
export function withOthers(pods: PeerTerm, requirements: readonly Requirement[] | undefined, excludingMeansOthers: boolean): PeerTerm {
  const excludes = excludingMeansOthers && requirements?.every(({ operator }) => operator === 'NotIn' || operator === 'DoesNotExist') === true;
  return excludes ? anyOf([pods, OTHERS]) : pods;
}

const CLUSTER: PeerTerm = anyOf([PODS_AND_HOSTS, ...ENTITIES.map(entity)]);
const WORLD: PeerTerm = { is: 'not', of: anyOf([PODS_AND_HOSTS, ...ENTITIES.filter((name) => name !== 'kube-apiserver').map(entity), perhaps(entity('kube-apiserver'), WHERE_THE_API_SERVER_IS)]) };
// The API server is one elsewhere: where it runs beside the pods it is their host.
const HOST: PeerTerm = anyOf([entity('host'), perhaps(HOST_PODS, ON_WHICH_NODE)]);
const REMOTE: PeerTerm = anyOf([entity('remote-node'), perhaps(HOST_PODS, ON_WHICH_NODE), perhaps(entity('kube-apiserver'), WHERE_THE_API_SERVER_IS)]);
const API: PeerTerm = anyOf([entity('kube-apiserver'), perhaps(anyOf([entity('host'), entity('remote-node'), HOST_PODS]), 'whether the API server runs on this node is not known')]);
const NODES: PeerTerm = anyOf([entity('host'), entity('remote-node'), HOST_PODS, perhaps(entity('kube-apiserver'), WHERE_THE_API_SERVER_IS)]);

const BY_WORD: Readonly<Record<string, PeerTerm>> = {
  all: EVERYONE, none: NO_ONE, cluster: CLUSTER, 'cluster-mesh': CLUSTER, world: WORLD, host: HOST, 'remote-node': REMOTE, 'kube-apiserver': API,
  'world-ipv4': worldOf('0.0.0.0/0', 4), 'world-ipv6': worldOf('::/0', 6),
  health: entity('health'), ingress: entity('ingress'), init: entity('init'), unmanaged: entity('unmanaged'),
};

/** Addresses of one family; names outside have some of each. */
function worldOf(text: string, family: 4 | 6): PeerTerm {
  return { is: 'block', range: { family, first: 0n, last: (1n << (family === 4 ? 32n : 128n)) - 1n, text }, except: [], pods: 'out' };
}

/** The entities of Cilium, by their words. */
export function entitiesOf(words: readonly string[]): PeerTerm {
  // A pod in the network of some node is on this one or on another.
  const both = words.includes('host') && words.includes('remote-node') ? [NODES] : [];
  return anyOf([...words.map((word) => BY_WORD[word] ?? { is: 'unknown', why: `${word} is no entity that is known` } as const), ...both]);
}

/** Nodes by their labels, which documents seldom have. */
export function nodesOf(selector: Fields): PeerTerm {
  const { matchLabels, matchExpressions } = record(selector);
  const asks = Object.keys(record(matchLabels)).length > 0 || (Array.isArray(matchExpressions) && matchExpressions.length > 0);
  return asks ? perhaps(NODES, 'which nodes have these labels is not known') : NODES;
}
