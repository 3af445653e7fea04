// The report for people: what is wrong in one line, then where, then what to do. 80 columns; symbols always go with the colours.
import { createColors } from 'picocolors';
import type { Finding, FindingLocation, Severity } from '../../core/finding';
import type { Report } from './report';
import { nameOf, summarize } from './report';

export interface TextOptions {
  /** @default false */
  readonly color?: boolean;
  /** Columns to wrap at. @default 80 */
  readonly width?: number;
}

/** Prints the report for people, with a line end. The last line is the summary. */
export function renderText(report: Report, options: TextOptions = {}): string {
  const { color = false, width = 80 } = options;
  const paint = createColors(color);
  const mark: Record<Severity, (text: string) => string> = {
    error: (text) => paint.bold(paint.red(text)),
    warning: (text) => paint.bold(paint.yellow(text)),
    info: (text) => paint.bold(paint.blue(text)),
  };
  const blocks = report.findings.map((finding) => {
    const { severity, id, message, where, fix, docs, acknowledged, decidedBy } = finding;
    const head = `${severity} ${id}  `;
    const title = wrap(visible(titleOf(finding)), width - head.length, width - 2);
    const lines = [`${mark[severity](severity)} ${paint.bold(id)}  ${title[0]}`, ...title.slice(1).map((line) => `  ${line}`)];
    const rows: [label: string, text: string][] = places(where).map((place) => ['', place]);
    if (message !== titleOf(finding)) rows.push(['', message]);
    if (decidedBy) rows.push(['', `decided by ${decidedBy.map(nameOf).join(', ')}`]);
    if (fix !== undefined) rows.push(['fix   ', fix]);
    if (docs !== undefined) rows.push(['docs  ', docs]);
    if (acknowledged) rows.push(['', `acknowledged at ${acknowledged.constructPath === '' ? 'the app' : acknowledged.constructPath}: ${acknowledged.reason}`]);
    rows.forEach(([label, text], i) => {
      const edge = i === rows.length - 1 ? '└' : i === 0 ? '┌' : label === '' ? '│' : '├';
      wrap(visible(text), width - 4 - label.length).forEach((line, j) => {
        const bar = j === 0 ? edge : i === rows.length - 1 ? ' ' : '│';
        lines.push(`  ${paint.dim(bar)} ${j === 0 ? paint.dim(label) : ' '.repeat(label.length)}${line}`);
      });
    });
    return lines.join('\n');
  });
  return [...blocks, summaryLine(report)].join('\n\n') + '\n';
}

/** `214 documents, 3 findings: 2 errors, 1 info` */
export function summaryLine({ documents, findings }: Report): string {
  const { errors, warnings, infos, acknowledged } = summarize(findings);
  const counts = [plural(errors, 'error'), plural(warnings, 'warning'), plural(infos, 'info', ''), acknowledged > 0 ? `${acknowledged} acknowledged` : ''].filter((text) => text !== '');
  return `${documents} document${documents === 1 ? '' : 's'}, ${findings.length === 0 ? 'no findings' : `${findings.length} finding${findings.length === 1 ? '' : 's'}: ${counts.join(', ')}`}`;
}

function plural(count: number, word: string, ending: string = 's'): string {
  return count === 0 ? '' : `${count} ${word}${count === 1 ? '' : ending}`;
}

function titleOf({ where, message }: Finding): string {
  if (!where.object) return message;
  return `${nameOf(where.object)}${where.field === undefined ? '' : `  ${where.field}`}`;
}

/** The user's program first, the manifest second. */
function places(where: FindingLocation): string[] {
  const program = [where.source, where.constructPath].filter((text) => text !== undefined).join('   ');
  const manifest = where.file === undefined ? '' : [where.file, where.line, where.column].filter((part) => part !== undefined).join(':');
  return [program, manifest].filter((text) => text !== '');
}

/** One line of visible characters: file names and values may hold anything. */
function visible(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, (char) => {
    const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
    return short[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Breaks at blanks; a word that is longer than a line keeps its line to itself, so that it can be copied. */
function wrap(text: string, first: number, next: number = first): string[] {
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
