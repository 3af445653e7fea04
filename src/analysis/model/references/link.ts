// One reference of a document to an object.
import type { FieldPath } from '../../documents/document';
import type { Entry } from '../entry';
import type { Fields } from '../fields';
import type { HostView } from './hosts';
import type { FieldReference } from './reference';

/** One reference. */
export interface Link {
  readonly from: Entry;
  readonly field: FieldReference;
  /** The value that refers: a name, or an object that holds one. */
  readonly value: Fields;
  readonly path: FieldPath;
  /** The field that holds the name. */
  readonly namePath: FieldPath;
  /** The kind that is meant, as `group/Kind`. */
  readonly kind: string;
  readonly name: string;
  /** Empty for objects of the whole cluster; undefined when nobody knows where the controller looks. */
  readonly namespace: string | undefined;
  readonly target: Entry | undefined;
  /** What stands behind a host of the mesh. */
  readonly host?: HostView;
}
