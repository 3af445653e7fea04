// Which identities certificates of the mesh can carry: the service accounts that pods run as, in every cluster of the system.
import type { ClusterModel, World } from './cluster-model';
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
  const match = /^([^/]+)\/ns\/([^/*]+)\/sa\/([^/*]+)$/.exec(principal);
  return match ? { trustDomain: match[1]!, namespace: match[2]!, serviceAccount: match[3]! } : undefined;
}

/** The identities of one cluster. */
interface Known {
  /** `namespace/name` of every service account that exists or that something runs as. */
  readonly accounts: ReadonlySet<string>;
  /** Namespaces with pods of which the documents have the templates. */
  readonly inhabited: ReadonlySet<string>;
  readonly pods: ReadonlyMap<string, readonly PodGroup[]>;
}

function build(cluster: ClusterModel): Known {
  const accounts = new Set<string>();
  const pods = new Map<string, PodGroup[]>();
  const inhabited = new Set<string>();
  for (const group of cluster.pods) {
    const key = `${group.namespace}/${group.serviceAccount}`;
    accounts.add(key);
    inhabited.add(group.namespace);
    const known = pods.get(key);
    if (known) known.push(group);
    else pods.set(key, [group]);
  }
  for (const entry of cluster.entries) {
    switch (entry.kind) {
      case 'ServiceAccount': accounts.add(`${entry.namespace}/${entry.name}`); break;
      case 'RoleBinding': case 'ClusterRoleBinding':
        for (const subject of list(entry.object.subjects).map(record)) if (subject.kind === 'ServiceAccount') accounts.add(`${text(subject.namespace) ?? entry.namespace}/${String(subject.name)}`);
        break;
      case 'Gateway':
        // Istio names the account of a Gateway's pods after it and its class, and lets an annotation choose another.
        accounts.add(`${entry.namespace}/${entry.name}`).add(`${entry.namespace}/${entry.name}-${String(record(entry.object.spec).gatewayClassName)}`);
        break;
      default: {
        // Kinds of operators, which make their pods themselves.
        if (WITHOUT_PODS.test(entry.group) || PODS.has(entry.group)) break;
        const { serviceAccountName, serviceAccount, template } = record(entry.object.spec);
        for (const name of [serviceAccountName, serviceAccount, record(serviceAccount).name, record(record(template).spec).serviceAccountName]) {
          if (text(name) !== undefined) accounts.add(`${entry.namespace}/${String(name)}`);
        }
      }
    }
  }
  for (const workload of (cluster.world.input.models ?? []).flatMap((model) => model.workloads ?? []).map(record)) {
    if (text(workload.serviceAccount) !== undefined) accounts.add(`${String(workload.namespace)}/${workload.serviceAccount as string}`);
  }
  for (const { kind, namespace, name } of cluster.facts.external) if (kind === 'ServiceAccount') accounts.add(`${namespace ?? ''}/${name}`);
  return { accounts, inhabited, pods };
}

/**
 * Whether nothing in any cluster can have this service account. Namespaces of which no pods are known may hold anything; of the others everything is known, except what
 * gateways and operators make.
 */
export function isNobody(world: World, namespace: string, serviceAccount: string): boolean {
  // Most accounts are there.
  if (world.clusters.some((cluster) => cluster.open || cluster.derive(build).accounts.has(`${namespace}/${serviceAccount}`))) return false;
  const known = world.clusters.map((cluster) => ({ cluster, ...cluster.derive(build) }));
  if (!known.some(({ inhabited }) => inhabited.has(namespace))) return false;
  return known.every(({ cluster, accounts }) => !accounts.has(`${namespace}/${serviceAccount}`) && !accounts.has(`/${serviceAccount}`) && !mayBeMade(cluster, namespace));
}

/** Kinds of operators whose pods run under names that the operator chooses, and namespaces of which the documents are not all. */
function mayBeMade(cluster: ClusterModel, namespace: string): boolean {
  return cluster.derive(operated).has(namespace) || cluster.derive(beside).isOpen(namespace);
}

function operated(cluster: ClusterModel): ReadonlySet<string> {
  return new Set(cluster.entries.filter(({ group, kind }) => group.includes('.') && OPERATED.test(`${group}/${kind}`)).map(({ namespace }) => namespace));
}

const OPERATED = /^(?:monitoring\.coreos\.com\/(?:Prometheus|PrometheusAgent|Alertmanager|ThanosRuler)|kafka\.strimzi\.io\/.*|postgresql\.cnpg\.io\/.*|argoproj\.io\/Application|opentelemetry\.io\/.*|helm\.toolkit\.fluxcd\.io\/.*|kustomize\.toolkit\.fluxcd\.io\/.*|[a-z.]*\.k8s\.elastic\.co\/.*|sailoperator\.io\/.*|install\.istio\.io\/.*)$/;

/** The templates of the pods that run under a service account. */
export function podsUnder(cluster: ClusterModel, namespace: string, serviceAccount: string): readonly PodGroup[] {
  return cluster.derive(build).pods.get(`${namespace}/${serviceAccount}`) ?? [];
}
