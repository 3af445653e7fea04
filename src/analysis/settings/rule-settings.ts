// Rules that a project switches off, or takes more or less seriously.
import { NetstackError, shorten } from '../../core/errors';
import type { Finding, Severity } from '../../core/finding';
import { ruleInfos, suggestRule } from '../rules/info';

/** By id (`NS0033`) or by the beginning of ids (`NS4`: the layer of the CNI); the longest that fits decides. */
export type RuleSettings = Readonly<Record<string, Severity | 'off'>>;

const LEVELS: ReadonlySet<unknown> = new Set(['error', 'warning', 'info', 'off']);

/** What could not be read, and what the tool itself failed at, nobody can want away. */
const FIXED: ReadonlySet<string> = new Set(['NS0001', 'NS0010']);

/**
 * Checks what a person wrote.
 *
 * @param where - the file, for the error
 * @throws NetstackError for an id that no rule has, and a level that there is not
 */
export function readRuleSettings(value: unknown, where: string): RuleSettings {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new NetstackError({ what: `The rules are ${shorten(value)}`, where, fix: 'give a mapping such as { NS0033: off, NS4: warning }' });
  }
  const ids = [...ruleInfos().keys()];
  for (const [key, level] of Object.entries(value)) {
    if (!/^NS\d{1,4}$/.test(key) || !ids.some((id) => id.startsWith(key))) {
      const meant = suggestRule(key);
      throw new NetstackError({ what: `There is no rule ${shorten(key)}`, where, fix: meant === undefined ? 'netstack rules lists them' : `did you mean ${meant}? netstack rules lists them` });
    }
    // YAML reads a bare `off` as false.
    if (level !== false && !LEVELS.has(level)) {
      throw new NetstackError({ what: `The level of ${key} is ${shorten(level)}`, where, fix: 'give error, warning, info or off' });
    }
    if (FIXED.has(key)) throw new NetstackError({ what: `${key} says what could not be looked at: it cannot be changed`, where, fix: 'leave it out' });
  }
  return Object.fromEntries(Object.entries(value).map(([key, level]) => [key, level === false ? 'off' : level as Severity | 'off']));
}

/** The findings as a project wants them. */
export function applyRuleSettings(findings: readonly Finding[], settings: RuleSettings): Finding[] {
  const byId = new Map<string, Severity | 'off' | undefined>();
  const levelOf = (id: string): Severity | 'off' | undefined => {
    if (FIXED.has(id)) return undefined;
    if (!byId.has(id)) {
      let level: Severity | 'off' | undefined;
      for (let length = id.length; length > 2 && level === undefined; length--) level = settings[id.slice(0, length)];
      byId.set(id, level);
    }
    return byId.get(id);
  };
  return findings.flatMap((finding) => {
    const level = levelOf(finding.id);
    if (level === 'off') return [];
    return level === undefined || level === finding.severity ? [finding] : [{ ...finding, severity: level }];
  });
}
