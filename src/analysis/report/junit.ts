// JUnit XML, which every CI shows: a suite for each rule, a case for each object.
import type { Severity } from '../../core/finding';
import type { Report, ReportedFinding } from './report';
import { fileOf, isFailure, isOpen, nameOf, visible } from './report';

export interface JunitOptions {
  /** Findings that are at least so severe are failures. @default 'error' */
  readonly failOn?: Severity | 'never';
}

/** Prints the report as JUnit XML, with a line end. */
export function renderJunit(report: Report, { failOn = 'error' }: JunitOptions = {}): string {
  const suites = new Map<string, ReportedFinding[]>();
  for (const finding of report.findings) {
    const known = suites.get(finding.id);
    if (known) known.push(finding);
    else suites.set(finding.id, [finding]);
  }
  const fails = (finding: ReportedFinding): boolean => isFailure(finding, failOn);
  const failures = report.findings.filter(fails).length;
  const skipped = report.findings.filter((finding) => !isOpen(finding)).length;
  const body = [...suites].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, findings]) => suite(id, findings, fails));
  // A report without any case would count as a run that never was.
  if (body.length === 0) body.push(`  <testsuite name="netstack" tests="1" failures="0" skipped="0">\n    <testcase classname="netstack" name="${report.documents} documents"/>\n  </testsuite>`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="netstack ${escape(report.toolVersion)}" tests="${Math.max(report.findings.length, 1)}" failures="${failures}" skipped="${skipped}">`,
    ...body,
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(id: string, findings: readonly ReportedFinding[], fails: (finding: ReportedFinding) => boolean): string {
  const failures = findings.filter(fails).length;
  const skipped = findings.filter((finding) => !isOpen(finding)).length;
  const name = escape(`${id} ${findings[0]?.title ?? ''}`.trim());
  return [
    `  <testsuite name="${name}" tests="${findings.length}" failures="${failures}" skipped="${skipped}">`,
    ...findings.map((finding) => testcase(finding, fails(finding))),
    '  </testsuite>',
  ].join('\n');
}

function testcase(finding: ReportedFinding, failed: boolean): string {
  const { id, severity, message, where, fix, acknowledged, status } = finding;
  const subject = where.object ? `${nameOf(where.object)}${where.field === undefined ? '' : ` ${where.field}`}` : (where.file ?? where.constructPath ?? 'the documents');
  const source = where.source?.replace(/:\d+$/, '') ?? where.file;
  const line = where.source === undefined ? where.line : Number(where.source.slice(where.source.lastIndexOf(':') + 1)) || undefined;
  const attributes = `classname="${id}" name="${escape(subject)}"${source === undefined ? '' : ` file="${escape(source)}"`}${line === undefined ? '' : ` line="${line}"`}`;
  const detail = [message, where.source, where.constructPath, fileOf(where), fix === undefined ? undefined : `fix: ${fix}`].filter((text) => text !== undefined && text !== '').map((text) => escape(text!)).join('\n');
  const inner = acknowledged ? `<skipped message="${escape(`acknowledged: ${acknowledged.reason}`)}"/>`
    : status === 'known' || status === 'unchanged' ? `<skipped message="${status === 'known' ? 'listed in the baseline' : 'there before'}"/>`
      : failed ? `<failure type="${severity}" message="${escape(message)}">${detail}</failure>` : `<system-out>${severity}: ${detail}</system-out>`;
  return `    <testcase ${attributes}>${inner}</testcase>`;
}

/** Characters that XML 1.0 cannot hold are shown, the others escaped. */
function escape(text: string): string {
  return visible(text).replace(/[\ud800-\udfff](?![\udc00-\udfff])|[\ufffe\uffff]/g, '\ufffd')
    .replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
