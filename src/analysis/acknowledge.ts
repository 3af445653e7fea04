// Findings that the program accepted stay in the report, marked with the reason, and fail nothing.
import type { Finding } from '../core/finding';
import type { Acknowledgement } from './documents/model-file';

/** Marks the findings that stand at or below a construct which accepted them. Errors of the tool itself and unreadable documents cannot be accepted. */
export function acknowledge(findings: readonly Finding[], acknowledgements: readonly Acknowledgement[]): Finding[] {
  if (acknowledgements.length === 0) return [...findings];
  return findings.map((finding) => {
    const path = finding.where.constructPath;
    if (path === undefined) return finding;
    const accepted = acknowledgements.find((one) => one.id === finding.id && (one.constructPath === '' || path === one.constructPath || path.startsWith(`${one.constructPath}/`)));
    return accepted ? { ...finding, acknowledged: { reason: accepted.reason, constructPath: accepted.constructPath } } : finding;
  });
}
