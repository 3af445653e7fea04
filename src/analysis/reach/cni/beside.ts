// What stands beside the policies that are followed, and may change their answers: policies of other engines, of kinds that the CNI of the cluster does not keep, and documents
// that are not sound.
import { calicoObjects } from '../../model/bgp';
import type { ClusterModel } from '../../model/cluster-model';
import { each } from '../../model/each';
import type { Entry } from '../../model/entry';
import { record } from '../../model/fields';
import type { NotModelled } from '../rules';
import type { Selector } from '../selector';
import { inNamespace } from '../selector';
import { brokenPort } from './calico-rules';
import { ciliumBeside, HOST_FACT } from './cilium';
import { CLUSTER_POLICY_KINDS, subjectOf } from './cluster-policies';
import { namespaceOf } from './kubernetes';
import type { CniProperties } from './properties';
import { CALICO_GROUPS } from './properties';

const CLUSTER_POLICIES: ReadonlySet<string> = new Set(CLUSTER_POLICY_KINDS);
const CALICO: ReadonlySet<string> = new Set(CALICO_GROUPS);

/** Kinds of policies of the engines that are followed. */
const FOLLOWED: ReadonlySet<string> = new Set([
  'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
  ...CLUSTER_POLICY_KINDS.map((kind) => `policy.networking.k8s.io/${kind}`), ...CALICO_GROUPS.flatMap((group) => [`${group}/NetworkPolicy`, `${group}/GlobalNetworkPolicy`]),
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
  if (why !== undefined) beside.push({ entry, path: [], why, mayAllow: true, subject: subject(entry) });
}

/** Nodes with policies of their own: what runs in their network is held by them. */
function hostEndpoints(cluster: ClusterModel): readonly NotModelled[] {
  return calicoObjects(cluster, 'HostEndpoint').map((entry): NotModelled => ({
    entry, path: [], subject: { is: 'in', field: 'fact', key: HOST_FACT, values: ['true'] }, why: 'policies of host endpoints are not followed',
  }));
}

function whyNot({ group, kind, sound, spec }: Entry, cni: CniProperties): string | undefined {
  if (!FOLLOWED.has(`${group}/${kind}`)) return `policies of kind ${kind} (${group}) are not followed`;
  if (!sound) return `${kind} is not accepted as it is written, so that what it will do is not known`;
  if (CLUSTER_POLICIES.has(kind) && !cni.keeps(kind)) return `${cni.name === 'calico' ? 'Calico' : 'Cilium'} of this version does not keep policies of kind ${kind}`;
  if (CALICO.has(group) && cni.name !== 'calico') return 'whether Calico keeps the policies of this cluster is not known';
  const broken = CALICO.has(group) ? brokenPort(spec) : undefined;
  if (broken !== undefined) return `${JSON.stringify(broken)} is no port, so that what the policy will do is not known`;
  return group === 'cilium.io' && cni.name === 'calico' ? 'whether Cilium keeps policies beside Calico is not known' : undefined;
}

/** Whose answers a policy may change, as far as its place says so. */
function subject(entry: Entry): Selector | undefined {
  if (CLUSTER_POLICIES.has(entry.kind) && entry.sound) return subjectOf(record(entry.spec.subject));
  return entry.clusterScoped || entry.namespace === '' ? undefined : inNamespace(namespaceOf(entry));
}
