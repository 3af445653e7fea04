// An object of a cluster, ready to be asked.
import type { KubernetesObject, ManifestDocument } from '../documents/document';
import type { Fields, Labels } from './fields';
import { labelsOf, record, text } from './fields';

export interface EntryOptions {
  /** The two halves of apiVersion. */
  readonly group: string;
  readonly version: string;
  readonly clusterScoped: boolean;
}

/** One object of a cluster. */
export class Entry {
  readonly document: ManifestDocument;
  readonly object: KubernetesObject;
  private readonly metadata: Readonly<Record<string, Fields>>;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Empty for objects without a namespace of their own: those of the whole cluster, and those whose document names none. */
  readonly namespace: string;
  readonly name: string;
  /** True when a schema accepted the object. Rules look only at sound ones; the others are known by name. */
  readonly sound: boolean;
  /** The API server would refuse the object: of kinds without a schema, and of what is encrypted, nobody knows. */
  readonly refused: boolean;
  readonly clusterScoped: boolean;

  constructor(document: ManifestDocument, { group, version, clusterScoped }: EntryOptions, sound: boolean, refused: boolean = !sound) {
    this.document = document;
    this.object = document.object;
    this.group = group;
    this.version = version;
    this.kind = document.object.kind;
    const metadata = record(document.object.metadata);
    this.metadata = metadata;
    this.clusterScoped = clusterScoped;
    this.namespace = clusterScoped ? '' : text(metadata.namespace) ?? '';
    this.name = text(metadata.name) ?? text(metadata.generateName) ?? '';
    this.sound = sound;
    this.refused = refused;
  }

  /** Whether the name is the object's own, and not the beginning of one that the server makes. */
  get isNamed(): boolean {
    return text(this.metadata.name) !== undefined;
  }

  get labels(): Labels {
    return labelsOf(this.metadata.labels);
  }

  get annotations(): Labels {
    return labelsOf(this.metadata.annotations);
  }

  /** `spec`, or an empty object. */
  get spec(): Fields {
    return record(this.object.spec);
  }

  /** `HTTPRoute shop/cart`, for messages. */
  toString(): string {
    return `${this.kind} ${this.namespace === '' ? this.name : `${this.namespace}/${this.name}`}`;
  }
}
