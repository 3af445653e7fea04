// The shape of imports/schemas: structural schemas with short names for the Kubernetes extensions, nodes shared within one API group.

export type JsonType = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';

/** A node, or the id of one that is shared. */
export type NodeOrId = SchemaNode | string;

export interface CelRule {
  readonly rule: string;
  readonly fieldPath?: string;
  readonly reason?: string;
  readonly optionalOldSelf?: boolean;
  readonly messageExpression?: string;
  /** Of definitions of the user's own: what they say. Upstream's words are not carried. */
  readonly message?: string;
}

export interface SchemaNode {
  readonly type?: JsonType;
  readonly title?: string;
  readonly properties?: Readonly<Record<string, NodeOrId>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | NodeOrId;
  readonly items?: NodeOrId;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  /** The pattern is in Go's grammar, and runs in RE2: JavaScript cannot say it, or nobody has checked it for backtracking. */
  readonly re2?: boolean;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly oneOf?: readonly NodeOrId[];
  readonly anyOf?: readonly NodeOrId[];
  readonly allOf?: readonly NodeOrId[];
  readonly not?: NodeOrId;
  readonly intOrString?: boolean;
  /** Unknown fields are kept. */
  readonly preserve?: boolean;
  /** A Kubernetes object of its own: apiVersion, kind, metadata. */
  readonly embedded?: boolean;
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly listMapKeys?: readonly string[];
  readonly mapType?: 'atomic' | 'granular';
  readonly cel?: readonly CelRule[];
}

/** `imports/schemas/index.json`. */
export interface SchemaIndex {
  readonly format: number;
  /** Version lines of each system, oldest first. */
  readonly lines: Readonly<Record<string, readonly string[]>>;
  readonly groups: Readonly<Record<string, {
    readonly file: string;
    readonly kinds: Readonly<Record<string, IndexedKind>>;
  }>>;
}

export interface IndexedKind {
  readonly plural: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly versions: Readonly<Record<string, {
    /** The lines that serve this version, by system, oldest first. */
    readonly lines: readonly string[];
    /** The lines that carry it without serving it. */
    readonly unserved?: readonly string[];
    readonly served: boolean;
    /** The lines that call it deprecated. */
    readonly deprecatedIn?: readonly string[];
  }>>;
}

/** One file of `imports/schemas`. */
export interface SchemaGroup {
  readonly format: number;
  readonly group: string;
  readonly kinds: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, LineSchema>>>>>>;
  readonly nodes: Readonly<Record<string, SchemaNode>>;
}

export interface LineSchema {
  readonly schema: string;
  /** `status` is a sub-resource: the API server drops it on create. */
  readonly status: boolean;
}
