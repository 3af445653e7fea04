// An object of a cluster, ready to be asked.
import type { KubernetesObject, ManifestDocument } from '../documents/document';
import { groupVersion } from '../schema/validator';
import type { Fields, Labels } from './fields';
import { labelsOf, record, text } from './fields';

export interface EntryOptions {
  readonly clusterScoped: boolean;
  /** The schema had nothing to say: the shape is as the kind's. */
  readonly sound: boolean;
}

/** One object of a cluster. */
export class Entry {
  readonly document: ManifestDocument;
  readonly object: KubernetesObject;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Empty for objects without a namespace of their own: those of the whole cluster, and those whose document names none. */
  readonly namespace: string;
  readonly name: string;
  /** True when a schema accepted the object. Rules look only at sound ones; the others are known by name. */
  readonly sound: boolean;
  readonly clusterScoped: boolean;

  constructor(document: ManifestDocument, { clusterScoped, sound }: EntryOptions) {
    this.document = document;
    this.object = document.object;
    const { group, version } = groupVersion(document.object.apiVersion);
    this.group = group;
    this.version = version;
    this.kind = document.object.kind;
    const metadata = record(document.object.metadata);
    this.clusterScoped = clusterScoped;
    this.namespace = clusterScoped ? '' : text(metadata.namespace) ?? '';
    this.name = text(metadata.name) ?? text(metadata.generateName) ?? '';
    this.sound = sound;
  }

  get labels(): Labels {
    return labelsOf(record(this.object.metadata).labels);
  }

  get annotations(): Labels {
    return labelsOf(record(this.object.metadata).annotations);
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
