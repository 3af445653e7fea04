// Services as peers of policies: what stands behind them.
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, record } from '../../model/fields';
import { requirementsOfMap } from '../../model/selector';
import type { PeerTerm } from '../rules';
import { anyOf } from '../rules';
import { both, inNamespace, meeting } from '../selector';
import { blockOf } from './kubernetes';
import type { CniProperties } from './properties';

/** A Service stands for its pods, or for the addresses of its slices where it selects none. */
export function backends(cluster: ClusterModel, cni: CniProperties, service: Entry): PeerTerm {
  const selector = record(service.spec.selector);
  if (Object.keys(selector).length > 0) {
    return { is: 'pods', where: both(inNamespace(service.namespace === '' ? 'default' : service.namespace), meeting('label', requirementsOfMap(selector))), hostNetwork: 'out' };
  }
  const slices = cluster.derive(slicesByService).get(`${service.namespace}/${service.name}`) ?? [];
  if (slices.length === 0) return { is: 'unknown', why: `${service.toString()} has no EndpointSlice among the documents` };
  const addresses = slices.flatMap(({ object }) => list((object as Fields).endpoints)).flatMap((one) => list(record(one).addresses));
  return anyOf(addresses.map((address) => blockOf(String(address), [], cni)));
}

function slicesByService(cluster: ClusterModel): ReadonlyMap<string, readonly Entry[]> {
  const slices = new Map<string, Entry[]>();
  for (const slice of cluster.objects('discovery.k8s.io', 'EndpointSlice')) {
    const key = `${slice.namespace}/${slice.labels['kubernetes.io/service-name'] ?? ''}`;
    const known = slices.get(key);
    if (known) known.push(slice);
    else slices.set(key, [slice]);
  }
  return slices;
}
