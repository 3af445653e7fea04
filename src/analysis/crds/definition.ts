// A CustomResourceDefinition of the user's own, read at run time: its kind, its versions, and their schemas as validators read them.
import type { KubernetesObject } from '../documents/document';
import { fields, given, list, text } from '../native/place';
import type { SchemaNode } from '../schema/node';
import type { NodeReading } from './nodes';
import { rootNode, toNode } from './nodes';

/** Keywords that are not known were told of already: by the schema of definitions. */
export const LATER: NodeReading = { messages: true, pattern: (pattern) => ({ pattern, re2: true }), unknown: () => undefined };

export interface DefinedVersion {
  readonly version: string;
  readonly served: boolean;
  readonly deprecated: boolean;
  /** What the definition says of its deprecation. */
  readonly warning?: string;
  readonly dropsStatus: boolean;
  /** Made when first asked for. */
  readonly root: () => SchemaNode;
}

/** A kind that somebody defines. */
export interface DefinedKind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly scope: 'Namespaced' | 'Cluster';
  /** The versions in Kubernetes' own order, best first. */
  readonly versions: readonly DefinedVersion[];
  /** The file that defines it, for messages. */
  readonly source: string;
}

/** Whether an object is a CustomResourceDefinition, of whatever version. */
export function isDefinition({ apiVersion, kind }: KubernetesObject): boolean {
  return kind === 'CustomResourceDefinition' && apiVersion.startsWith('apiextensions.k8s.io/');
}

/** Reads a definition that the API server would take. */
export function readDefinition(object: KubernetesObject, source: string): DefinedKind {
  const spec = fields(object.spec);
  const names = fields(spec.names);
  const versions = list(spec.versions).map(fields).map((version): DefinedVersion => {
    const dropsStatus = given(fields(version.subresources).status);
    let root: SchemaNode | undefined;
    return {
      version: text(version.name),
      served: version.served === true,
      deprecated: version.deprecated === true,
      ...(version.deprecated === true && text(version.deprecationWarning) !== '' ? { warning: text(version.deprecationWarning) } : {}),
      dropsStatus,
      root: () => (root ??= rootNode(toNode(fields(fields(version.schema).openAPIV3Schema), '', LATER), dropsStatus)),
    };
  });
  return {
    group: text(spec.group), kind: text(names.kind), plural: text(names.plural), scope: spec.scope === 'Cluster' ? 'Cluster' : 'Namespaced', source,
    versions: versions.sort((a, b) => compareVersions(b.version, a.version)),
  };
}

/** Least stable first, as Kubernetes ranks them: v1alpha1, v1beta1, v1. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [rank(a), rank(b)];
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return left[i]! - right[i]!;
  return a < b ? 1 : a > b ? -1 : 0;
}

function rank(version: string): readonly number[] {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (!match) return [-1, 0, 0];
  return [match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0, Number(match[1]), Number(match[3] ?? 0)];
}
