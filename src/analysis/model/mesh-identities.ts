// Which identities certificates of the mesh can carry: the service accounts that pods run as, in every cluster of the system.
import { ByName } from './by-name';
import type { ClusterModel, World } from './cluster-model';
import { each } from './each';
import type { Entry } from './entry';
import { list, record, text } from './fields';
import type { PodGroup } from './pods';
import { beside } from './references';

/** An exact identity in a rule. */
export interface Identity {
  readonly trustDomain: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Groups none of whose kinds makes pods. */
const PODS: ReadonlySet<string> = new Set(['apps', 'batch']);
const WITHOUT_PODS = /^$|(?:\.k8s\.io|istio\.io|envoyproxy\.io|cilium\.io|cert-manager\.io|linkerd\.io)$/;

/** Reads `cluster.local/ns/shop/sa/orders`; undefined for patterns and for what has another form. */
export function identityOf(principal: string): Identity | undefined {
  const slash = principal.indexOf('/');
  const end = slash > 0 && principal.startsWith('/ns/', slash) ? principal.indexOf('/', slash + 4) : -1;
  if (end <= slash + 4 || !principal.startsWith('/sa/', end) || principal.length === end + 4 || principal.includes('/', end + 4) || principal.includes('*', slash)) return undefined;
  return { trustDomain: principal.slice(0, slash), namespace: principal.slice(slash + 4, end), serviceAccount: principal.slice(end + 4) };
}

/** The identities of one cluster. */
interface Known {
  /** Every service account that exists or that something runs as. */
  readonly accounts: ByName<true>;
  /** Namespaces with pods of which the documents have the templates. */
  readonly inhabited: ReadonlySet<string>;
  readonly pods: ByName<PodGroup[]>;
}

function build(cluster: ClusterModel): Known {
  const known = { accounts: new ByName<true>(), inhabited: new Set<string>(), pods: new ByName<PodGroup[]>() };
  const { accounts } = known;
  each(cluster.pods, addPods, known);
  for (const id of cluster.kinds) {
    const slash = id.indexOf('/');
    const [group, kind] = [id.slice(0, slash), id.slice(slash + 1)];
    // Kinds of operators make their pods themselves.
    if (NAMING.has(kind) || !(WITHOUT_PODS.test(group) || PODS.has(group))) each(cluster.everyObject(group, kind), addAccounts, accounts);
  }
  for (const workload of (cluster.world.input.models ?? []).flatMap((model) => model.workloads ?? []).map(record)) {
    if (text(workload.serviceAccount) !== undefined) accounts.set(String(workload.namespace), workload.serviceAccount as string, true);
  }
  for (const { kind, namespace, name } of cluster.facts.external) if (kind === 'ServiceAccount') accounts.set(namespace ?? '', name, true);
  return known;
}

function addPods(group: PodGroup, { accounts, inhabited, pods }: { readonly accounts: ByName<true>; readonly inhabited: Set<string>; readonly pods: ByName<PodGroup[]> }): void {
  inhabited.add(group.namespace);
  const known = pods.get(group.namespace, group.serviceAccount);
  if (known) {
    known.push(group);
    return;
  }
  pods.set(group.namespace, group.serviceAccount, [group]);
  accounts.set(group.namespace, group.serviceAccount, true);
}

/** Kinds that name accounts in a way of their own, of whatever group. */
const NAMING: ReadonlySet<string> = new Set(['ServiceAccount', 'RoleBinding', 'ClusterRoleBinding', 'Gateway']);

function addAccounts(entry: Entry, accounts: ByName<true>): void {
  switch (entry.kind) {
    case 'ServiceAccount': accounts.set(entry.namespace, entry.name, true); break;
    case 'RoleBinding': case 'ClusterRoleBinding':
      for (const subject of list(entry.object.subjects).map(record)) if (subject.kind === 'ServiceAccount') accounts.set(text(subject.namespace) ?? entry.namespace, String(subject.name), true);
      break;
    case 'Gateway':
      // Istio names the account of a Gateway's pods after it and its class, and lets an annotation choose another.
      accounts.set(entry.namespace, entry.name, true);
      accounts.set(entry.namespace, `${entry.name}-${String(record(entry.object.spec).gatewayClassName)}`, true);
      break;
    default: {
      const { serviceAccountName, serviceAccount, template } = record(entry.object.spec);
      for (const name of [serviceAccountName, serviceAccount, record(serviceAccount).name, record(record(template).spec).serviceAccountName]) {
        if (text(name) !== undefined) accounts.set(entry.namespace, String(name), true);
      }
    }
  }
}

/**
 * Whether nothing in any cluster can have this service account. Namespaces of which no pods are known may hold anything; of the others everything is known, except what
 * gateways and operators make.
 */
export function isNobody(world: World, namespace: string, serviceAccount: string): boolean {
  // Most accounts are there.
  for (const cluster of world.clusters) if (cluster.open || cluster.derive(build).accounts.has(namespace, serviceAccount)) return false;
  const known = world.clusters.map((cluster) => ({ cluster, ...cluster.derive(build) }));
  if (!known.some(({ inhabited }) => inhabited.has(namespace))) return false;
  return known.every(({ cluster, accounts }) => !accounts.has(namespace, serviceAccount) && !accounts.has('', serviceAccount) && !mayBeMade(cluster, namespace));
}

/** Kinds of operators whose pods run under names that the operator chooses, and namespaces of which the documents are not all. */
function mayBeMade(cluster: ClusterModel, namespace: string): boolean {
  return cluster.derive(operated).has(namespace) || cluster.derive(beside).isOpen(namespace);
}

function operated(cluster: ClusterModel): ReadonlySet<string> {
  const kinds = cluster.kinds.filter((id) => OPERATED.test(id));
  return new Set(kinds.flatMap((id) => cluster.everyObject(id.slice(0, id.indexOf('/')), id.slice(id.indexOf('/') + 1))).map(({ namespace }) => namespace));
}

const OPERATED = /^(?:monitoring\.coreos\.com\/(?:Prometheus|PrometheusAgent|Alertmanager|ThanosRuler)|kafka\.strimzi\.io\/.*|postgresql\.cnpg\.io\/.*|argoproj\.io\/Application|opentelemetry\.io\/.*|helm\.toolkit\.fluxcd\.io\/.*|kustomize\.toolkit\.fluxcd\.io\/.*|[a-z.]*\.k8s\.elastic\.co\/.*|sailoperator\.io\/.*|install\.istio\.io\/.*)$/;

const NONE: readonly PodGroup[] = [];

/** The templates of the pods that run under a service account. */
export function podsUnder(cluster: ClusterModel, namespace: string, serviceAccount: string): readonly PodGroup[] {
  return cluster.derive(build).pods.get(namespace, serviceAccount) ?? NONE;
}
