// References between objects as data: where in a kind's documents another object is named, and what of it.

/** A field that names another object, with the place of the name, of the namespace and of the parts that it asks for. */
export interface FieldReference {
  /** Path below the object: `spec.rules[].backendRefs[]`; `*` stands for any one field, `**` for any depth. A list of keys where a key has dots. */
  readonly at: string | readonly string[];
  /** Kinds that it may name, as `group/Kind`. A value that names no kind means the first, one that names another kind is none of ours. */
  readonly to: readonly string[];
  /** Where the value names its kind: `kind` alone, or with this field for the group. @default - it does not: the first of `to` is meant */
  readonly typed?: 'kind' | 'group' | 'apiGroup' | 'apiVersion';
  /** The field of the value that holds the name, when the value is an object. @default 'name' */
  readonly name?: string;
  /** The field of the value that holds the namespace. @default - the namespace of the object that refers */
  readonly namespace?: string;
  /** A text may be `namespace/name`. */
  readonly slash?: boolean;
  /** The controller alone knows in which namespace it looks. */
  readonly anywhere?: boolean;
  /** Another namespace has to agree with a ReferenceGrant. */
  readonly grant?: boolean;
  /** Fields of the value that name a port of a Service. */
  readonly port?: readonly string[];
  /** The port that is meant where the value names none. */
  readonly defaultPort?: number;
  /** Fields of the value that name keys of a Secret or ConfigMap: `key`, `items[].key`. */
  readonly key?: string;
  /** Keys that the Secret or ConfigMap must have, whatever the value says. */
  readonly keys?: readonly string[];
  /** The field of the value that names a listener, a port or a rule of the target. */
  readonly section?: string;
  /** The value may say `optional: true`. */
  readonly optional?: boolean;
  /** The name of a port that says that no object is meant. */
  readonly action?: string;
  /** Names that mean something else than an object. */
  readonly except?: readonly string[];
  /** The reference is passed over when nothing is there: nothing breaks, what was wanted does not happen. */
  readonly idle?: boolean;
  /** The value is a host of the mesh, which a Service or a ServiceEntry stands behind. */
  readonly host?: boolean;
  /** The value names an object that its controller makes, so nothing has to be there. */
  readonly makes?: boolean;
}

/** Kinds of one system with the fields that refer. */
export interface KindReferences {
  /** `group/Kind`. */
  readonly kinds: readonly string[];
  /** Made when the first object of a kind comes. */
  readonly fields: () => readonly FieldReference[];
}

type Options = Omit<FieldReference, 'at' | 'to'>;

/** A field that names an object of one or more kinds. */
export function to(kinds: string | readonly string[], at: FieldReference['at'], options: Options = {}): FieldReference {
  return { at, to: typeof kinds === 'string' ? [kinds] : kinds, ...options };
}

/** A field that names a Secret. */
export function secret(at: FieldReference['at'], options: Options = {}): FieldReference {
  return to('/Secret', at, options);
}

/** A field that names a ConfigMap. */
export function configMap(at: FieldReference['at'], options: Options = {}): FieldReference {
  return to('/ConfigMap', at, options);
}

/** `{ name, key, optional }` of a Secret, as Kubernetes' own `SecretKeySelector`. */
export function secretKey(at: string): FieldReference {
  return secret(at, { key: 'key', optional: true });
}

/** `{ name, key, optional }` of a ConfigMap. */
export function configMapKey(at: string): FieldReference {
  return configMap(at, { key: 'key', optional: true });
}
