// The matchers, as jest 29 and newer and vitest call them.
import type { Finding, Severity } from '../analysis';
import { acknowledge, renderText, validate } from '../analysis';
import { toolVersion } from '../app/tool-version';
import { documentsOf } from './documents';

export interface FindingsOptions {
  /**
   * The least severe finding that counts.
   *
   * @default 'warning'
   */
  readonly minSeverity?: Severity;
}

/** What a matcher answers. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

const RANK: Record<Severity, number> = { error: 2, warning: 1, info: 0 };

/** Passes when validation finds nothing in `subject` (an app, a chart, manifests) that is not acknowledged. */
export function toHaveNoFindings(subject: unknown, options: FindingsOptions = {}): MatcherResult {
  const input = documentsOf(subject);
  const { documents, acknowledgements } = input;
  const least = RANK[options.minSeverity ?? 'warning'];
  const findings: Finding[] = acknowledge(validate(input), acknowledgements).filter((finding) => RANK[finding.severity] >= least);
  const open = findings.filter((finding) => !finding.acknowledged);
  return {
    pass: open.length === 0,
    message: () => (open.length === 0
      ? `Expected findings in ${documents.length} document${documents.length === 1 ? '' : 's'}, and there are none.`
      : `Expected no findings.\n\n${renderText({ toolVersion: toolVersion(), documents: documents.length, findings })}`),
  };
}

/** For `expect.extend(matchers)`. */
export const matchers: { readonly toHaveNoFindings: typeof toHaveNoFindings } = { toHaveNoFindings };
