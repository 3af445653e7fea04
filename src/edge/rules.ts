// Rules of a zone: what is blocked, limited and scored before a request reaches the tunnel.
import { Duration } from '../core/duration';
import { NetstackError, shorten } from '../core/errors';
import { dnsLabel } from '../core/kubernetes-name';
import { refuseSecrets } from '../core/secrets';
import type { Expression } from './expression';
import type { CloudflarePlan, EdgeRateLimit, ManagedRuleset, WafRule } from './options';
import type { RulesetRules } from './terraform/bindings';

/** Managed rulesets, by the ids that are the same in every account. */
export const MANAGED_RULESETS: Readonly<Record<ManagedRuleset, string>> = {
  'cloudflare': 'efb7b8c949ac4650a09736fc376e9aee',
  'cloudflare-free': '77454fe2d30c4220b5701f6fdfb893ba',
  'owasp': '4814384a9e5d4991b9815dcfc25d2f1f',
};

/** HTTP DDoS managed ruleset. */
export const DDOS_RULESET: string = '4d21379b4f9f4bb088e0729962c8b3cf';

/** Seconds that a rate limit may count over, and up to which plan bounds them. */
const PERIODS: readonly number[] = [10, 60, 120, 300, 600, 3600];
const LONGEST_PERIOD: Readonly<Record<CloudflarePlan, number>> = { free: 10, pro: 60, business: 600, enterprise: 3600 };
const MITIGATIONS: readonly number[] = [0, 10, 60, 120, 300, 600, 3600, 86400];
const RATE_LIMIT_RULES: Readonly<Record<CloudflarePlan, number>> = { free: 1, pro: 2, business: 5, enterprise: 100 };

export function renderWafRule(rule: WafRule): RulesetRules {
  const ref = dnsLabel(rule.id, 'the id of a WAF rule');
  return { ref, description: line(rule.description ?? rule.id), enabled: true, action: rule.action ?? 'block', expression: rule.when.value };
}

export function renderManagedRules(rulesets: readonly ManagedRuleset[], when: Expression): RulesetRules[] {
  if (rulesets.includes('cloudflare') && rulesets.includes('cloudflare-free')) {
    throw new NetstackError({ what: "WAF rulesets 'cloudflare' and 'cloudflare-free' are both named", fix: "keep 'cloudflare': it holds the free one" });
  }
  return rulesets.map((name) => {
    const id = MANAGED_RULESETS[name];
    if (id === undefined) throw new NetstackError({ what: `${shorten(name)} is no managed ruleset`, fix: `name one of ${Object.keys(MANAGED_RULESETS).join(', ')}` });
    return { ref: `managed-${name}`, description: `managed ruleset ${name}`, enabled: true, action: 'execute', actionParameters: { id }, expression: when.value };
  });
}

export function renderDdosRule(sensitivity: 'default' | 'medium' | 'low'): RulesetRules {
  return {
    ref: 'ddos-http', description: 'HTTP DDoS protection', enabled: true, action: 'execute', expression: 'true',
    actionParameters: { id: DDOS_RULESET, overrides: { sensitivityLevel: sensitivity } },
  };
}

/** @throws NetstackError for a period or a mitigation that the plan does not have */
export function renderRateLimit(limit: EdgeRateLimit, plan: CloudflarePlan): RulesetRules {
  const ref = dnsLabel(limit.id, 'the id of an edge rate limit');
  const period = seconds(limit.period, `The period of rate limit ${ref}`);
  const mitigation = limit.mitigation === undefined ? period : seconds(limit.mitigation, `The mitigation of rate limit ${ref}`);
  if (!Number.isInteger(limit.requests) || limit.requests < 1 || limit.requests > 1e9) {
    throw new NetstackError({ what: `Rate limit ${ref} allows ${shorten(limit.requests)} requests`, fix: 'give a whole number of at least 1' });
  }
  const periods = PERIODS.filter((one) => one <= LONGEST_PERIOD[plan]);
  if (!periods.includes(period)) {
    throw new NetstackError({ what: `Rate limit ${ref} counts over ${period} s, which the ${plan} plan does not have`, fix: `take one of ${periods.join(', ')} s` });
  }
  if (!MITIGATIONS.includes(mitigation)) {
    throw new NetstackError({ what: `Rate limit ${ref} refuses clients for ${mitigation} s`, fix: `take one of ${MITIGATIONS.join(', ')} s` });
  }
  return {
    ref, description: `at most ${limit.requests} requests in ${period} s`, enabled: true, action: 'block', expression: limit.when.value,
    // Counters are kept per data centre: Cloudflare refuses a rule without its id among the characteristics.
    ratelimit: { characteristics: ['cf.colo.id', 'ip.src'], period, requestsPerPeriod: limit.requests, mitigationTimeout: mitigation },
  };
}

/** @throws NetstackError when a zone has more rate limits than its plan */
export function checkRateLimitCount(count: number, plan: CloudflarePlan): void {
  if (count > RATE_LIMIT_RULES[plan]) {
    throw new NetstackError({ what: `The zone has ${count} rate limits, and the ${plan} plan has ${RATE_LIMIT_RULES[plan]}`, fix: 'join some of them, or name the plan that the account has' });
  }
}

function seconds(duration: Duration, where: string): number {
  const millis = Duration.of(duration).toMillis();
  if (millis % 1000 !== 0) throw new NetstackError({ what: `${where} is ${millis} ms, and Cloudflare counts in seconds`, fix: 'give whole seconds' });
  return millis / 1000;
}

function line(text: string): string {
  if (typeof text !== 'string' || text.length > 500 || /[\u0000-\u001f\u007f]/.test(text)) {
    throw new NetstackError({ what: `${shorten(text)} cannot describe a rule`, fix: 'give one line of at most 500 characters' });
  }
  refuseSecrets(text, 'the description of a rule');
  return text;
}
