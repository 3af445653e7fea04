// Reads what makes pods, in the two shapes that cdk8s programs have it: classes of cdk8s-plus, and ApiObjects.
import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { NetstackError, shorten } from '../core/errors';

/** A workload or pod of cdk8s-plus, of any version. */
export interface PlusWorkload extends IConstruct {
  readonly name: string;
  readonly kind: string;
  readonly podMetadata: { getLabel(key: string): string | undefined };
  readonly containers: ReadonlyArray<{ readonly ports: ReadonlyArray<{ readonly number: number; readonly name?: string; readonly protocol?: string }> }>;
  readonly serviceAccount?: { readonly name: string };
}

/** A Service of cdk8s-plus, or anything that says as much. */
export interface ServiceSource {
  readonly name: string;
  readonly ports?: ReadonlyArray<ServiceSourcePort>;
}

export interface ServiceSourcePort {
  readonly port: number;
  /** @default - the same number */
  readonly targetPort?: number | string;
  /** @default 'TCP' */
  readonly protocol?: string;
}

export interface ContainerPortSource {
  readonly number: number;
  readonly name?: string;
  readonly protocol?: string;
}

/** What is known of the pods that an object makes. The functions read late: cdk8s-plus adds containers after the object is made. */
export interface PodSource {
  readonly object: ApiObject;
  /** Construct path of what the program made. */
  readonly path: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The object selects its pods by expressions, which are no labels. */
  readonly expressions: boolean;
  serviceAccountName(): string | undefined;
  containerPorts(): readonly ContainerPortSource[];
}

/** Every pod of cdk8s-plus carries this label, with a value of its own per workload. */
const ADDRESS_LABEL = 'cdk8s.io/metadata.addr';

/** The part of a manifest that is read here. */
interface Manifest {
  readonly kind?: string;
  readonly metadata?: { readonly labels?: Record<string, string> };
  readonly spec?: PodSpec & {
    readonly selector?: { readonly matchLabels?: Record<string, string>; readonly matchExpressions?: readonly unknown[] };
    readonly template?: PodTemplate;
    readonly jobTemplate?: { readonly spec?: { readonly template?: PodTemplate } };
  };
}

interface PodTemplate {
  readonly metadata?: { readonly labels?: Record<string, string> };
  readonly spec?: PodSpec;
}

interface PodSpec {
  readonly serviceAccountName?: string;
  readonly containers?: ReadonlyArray<{ readonly ports?: ReadonlyArray<{ readonly containerPort: number; readonly name?: string; readonly protocol?: string }> }>;
}

/** @throws NetstackError for something that makes no pods, and for an Include or Helm chart of which several objects do */
export function readPods(given: unknown): PodSource {
  if (ApiObject.isApiObject(given)) return readObject(given as ApiObject) ?? refuse(`${(given as ApiObject).kind} ${(given as ApiObject).name} makes no pods`);
  const construct = given as Partial<PlusWorkload> & { readonly apiObjects?: readonly ApiObject[] } | null | undefined;
  if (Array.isArray(construct?.apiObjects)) return readOnly(construct.apiObjects as readonly ApiObject[]);
  const object = construct?.node?.defaultChild;
  if (construct?.podMetadata && construct.containers && ApiObject.isApiObject(object)) return readPlus(construct as PlusWorkload, object as ApiObject);
  return refuse(`${shorten(given)} is no workload`);
}

function refuse(what: string): never {
  throw new NetstackError({ what, fix: 'give a Deployment, StatefulSet, DaemonSet, Job or Pod of cdk8s-plus, or the ApiObject of one' });
}

function readPlus(workload: PlusWorkload, object: ApiObject): PodSource {
  const address = workload.podMetadata.getLabel(ADDRESS_LABEL);
  return {
    object,
    path: workload.node.path,
    labels: address === undefined ? {} : { [ADDRESS_LABEL]: address },
    expressions: false,
    serviceAccountName: () => workload.serviceAccount?.name,
    containerPorts: () => workload.containers.flatMap((container) => [...container.ports]),
  };
}

function readOnly(objects: readonly ApiObject[]): PodSource {
  const sources = objects.flatMap((object) => readObject(object) ?? []);
  if (sources.length === 1) return sources[0]!;
  throw new NetstackError({
    what: sources.length === 0 ? 'None of the objects makes pods' : `The objects ${sources.map(({ object }) => `${object.kind} ${object.name}`).sort().join(', ')} make pods`,
    fix: 'give one of its apiObjects',
  });
}

function readObject(object: ApiObject): PodSource | undefined {
  const manifest = object.toJson() as Manifest;
  const pod: PodTemplate | undefined = manifest.kind === 'Pod' ? manifest : manifest.spec?.template ?? manifest.spec?.jobTemplate?.spec?.template;
  if (!pod?.spec?.containers) return undefined;
  const selector = manifest.kind === 'Pod' ? undefined : manifest.spec?.selector;
  const expressions = (selector?.matchExpressions ?? []).length > 0;
  return {
    object,
    path: object.node.path,
    labels: expressions ? {} : selector?.matchLabels ?? pod.metadata?.labels ?? {},
    expressions,
    serviceAccountName: () => pod.spec?.serviceAccountName,
    containerPorts: () => (pod.spec?.containers ?? []).flatMap(({ ports = [] }) => ports.map(({ containerPort, ...rest }) => ({ number: containerPort, ...rest }))),
  };
}

/** The ports of a Service of cdk8s-plus or of an ApiObject. */
export function readServicePorts(service: ServiceSource | ApiObject): readonly ServiceSourcePort[] {
  if (ApiObject.isApiObject(service)) return ((service as ApiObject).toJson() as { spec?: { ports?: readonly ServiceSourcePort[] } }).spec?.ports ?? [];
  return (service as ServiceSource).ports ?? [];
}
