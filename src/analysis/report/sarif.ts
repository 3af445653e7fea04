// SARIF 2.1.0, for code scanning. The line of the program stands first, because that is what a pull request shows; the line of the manifest is related to it.
import type { Finding, Severity } from '../../core/finding';
import { ruleInfos } from '../rules/info';
import { fingerprint } from './fingerprint';
import type { Report, ReportedFinding } from './report';
import { bySeverity, inRepository, nameOf } from './report';

/** GitHub keeps 5,000 results of a run. */
const MOST_RESULTS = 5000;

const LEVEL: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

export interface SarifOptions {
  /** The folder that files are relative to, as the repository names it: `infra`. Code scanning shows results at files of the repository only. @default - its root */
  readonly folder?: string;
}

/** Prints the report as SARIF 2.1.0, with a line end. */
export function renderSarif(report: Report, { folder = '' }: SarifOptions = {}): string {
  const all = [...bySeverity(report.findings), ...(report.fixed ?? []).map((finding) => ({ ...finding, gone: true }))];
  const listed = all.slice(0, MOST_RESULTS);
  const ids = [...new Set(listed.map(({ id }) => id))].sort();
  const notes = [
    ...(report.unchecked ?? []).map(({ what, reason }) => `${what}: ${reason}`),
    ...(listed.length < all.length || report.hidden !== undefined ? [`${all.length - listed.length + (report.hidden?.length ?? 0)} findings are not listed`] : []),
  ];
  return `${JSON.stringify({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: { driver: { name: 'netstack', version: report.toolVersion, rules: ids.map((id) => ruleOf(id, listed)) } },
      columnKind: 'utf16CodeUnits',
      invocations: [{ executionSuccessful: true, ...(notes.length === 0 ? {} : { toolExecutionNotifications: notes.map((text) => ({ level: 'note', message: { text } })) }) }],
      results: listed.map((finding) => resultOf(finding, ids, folder)),
    }],
  }, undefined, 2)}\n`;
}

function ruleOf(id: string, findings: readonly Finding[]): object {
  const info = ruleInfos().get(id);
  const title = info?.title ?? findings.find((finding) => finding.id === id)?.title ?? id;
  return {
    id, shortDescription: { text: title },
    help: { text: `${info?.docs ?? 'docs/rules.md'} of cdk8s-netstack, or: netstack rules ${id}` },
    defaultConfiguration: { level: LEVEL[info?.severity ?? 'error'] },
    ...(info?.class === undefined ? {} : { properties: { class: info.class } }),
  };
}

function resultOf(finding: ReportedFinding & { readonly gone?: boolean }, ids: readonly string[], folder: string): object {
  const { id, severity, message, where, fix, acknowledged, status, gone } = finding;
  const logical = [
    ...(where.object
      ? [{ kind: 'resource', name: where.object.name ?? '(no name)', fullyQualifiedName: [where.object.apiVersion, nameOf(where.object), where.field ?? ''].join(' ').trim() }]
      : []),
    ...(where.constructPath ? [{ kind: 'object', fullyQualifiedName: where.constructPath }] : []),
  ];
  const program = where.source === undefined ? undefined : physicalOfSource(where.source, folder);
  const manifest = where.file === undefined || where.file.startsWith('<') ? undefined : physical(inRepository(where.file, folder), where.line, where.column);
  const main = program ?? manifest;
  const location = { ...(main === undefined ? {} : { physicalLocation: main }), ...(logical.length === 0 ? {} : { logicalLocations: logical }) };
  return {
    ruleId: id, ruleIndex: ids.indexOf(id), level: LEVEL[severity],
    message: { text: `${where.object ? `${nameOf(where.object)}: ` : ''}${message}${fix === undefined ? '' : `. Fix: ${fix}`}` },
    ...(Object.keys(location).length === 0 ? {} : { locations: [location] }),
    ...(program && manifest ? { relatedLocations: [{ id: 1, physicalLocation: manifest, message: { text: 'The manifest' } }] } : {}),
    partialFingerprints: { 'netstack/v1': fingerprint(finding) },
    ...(gone === true ? { baselineState: 'absent' } : status === 'introduced' ? { baselineState: 'new' } : status === undefined ? {} : { baselineState: 'unchanged' }),
    ...(acknowledged ? { suppressions: [{ kind: 'inSource', justification: acknowledged.reason }] }
      : status === 'known' ? { suppressions: [{ kind: 'external', justification: 'Listed in the baseline file' }] } : {}),
  };
}

function physicalOfSource(source: string, folder: string): object {
  const colon = source.lastIndexOf(':');
  return physical(inRepository(source.slice(0, colon), folder), Number(source.slice(colon + 1)) || undefined);
}

function physical(file: string, line?: number, column?: number): object {
  const uri = file.split(/[\\/]/).map((part, i) => (i === 0 && /^[A-Za-z]:$/.test(part) ? `file:///${part}` : encodeURIComponent(part))).join('/');
  return { artifactLocation: { uri }, ...(line === undefined ? {} : { region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) } }) };
}
