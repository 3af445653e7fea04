// What is exposed, as tables for people and as data.
import { toolVersion } from '../../../core/tool-version';
import { visible } from '../../report/report';
import type { ExposedTo, Exposure, ExposureReport } from '../exposure';
import { printDecider } from '../explain';
import { csvTable } from './csv';

export const EXPOSURE_FORMAT = 'netstack/exposure/v1';

const TITLES: Readonly<Record<ExposedTo, string>> = {
  internet: 'From the internet', namespaces: 'From workloads of other namespaces', unlabelled: 'From a pod without labels, in a namespace of its own', peer: 'From what was asked for',
};

/** Sections with a table each; a section that was asked for and is empty says so. */
export function exposureText(report: ExposureReport, sections: readonly ExposedTo[]): string {
  return sections.map((section) => {
    const rows = report.exposures.filter(({ from }) => from === section);
    const body = rows.length === 0 ? 'nothing\n' : printColumns(rows.map((one) => columnsOf(one)));
    return `${TITLES[section]}: ${rows.length === 0 ? '' : `${rows.length}\n`}${body}`;
  }).join('\n');
}

export function exposureMarkdown(report: ExposureReport, sections: readonly ExposedTo[]): string {
  return sections.map((section) => {
    const rows = report.exposures.filter(({ from }) => from === section).map(columnsOf);
    const head = rows[0] && Object.keys(rows[0]);
    if (!head) return `### ${TITLES[section]}\n\nnothing\n`;
    const line = (fields: readonly string[]): string => `| ${fields.map((field) => visible(field).replaceAll('|', '\\|').replaceAll('<', '&lt;')).join(' | ')} |\n`;
    return `### ${TITLES[section]}\n\n${line(head)}${line(head.map(() => '---'))}${rows.map((row) => line(Object.values(row))).join('')}`;
  }).join('\n');
}

export function exposureCsv({ exposures }: ExposureReport): string {
  return csvTable(['from', 'callers', 'cluster', 'door', 'host', 'match', 'to', 'connections', 'verdict', 'answer', 'because', 'decidedBy'], exposures.map((one) => [
    one.from, one.callers?.join(' ') ?? '', one.cluster ?? '', one.door ?? '', one.host ?? '', one.match ?? '', one.to, one.connections, one.verdict, String(one.answer ?? ''), one.because,
    one.decidedBy.map(printDecider).join('; '),
  ]));
}

export function exposureJson({ exposures, held }: ExposureReport): string {
  return `${JSON.stringify({ schema: EXPOSURE_FORMAT, toolVersion: toolVersion(), exposures, held }, undefined, 2)}\n`;
}

function columnsOf({ from, callers, cluster, door, host, match, to, connections, verdict, answer, because, decidedBy }: Exposure): Readonly<Record<string, string>> {
  return {
    ...cluster !== undefined && { CLUSTER: cluster },
    ...from === 'internet' && { DOOR: door ?? '', HOST: host ?? '', MATCH: match ?? '' },
    ...callers && { FROM: few(callers) },
    'TO': to, 'CONNECTIONS': connections, 'VERDICT': answer === undefined ? verdict : answer === 401 ? '401 without a token' : `answered ${answer}`,
    'DECIDED BY': decidedBy.length === 0 || verdict === 'undetermined' ? because : few([...new Set(decidedBy.map(printDecider))]),
  };
}

function few(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}

function printColumns(rows: ReadonlyArray<Readonly<Record<string, string>>>): string {
  const head = Object.keys(rows[0]!);
  const lines = [head, ...rows.map((row) => head.map((key) => row[key] ?? ''))].map((line) => line.map(visible));
  // The last column is as long as it is.
  const widths = head.map((_, i) => (i === head.length - 1 ? 0 : lines.reduce((most, line) => Math.max(most, line[i]!.length), 0)));
  return lines.map((line) => `${line.map((text, i) => text.padEnd(widths[i]!)).join('  ').trimEnd()}\n`).join('');
}
