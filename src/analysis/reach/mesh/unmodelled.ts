// What else can change the answer of a proxy, and is not followed.
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import type { Labels } from '../../model/fields';
import { labelsOf, list, record } from '../../model/fields';
import { meshOf } from '../../model/mesh';
import { namespaceOf } from '../cni/kubernetes';
import type { NotModelled } from '../rules';
import type { Selector } from '../selector';
import { both, inNamespace } from '../selector';
import { MESH } from './members';

export function unmodelled(cluster: ClusterModel): readonly NotModelled[] {
  const found: NotModelled[] = [];
  const add = (entry: Entry, why: string, labels: Labels = {}, proxies: Selector = PROXIED, mayAllow: boolean = true): void => {
    found.push({ entry, path: ['spec'], why, mayAllow, subject: both(...entry.namespace === meshOf(cluster).config.rootNamespace ? [] : [inNamespace(namespaceOf(entry))], ...labelled(labels), proxies) });
  };
  for (const entry of cluster.objects('extensions.istio.io', 'WasmPlugin')) add(entry, 'it puts a program into the proxy', labelsOf(record(entry.spec.selector).matchLabels), PROXIED, false);
  for (const entry of cluster.objects('networking.istio.io', 'EnvoyFilter')) add(entry, 'it rewrites the configuration of the proxy', labelsOf(record(entry.spec.workloadSelector).labels), patchedBy(entry));
  for (const entry of cluster.objects('networking.istio.io', 'Sidecar')) {
    if (list(entry.spec.ingress).length > 0) add(entry, 'it gives the proxy listeners of its own', labelsOf(record(entry.spec.workloadSelector).labels));
  }
  for (const kind of ['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication']) {
    for (const entry of cluster.everyObject('security.istio.io', kind)) if (!entry.sound) add(entry, 'it cannot be read');
  }
  return found;
}

const PROXIED: Selector = { is: 'in', field: 'fact', key: MESH, values: ['sidecar', 'gateway', 'ambient'] };

/** A patch says whose configuration it is for; without a word it is for every proxy's. */
function patchedBy({ spec }: Entry): Selector {
  const contexts = list(spec.configPatches).map((patch) => String(record(record(patch).match).context ?? 'ANY'));
  return contexts.length > 0 && contexts.every((one) => one === 'GATEWAY') ? { is: 'in', field: 'fact', key: MESH, values: ['gateway'] }
    : contexts.length > 0 && contexts.every((one) => one.startsWith('SIDECAR')) ? { is: 'in', field: 'fact', key: MESH, values: ['sidecar'] } : PROXIED;
}

function labelled(labels: Labels): readonly Selector[] {
  return Object.entries(labels).map(([key, value]): Selector => ({ is: 'in', field: 'label', key, values: [value] }));
}
