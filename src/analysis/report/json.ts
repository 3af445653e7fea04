// The report as data: `netstack/report/v1`, described by report-v1.schema.json beside this file. Keys are only added within v1.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from './report';
import { summarize } from './report';

/** Prints the report as JSON, with a line end. */
export function renderJson(report: Report): string {
  const findings = report.findings.map(({ id, severity, message, where, decidedBy, fix, docs, acknowledged }) => ({
    id, severity, message,
    ...(where.object ? { object: where.object } : {}),
    ...(where.cluster === undefined ? {} : { cluster: where.cluster }),
    ...(where.field === undefined ? {} : { field: where.field }),
    ...(where.file === undefined ? {} : { file: where.file }),
    ...(where.line === undefined ? {} : { line: where.line }),
    ...(where.column === undefined ? {} : { column: where.column }),
    ...(where.constructPath === undefined ? {} : { construct: where.constructPath }),
    ...(where.source === undefined ? {} : { source: where.source }),
    decidedBy: decidedBy ?? [],
    ...(fix === undefined ? {} : { fix }),
    ...(docs === undefined ? {} : { docs }),
    ...(acknowledged ? { acknowledged } : {}),
  }));
  return `${JSON.stringify({ schema: 'netstack/report/v1', toolVersion: report.toolVersion, documents: report.documents, findings, summary: summarize(report.findings) }, undefined, 2)}\n`;
}

/** The JSON Schema of `netstack/report/v1`. */
export function reportSchema(): Record<string, unknown> {
  return JSON.parse(readFileSync(join(__dirname, 'report-v1.schema.json'), 'utf8')) as Record<string, unknown>;
}
