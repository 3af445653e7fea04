// Every object of the app by its identity: (cluster, group, kind, namespace, name). The same identity twice is one object that two constructs fight over.
import type { IConstruct } from 'constructs';
import { Cluster } from '../core/cluster';
import { NetstackError } from '../core/errors';
import { sourceOf } from '../core/provenance';
import type { RenderedDocument } from './manifest-files';
import type { ObjectModel } from './model';

/** The cluster that an app has when it declares none. */
export const DEFAULT_CLUSTER = 'default';

/** Collects the objects of one synthesis. */
export class ObjectIndex {
  private readonly byKey: Map<string, ObjectModel> = new Map();
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
    const source = sourceOf(construct);
    const object: ObjectModel = {
      cluster: this.hasClusters ? Cluster.of(construct).name : DEFAULT_CLUSTER,
      group: slash === -1 ? '' : apiVersion.slice(0, slash),
      version: slash === -1 ? apiVersion : apiVersion.slice(slash + 1),
      kind,
      ...(typeof namespace === 'string' ? { namespace } : undefined),
      name: typeof metadata?.name === 'string' ? metadata.name : '',
      file,
      constructPath: construct.node.path,
      ...(source === undefined ? undefined : { source }),
    };
    // No part of an identity holds a line break.
    const key = `${object.cluster}\n${object.group}\n${kind}\n${object.namespace ?? ''}\n${object.name}`;
    const twin = this.byKey.get(key);
    if (twin) throw twice(object, twin);
    this.byKey.set(key, object);
    return object;
  }

  /** Sorted by identity. */
  sorted(): ObjectModel[] {
    return [...this.byKey.keys()].sort().map((key) => this.byKey.get(key)!);
  }
}

function twice(object: ObjectModel, twin: ObjectModel): NetstackError {
  const place = ({ constructPath, source }: ObjectModel): string => (source === undefined ? constructPath : `${constructPath} (${source})`);
  const space = object.namespace === undefined ? '' : `${object.namespace}/`;
  return new NetstackError({
    what: `${object.kind} ${space}${object.name} is declared twice in cluster ${object.cluster}: by ${place(twin)} and by ${place(object)}`,
    fix: 'give one of them another name or namespace, or keep only one',
  });
}
