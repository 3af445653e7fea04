// Consul's intentions are not followed: pods that its proxies stand before may be refused by them.
import type { ClusterModel } from '../../model/cluster-model';
import { record, text } from '../../model/fields';
import { meshServicesOf } from '../../model/mesh-services';
import type { Endpoint } from '../endpoints';
import { setFact } from '../endpoints';
import type { PolicyLayer } from '../rules';

const GROUP = 'consul.hashicorp.com';
/** The name by which Consul knows pods. */
const SERVICE = 'mesh.consul';

/** A layer that lets everything through, and says of whom that is not certain. */
export function consulLayer(cluster: ClusterModel, endpoints: readonly Endpoint[]): PolicyLayer | undefined {
  const intentions = cluster.everyObject(GROUP, 'ServiceIntentions');
  if (intentions.length === 0) return undefined;
  for (const endpoint of endpoints) {
    const { group } = endpoint;
    const injected = group?.annotations['consul.hashicorp.com/connect-inject'];
    if (injected === 'false') continue;
    // Whether pods that say nothing get a proxy is a setting of the installation.
    if (group === undefined || injected === undefined) setFact(endpoint, SERVICE, undefined);
    else setFact(endpoint, SERVICE, group.annotations['consul.hashicorp.com/connect-service'] ?? meshServicesOf(cluster).inFrontOf(group)[0]?.name ?? group.entry.name);
  }
  return {
    layer: 'mesh', tiers: [], policies: [], hostIsFree: false,
    notModelled: intentions.map((entry) => {
      const name = text(record(entry.spec.destination).name);
      return { entry, path: ['spec'], why: 'what Consul lets through by it is not followed', subject: name === undefined || name === '*' ? { is: 'exists', field: 'fact', key: SERVICE } : { is: 'in', field: 'fact', key: SERVICE, values: [name] } };
    }),
  };
}
