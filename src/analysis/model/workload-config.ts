// How a workload is started: arguments, environment and the ConfigMaps that it mounts, for engines whose settings stand there.
import type * as Yaml from 'js-yaml';
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import { imageName, podsByImage } from './images';
import type { PodGroup } from './pods';

/** A word of a command line, with its place. */
export interface Word {
  readonly word: string;
  readonly path: FieldPath;
}

export interface ContainerView {
  readonly fields: Fields;
  readonly path: FieldPath;
  readonly name: string;
  /** The image without registry, tag and digest: `traefik`. */
  readonly image: string;
  readonly words: readonly Word[];
}

/** The containers of pods, sidecars and all. */
export function containersOf(group: PodGroup): readonly ContainerView[] {
  return ['containers', 'initContainers'].flatMap((key) => list(group.spec[key]).map((one: unknown, index): ContainerView => {
    const fields = record(one);
    const path: FieldPath = [...group.specPath, key, index];
    const words = ['command', 'args'].flatMap((part) => list(fields[part]).flatMap((word: unknown, at): Word[] => (
      // One argument may hold a whole line: `sh -c "traefik --providers.docker"`.
      typeof word === 'string' ? word.split(/\s+/).filter(Boolean).map((each) => ({ word: each, path: [...path, part, at] })) : []
    )));
    return { fields, path, name: text(fields.name) ?? '', image: imageName(text(fields.image) ?? ''), words };
  }));
}

/** The pods that run an image, whatever its registry and version: made once per name. */
export function podsWithImage(cluster: ClusterModel, image: string): readonly PodGroup[] {
  return cluster.derive(podsByImage).get(image) ?? [];
}

/** A text that a ConfigMap gives to pods. */
export interface MountedText {
  readonly entry: Entry;
  readonly key: string;
  readonly text: string;
}

/** The texts of the ConfigMaps that pods mount. */
export function mountedTexts(cluster: ClusterModel, group: PodGroup): readonly MountedText[] {
  const names = list(group.spec.volumes).flatMap((volume: unknown) => {
    const { configMap, projected } = record(volume);
    return [text(record(configMap).name), ...list(record(projected).sources).map((source: unknown) => text(record(record(source).configMap).name))];
  });
  return [...new Set(names)].flatMap((name) => {
    const entry = name === undefined ? undefined : cluster.find('', 'ConfigMap', group.namespace, name);
    return entry?.sound ? Object.entries(record(entry.object.data)).filter((pair): pair is [string, string] => typeof pair[1] === 'string').map(([key, value]) => ({ entry, key, text: value })) : [];
  });
}

/** YAML as far as it can be read; undefined when it cannot. */
export function readYaml(source: string): Fields {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- few workloads have a configuration in YAML
    return (require('js-yaml') as typeof Yaml).load(source);
  } catch {
    return undefined;
  }
}
