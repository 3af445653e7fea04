// Who runs: the pod templates of every kind that makes pods. Pods of one template are one group.
import type { Entry } from './entry';
import type { Fields, Labels } from './fields';
import { labelsOf, list, record, text } from './fields';

export interface ContainerPort {
  readonly name?: string;
  readonly number: number;
  readonly protocol: string;
  readonly hostPort?: number;
  readonly container: string;
}

/** The pods of one template. */
export interface PodGroup {
  readonly entry: Entry;
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly serviceAccount: string;
  readonly hostNetwork: boolean;
  /** Ports that containers and sidecars declare. Undeclared ones can be reached as well. */
  readonly ports: readonly ContainerPort[];
  /** The pod spec. */
  readonly spec: Fields;
  /** The path of the pod spec in the object. */
  readonly specPath: readonly string[];
  /** The path of the pod's metadata in the object. */
  readonly metadataPath: readonly string[];
}

/** Where each kind keeps its pod template. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  '/Pod': [],
  '/ReplicationController': ['spec', 'template'],
  'apps/Deployment': ['spec', 'template'],
  'apps/StatefulSet': ['spec', 'template'],
  'apps/DaemonSet': ['spec', 'template'],
  'apps/ReplicaSet': ['spec', 'template'],
  'batch/Job': ['spec', 'template'],
  'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
  'argoproj.io/Rollout': ['spec', 'template'],
  'serving.knative.dev/Service': ['spec', 'template'],
};

/** Kinds that make pods, as `group/Kind`. */
export const POD_KINDS: readonly string[] = Object.keys(TEMPLATES);

/** The same, looked up by group and then by kind. */
const PLACES: ReadonlyMap<string, ReadonlyMap<string, Place>> = placesOf();

interface Place {
  readonly path: readonly string[];
  readonly specPath: readonly string[];
  readonly metadataPath: readonly string[];
}

function placesOf(): ReadonlyMap<string, ReadonlyMap<string, Place>> {
  const places = new Map<string, Map<string, Place>>();
  for (const [id, path] of Object.entries(TEMPLATES)) {
    const [group, kind] = id.split('/') as [string, string];
    places.set(group, (places.get(group) ?? new Map<string, Place>()).set(kind, { path, specPath: [...path, 'spec'], metadataPath: [...path, 'metadata'] }));
  }
  return places;
}

/** The pods of an object, or undefined when it makes none. */
export function podsOf(entry: Entry): PodGroup | undefined {
  const place = PLACES.get(entry.group)?.get(entry.kind);
  if (place === undefined) return undefined;
  const { path, specPath, metadataPath } = place;
  let template: Fields = entry.object;
  for (const key of path) template = record(template)[key] as Fields;
  const metadata = record(record(template).metadata);
  const spec = record(record(template).spec);
  return {
    entry,
    namespace: entry.namespace,
    labels: labelsOf(metadata.labels),
    annotations: labelsOf(metadata.annotations),
    serviceAccount: text(spec.serviceAccountName) ?? text(spec.serviceAccount) ?? 'default',
    hostNetwork: spec.hostNetwork === true,
    ports: portsOf(spec),
    spec, specPath, metadataPath,
  };
}

function portsOf(spec: Fields): readonly ContainerPort[] {
  let ports: ContainerPort[] | undefined;
  const containers = list(spec.containers);
  for (let i = 0; i < containers.length; i++) if (record(containers[i]).ports !== undefined) addPorts(record(containers[i]), ports ??= []);
  if (spec.initContainers !== undefined) for (const container of list(spec.initContainers)) if (record(container).restartPolicy === 'Always') addPorts(record(container), ports ??= []);
  return ports ?? NO_PORTS;
}

const NO_PORTS: readonly ContainerPort[] = [];

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function addPorts(container: Fields, ports: ContainerPort[]): void {
  for (const item of list(container.ports)) {
    const port = record(item);
    if (typeof port.containerPort !== 'number') continue;
    const one: Writable<ContainerPort> = { number: port.containerPort, protocol: text(port.protocol) ?? 'TCP', container: String(container.name) };
    const name = text(port.name);
    if (name !== undefined) one.name = name;
    if (typeof port.hostPort === 'number') one.hostPort = port.hostPort;
    ports.push(one);
  }
}
