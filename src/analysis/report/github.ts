// Annotations of GitHub Actions. A step shows ten of a kind, so the most severe come first and the rest is one line.
import type { Severity } from '../../core/finding';
import type { Report, ReportedFinding } from './report';
import { bySeverity, inRepository, isOpen, nameOf, summarize, visible } from './report';
import { summaryLine } from './text';

const MOST_ANNOTATIONS = 10;
const COMMAND: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

export interface GithubOptions {
  /** The folder that files are relative to, as the repository names it: `infra`. Annotations are shown at files of the repository only. @default - its root */
  readonly folder?: string;
}

/** Prints the report as workflow commands, with a line end. The last line is the summary. */
export function renderGithub(report: Report, { folder = '' }: GithubOptions = {}): string {
  const open = bySeverity(report.findings).filter(isOpen);
  const rest = [...open.slice(MOST_ANNOTATIONS), ...(report.hidden ?? []).filter(isOpen)];
  const { errors, warnings, infos } = summarize(rest);
  const counts = ([[errors, 'error', 's'], [warnings, 'warning', 's'], [infos, 'info', '']] as const).filter(([count]) => count !== 0).map(([count, word, ending]) => `${count} ${word}${count === 1 ? '' : ending}`).join(', ');
  return [
    ...open.slice(0, MOST_ANNOTATIONS).map((finding) => annotation(finding, folder)),
    ...(rest.length === 0 ? [] : [`${rest.length} more ${rest.length === 1 ? 'finding' : 'findings'} (${counts}): netstack validate lists them`]),
    summaryLine(report),
    '',
  ].join('\n');
}

function annotation({ id, severity, title, message, where, fix }: ReportedFinding, folder: string): string {
  const colon = where.source?.lastIndexOf(':') ?? -1;
  // The program is what the pull request shows; the manifest may not even be committed.
  const place = where.source !== undefined ? { file: inRepository(where.source.slice(0, colon), folder), line: where.source.slice(colon + 1) }
    : where.file === undefined || where.file.startsWith('<') ? {} : { file: inRepository(where.file, folder), line: where.line, col: where.column };
  const properties = Object.entries({ ...place, title: `${id} ${title ?? ''}`.trim() }).filter(([, value]) => value !== undefined).map(([key, value]) => `${key}=${property(String(value))}`).join(',');
  const text = `${where.object ? `${nameOf(where.object)}: ` : ''}${visible(message)}${fix === undefined ? '' : `\nfix: ${visible(fix)}`}`;
  return `::${COMMAND[severity]} ${properties}::${data(text)}`;
}

function data(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function property(text: string): string {
  return data(visible(text)).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
