// The images that pods run, by their names without registry, version and digest: `traefik`.
import type { ClusterModel } from './cluster-model';
import { each } from './each';
import { list, record, text } from './fields';
import type { PodGroup } from './pods';

/** The name of an image: `docker.io/library/nginx:1.27.4` is `nginx`. */
export function imageName(image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1);
  const tag = name.indexOf(':');
  const digest = name.indexOf('@');
  const end = tag < 0 ? digest : digest < 0 ? tag : Math.min(tag, digest);
  return end < 0 ? name : name.slice(0, end);
}

/** The pods of each image: `cluster.derive(podsByImage)`. */
export function podsByImage(cluster: ClusterModel): ReadonlyMap<string, readonly PodGroup[]> {
  const found = new Map<string, PodGroup[]>();
  each(cluster.pods, addImages, found);
  return found;
}

function addImages(group: PodGroup, found: Map<string, PodGroup[]>): void {
  if (!group.entry.sound) return;
  for (const one of list(group.spec.containers)) {
    const image = imageName(text(record(one).image) ?? '');
    const known = found.get(image);
    if (!known) found.set(image, [group]);
    else if (known.at(-1) !== group) known.push(group);
  }
}
