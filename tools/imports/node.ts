// The compact structural schema: one node of `imports/schemas/*.json`, before and after its parts are shared.

/** A CEL rule as the API server knows it; upstream messages are not carried. */
export interface CelRule {
  readonly rule: string;
  readonly fieldPath?: string;
  readonly reason?: string;
  readonly optionalOldSelf?: boolean;
  readonly messageExpression?: string;
}

/** A node, or the id of a shared one. */
export type NodeRef = SchemaNode | string;

export interface SchemaNode {
  /** Name of the definition, only for built-in kinds: the types take their names from it. */
  title?: string;
  type?: string;
  properties?: Record<string, NodeRef>;
  required?: string[];
  additionalProperties?: NodeRef | boolean;
  items?: NodeRef;
  enum?: unknown[];
  pattern?: string;
  /** The pattern cannot be said in JavaScript's grammar: an RE2 engine must read it. */
  re2?: boolean;
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: boolean;
  exclusiveMaximum?: boolean;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minProperties?: number;
  maxProperties?: number;
  default?: unknown;
  nullable?: boolean;
  intOrString?: boolean;
  preserve?: boolean;
  embedded?: boolean;
  listType?: string;
  listMapKeys?: string[];
  mapType?: string;
  oneOf?: NodeRef[];
  anyOf?: NodeRef[];
  allOf?: NodeRef[];
  not?: NodeRef;
  cel?: CelRule[];
}

/** Keywords in the order in which they are written: what a reader looks for first stands first. */
export const KEYWORDS: readonly (keyof SchemaNode)[] = [
  'title', 'type', 'intOrString', 'preserve', 'embedded', 'nullable', 'default', 'enum', 'pattern', 're2', 'format', 'minimum', 'exclusiveMinimum',
  'maximum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties',
  'listType', 'listMapKeys', 'mapType', 'required', 'properties', 'additionalProperties', 'items', 'allOf', 'anyOf', 'oneOf', 'not', 'cel',
];

/** The same node with every child replaced by what `replace` makes of it; keywords in their order, properties sorted by name. */
export function mapChildren(node: SchemaNode, replace: (child: NodeRef) => NodeRef): SchemaNode {
  const out: Record<string, unknown> = {};
  for (const keyword of KEYWORDS) {
    const value = node[keyword];
    if (value === undefined) continue;
    if (keyword === 'properties') {
      const properties: Record<string, NodeRef> = {};
      for (const name of Object.keys(node.properties!).sort()) properties[name] = replace(node.properties![name]!);
      out.properties = properties;
    } else if (keyword === 'items' || keyword === 'not') {
      out[keyword] = replace(value as NodeRef);
    } else if (keyword === 'additionalProperties') {
      out[keyword] = typeof value === 'boolean' ? value : replace(value as NodeRef);
    } else if (keyword === 'allOf' || keyword === 'anyOf' || keyword === 'oneOf') {
      out[keyword] = (value as NodeRef[]).map(replace);
    } else {
      out[keyword] = value;
    }
  }
  return out as SchemaNode;
}
