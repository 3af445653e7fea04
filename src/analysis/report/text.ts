// The report for people: what is wrong in one line, then where (the program first, the manifest second), then what to do. 80 columns; symbols always go with the colours.
import { createColors } from 'picocolors';
import type { Finding, Severity } from '../../core/finding';
import type { Report, ReportedFinding } from './report';
import { fileOf, isOpen, nameOf, summarizeReport, visible } from './report';

export interface TextOptions {
  /** @default false */
  readonly color?: boolean;
  /** Columns to wrap at. @default 80 */
  readonly width?: number;
}

type Paint = ReturnType<typeof createColors>;

/** Prints the report for people, with a line end. The last line is the summary. */
export function renderText(report: Report, options: TextOptions = {}): string {
  const { color = false, width = 80 } = options;
  const paint = createColors(color);
  const clusters = new Set((report.targets ?? []).map(({ cluster }) => cluster)).size;
  const print = (finding: ReportedFinding): string => block(finding, paint, width, clusters > 1);
  const sections = compared(report)
    ? [
      section('Introduced', report.findings.filter(isOpen), print, paint),
      section('Unchanged', report.findings.filter(({ status, acknowledged }) => status === 'unchanged' && !acknowledged), print, paint),
      section('Known (baseline)', report.findings.filter(({ status, acknowledged }) => status === 'known' && !acknowledged), print, paint),
      section('Acknowledged', report.findings.filter(({ acknowledged }) => acknowledged), print, paint),
      section('Fixed', report.fixed ?? [], print, paint),
    ].flat()
    : report.findings.map(print);
  return [...sections, wrap(summaryLine(report), width).join('\n')].join('\n\n') + '\n';
}

/** `214 documents, 3 findings: 2 errors, 1 info` */
export function summaryLine(report: Report): string {
  const { errors, warnings, infos, acknowledged, introduced, unchanged = 0, known = 0, fixed, hidden = 0 } = summarizeReport(report);
  const { documents } = report;
  const all = errors + warnings + infos + acknowledged;
  const counts = [plural(errors, 'error'), plural(warnings, 'warning'), plural(infos, 'info', ''), acknowledged > 0 ? `${acknowledged} acknowledged` : ''].filter((text) => text !== '');
  const status = introduced === undefined ? [] : [
    `${introduced} introduced`, ...(fixed === undefined ? [] : [`${fixed} fixed`]), ...(unchanged > 0 || fixed !== undefined ? [`${unchanged} unchanged`] : []), ...(known > 0 ? [`${known} known`] : []),
  ];
  return [
    `${documents} document${documents === 1 ? '' : 's'}`,
    all === 0 ? ', no findings' : `, ${all} finding${all === 1 ? '' : 's'}: ${counts.join(', ')}`,
    status.length === 0 ? '' : `; ${status.join(', ')}`,
    hidden === 0 ? '' : ` (${hidden} not shown)`,
  ].join('');
}

function compared({ findings, fixed }: Report): boolean {
  return fixed !== undefined || findings.some(({ status }) => status !== undefined);
}

function section(title: string, findings: readonly ReportedFinding[], print: (finding: ReportedFinding) => string, paint: Paint): string[] {
  return findings.length === 0 ? [] : [paint.bold(`── ${title}: ${findings.length} ──`), ...findings.map(print)];
}

function block(finding: ReportedFinding, paint: Paint, width: number, severalClusters: boolean): string {
  const { severity, id } = finding;
  const mark: Readonly<Record<Severity, (text: string) => string>> = {
    error: (text) => paint.bold(paint.red(text)), warning: (text) => paint.bold(paint.yellow(text)), info: (text) => paint.bold(paint.blue(text)),
  };
  const head = wrap(clip(headline(finding)), width - `${severity} ${id}  `.length, width - 2);
  const lines = [`${mark[severity](severity)} ${paint.bold(id)}  ${head[0]}`, ...head.slice(1).map((line) => `  ${line}`)];
  const rows = rowsOf(finding, severalClusters);
  rows.forEach(([label, text], i) => {
    const edge = i === rows.length - 1 ? '└' : i === 0 ? '┌' : label === '' ? '│' : '├';
    const indent = label === '' ? '' : label.padEnd(6);
    wrap(clip(text), width - 4 - indent.length).forEach((line, j) => {
      const bar = j === 0 ? edge : i === rows.length - 1 ? ' ' : '│';
      lines.push(`  ${paint.dim(bar)} ${j === 0 ? paint.dim(indent) : ' '.repeat(indent.length)}${line}`);
    });
  });
  return lines.join('\n');
}

/** No name or path is a thousand characters long; what pretends to be would bury the rest. */
function clip(text: string): string {
  return visible(text).replace(/\S{1000,}/g, (word) => `${word.slice(0, 100)}… (${word.length} characters)`);
}

/** The object, and what is wrong with it. */
function headline({ where, message }: Finding): string {
  return where.object ? `${nameOf(where.object)}: ${message}` : message;
}

function rowsOf({ id, title, message, where, fix, docs, acknowledged, decidedBy = [] }: Finding, severalClusters: boolean): ReadonlyArray<readonly [label: string, text: string]> {
  const program = [where.source, where.constructPath].filter((text) => text !== undefined && text !== '').join('   ');
  const manifest = [fileOf(where), where.field, severalClusters && where.cluster !== undefined ? `cluster ${where.cluster}` : undefined].filter((text) => text !== undefined).join('   ');
  const rows: (readonly [string, string])[] = [program, manifest].filter((text) => text !== '').map((text) => ['', text]);
  // What the API server decides has said it all in its message.
  if (title !== undefined && title !== message && !DECIDED.test(id)) rows.push(['', title]);
  if (decidedBy.length > 0) rows.push(['', `decided by ${decidedBy.map(nameOf).join(', ')}`]);
  if (fix !== undefined) rows.push(['fix', fix]);
  if (docs !== undefined) rows.push(['docs', `${docs}   (netstack rules ${id})`]);
  if (acknowledged) {
    const until = acknowledged.expires === undefined ? '' : ` until ${acknowledged.expires}`;
    rows.push(['', `acknowledged at ${acknowledged.constructPath === '' ? 'the app' : acknowledged.constructPath}${until}: ${acknowledged.reason}`]);
  } else if (where.constructPath !== undefined && !OWN.test(id)) {
    rows.push(['ack', `Validations.of(…).acknowledge({ id: '${id}', reason: '…' })`]);
  }
  return rows;
}

/** What the tool says of itself and what cannot be read: nobody can accept these. */
const OWN = /^NS00(?:0\d|10)$/;
const DECIDED = /^NS00[012]\d$/;

function plural(count: number, word: string, ending: string = 's'): string {
  return count === 0 ? '' : `${count} ${word}${count === 1 ? '' : ending}`;
}

/** Breaks at blanks; a word that is longer than a line keeps its line to itself, so that it can be copied. */
export function wrap(text: string, first: number, next: number = first): string[] {
  const lines: string[] = [];
  let line = '';
  let room = Math.max(first, 20);
  for (const word of text.split(/(?<=\S)(?=\s+\S)/)) {
    const fits = line.length + word.length <= room;
    if (line !== '' && !fits) {
      lines.push(line);
      line = '';
      room = Math.max(next, 20);
    }
    line += line === '' && lines.length > 0 ? word.trimStart() : word;
  }
  return [...lines, line];
}
