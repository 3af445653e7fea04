// What stands beside the policies that are followed, and may change their answers: policies of other engines, of kinds that the CNI of the cluster does not keep, and documents
// that are not sound.
import { calicoObjects } from '../../model/bgp';
import type { ClusterModel } from '../../model/cluster-model';
import { each } from '../../model/each';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, record } from '../../model/fields';
import type { Requirement } from '../../model/selector';
import { requirementsOf } from '../../model/selector';
import type { Direction } from '../flow';
import type { NotModelled } from '../rules';
import type { Selector } from '../selector';
import { both, inNamespace, meeting } from '../selector';
import { brokenPort } from './calico-rules';
import { ciliumBeside, HOST_FACT } from './cilium';
import { CLUSTER_POLICY_KINDS, subjectOf } from './cluster-policies';
import { namespaceOf } from './kubernetes';
import type { CniProperties } from './properties';
import { CALICO_GROUPS } from './properties';

const CLUSTER_POLICIES: ReadonlySet<string> = new Set(CLUSTER_POLICY_KINDS);
const CALICO: ReadonlySet<string> = new Set(CALICO_GROUPS);

/** Kinds of policies of the engines that are followed, by their groups. */
const FOLLOWED: ReadonlyMap<string, readonly string[]> = new Map([
  ['networking.k8s.io', ['NetworkPolicy']], ['cilium.io', ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy']], ['policy.networking.k8s.io', CLUSTER_POLICY_KINDS],
  ...CALICO_GROUPS.map((group): [string, readonly string[]] => [group, ['NetworkPolicy', 'GlobalNetworkPolicy']]),
]);

const SPEAKS_OF_POLICY = /(?:NetworkPolicy|NetworkPolicies|EgressFirewall|FirewallPolicy|SecurityGroupPolicy)$/;

/** Staged policies only say what they would do; those of further networks are not of the pods' own addresses. */
const SAYS_NOTHING = /^(?:Staged|Multi)/;

export function besidePolicies(cluster: ClusterModel, cni: CniProperties): readonly NotModelled[] {
  const beside: NotModelled[] = [...cni.name === 'calico' ? hostEndpoints(cluster) : ciliumBeside(cluster)];
  const kinds = new Set(cluster.kinds.map((id) => id.slice(id.indexOf('/') + 1)).filter((kind) => SPEAKS_OF_POLICY.test(kind) && !SAYS_NOTHING.test(kind)));
  each(cluster.entries, enterWhatIsNotFollowed, kinds, cni, beside);
  return beside;
}

function enterWhatIsNotFollowed(entry: Entry, kinds: ReadonlySet<string>, cni: CniProperties, beside: NotModelled[]): void {
  if (!kinds.has(entry.kind)) return;
  const why = whyNot(entry, cni);
  if (why !== undefined) beside.push({ entry, path: [], why, mayAllow: true, subject: subject(entry), direction: direction(entry) });
}

/** Nodes with policies of their own: what runs in their network is held by them. */
function hostEndpoints(cluster: ClusterModel): readonly NotModelled[] {
  return calicoObjects(cluster, 'HostEndpoint').map((entry): NotModelled => ({
    entry, path: [], subject: { is: 'in', field: 'fact', key: HOST_FACT, values: ['true'] }, why: 'policies of host endpoints are not followed',
  }));
}

function whyNot({ group, kind, sound, spec }: Entry, cni: CniProperties): string | undefined {
  if (FOLLOWED.get(group)?.includes(kind) !== true) return `policies of kind ${kind} (${group}) are not followed`;
  if (!sound) return `${kind} is not accepted as it is written, so that what it will do is not known`;
  if (CLUSTER_POLICIES.has(kind) && !cni.keeps(kind)) return `${cni.name === 'calico' ? 'Calico' : 'Cilium'} of this version does not keep policies of kind ${kind}`;
  if (CALICO.has(group) && cni.name !== 'calico') return 'whether Calico keeps the policies of this cluster is not known';
  const broken = CALICO.has(group) ? brokenPort(spec) : undefined;
  if (broken !== undefined) return `${JSON.stringify(broken)} is no port, so that what the policy will do is not known`;
  return group === 'cilium.io' && cni.name === 'calico' ? 'whether Cilium keeps policies beside Calico is not known' : undefined;
}

/** Whose answers a policy may change, as far as its place says so, and what can be read of it. */
function subject(entry: Entry): Selector | undefined {
  if (isClusterPolicy(entry)) return entry.sound ? subjectOf(record(entry.spec.subject)) : readableSubject(record(entry.spec.subject));
  if (entry.clusterScoped || entry.namespace === '') return undefined;
  const pods = isRefusedNetworkPolicy(entry) ? readable(entry.spec.podSelector) : undefined;
  return pods === undefined ? inNamespace(namespaceOf(entry)) : both(inNamespace(namespaceOf(entry)), meeting('label', pods));
}

/** What can be read of whom a refused policy of the cluster is for. */
function readableSubject({ namespaces, pods, ...more }: Fields): Selector | undefined {
  if (Object.keys(more).length > 0 || (namespaces === undefined) === (pods === undefined)) return undefined;
  const ofNamespaces = readable(pods === undefined ? namespaces : record(pods).namespaceSelector);
  const ofPods = pods === undefined ? undefined : readable(record(pods).podSelector);
  const parts = [...ofNamespaces ? [meeting('namespaceLabel', ofNamespaces)] : [], ...ofPods ? [meeting('label', ofPods)] : []];
  return parts.length === 2 ? both(parts[0]!, parts[1]!) : parts[0];
}

function direction(entry: Entry): Direction | undefined {
  if (isClusterPolicy(entry)) return entry.sound ? undefined : directionOfCluster(entry.spec);
  if (!isRefusedNetworkPolicy(entry)) return undefined;
  const { policyTypes = ['Ingress'], ingress, egress } = entry.spec;
  const [type, ...more] = list(policyTypes);
  if (more.length > 0 || !Object.keys(entry.spec).every((field) => FIELDS.has(field))) return undefined;
  return type === 'Ingress' && egress === undefined ? 'ingress' : type === 'Egress' && ingress === undefined ? 'egress' : undefined;
}

const FIELDS: ReadonlySet<string> = new Set(['podSelector', 'policyTypes', 'ingress', 'egress']);

function directionOfCluster(spec: Fields): Direction | undefined {
  const { ingress, egress } = spec;
  if ((ingress === undefined) === (egress === undefined) || !Object.keys(spec).every((field) => CLUSTER_FIELDS.has(field))) return undefined;
  return egress === undefined ? 'ingress' : 'egress';
}

const CLUSTER_FIELDS: ReadonlySet<string> = new Set(['tier', 'priority', 'subject', 'ingress', 'egress']);

function isClusterPolicy({ group, kind }: Entry): boolean {
  return group === 'policy.networking.k8s.io' && CLUSTER_POLICIES.has(kind);
}

function isRefusedNetworkPolicy({ group, kind, sound }: Entry): boolean {
  return !sound && group === 'networking.k8s.io' && kind === 'NetworkPolicy';
}

/** What a LabelSelector asks for; undefined where any part of it may be what is refused. */
function readable(selector: unknown): readonly Requirement[] | undefined {
  const { matchLabels = {}, matchExpressions = [], ...more } = record(selector);
  if (record(selector) !== selector || record(matchLabels) !== matchLabels || !Array.isArray(matchExpressions) || Object.keys(more).length > 0) return undefined;
  return Object.values(matchLabels).every((value) => typeof value === 'string') && matchExpressions.every(isPlain) ? requirementsOf(selector) : undefined;
}

function isPlain(expression: unknown): boolean {
  const { operator, values = [] } = record(expression);
  const count = Array.isArray(values) && values.every((value) => typeof value === 'string') ? values.length : undefined;
  return count !== undefined && (operator === 'In' || operator === 'NotIn' ? count > 0 : count === 0);
}
