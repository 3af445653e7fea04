// Findings that the program accepted stay in the report, marked with the reason, and fail nothing. What is accepted and is not there, or no longer accepted, is told.
import type { AcknowledgeWhere } from '../core/acknowledgement';
import type { Finding } from '../core/finding';
import type { Acknowledgement } from './documents/model-file';
import { ruleInfos, suggestRule } from './rules/info';

export interface AcknowledgeOptions {
  /**
   * The day, in UTC, on which acknowledgements are judged: `2027-01-31`, or a longer text that begins with it.
   *
   * @default - today
   */
  readonly now?: string;
}

/** What became of an acknowledgement. */
export interface AcknowledgementState {
  readonly acknowledgement: Acknowledgement;
  /** `used`: it accepts findings. `unused`: there is nothing to accept. `expired`: its last day has passed. `unknown`: not everything that it may be about was looked at. */
  readonly state: 'used' | 'unused' | 'expired' | 'unknown';
  /** Findings that it is about, whether they are accepted or no longer. */
  readonly findings: number;
}

export interface Acknowledged {
  /** All of the given findings, in their order; those that are accepted are marked. */
  readonly findings: Finding[];
  /** In the order of the acknowledgements. */
  readonly states: AcknowledgementState[];
}

/** Marks the findings that stand at or below a construct which accepted them. What stands at no construct cannot be accepted. */
export function acknowledge(findings: readonly Finding[], acknowledgements: readonly Acknowledgement[], options: AcknowledgeOptions = {}): Finding[] {
  return settle(findings, acknowledgements, options).findings;
}

/** As `acknowledge`, and says what became of each acknowledgement. */
export function settle(findings: readonly Finding[], acknowledgements: readonly Acknowledgement[], options: AcknowledgeOptions = {}): Acknowledged {
  const today = (options.now ?? new Date().toISOString()).slice(0, 10);
  const entries = acknowledgements.map((acknowledgement) => ({ acknowledgement, expired: acknowledgement.expires !== undefined && acknowledgement.expires < today, count: 0 }));
  const byId = new Map<string, typeof entries>();
  for (const entry of entries) {
    const known = byId.get(entry.acknowledgement.id);
    if (known) known.push(entry);
    else byId.set(entry.acknowledgement.id, [entry]);
  }
  // The nearest construct speaks first: it gave the closest reason.
  for (const list of byId.values()) list.sort((a, b) => b.acknowledgement.constructPath.length - a.acknowledgement.constructPath.length);
  const marked = findings.map((finding) => {
    const fitting = (byId.get(finding.id) ?? []).filter(({ acknowledgement }) => fits(finding, acknowledgement));
    for (const entry of fitting) entry.count++;
    const accepted = fitting.find(({ expired }) => !expired)?.acknowledgement;
    if (!accepted) return finding;
    const { reason, constructPath, expires } = accepted;
    return { ...finding, acknowledged: { reason, constructPath, ...(expires === undefined ? {} : { expires }) } };
  });
  return {
    findings: marked,
    states: entries.map(({ acknowledgement, expired, count }) => ({
      acknowledgement, findings: count, state: expired ? 'expired' : count > 0 ? 'used' : acknowledgement.partial === true ? 'unknown' : 'unused',
    })),
  };
}

/** The findings about acknowledgements themselves: NS0002 for those that accept nothing, NS0003 for those that have expired. */
export function findingsOf(states: readonly AcknowledgementState[]): Finding[] {
  return states.filter(({ state }) => state === 'unused' || state === 'expired').map(({ acknowledgement, state, findings }): Finding => {
    const { id, constructPath, source, file, expires, where } = acknowledgement;
    const place = constructPath === '' ? 'in the app' : `at or below ${constructPath}`;
    const location = { ...(file === undefined ? {} : { file }), constructPath, ...(source === undefined ? {} : { source }) };
    if (state === 'expired') {
      const counts = findings === 0 ? 'and there is nothing left to accept' : findings === 1 ? 'and its finding counts again' : `and its ${findings} findings count again`;
      return {
        id: 'NS0003', severity: 'warning', message: `${id} was accepted ${place} until ${expires}, ${counts}`, where: location,
        fix: findings === 0 ? 'remove the acknowledgement' : 'mend the finding, or say anew until when it is accepted and why',
      };
    }
    if (!ruleInfos().has(id)) {
      const meant = suggestRule(id);
      return {
        id: 'NS0002', severity: 'warning', message: `${id} is accepted ${place}, and there is no such rule`, where: location,
        fix: meant === undefined ? 'remove the acknowledgement; netstack rules lists the ids' : `did you mean ${meant}?`,
      };
    }
    return {
      id: 'NS0002', severity: 'warning', message: `${id} is accepted ${place}${where === undefined ? '' : ` (${printWhere(where)})`}, and there is none`, where: location,
      fix: 'remove the acknowledgement, or move it to the construct that has the finding',
    };
  });
}

/** `kind Service, name orders` */
export function printWhere(where: AcknowledgeWhere): string {
  return Object.entries(where).map(([key, value]) => `${key} ${String(value)}`).join(', ');
}

function fits(finding: Finding, { constructPath, where, within }: Acknowledgement): boolean {
  const path = finding.where.constructPath;
  if (path === undefined || (constructPath !== '' && path !== constructPath && !path.startsWith(`${constructPath}/`))) return false;
  // Two apps may have constructs of one path: each speaks for its own folder.
  if (within !== undefined && finding.where.file !== undefined && !within(finding.where.file)) return false;
  if (where === undefined) return true;
  const { object, field = '' } = finding.where;
  return (where.kind === undefined || where.kind === object?.kind)
    && (where.name === undefined || where.name === object?.name)
    && (where.namespace === undefined || where.namespace === object?.namespace)
    && (where.field === undefined || field === where.field || (field.startsWith(where.field) && /^[.[]/.test(field.slice(where.field.length))));
}
