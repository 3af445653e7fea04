// What the parts of the compiler share.
import type { Resolve } from './defaults';
import type { NodeOrId, SchemaNode } from './node';
import type { Check } from './problem';

/** How one family of kinds is read. */
export interface Reading {
  readonly resolve: Resolve;
  /** Built-in kinds: nulls are absent everywhere, defaults do not count, lists keyed for patches may hold equal keys. */
  readonly native: boolean;
}

/** Where a node stands: `structure` decides which fields are known; `value` is a node inside oneOf, anyOf, allOf or not, which only constrains. */
export type Mode = 'structure' | 'value';

/** Gives the checks of nodes. */
export interface NodeChecks {
  readonly reading: Reading;
  /** The check of a node. Nothing is built until it is first called. */
  check(nodeOrId: NodeOrId, mode: Mode): Check;
  /** What the API server makes of a value before it looks: nulls dropped, defaults filled in. */
  normalize(value: unknown, node: SchemaNode): unknown;
}
