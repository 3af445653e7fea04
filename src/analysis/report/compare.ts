// The report against an earlier state: another folder, a commit, or the baseline file of an old repository.
import { readFileSync } from 'node:fs';
import { NetstackError, shorten } from '../../core/errors';
import type { Finding } from '../../core/finding';
import { digest, fingerprint } from './fingerprint';
import type { FindingStatus, Report } from './report';
import { nameOf } from './report';

/** The format of a baseline file. */
export const BASELINE_FORMAT = 'netstack/baseline/v1';

/** Findings that were there when a project adopted the validation, by what they are and say, with their number. */
export interface Baseline {
  readonly counts: ReadonlyMap<string, number>;
}

/** Ways to tell that two findings are one, the surest first: moved in its list it says the same, at its very place it may say another value. */
const SAME: ReadonlyArray<(finding: Finding) => string> = [
  (finding) => `${fingerprint(finding)} ${finding.where.field ?? ''} ${finding.message}`,
  saidKey,
  (finding) => `${fingerprint(finding)} ${finding.where.field ?? ''}`,
];

function saidKey(finding: Finding): string {
  return `${fingerprint(finding)} ${digest(finding.message)}`;
}

/** Says of each finding whether the earlier state had it, and lists those that are gone. */
export function compareWithBase(report: Report, base: readonly Finding[]): Report {
  const left = new Set(base);
  const open = new Set(report.findings);
  for (const keyOf of SAME) {
    const before = new Map<string, Finding[]>();
    for (const finding of left) {
      const key = keyOf(finding);
      const known = before.get(key);
      if (known) known.push(finding);
      else before.set(key, [finding]);
    }
    for (const finding of before.size === 0 ? [] : open) {
      const was = before.get(keyOf(finding))?.shift();
      if (!was) continue;
      left.delete(was);
      open.delete(finding);
    }
  }
  const findings = report.findings.map((finding) => ({ ...finding, status: (open.has(finding) ? 'introduced' : 'unchanged') as FindingStatus }));
  return { ...report, findings, fixed: base.filter((finding) => left.has(finding) && !finding.acknowledged) };
}

/** Marks the findings that the baseline file has. */
export function compareWithBaseline(report: Report, { counts }: Baseline): Report {
  const left = new Map(counts);
  return {
    ...report,
    findings: report.findings.map((finding) => {
      const key = saidKey(finding);
      const count = left.get(key) ?? 0;
      if (count === 0) return finding.status === undefined ? { ...finding, status: 'introduced' as const } : finding;
      left.set(key, count - 1);
      return { ...finding, status: 'known' as const };
    }),
  };
}

/** The text of a baseline file: sorted, one finding a line, so that a review shows what was adopted. */
export function printBaseline(findings: readonly Finding[]): string {
  const entries = new Map<string, { id: string; object: string; field?: string; fingerprint: string; message: string; count: number }>();
  for (const finding of findings) {
    if (finding.acknowledged) continue;
    const key = saidKey(finding);
    const known = entries.get(key);
    if (known) known.count++;
    else entries.set(key, { id: finding.id, object: finding.where.object ? nameOf(finding.where.object) : (finding.where.file ?? ''), ...(finding.where.field === undefined ? {} : { field: finding.where.field.replace(/\[\d+\]/g, '[]') }), fingerprint: fingerprint(finding), message: digest(finding.message), count: 1 });
  }
  const sorted = [...entries.values()].map((entry) => JSON.stringify(entry)).sort();
  return `{\n  "schema": "${BASELINE_FORMAT}",\n  "findings": [${sorted.map((line) => `\n    ${line}`).join(',')}${sorted.length === 0 ? '' : '\n  '}]\n}\n`;
}

/**
 * Reads the baseline file of a project.
 *
 * @throws NetstackError for a file that is not there, cannot be read, or is none
 */
export function loadBaseline(file: string): Baseline {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new NetstackError({ what: `The baseline file ${shorten(file)} does not exist`, fix: `write it with --write-baseline ${file}` });
    throw new NetstackError({ what: `The baseline file ${shorten(file)} cannot be read: ${code ?? message}`, fix: 'make it readable' });
  }
  return readBaseline(text, file);
}

/**
 * Reads the text of a baseline file.
 *
 * @throws NetstackError for a text that is none
 */
export function readBaseline(text: string, file: string): Baseline {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    content = undefined;
  }
  const { schema, findings } = (content ?? {}) as { schema?: unknown; findings?: unknown };
  if (schema !== BASELINE_FORMAT || !Array.isArray(findings)) {
    throw new NetstackError({ what: `${shorten(file)} is no baseline file`, fix: `write one with --write-baseline ${file}` });
  }
  const counts = new Map<string, number>();
  for (const entry of findings as readonly unknown[]) {
    const { fingerprint: name, message, count } = (entry ?? {}) as { fingerprint?: unknown; message?: unknown; count?: unknown };
    if (typeof name !== 'string' || typeof message !== 'string' || !Number.isSafeInteger(count) || (count as number) < 1) {
      throw new NetstackError({ what: `${shorten(file)} has a finding without fingerprint, message or count`, fix: `write it anew with --write-baseline ${file}` });
    }
    const key = `${name} ${message}`;
    counts.set(key, (counts.get(key) ?? 0) + (count as number));
  }
  return { counts };
}
