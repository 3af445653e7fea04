// What a run of the analysis found, as every format prints it.
import { isAbsolute, posix } from 'node:path';
import type { Finding, ObjectReference, Severity } from '../../core/finding';

/** Against an earlier state: `introduced` since then, `unchanged`, or `known` by the baseline file. Only what is introduced fails. */
export type FindingStatus = 'introduced' | 'unchanged' | 'known';

export interface ReportedFinding extends Finding {
  readonly status?: FindingStatus;
}

/** What was not looked at. */
export interface Unchecked {
  /** `Foo of example.com/v1`, `dist/a.yaml`. */
  readonly what: string;
  readonly reason: string;
}

/** The versions that a cluster's documents were held against, by system: `gateway-api: 1.6.1/standard`. */
export interface ClusterTargets {
  /** @default - the one implicit cluster */
  readonly cluster?: string;
  readonly versions: Readonly<Record<string, string>>;
}

export interface Report {
  /** The version of cdk8s-netstack that wrote the report. */
  readonly toolVersion: string;
  readonly targets?: readonly ClusterTargets[];
  /** Number of documents that were looked at. */
  readonly documents: number;
  readonly unchecked?: readonly Unchecked[];
  readonly findings: readonly ReportedFinding[];
  /** Findings of the earlier state that are gone. */
  readonly fixed?: readonly Finding[];
  /** Findings left out of `findings`, because they are not severe enough or too many; the summary counts them. */
  readonly hidden?: readonly ReportedFinding[];
}

export interface Summary {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly acknowledged: number;
  /** Against an earlier state. */
  readonly introduced?: number;
  readonly unchanged?: number;
  readonly known?: number;
  readonly fixed?: number;
  /** How many of these are not listed. */
  readonly hidden?: number;
}

/** Counts findings; acknowledged ones count only as that. */
export function summarize(findings: readonly Finding[]): Summary {
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity && !finding.acknowledged).length;
  return { errors: count('error'), warnings: count('warning'), infos: count('info'), acknowledged: findings.filter((finding) => finding.acknowledged).length };
}

/** Counts everything that a report has, listed or not. */
export function summarizeReport({ findings, hidden = [], fixed }: Report): Summary {
  const all = [...findings, ...hidden];
  const status = (wanted: FindingStatus): number => all.filter((finding) => finding.status === wanted && !finding.acknowledged).length;
  const compared = all.some((finding) => finding.status !== undefined) || fixed !== undefined;
  return {
    ...summarize(all),
    ...(compared ? { introduced: status('introduced'), unchanged: status('unchanged'), known: status('known') } : {}),
    ...(fixed === undefined ? {} : { fixed: fixed.length }),
    ...(hidden.length === 0 ? {} : { hidden: hidden.length }),
  };
}

const RANK: Readonly<Record<Severity, number>> = { error: 2, warning: 1, info: 0 };

/** Whether a severity is at least another. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return RANK[severity] >= RANK[least];
}

/** Whether a finding counts: nobody accepted it, and it was not there before. */
export function isOpen({ acknowledged, status }: ReportedFinding): boolean {
  return !acknowledged && (status === undefined || status === 'introduced');
}

/** Whether a finding fails the run. */
export function isFailure(finding: ReportedFinding, failOn: Severity | 'never'): boolean {
  return failOn !== 'never' && isOpen(finding) && isAtLeast(finding.severity, failOn);
}

/** Most severe first; those that count before the others; otherwise in their order. */
export function bySeverity(findings: readonly ReportedFinding[]): ReportedFinding[] {
  return [...findings].sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || RANK[b.severity] - RANK[a.severity]);
}

export interface LimitOptions {
  /** Lists only findings that are at least this severe. @default 'info' */
  readonly minSeverity?: Severity;
  /** Lists at most so many, the most severe ones. @default - all */
  readonly maxFindings?: number;
}

/** The report with fewer findings listed; all are counted still. */
export function limit(report: Report, { minSeverity = 'info', maxFindings = Infinity }: LimitOptions): Report {
  const severe = report.findings.filter(({ severity }) => isAtLeast(severity, minSeverity));
  const kept = severe.length <= maxFindings ? undefined : new Set(bySeverity(severe).slice(0, maxFindings));
  const findings = kept ? severe.filter((finding) => kept.has(finding)) : severe;
  if (findings.length === report.findings.length) return report;
  const listed = new Set(findings);
  return { ...report, findings, hidden: [...(report.hidden ?? []), ...report.findings.filter((finding) => !listed.has(finding))] };
}

/** `HTTPRoute order-system/orders` */
export function nameOf(object: ObjectReference): string {
  const name = object.name ?? '(no name)';
  return `${object.kind} ${object.namespace === undefined ? name : `${object.namespace}/${name}`}`;
}

/** `dist/a.yaml:4:3` */
export function fileOf({ file, line, column }: Finding['where']): string | undefined {
  return file === undefined ? undefined : [file, line, column].filter((part) => part !== undefined).join(':');
}

/** The name that the repository has for a file of `folder`; what is no relative path keeps its name. */
export function inRepository(file: string, folder: string): string {
  return folder === '' || isAbsolute(file) ? file : posix.normalize(`${folder}/${file}`.split('\\').join('/'));
}

/** One line of visible characters: file names and values may hold anything. */
export function visible(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, (char) => {
    const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
    return short[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
