// Rules of a zone: what is blocked, limited and scored before a request reaches the tunnel.
import { Duration } from '../core/duration';
import { NetstackError, sentenceCase, shorten } from '../core/errors';
import { dnsLabel } from '../core/kubernetes-name';
import { refuseSecrets } from '../core/secrets';
import { requireList, requireOneOf, requireOptions, requireWhole } from '../core/shape';
import { Expression, fieldsOf, requireExpression } from './expression';
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

// What each plan has: https://developers.cloudflare.com/waf/rate-limiting-rules/ and https://developers.cloudflare.com/waf/custom-rules/
const PLANS: readonly CloudflarePlan[] = ['free', 'pro', 'business', 'enterprise'];
/** Seconds that a rate limit may count over. Tables disagree on more values than these; every table has these. */
const PERIODS: readonly number[] = [10, 60, 120, 300, 600, 3600];
const LONGEST_PERIOD: Readonly<Record<CloudflarePlan, number>> = { free: 10, pro: 60, business: 600, enterprise: 3600 };
const MITIGATIONS: readonly number[] = [10, 60, 120, 300, 600, 3600, 86400];
const LONGEST_MITIGATION: Readonly<Record<CloudflarePlan, number>> = { free: 10, pro: 3600, business: 86400, enterprise: 86400 };
const RATE_LIMIT_RULES: Readonly<Record<CloudflarePlan, number>> = { free: 1, pro: 2, business: 5, enterprise: 100 };
const CUSTOM_RULES: Readonly<Record<CloudflarePlan, number>> = { free: 5, pro: 20, business: 100, enterprise: 1000 };
/** Fields that the condition of a rate limit may use; an Enterprise plan has all. */
const FREE_FIELDS: readonly string[] = ['http.request.uri.path', 'cf.client.bot'];
const PRO_FIELDS: readonly string[] = [...FREE_FIELDS, 'http.host', 'http.request.full_uri', 'http.request.uri', 'http.request.uri.query'];
const BUSINESS_FIELDS: readonly string[] = [...PRO_FIELDS, 'http.request.method', 'http.user_agent', 'ip.src'];
const RATE_LIMIT_FIELDS: Readonly<Record<CloudflarePlan, readonly string[] | undefined>> = { free: FREE_FIELDS, pro: PRO_FIELDS, business: BUSINESS_FIELDS, enterprise: undefined };
const ACTIONS: ReadonlyArray<NonNullable<WafRule['action']>> = ['block', 'managed_challenge', 'js_challenge', 'challenge', 'log'];
const MOST_REQUESTS = 1_000_000_000;

export function requirePlan(plan: CloudflarePlan): CloudflarePlan {
  return requireOneOf(plan, PLANS, 'the plan of the zone');
}

/** @throws NetstackError for an action that the plan does not have */
export function renderWafRule(rule: WafRule, plan: CloudflarePlan): RulesetRules {
  const ref = dnsLabel(requireOptions(rule, { id: true, description: true, when: true, action: true }, 'a WAF rule').id, 'the id of a WAF rule');
  const action = requireOneOf(rule.action ?? 'block', ACTIONS, `the action of WAF rule ${ref}`);
  if (action === 'log' && plan !== 'enterprise') {
    throw new NetstackError({ what: `WAF rule ${ref} only logs, which the ${plan} plan does not have`, fix: "take 'managed_challenge' to try a rule out, or name the plan that the account has" });
  }
  const when = requireExpression(rule.when, `WAF rule ${ref}`);
  return { ref, description: line(rule.description ?? ref), enabled: true, action, expression: when.value };
}

/** @throws NetstackError for rulesets that the plan does not have */
export function renderManagedRules(rulesets: readonly ManagedRuleset[], plan: CloudflarePlan): RulesetRules[] {
  const names = requireList(rulesets, 'managedRules').map((name) => requireOneOf(name, Object.keys(MANAGED_RULESETS) as ManagedRuleset[], 'a managed ruleset'));
  const paid = names.find((name) => name !== 'cloudflare-free');
  if (plan === 'free' && paid !== undefined) {
    throw new NetstackError({ what: `The free plan does not have the managed ruleset '${paid}'`, fix: "name only 'cloudflare-free', or the plan that the account has" });
  }
  if (names.includes('cloudflare') && names.includes('cloudflare-free')) {
    throw new NetstackError({ what: "Managed rulesets 'cloudflare' and 'cloudflare-free' are both named", fix: "keep 'cloudflare': it holds the free one" });
  }
  const action = 'execute';
  return names.map((name) => ({
    ref: `managed-${name}`, description: `managed ruleset ${name}`, enabled: true, action, actionParameters: { id: MANAGED_RULESETS[name] }, expression: Expression.always.value,
  }));
}

export function renderDdosRule(sensitivity: 'default' | 'medium' | 'low'): RulesetRules {
  requireOneOf(sensitivity, ['default', 'medium', 'low'], 'ddosSensitivity');
  return {
    ref: 'ddos-http', description: 'HTTP DDoS protection', enabled: true, action: 'execute', expression: Expression.always.value,
    actionParameters: { id: DDOS_RULESET, overrides: { sensitivityLevel: sensitivity } },
  };
}

/** @throws NetstackError for a period, a mitigation or a condition that the plan does not have */
export function renderRateLimit(limit: EdgeRateLimit, plan: CloudflarePlan): RulesetRules {
  const ref = dnsLabel(requireOptions(limit, { id: true, when: true, requests: true, period: true, mitigation: true }, 'a rate limit').id, 'the id of a rate limit');
  const where = `rate limit ${ref}`;
  const requests = requireWhole(limit.requests, 1, MOST_REQUESTS, `the number of requests of ${where}`);
  const period = supported(limit.period, PERIODS, LONGEST_PERIOD[plan], plan, `the period of ${where}`);
  const mitigation = limit.mitigation === undefined ? period : supported(limit.mitigation, MITIGATIONS, LONGEST_MITIGATION[plan], plan, `the mitigation of ${where}`);
  const when = requireExpression(limit.when, where);
  const foreign = fieldsOf(when).find((field) => !(RATE_LIMIT_FIELDS[plan]?.includes(field) ?? true));
  if (foreign !== undefined) {
    throw new NetstackError({
      what: `The condition of ${where} asks for ${foreign}, which rate limits of the ${plan} plan cannot`, fix: `use ${RATE_LIMIT_FIELDS[plan]!.join(', ')}, or name the plan that the account has`,
    });
  }
  return {
    ref, description: `at most ${requests} requests in ${period} s`, enabled: true, action: 'block', expression: when.value,
    // Counters are kept per data centre: Cloudflare refuses a rule without its id among the characteristics.
    ratelimit: { characteristics: ['cf.colo.id', 'ip.src'], period, requestsPerPeriod: requests, mitigationTimeout: mitigation },
  };
}

/** @throws NetstackError when a zone has more rules of a phase than its plan */
export function checkRuleCount(phase: string, count: number, plan: CloudflarePlan, zone: string): void {
  const [most, what] = phase === 'http_ratelimit' ? [RATE_LIMIT_RULES[plan], 'rate limits'] : phase === 'http_request_firewall_custom' ? [CUSTOM_RULES[plan], 'WAF rules'] : [Infinity, ''];
  if (count > most) throw new NetstackError({ what: `Zone ${zone} has ${count} ${what}, and the ${plan} plan has ${most}`, fix: 'join some of them, or name the plan that the account has' });
}

function supported(duration: Duration, all: readonly number[], longest: number, plan: CloudflarePlan, where: string): number {
  const seconds = Duration.of(duration).toMillis() / 1000;
  const offered = all.filter((one) => one <= longest);
  if (!offered.includes(seconds)) throw new NetstackError({ what: `${sentenceCase(where)} is ${seconds} s, which the ${plan} plan does not have`, fix: `take one of ${offered.join(', ')} s` });
  return seconds;
}

function line(text: string): string {
  if (typeof text !== 'string' || text.length > 500 || /[\u0000-\u001f\u007f]|\p{Cs}/u.test(text)) {
    throw new NetstackError({ what: `${shorten(text)} cannot describe a rule`, fix: 'give one line of at most 500 characters' });
  }
  refuseSecrets(text, 'the description of a rule');
  return text;
}
