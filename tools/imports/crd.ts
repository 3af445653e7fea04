// One CustomResourceDefinition of an upstream release, to compact schema nodes.
import { rootNode as root, toNode as convert } from '../../src/analysis/crds/nodes';
import type { NodeReading } from '../../src/analysis/crds/nodes';
import type { SchemaNode as ReadonlyNode } from '../../src/analysis/schema/node';
import { isExponential } from './ambiguity';
import type { SchemaNode } from './node';
import { toJavaScript } from './patterns';

type Json = Record<string, unknown>;

/** One version of a kind in one release of its system. */
export interface KindVersion {
  readonly version: string;
  readonly served: boolean;
  readonly deprecated: boolean;
  /** `status` is a subresource: the server drops it on create, and the schema leaves it out. */
  readonly status: boolean;
  readonly schema: SchemaNode;
}

/** A kind in one release of its system. */
export interface Kind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly versions: readonly KindVersion[];
}

/** Shipped patterns run in the host's engine, so each is said in its grammar, and none may explode there. */
const SHIPPED: NodeReading = {
  messages: false,
  unknown: (keyword, where) => {
    throw new Error(`${where}: keyword ${keyword} is not known`);
  },
  pattern: (text, where) => {
    const pattern = toJavaScript(text);
    if (pattern === undefined) return { pattern: text, re2: true };
    if (isExponential(pattern)) throw new Error(`${where}: matching ${pattern} can take exponential time; say it without ambiguity in patterns.ts`);
    return { pattern };
  },
};

/**
 * Reads a CustomResourceDefinition (v1).
 * @throws when a keyword is not known: a new one must be understood, not lost.
 */
export function readCrd(crd: Json): Kind {
  const spec = crd.spec as Json;
  const names = spec.names as Json;
  const scope = spec.scope as string;
  if (scope !== 'Namespaced' && scope !== 'Cluster') throw new Error(`${String((crd.metadata as Json).name)}: scope is ${scope}`);
  const versions = (spec.versions as Json[]).map((version): KindVersion => {
    const status = (version.subresources as Json | undefined)?.status !== undefined;
    const where = `${String(names.kind)} ${String(version.name)}`;
    return {
      version: version.name as string,
      served: version.served as boolean,
      deprecated: version.deprecated === true,
      status,
      schema: rootNode(toNode((version.schema as Json).openAPIV3Schema as Json, where), status),
    };
  });
  return { group: spec.group as string, kind: names.kind as string, plural: names.plural as string, scope, versions };
}

/** The root without what every object has. */
export function rootNode(node: SchemaNode, status: boolean): SchemaNode {
  return root(node as ReadonlyNode, status) as SchemaNode;
}

/** One schema of a CRD as a node. */
export function toNode(schema: Json, where: string): SchemaNode {
  return convert(schema, where, SHIPPED) as SchemaNode;
}
