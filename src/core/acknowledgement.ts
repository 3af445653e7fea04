// What an acknowledgement may be narrowed to; the registry, the model file and the analysis share it.

/** Narrows an acknowledgement to some of the objects below the construct, or to one field of them. Everything that is given must fit. */
export interface AcknowledgeWhere {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  /** A field, and all below it: `spec.rules[0]`. */
  readonly field?: string;
}
