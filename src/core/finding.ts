// What validation, rules and reachability say about a document.

/** `error`: refused or broken traffic. `warning`: silently ineffective or contradictory. `info`: something could not be checked. */
export type Severity = 'error' | 'warning' | 'info';

/** Names a Kubernetes object. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Where a finding is: in the manifest, and where known in the program that wrote it. */
export interface FindingLocation {
  /** File as it was given to the tool, `<stdin>` for standard input. */
  readonly file?: string;
  /** Line of the field in `file`, from 1. */
  readonly line?: number;
  /** Column of the field in `file`, from 1. */
  readonly column?: number;
  readonly cluster?: string;
  readonly object?: ObjectReference;
  /** Path of the field below the object: `spec.rules[0].matches[1].path.value`. */
  readonly field?: string;
  /** Path of the construct that made the object, when the model file knows it. */
  readonly constructPath?: string;
  /** `file:line` of the user's program, when the model file knows it. */
  readonly source?: string;
}

/** One thing that is wrong, or that could not be checked. */
export interface Finding {
  /** Stable id: `NS` and four digits. */
  readonly id: string;
  readonly severity: Severity;
  /** The headline of the rule that speaks, the same for all of its findings. */
  readonly title?: string;
  /** What is wrong, in one sentence without a full stop. */
  readonly message: string;
  readonly where: FindingLocation;
  /** The objects that decided, when they are others. */
  readonly decidedBy?: readonly ObjectReference[];
  /** One step that mends it. */
  readonly fix?: string;
  readonly docs?: string;
  /** Given when the program acknowledged it. */
  readonly acknowledged?: { readonly reason: string; readonly constructPath: string; readonly expires?: string };
}
