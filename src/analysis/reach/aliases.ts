// Services of type ExternalName: other names of Services, or of hosts outside. https://kubernetes.io/docs/concepts/services-networking/service/#externalname
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import type { Hop } from './flow';

/** What is said of a document that no schema has accepted. */
export function whyUnreadable(entry: Entry): string {
  return `${entry.toString()} ${entry.refused ? 'would be refused as it is' : 'cannot be read as it is'}, and where it leads once it is mended is not known`;
}

/** What stands at the end of a chain of names. */
export interface Alias {
  readonly service?: Entry | undefined;
  readonly host?: string | undefined;
  /** One for each name. */
  readonly hops: readonly Hop[];
}

/** Follows a Service to what it is another name of; neither Service nor host where names lead to each other, to nothing, or to what cannot be read: the last hop says which. */
export function followAlias(cluster: ClusterModel, asked: Entry): Alias {
  const hops: Hop[] = [];
  const seen = new Set<Entry>();
  let service = asked;
  for (;;) {
    const host = String(service.spec.externalName).toLowerCase().replace(/\.$/, '');
    const hop = (outcome: Hop['outcome'], because: string): Hop => ({
      layer: 'dns', at: service.toString(), outcome, because, decidedBy: [{ entry: service, path: ['spec', 'externalName'] }],
    });
    if (seen.has(service)) return { hops: [...hops.slice(0, -1), hop('denied', `these names lead to each other: ${[...seen, service].map((one) => `${one.namespace}/${one.name}`).join(', ')}`)] };
    seen.add(service);
    if (!service.sound) return { hops: [...hops, hop('undetermined', whyUnreadable(service))] };
    const inside = insideName(cluster, host);
    if (inside === undefined) return { host, hops: [...hops, hop('allowed', `is another name of ${host}`)] };
    const next = cluster.find('', 'Service', inside.namespace, inside.name);
    if (next === undefined) return cluster.open ? { host, hops: [...hops, hop('allowed', `is another name of ${host}`)] } : { hops: [...hops, hop('denied', `is another name of ${host}, and there is no such Service`)] };
    hops.push(hop('allowed', `is another name of Service ${next.namespace}/${next.name}`));
    if (next.spec.type !== 'ExternalName') return { service: next, hops };
    service = next;
  }
}

/** `name.namespace.svc`, with the domain of the cluster or without. */
function insideName({ facts: { clusterDomain } }: ClusterModel, host: string): { readonly namespace: string; readonly name: string } | undefined {
  const short = host.endsWith(`.svc.${clusterDomain}`) ? host.slice(0, -clusterDomain.length - 1) : host;
  const [, name, namespace] = /^([^.]+)\.([^.]+)\.svc$/.exec(short) ?? [];
  return name === undefined || namespace === undefined ? undefined : { name, namespace };
}
