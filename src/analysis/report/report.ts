// What a run of the analysis found, as every format prints it.
import type { Finding, ObjectReference, Severity } from '../../core/finding';

export interface Report {
  /** The version of cdk8s-netstack that wrote the report. */
  readonly toolVersion: string;
  /** Number of documents that were looked at. */
  readonly documents: number;
  readonly findings: readonly Finding[];
}

export interface Summary {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly acknowledged: number;
}

/** Counts findings; acknowledged ones count only as that. */
export function summarize(findings: readonly Finding[]): Summary {
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity && !finding.acknowledged).length;
  return { errors: count('error'), warnings: count('warning'), infos: count('info'), acknowledged: findings.filter((finding) => finding.acknowledged).length };
}

/** `HTTPRoute order-system/orders` */
export function nameOf(object: ObjectReference): string {
  const name = object.name ?? '(no name)';
  return `${object.kind} ${object.namespace === undefined ? name : `${object.namespace}/${name}`}`;
}
