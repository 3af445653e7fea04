// One run, as every door makes it: validate, accept what the program accepts, apply the project's settings, and say what was not looked at.
import type { Finding } from '../core/finding';
import { resolveTargets, systemName } from '../core/targets';
import type { System, Targets } from '../core/targets';
import { toolVersion } from '../core/tool-version';
import type { AcknowledgementState } from './acknowledge';
import { findingsOf, settle } from './acknowledge';
import type { Acknowledgement } from './documents/model-file';
import type { AnalysisInput } from './input';
import type { ClusterTargets, Report, Unchecked } from './report/report';
import { CATALOGUE } from './rules/catalogue';
import { ruleInfos } from './rules/info';
import type { RuleSettings } from './settings/rule-settings';
import { applyRuleSettings } from './settings/rule-settings';
import { mergeTargets } from './targets/merge';
import { standIns } from './targets/stand-ins';
import type { ValidateOptions } from './validate';
import { validate } from './validate';

/** What a door has read. */
export interface CheckInput extends AnalysisInput {
  /** What could not be read. */
  readonly findings?: readonly Finding[];
  readonly acknowledgements?: readonly Acknowledgement[];
}

export interface CheckOptions extends ValidateOptions {
  /**
   * The day, in UTC, on which acknowledgements are judged: `2027-01-31`.
   *
   * @default - today
   */
  readonly now?: string;
  /** Rules that are off, or have another severity. */
  readonly settings?: RuleSettings;
}

export interface Checked {
  readonly report: Report;
  /** What became of each acknowledgement. */
  readonly acknowledgements: readonly AcknowledgementState[];
}

/**
 * Validates a system and makes the report of it.
 *
 * @throws NetstackError for targets that are not known
 */
export function check(input: CheckInput, options: CheckOptions = {}): Report {
  return checkAll(input, options).report;
}

/** As `check`, and says what became of the acknowledgements. */
export function checkAll(input: CheckInput, options: CheckOptions = {}): Checked {
  const raw = [...(input.findings ?? []), ...otherVersions(input), ...validate(input, options)];
  const { findings, states } = settle(raw, input.acknowledgements ?? [], options);
  const acknowledgements = states.map((state) => (state.state === 'unused' && !wasAsked(state.acknowledgement.id, input, options) ? { ...state, state: 'unknown' as const } : state));
  const described = [...findings, ...findingsOf(acknowledgements)].map(describe);
  return {
    acknowledgements,
    report: {
      toolVersion: toolVersion(), targets: targetsOf(input, options), documents: input.documents.length, unchecked: uncheckedOf(input, raw, options),
      findings: options.settings === undefined ? described : applyRuleSettings(described, options.settings),
    },
  };
}

/** Title and page of the finding's id. */
function describe(finding: Finding): Finding {
  const info = ruleInfos().get(finding.id);
  return info === undefined ? finding : { ...finding, title: finding.title ?? info.title, docs: finding.docs ?? info.docs };
}

/** A rule that was not asked has nothing to say: that its findings are gone means nothing. */
function wasAsked(id: string, input: CheckInput, { profile, open, overrideTargets, rules }: ValidateOptions): boolean {
  // No run ever says what no rule says.
  if (!ruleInfos().has(id)) return true;
  if (open === true || overrideTargets !== undefined || rules !== undefined) return false;
  if (ruleInfos().get(id)?.class !== 'practice') return true;
  return (profile ?? input.models?.find((model) => model.profile !== undefined)?.profile) !== undefined;
}

/** A model that another version wrote may lack what this one's rules ask for. */
function otherVersions({ models = [] }: CheckInput): Finding[] {
  return models.filter((model) => model.toolVersion !== undefined && model.toolVersion !== toolVersion()).map((model) => ({
    id: 'NS0004', severity: 'warning',
    message: `${model.file ?? 'The model'} was written by cdk8s-netstack ${model.toolVersion}, and this is ${toolVersion()}`,
    where: model.file === undefined ? {} : { file: model.file },
    fix: 'use one version: npm ls cdk8s-netstack says which are installed',
  }));
}

/** What is targeted, cluster by cluster. */
function askedOf(input: CheckInput, options: ValidateOptions): ReadonlyMap<string | undefined, Targets> {
  const clusters = new Map(input.documents.map(({ cluster, targets }) => [cluster, targets]));
  if (clusters.size === 0) clusters.set(undefined, undefined);
  return new Map([...clusters].map(([cluster, targets]) => [cluster, mergeTargets(targets ?? options.targets, options.overrideTargets) ?? {}]));
}

function targetsOf(input: CheckInput, options: ValidateOptions): ClusterTargets[] {
  return [...askedOf(input, options)].map(([cluster, targets]) => {
    const { gatewayApiChannel, ...lines } = resolveTargets(targets, cluster === undefined ? undefined : `cluster ${cluster}`);
    const versions = Object.entries(lines).map(([system, line]) => [systemName(system as System), system === 'gatewayApi' ? `${line}/${gatewayApiChannel}` : line]);
    return { ...(cluster === undefined ? {} : { cluster }), versions: Object.fromEntries(versions) as Record<string, string> };
  });
}

function uncheckedOf(input: CheckInput, findings: readonly Finding[], options: ValidateOptions): Unchecked[] {
  const unchecked: Unchecked[] = [];
  const refused = new Set<string>();
  for (const { id, message, severity, where } of findings) {
    if (severity === 'error' && where.object && id >= 'NS0011' && id < 'NS0030') refused.add(JSON.stringify([where.cluster, where.object]));
    if (id === 'NS0010') unchecked.push({ what: where.file ?? 'a document', reason: message });
    if (id === 'NS0023' && where.object) unchecked.push({ what: `${where.object.kind} of ${where.object.apiVersion}`, reason: message });
  }
  if (refused.size > 0) {
    unchecked.push({
      what: `What rules would say of ${refused.size === 1 ? 'the object' : `the ${refused.size} objects`} that the API server refuses`,
      reason: 'Rules look at what the server takes: mend these first, and ask again',
    });
  }
  if ((input.models ?? []).length === 0) {
    const waiting = CATALOGUE.filter(({ subjects }) => subjects.every((subject) => subject.startsWith('file:') || subject.startsWith('terraform:'))).length;
    unchecked.push({
      what: 'What only netstack.model.json knows',
      reason: `No model file stands beside the documents, so declared connections, what is kept elsewhere, what is acknowledged, construct paths and lines of the program are not known${
        waiting === 0 ? '' : `, and ${waiting} of ${CATALOGUE.length} rules, about configuration files and Terraform, may have nothing to look at`}; new NetworkApp() writes it`,
    });
  }
  const known = new Map([...askedOf(input, options).values()].flatMap(standIns).map((one) => [one.target, one.line]));
  for (const [target, line] of known) {
    unchecked.push({ what: `What only ${target} has`, reason: `Its schemas are not known here: the documents are checked as for ${line}, the newest known line that is not above it` });
  }
  if (options.open === true) unchecked.push({ what: 'What the documents refer to and do not have', reason: 'The documents are not the whole of their cluster, so nothing is said to be missing' });
  return unchecked;
}
