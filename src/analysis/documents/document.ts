// What analysis reads: one Kubernetes object with what is known about where it came from.
import type { Targets } from '../../core/targets';

/** A path from the object's root to a field: names of fields and indexes of lists. */
export type FieldPath = readonly (string | number)[];

/** A place in a text, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A Kubernetes object as its file holds it. Values are what Kubernetes' own reader makes of them; nothing is defaulted. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** One object of the system under analysis. Only `object` is needed; the rest makes findings more precise. */
export interface ManifestDocument {
  readonly object: KubernetesObject;
  /** The file as it was given, `<stdin>` for standard input. */
  readonly file?: string;
  /**
   * The cluster that the object is for. Objects of different clusters never collide.
   *
   * @default - the one implicit cluster
   */
  readonly cluster?: string;
  /**
   * Versions of the cluster's engines.
   *
   * @default - the newest known line of each
   */
  readonly targets?: Targets;
  readonly constructPath?: string;
  /** `file:line` of the program that made the object. */
  readonly source?: string;
  /** Finds a field in the text. Asked only for fields that have findings; it may read the text a second time. */
  readonly locate?: (field: FieldPath) => Position | undefined;
}

const PLAIN_KEY = /^[A-Za-z_$][\w$-]*$/;

/** Prints a path the way Kubernetes does: `spec.rules[0].matches`; odd keys stand quoted in brackets. */
export function printPath(path: FieldPath): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (PLAIN_KEY.test(part)) text += text === '' ? part : `.${part}`;
    else text += `[${JSON.stringify(part)}]`;
  }
  return text;
}
