// Where a finding stands: the object, the field, the line, and what the model knows of the program.
import type { FindingLocation, ObjectReference } from '../core/finding';
import type { FieldPath, ManifestDocument, Position } from './documents/document';
import { printPath } from './documents/document';

/** The line and column of a field, where the document can be searched. */
export function locate(document: Pick<ManifestDocument, 'locate'>, path: FieldPath): Position | undefined {
  return document.locate?.(path);
}

/** The place of a field of an object. */
export function place(document: ManifestDocument, path: FieldPath, at: Position | undefined = locate(document, path)): FindingLocation {
  const field = printPath(path);
  return {
    ...(document.file === undefined ? {} : { file: document.file }),
    ...(at === undefined ? {} : { line: at.line, column: at.column }),
    ...(document.cluster === undefined ? {} : { cluster: document.cluster }),
    object: reference(document),
    ...(field === '' ? {} : { field }),
    ...(document.constructPath === undefined ? {} : { constructPath: document.constructPath }),
    ...(document.source === undefined ? {} : { source: document.source }),
  };
}

/** Names the object of a document. */
export function reference({ object }: ManifestDocument): ObjectReference {
  const metadata = (object.metadata ?? {}) as { readonly name?: unknown; readonly namespace?: unknown };
  return {
    apiVersion: object.apiVersion, kind: object.kind,
    ...(typeof metadata.namespace === 'string' && metadata.namespace !== '' ? { namespace: metadata.namespace } : {}),
    ...(typeof metadata.name === 'string' && metadata.name !== '' ? { name: metadata.name } : {}),
  };
}
