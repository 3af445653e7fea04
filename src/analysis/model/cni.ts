// Which CNI the documents install, and how its chart is set.
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import { list, record, text } from './fields';

export type CniName = 'Cilium' | 'Calico' | 'Flannel' | 'Terway';

const IMAGES: readonly (readonly [CniName, RegExp])[] = [
  ['Cilium', /(?:^|\/)cilium(?:-ci)?(?::|@|$)/], ['Calico', /(?:^|\/)(?:calico-)?node(?::|@|$)/], ['Flannel', /(?:^|\/)flannel(?::|@|$)/], ['Terway', /(?:^|\/)terway(?::|@|$)/],
];

/** The DaemonSets of CNIs, by what their containers run: `cluster.derive(cniDaemons)`. Several stand beside each other where they are chained. */
export function cniDaemons(cluster: ClusterModel): ReadonlyMap<CniName, Entry> {
  const found = new Map<CniName, Entry>();
  for (const daemon of cluster.objects('apps', 'DaemonSet')) {
    const images = list(record(record(daemon.spec.template).spec).containers).map((one) => text(record(one).image) ?? '');
    for (const [name, image] of IMAGES) {
      // Calico's image is called node, which others are, too.
      if (images.some((one) => image.test(one) && (name !== 'Calico' || one.includes('calico'))) && !found.has(name)) found.set(name, daemon);
    }
  }
  return found;
}
