// Traefik as it is started: the static configuration of its pods, from arguments, environment and the file that a ConfigMap gives it.
// Keys are compared without case, as Traefik does.
// https://doc.traefik.io/traefik/reference/install-configuration/configuration-options/
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import { list, record, text } from './fields';
import type { PodGroup } from './pods';
import { containersOf, mountedTexts, podsWithImage, readYaml } from './workload-config';

export const TRAEFIK: string = 'traefik.io';

/** A setting and where it stands. */
export interface Setting {
  readonly value: string;
  readonly at: Entry;
  readonly path: FieldPath;
}

export interface EntryPoint {
  readonly name: string;
  /** Where it is declared. */
  readonly at: Entry;
  readonly path: FieldPath;
  readonly port: number | undefined;
  readonly udp: boolean;
  readonly http3: Setting | undefined;
  readonly advertisedPort: number | undefined;
  readonly proxyProtocol: Setting | undefined;
}

export interface TraefikInstance {
  readonly pods: PodGroup;
  /** By key in lower case: `entrypoints.websecure.address`. */
  readonly settings: ReadonlyMap<string, Setting>;
  readonly entryPoints: ReadonlyMap<string, EntryPoint>;
  /** Whether all of the static configuration was read: a file that is not among the documents may add to it. */
  readonly complete: boolean;
  readonly flag: (key: string) => boolean;
}

/** The Traefiks of a cluster: `cluster.derive(traefiks)`. */
export function traefiks(cluster: ClusterModel): readonly TraefikInstance[] {
  return podsWithImage(cluster, 'traefik').map((pods) => instanceOf(cluster, pods));
}

function instanceOf(cluster: ClusterModel, pods: PodGroup): TraefikInstance {
  const settings = new Map<string, Setting>();
  let complete = true;
  for (const container of containersOf(pods)) {
    if (container.image !== 'traefik') continue;
    for (const { word, path } of container.words) {
      const found = /^--([A-Za-z][^=]*)(?:=(.*))?$/.exec(word);
      if (found) settings.set(found[1]!.toLowerCase(), { value: (found[2] ?? 'true').replace(/^(["'])(.*)\1$/, '$2'), at: pods.entry, path });
    }
    list(container.fields.env).forEach((one: unknown, index) => {
      const { name, value } = record(one);
      if (typeof name === 'string' && name.startsWith('TRAEFIK_') && typeof value === 'string') {
        settings.set(name.slice('TRAEFIK_'.length).toLowerCase().replace(/_/g, '.'), { value, at: pods.entry, path: [...container.path, 'env', index] });
      }
    });
    if (list(container.fields.envFrom).length > 0) complete = false;
  }
  let fileRead = false;
  for (const { entry, key, text: source } of mountedTexts(cluster, pods)) {
    if (!/^traefik\.ya?ml$/.test(key)) continue;
    fileRead = true;
    flatten(readYaml(source), '', (name, value) => settings.set(name, { value, at: entry, path: ['data', key] }));
  }
  if (settings.has('configfile') && !fileRead) complete = false;
  const instance = { pods, settings, complete, flag: (key: string) => isOn(settings.get(key)) };
  return { ...instance, entryPoints: entryPointsOf(settings) };
}

function isOn(setting: Setting | undefined): boolean {
  return setting !== undefined && setting.value.toLowerCase() !== 'false';
}

function flatten(value: unknown, prefix: string, add: (name: string, value: string) => void): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    // `http3: {}` switches it on: an empty section counts as true.
    if (Object.keys(value).length === 0 && prefix !== '') add(prefix, 'true');
    for (const [key, inner] of Object.entries(value)) flatten(inner, prefix === '' ? key.toLowerCase() : `${prefix}.${key.toLowerCase()}`, add);
    return;
  }
  if (prefix !== '') add(prefix, Array.isArray(value) ? value.map(String).join(',') : value === null ? 'true' : String(value));
}

function entryPointsOf(settings: ReadonlyMap<string, Setting>): ReadonlyMap<string, EntryPoint> {
  const names = new Map<string, Setting>();
  for (const [key, setting] of settings) {
    const name = /^entrypoints\.([^.]+)(?:\.|$)/.exec(key)?.[1];
    if (name !== undefined && !names.has(name)) names.set(name, setting);
  }
  return new Map([...names].map(([name, first]): [string, EntryPoint] => {
    const at = (key: string): Setting | undefined => settings.get(`entrypoints.${name}.${key}`);
    const below = (key: string): Setting | undefined => at(key) ?? [...settings].find(([one]) => one.startsWith(`entrypoints.${name}.${key}.`))?.[1];
    const address = at('address');
    const found = /:(\d+)(?:\/(tcp|udp))?$/i.exec(address?.value ?? '');
    const http3 = below('http3');
    const proxyProtocol = below('proxyprotocol');
    return [name, {
      name, at: (address ?? first).at, path: (address ?? first).path,
      port: found ? Number(found[1]) : undefined,
      udp: found?.[2]?.toLowerCase() === 'udp',
      http3: http3 && isOn(at('http3') ?? http3) ? http3 : undefined,
      advertisedPort: Number(text(at('http3.advertisedport')?.value)) || undefined,
      proxyProtocol,
    }];
  }));
}
