// The matchers, as jest 29 and newer and vitest call them.
import type { Finding, ProjectSettings, Report, Severity } from '../analysis';
import { check, isAtLeast, isOpen, nameOf, readProject, renderText, runOptions } from '../analysis';
import { NetstackError, shorten } from '../core/errors';
import { requireOptions } from '../core/shape';
import { documentsOf } from './documents';

/** How an app is validated. */
export interface ValidationOptions {
  /** Asks for opinions, too. @default - what the app or netstack.yaml says */
  readonly profile?: 'production';
  /** The documents are not all there is: nothing is said to be missing. @default false */
  readonly open?: boolean;
  /** The day on which acknowledgements are judged: `2027-01-31`. @default - today */
  readonly now?: string;
}

export interface FindingsOptions extends ValidationOptions {
  /**
   * The least severe finding that counts.
   *
   * @default 'warning'
   */
  readonly minSeverity?: Severity;
}

/** Which of the findings of an id is expected. Everything that is given must fit. */
export interface ExpectedFinding extends ValidationOptions {
  /** `HTTPRoute shop/cart`, or the name alone: `cart`, `shop/cart`. */
  readonly object?: string;
  /** The field, as the report prints it: `spec.rules[0].backendRefs[0].name`. */
  readonly field?: string;
  /** Path of the construct, or of one above it. */
  readonly construct?: string;
  /** A part of the message, or an expression that it matches. */
  readonly message?: string | RegExp;
}

/** What a matcher answers. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/**
 * Passes when validation finds nothing in `subject` (an app, a chart, manifests) that is not acknowledged. Of a chart or another construct the rest of its app is taken as there,
 * and only what stands in the construct counts. The project's netstack.yaml holds.
 */
export function toHaveNoFindings(subject: unknown, options: FindingsOptions = {}): MatcherResult {
  requireOptions(options, { minSeverity: true, profile: true, open: true, now: true }, 'what toHaveNoFindings is given');
  const { report, settings } = validated(subject, options);
  const least = options.minSeverity ?? settings.minSeverity ?? 'warning';
  const findings = report.findings.filter(({ severity }) => isAtLeast(severity, least));
  return {
    pass: !findings.some(isOpen),
    message: () => (findings.some(isOpen)
      ? `Expected no findings.\n\n${renderText({ ...report, findings })}`
      : `Expected findings in ${report.documents} document${report.documents === 1 ? '' : 's'}, and there are none.`),
  };
}

/** Passes when validation has the finding `id` in `subject`, acknowledged or not: `expect(app).toHaveFinding('NS0033', { object: 'Service shop/cart' })`. */
export function toHaveFinding(subject: unknown, id: string, expected: ExpectedFinding = {}): MatcherResult {
  if (typeof id !== 'string' || !/^NS\d{4}$/.test(id)) throw new NetstackError({ what: `${shorten(id)} is not the id of a finding`, fix: 'give one such as NS0014, as the report prints it' });
  requireOptions(expected, { object: true, field: true, construct: true, message: true, profile: true, open: true, now: true }, 'what toHaveFinding is given');
  const { report } = validated(subject, expected);
  const found = report.findings.filter((finding) => finding.id === id && fits(finding, expected));
  const wanted = [id, ...(['object', 'field', 'construct', 'message'] as const).filter((key) => expected[key] !== undefined).map((key) => `${key} ${String(expected[key])}`)].join(', ');
  return {
    pass: found.length > 0,
    message: () => (found.length > 0
      ? `Expected no finding ${wanted}.\n\n${renderText({ ...report, findings: found })}`
      : `Expected a finding ${wanted}. What there is:\n\n${renderText(report)}`),
  };
}

function fits({ message, where: { object, field, constructPath } }: Finding, expected: ExpectedFinding): boolean {
  if (expected.object !== undefined) {
    const full = object ? nameOf(object) : '';
    if (![full, full.slice(full.indexOf(' ') + 1), object?.name].includes(expected.object)) return false;
  }
  if (expected.field !== undefined && field !== expected.field) return false;
  if (expected.construct !== undefined && constructPath !== expected.construct && constructPath?.startsWith(`${expected.construct}/`) !== true) return false;
  return expected.message === undefined || (typeof expected.message === 'string' ? message.includes(expected.message) : message.search(expected.message) >= 0);
}

function validated(subject: unknown, { profile, open, now }: ValidationOptions): { readonly report: Report; readonly settings: ProjectSettings } {
  const { subtree, ...input } = documentsOf(subject);
  const settings = readProject(process.cwd());
  const { options, findings } = runOptions({ ...settings, ...(profile === undefined ? {} : { profile }), ...(open === undefined ? {} : { open }) });
  const report = check({ ...input, findings }, { ...options, ...(now === undefined ? {} : { now }) });
  if (subtree === undefined) return { report, settings };
  const inside = (path: string | undefined): boolean => path !== undefined && (path === subtree || path.startsWith(`${subtree}/`));
  return {
    settings,
    report: {
      ...report, findings: report.findings.filter(({ where }) => inside(where.constructPath)),
      documents: input.documents.filter(({ constructPath }) => inside(constructPath)).length,
    },
  };
}
