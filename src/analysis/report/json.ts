// The report as data: `netstack/report/v1`, described by report-v1.schema.json beside this file. Keys are only added within v1.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report, ReportedFinding } from './report';
import { summarizeReport } from './report';

/** The format's name and version. */
export const REPORT_FORMAT = 'netstack/report/v1';

/** A finding as `netstack/report/v1` has it. */
export interface FindingJson {
  readonly id: string;
  readonly severity: string;
  readonly title: string;
  readonly message: string;
  readonly [key: string]: unknown;
}

/** Prints the report as JSON, with a line end. */
export function renderJson(report: Report): string {
  const { toolVersion, targets = [], documents, unchecked = [], findings, fixed } = report;
  return `${JSON.stringify({
    schema: REPORT_FORMAT, toolVersion, targets, documents, unchecked,
    findings: findings.map(findingJson),
    ...(fixed === undefined ? {} : { fixed: fixed.map(findingJson) }),
    summary: summarizeReport(report),
  }, undefined, 2)}\n`;
}

/** One finding as `netstack/report/v1` has it. */
export function findingJson({ id, severity, title, message, where, decidedBy, fix, docs, acknowledged, status }: ReportedFinding): FindingJson {
  return {
    id, severity, title: title ?? message, message,
    ...(status === undefined ? {} : { status }),
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
  };
}

/** The JSON Schema of `netstack/report/v1`. */
export function reportSchema(): Record<string, unknown> {
  return JSON.parse(readFileSync(join(__dirname, 'report-v1.schema.json'), 'utf8')) as Record<string, unknown>;
}
