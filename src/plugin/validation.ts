// The plugin of cdk8s-cli: `validations: node_modules/cdk8s-netstack/validations.yaml` in cdk8s.yaml. It makes the same run as every other door. The root door exports it,
// so nothing of the analysis is loaded before it runs.
import { basename } from 'node:path';
import type * as Analysis from '../analysis';
import type { ProjectSettings, Report, ReportedFinding } from '../analysis';
import { NetstackError } from '../core/errors';
import { toolVersion } from '../core/tool-version';
import type { PluginContext, PluginResource, PluginViolation } from './contract';

/** `properties` of the plugin in cdk8s.yaml: the settings of netstack.yaml, and they win over those. */
export interface NetstackValidationProperties {
  readonly [setting: string]: unknown;
}

/** Validates what `cdk8s synth` wrote, as a validation plugin of cdk8s-cli. */
export class NetstackValidation {
  private readonly properties: NetstackValidationProperties;

  constructor(properties: NetstackValidationProperties = {}) {
    this.properties = properties;
  }

  /** Never throws: what goes wrong is a violation, NS0001. */
  async validate(context: PluginContext): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = run(context, this.properties);
    } catch (error) {
      outcome = failed(error);
    }
    for (const violation of outcome.violations) context.report.addViolation(violation);
    context.report.submit(outcome.status, outcome.metadata);
    return Promise.resolve();
  }
}

interface Outcome {
  readonly status: 'success' | 'failure';
  readonly violations: readonly PluginViolation[];
  readonly metadata: Readonly<Record<string, string>>;
}

function run(context: PluginContext, properties: NetstackValidationProperties): Outcome {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const analysis = require('../analysis') as typeof Analysis;
  const settings: ProjectSettings = { ...analysis.readProject(process.cwd()), ...analysis.readSettings(properties, 'the properties of NetstackValidation') };
  const loaded = analysis.loadDocuments(context.manifests, { outputs: true });
  const { options, findings } = analysis.runOptions(settings);
  const whole = analysis.check({ ...loaded, findings: [...loaded.findings, ...findings] }, options);
  const known = settings.baseline === undefined ? whole : analysis.compareWithBaseline(whole, analysis.loadBaseline(settings.baseline));
  const failOn = settings.failOn ?? 'error';
  const report = analysis.limit(known, {
    ...(settings.minSeverity === undefined ? {} : { minSeverity: settings.minSeverity }), ...(settings.maxFindings === undefined ? {} : { maxFindings: settings.maxFindings }),
  });
  return {
    status: known.findings.some((finding) => analysis.isFailure(finding, failOn)) ? 'failure' : 'success',
    violations: violationsOf(report, context, analysis),
    metadata: metadataOf(report, context, analysis),
  };
}

/** One violation for all findings that say the same: recommendation and fix stand once. */
function violationsOf({ findings }: Report, context: PluginContext, { nameOf }: typeof Analysis): PluginViolation[] {
  const groups = new Map<string, { readonly finding: ReportedFinding; readonly resources: PluginResource[] }>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.id, finding.severity, finding.message, finding.fix, finding.acknowledged, finding.status]);
    const group = groups.get(key) ?? { finding, resources: [] };
    groups.set(key, group);
    group.resources.push(resourceOf(finding, context, nameOf));
  }
  return [...groups.values()].map(({ finding: { id, severity, title, message, fix, docs, decidedBy = [], acknowledged, status }, resources }) => ({
    ruleName: `${id} ${acknowledged ? 'acknowledged' : status === 'known' ? 'known' : severity} ${title ?? ''}`.trim(),
    recommendation: [
      message,
      ...(decidedBy.length === 0 ? [] : [`decided by ${decidedBy.map(nameOf).join(', ')}`]),
      ...(acknowledged ? [`acknowledged at ${acknowledged.constructPath === '' ? 'the app' : acknowledged.constructPath}: ${acknowledged.reason}`] : []),
    ].join('; '),
    fix: `${fix ?? 'see the rule'} (${docs === undefined ? '' : `${docs}, or `}npx netstack rules ${id})`,
    violatingResources: resources,
  }));
}

function resourceOf({ where }: ReportedFinding, { metadata, stdout }: PluginContext, nameOf: typeof Analysis.nameOf): PluginResource {
  const file = where.file === undefined ? undefined : stdout === true ? basename(where.file) : where.file;
  const place = file === undefined ? undefined : [file, where.line, where.column].filter((part) => part !== undefined).join(':');
  const name = where.object?.name;
  // cdk8s-cli looks the construct path up by the name alone, and prints another's path for two resources of one name.
  const known = name !== undefined && where.constructPath !== undefined && Object.hasOwn(metadata, name) && metadata[name]!.path === where.constructPath;
  return {
    resourceName: known ? name : where.object ? nameOf(where.object) : (file ?? where.constructPath ?? 'the app'),
    locations: [[where.source, where.constructPath, place, where.field].filter((part) => part !== undefined && part !== '').join('   ')],
    manifestPath: where.file ?? 'none',
  };
}

function metadataOf(report: Report, context: PluginContext, { summarizeReport }: typeof Analysis): Record<string, string> {
  const { errors, warnings, infos, acknowledged, hidden = 0 } = summarizeReport(report);
  const unchecked = (report.unchecked ?? []).map(({ what, reason }) => `${what}: ${reason}`);
  return {
    ...(context.version === report.toolVersion ? {} : { 'Installed version': report.toolVersion }),
    Documents: String(report.documents),
    Findings: `${countOf(errors, 'error')}, ${countOf(warnings, 'warning')}, ${countOf(infos, 'info')}, ${acknowledged} acknowledged${hidden === 0 ? '' : ` (${hidden} not shown)`}`,
    ...(unchecked.length === 0 ? {} : { 'Not checked': unchecked.map((text) => wrap(text)).join('\n') }),
  };
}

function failed(error: unknown): Outcome {
  const sentence = NetstackError.is(error) ? error.what : error instanceof Error ? error.message : String(error);
  const fix = NetstackError.is(error) && error.fix !== undefined ? error.fix : 'mend what is named; if it is nothing of yours, report it';
  return {
    status: 'failure',
    violations: [{ ruleName: 'NS0001 error The validation itself failed', recommendation: sentence, fix, violatingResources: [{ resourceName: 'the app', locations: [sentence], manifestPath: 'none' }] }],
    metadata: { 'Installed version': toolVersion() },
  };
}

/** cdk8s-cli prints metadata as a table, as wide as its longest line. */
function wrap(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1]!;
    if (line !== '' && line.length + word.length >= 80) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
