// Markdown for a comment on a pull request, which holds 65,536 characters.
import type { Severity } from '../../core/finding';
import type { Report, ReportedFinding } from './report';
import { bySeverity, fileOf, isFailure, isOpen, nameOf, visible } from './report';
import { summaryLine } from './text';

const MOST_CHARACTERS = 60_000;
const WORD: Readonly<Record<Severity, string>> = { error: '❌ error', warning: '⚠️ warning', info: 'ℹ️ info' };

export interface MarkdownOptions {
  /** Findings that are at least so severe make the headline one of failure. @default 'error' */
  readonly failOn?: Severity | 'never';
}

/** Prints the report as Markdown, with a line end. */
export function renderMarkdown(report: Report, { failOn = 'error' }: MarkdownOptions = {}): string {
  const findings = bySeverity(report.findings);
  const groups: ReadonlyArray<readonly [title: string, findings: readonly ReportedFinding[], open: boolean]> = [
    ['Findings', findings.filter(isOpen), true],
    ['Fixed', report.fixed ?? [], false],
    ['Unchanged', findings.filter(({ status, acknowledged }) => status === 'unchanged' && !acknowledged), false],
    ['Known (baseline)', findings.filter(({ status, acknowledged }) => status === 'known' && !acknowledged), false],
    ['Acknowledged', findings.filter(({ acknowledged }) => acknowledged), false],
  ];
  const failed = [...findings, ...(report.hidden ?? [])].some((finding) => isFailure(finding, failOn));
  let text = `### netstack: ${failed ? '❌' : '✅'} ${summaryLine(report)}\n`;
  const room = (piece: string): boolean => text.length + piece.length <= MOST_CHARACTERS - 500;
  for (const [title, members, open] of groups) {
    if (members.length === 0) continue;
    text += open ? `\n#### ${title}\n\n` : `\n<details><summary>${title}: ${members.length}</summary>\n\n`;
    let shown = 0;
    for (const finding of members) {
      const piece = item(finding);
      if (!room(piece)) break;
      text += piece;
      shown++;
    }
    if (shown < members.length) text += `\n… and ${members.length - shown} more: \`netstack validate\` lists them.\n`;
    if (!open) text += '\n</details>\n';
  }
  const unchecked = (report.unchecked ?? []).map(({ what, reason }) => `- ${code(what)}: ${plain(reason)}\n`).join('');
  if (unchecked !== '' && room(unchecked)) text += `\n<details><summary>Not checked</summary>\n\n${unchecked}\n</details>\n`;
  return text;
}

function item({ id, severity, message, where, fix, docs, acknowledged, decidedBy = [] }: ReportedFinding): string {
  const place = [where.source, where.constructPath, fileOf(where), where.field].filter((part) => part !== undefined && part !== '').map((part) => code(part!)).join(' · ');
  const lines = [
    `- ${WORD[severity]} **${id}** ${where.object ? `${code(nameOf(where.object))}: ` : ''}${plain(message)}`,
    ...(place === '' ? [] : [`  ${place}`]),
    ...(decidedBy.length === 0 ? [] : [`  decided by ${decidedBy.map((object) => code(nameOf(object))).join(', ')}`]),
    ...(fix === undefined ? [] : [`  fix: ${plain(fix)}`]),
    ...(acknowledged ? [`  acknowledged at ${code(acknowledged.constructPath === '' ? 'the app' : acknowledged.constructPath)}: ${plain(acknowledged.reason)}`] : []),
    ...(docs === undefined ? [] : [`  docs: ${code(docs)}`]),
  ];
  return `${lines.join('  \n')}\n`;
}

/** Text of others: no markup, no mention, no link of its own. */
function plain(text: string): string {
  return visible(text).replace(/[\\`*_{}[\]<>#|~!]/g, '\\$&').replace(/@/g, '@\u200b').replace(/\b(https?):\/\//g, '$1:\u200b//');
}

function code(text: string): string {
  const clean = visible(text);
  const fence = clean.includes('`') ? '``' : '`';
  return fence === '`' ? `\`${clean}\`` : `\`\` ${clean.replace(/``+/g, '`') } \`\``;
}
