// Every object of the app by its identity: (cluster, group, kind, namespace, name). The same identity twice is one object that two constructs fight over.
import type { IConstruct } from 'constructs';
import { Cluster } from '../core/cluster';
import { NetstackError } from '../core/errors';
import { sourceOf } from '../core/provenance';
import type { RenderedDocument } from './manifest-files';
import type { ObjectModel } from './model';

/** The cluster that an app has when it declares none. */
export const DEFAULT_CLUSTER = 'default';

/** By cluster, group, kind, namespace and name. A level for each part: joining the parts of 40,000 objects costs more than five short look-ups. */
type Level<T> = Map<string, T>;
type Tree = Level<Level<Level<Level<Level<ObjectModel>>>>>;

/** Collects the objects of one synthesis. */
export class ObjectIndex {
  private readonly tree: Tree = new Map();
  private readonly hasClusters: boolean;

  constructor(app: IConstruct) {
    this.hasClusters = Cluster.all(app).length > 0;
  }

  /**
   * Adds one manifest; what is no Kubernetes object is passed over.
   *
   * @throws NetstackError for an object that is there already
   */
  add({ manifest, construct, file }: RenderedDocument): ObjectModel | undefined {
    const { apiVersion, kind, metadata } = (manifest ?? {}) as { apiVersion?: unknown; kind?: unknown; metadata?: { name?: unknown; namespace?: unknown } };
    if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
    const slash = apiVersion.indexOf('/');
    const namespace = metadata?.namespace;
    // Every object has every field, so that all have one shape; the text of the model leaves out what is undefined.
    const object: ObjectModel = {
      cluster: this.hasClusters ? Cluster.of(construct).name : DEFAULT_CLUSTER,
      group: slash === -1 ? '' : apiVersion.slice(0, slash),
      version: slash === -1 ? apiVersion : apiVersion.slice(slash + 1),
      kind,
      namespace: typeof namespace === 'string' ? namespace : undefined,
      name: typeof metadata?.name === 'string' ? metadata.name : '',
      file,
      constructPath: construct.node.path,
      source: sourceOf(construct),
    };
    const names = level(level(level(level(this.tree, object.cluster), object.group), kind), object.namespace ?? '');
    const twin = names.get(object.name);
    if (twin) throw twice(object, twin);
    names.set(object.name, object);
    return object;
  }

  /** Sorted by identity. */
  sorted(): ObjectModel[] {
    return sortedValues(this.tree).flatMap(sortedValues).flatMap(sortedValues).flatMap(sortedValues).flatMap(sortedValues);
  }
}

function level<T>(map: Level<Level<T>>, key: string): Level<T> {
  let next = map.get(key);
  if (!next) map.set(key, next = new Map());
  return next;
}

function sortedValues<T>(map: Level<T>): T[] {
  return [...map.keys()].sort().map((key) => map.get(key)!);
}

function twice(object: ObjectModel, twin: ObjectModel): NetstackError {
  const place = ({ constructPath, source }: ObjectModel): string => (source === undefined ? constructPath : `${constructPath} (${source})`);
  const space = object.namespace === undefined ? '' : `${object.namespace}/`;
  return new NetstackError({
    what: `${object.kind} ${space}${object.name} is declared twice in cluster ${object.cluster}: by ${place(twin)} and by ${place(object)}`,
    fix: 'give one of them another name or namespace, or keep only one',
  });
}
