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

/** The pods of an object, or undefined when it makes none. */
export function podsOf(entry: Entry): PodGroup | undefined {
  const path = TEMPLATES[`${entry.group}/${entry.kind}`];
  if (path === undefined) return undefined;
  const template = path.reduce<Fields>((value, key) => record(value)[key] as Fields, entry.object);
  const metadata = record(record(template).metadata);
  const spec = record(record(template).spec);
  return {
    entry,
    namespace: entry.namespace,
    labels: labelsOf(metadata.labels),
    annotations: labelsOf(metadata.annotations),
    serviceAccount: text(spec.serviceAccountName) ?? text(spec.serviceAccount) ?? 'default',
    hostNetwork: spec.hostNetwork === true,
    ports: [...list(spec.containers), ...list(spec.initContainers).filter((container) => record(container).restartPolicy === 'Always')].flatMap((container) =>
      list(record(container).ports).map(record).filter((port) => typeof port.containerPort === 'number').map((port): ContainerPort => ({
        number: port.containerPort as number,
        protocol: text(port.protocol) ?? 'TCP',
        container: String(record(container).name),
        ...(text(port.name) === undefined ? {} : { name: port.name as string }),
        ...(typeof port.hostPort === 'number' ? { hostPort: port.hostPort } : {}),
      }))),
    spec,
    specPath: [...path, 'spec'],
    metadataPath: [...path, 'metadata'],
  };
}
