// Subsets of DestinationRules by the host that they are of.
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Labels } from './fields';
import { labelsOf, list, record, text } from './fields';
import { resolveHost } from './references';

export interface Subset {
  readonly rule: Entry;
  readonly index: number;
  readonly name: string;
  readonly labels: Labels;
}

export interface Subsets {
  /** Every subset that DestinationRules of the host have, those of wildcards too; undefined when a rule of it cannot be read. */
  of(namespace: string, host: string): readonly Subset[] | undefined;
  /** Whether some DestinationRule is for the host. */
  has(namespace: string, host: string): boolean;
}

/** The subsets of a cluster: `cluster.derive(subsets)`. */
export function subsets(cluster: ClusterModel): Subsets {
  const byHost = new Map<string, { readonly subsets: Subset[]; sound: boolean }>();
  const at = (key: string): { readonly subsets: Subset[]; sound: boolean } => {
    let known = byHost.get(key);
    if (!known) byHost.set(key, (known = { subsets: [], sound: true }));
    return known;
  };
  for (const rule of cluster.entries) {
    if (rule.kind !== 'DestinationRule' || rule.group !== 'networking.istio.io') continue;
    const host = text(rule.spec.host);
    if (host === undefined) continue;
    const view = at(fullHost(cluster, rule.namespace, host));
    if (!rule.sound) view.sound = false;
    list(rule.spec.subsets).map(record).forEach((subset, index) => {
      if (text(subset.name) !== undefined) view.subsets.push({ rule, index, name: subset.name as string, labels: labelsOf(subset.labels) });
    });
  }
  const answers = (namespace: string, host: string) => candidates(fullHost(cluster, namespace, host)).map((key) => byHost.get(key)).filter((view) => view !== undefined);
  return {
    of(namespace, host) {
      const found = answers(namespace, host);
      return found.every(({ sound }) => sound) ? found.flatMap((view) => view.subsets) : undefined;
    },
    has: (namespace, host) => answers(namespace, host).length > 0,
  };
}

/** A host as every document means it: `orders.shop.svc.cluster.local`. */
export function fullHost(cluster: ClusterModel, namespace: string, host: string): string {
  if (host.includes('*')) return host;
  const { meant } = resolveHost(cluster, namespace, host);
  if (!meant || (host.includes('.') && !/\.svc(?:\.|$)/.test(host) && cluster.find('', 'Service', meant.namespace, meant.name) === undefined)) return host;
  return `${meant.name}.${meant.namespace}.svc.${cluster.facts.clusterDomain}`;
}

/** The host, and every wildcard that takes it. */
function candidates(host: string): readonly string[] {
  const all = [host];
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) all.push(`*${host.slice(dot)}`);
  all.push('*');
  return all;
}
