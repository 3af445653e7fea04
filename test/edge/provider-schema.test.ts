// The Terraform JSON held against the provider's own description of itself, which the bindings carry: nothing checks it at run time, unknown keys are dropped
// without a word and wrong enum texts fail at apply.
import { readFileSync } from 'node:fs';
import { Duration } from '../../src/core/duration';
import { Path } from '../../src/core/path';
import { Expression } from '../../src/edge/expression';
import type { WafRule } from '../../src/edge/options';
import { setUp, terraform } from './scene';

interface Property {
  readonly name: string;
  readonly optional?: boolean;
  readonly docs?: { readonly summary?: string; readonly remarks?: string };
  readonly type: TypeRef;
}

interface TypeRef {
  readonly primitive?: string;
  readonly fqn?: string;
  readonly collection?: { readonly kind: string; readonly elementtype: TypeRef };
  readonly union?: { readonly types: readonly TypeRef[] };
}

const PROVIDER = '@cdktf/provider-cloudflare';
const { types } = JSON.parse(readFileSync(require.resolve(`${PROVIDER}/.jsii`), 'utf8')) as { types: Record<string, { properties?: Property[]; interfaces?: string[] }> };

/** Structs of the resources that we write. */
const STRUCTS: Readonly<Record<string, string>> = {
  cloudflare_dns_record: 'dnsRecord.DnsRecordConfig',
  cloudflare_ruleset: 'ruleset.RulesetConfig',
  cloudflare_zero_trust_access_application: 'zeroTrustAccessApplication.ZeroTrustAccessApplicationConfig',
  cloudflare_zero_trust_access_policy: 'zeroTrustAccessPolicy.ZeroTrustAccessPolicyConfig',
  cloudflare_zero_trust_tunnel_cloudflared: 'zeroTrustTunnelCloudflared.ZeroTrustTunnelCloudflaredConfig',
  cloudflare_zero_trust_tunnel_cloudflared_config: 'zeroTrustTunnelCloudflaredConfig.ZeroTrustTunnelCloudflaredConfigAConfig',
  cloudflare_zone_setting: 'zoneSetting.ZoneSettingConfig',
};

/** How Terraform writes a name of the bindings. */
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Everything in `value` that the struct does not know, lacks, or would not take. */
function faults(value: Record<string, unknown>, fqn: string, at: string): string[] {
  const struct = types[fqn];
  if (!struct?.properties) return [`${at}: no struct ${fqn}`];
  const byName = new Map(struct.properties.map((property) => [snake(property.name), property]));
  return [
    ...struct.properties.filter(({ name, optional }) => !optional && !(snake(name) in value)).map(({ name }) => `${at}.${snake(name)} is missing`),
    ...Object.entries(value).flatMap(([key, one]) => {
      const property = byName.get(key);
      return property ? wrong(one, property.type, `${at}.${key}`, property) : [`${at}.${key} is unknown`];
    }),
  ];
}

function wrong(value: unknown, type: TypeRef, at: string, property: Property): string[] {
  if (type.union) {
    const tries = type.union.types.filter((one) => one.fqn !== 'cdktf.IResolvable').map((one) => wrong(value, one, at, property));
    return tries.find((one) => one.length === 0) ?? tries[0]!;
  }
  if (type.collection?.kind === 'array') return Array.isArray(value) ? value.flatMap((one, i) => wrong(one, type.collection!.elementtype, `${at}[${i}]`, property)) : [`${at} is no list`];
  // The one place where the bindings are wrong: a setting's value is a text.
  if (type.collection?.kind === 'map') return typeof value === 'object' || (property.name === 'value' && typeof value === 'string') ? [] : [`${at} is no map`];
  if (type.fqn !== undefined && type.fqn !== 'cdktf.IResolvable') return typeof value === 'object' && value !== null ? faults(value as Record<string, unknown>, type.fqn, at) : [`${at} is no object`];
  if (type.fqn === 'cdktf.IResolvable') return typeof value === 'boolean' ? [] : [`${at} is no value`];
  if (type.primitive !== undefined && typeof value !== type.primitive) return [`${at} is no ${type.primitive}`];
  const list = /Available values: (.*?)\.(?:\s|$)/.exec(`${property.docs?.summary ?? ''}\n${property.docs?.remarks ?? ''}`)?.[1];
  const available = list === undefined ? undefined : [...list.matchAll(/"([^"]*)"/g)].map((match) => match[1]);
  return available && typeof value === 'string' && !available.includes(value) ? [`${at}: "${value}" is none of the available values`] : [];
}

const ACTIONS: ReadonlyArray<NonNullable<WafRule['action']>> = ['block', 'managed_challenge', 'js_challenge', 'challenge', 'log'];

/** Everything that an EdgeTunnel can write. */
const resources = (): Record<string, Record<string, Record<string, unknown>>> => terraform(setUp({
  plan: 'enterprise',
  waf: ACTIONS.map((action) => ({ id: action.replace(/_/g, '-'), action, when: Expression.from('2001:db8::/32') })),
  rateLimits: [{ id: 'orders', when: Expression.path(Path.prefix('/api')), requests: 4700, period: Duration.seconds(60), mitigation: Duration.minutes(10) }],
  access: [{ id: 'admin', hostname: 'api.example.com', path: '/admin', allow: [{ emailDomain: 'example.com' }, { email: 'alice@example.com' }], sessionDuration: Duration.minutes(90) }],
  ddosSensitivity: 'low', managedRules: ['cloudflare', 'owasp'],
}, ['api.example.com', '*.example.com']).app).resource;

test('every attribute is known to the provider, none that it requires is missing, every enum text is one of its own', () => {
  const resource = resources();
  expect(Object.keys(resource).sort()).toEqual(Object.keys(STRUCTS).sort());
  const found = Object.entries(resource).flatMap(([type, instances]) => Object.entries(instances).flatMap(([name, one]) => faults(one, `${PROVIDER}.${STRUCTS[type]}`, `${type}.${name}`)));
  expect(found).toEqual([]);
});

test('the check finds an unknown attribute, a missing one, a wrong text and a wrong kind', () => {
  const [ruleset] = Object.values(resources().cloudflare_ruleset!);
  const check = (changed: Record<string, unknown>): string[] => faults({ ...ruleset, ...changed }, `${PROVIDER}.ruleset.RulesetConfig`, 'r');
  const [rule] = ruleset!.rules as Array<Record<string, unknown>>;
  expect(check({})).toEqual([]);
  expect(check({ phase: 'nope' })).toEqual(['r.phase: "nope" is none of the available values']);
  expect(check({ rule: [] })).toEqual(['r.rule is unknown']);
  expect(check({ rules: [{ ...rule, requestsPerPeriod: 1 }] })).toEqual(['r.rules[0].requestsPerPeriod is unknown']);
  expect(check({ rules: [{ ...rule, action: 5 }] })).toEqual(['r.rules[0].action is no string']);
  expect(faults({ zone_id: 'x' }, `${PROVIDER}.zoneSetting.ZoneSettingConfig`, 's')).toEqual(['s.setting_id is missing', 's.value is missing']);
});

test('what the API requires and the types do not: an owner for rulesets and applications, a stable id for rules, one ruleset per phase', () => {
  const resource = resources();
  const rulesets = Object.values(resource.cloudflare_ruleset!);
  expect(new Set(rulesets.map(({ phase }) => phase)).size).toBe(rulesets.length);
  for (const one of rulesets) {
    expect(one).toMatchObject({ zone_id: '${var.cloudflare_zone_id}', kind: 'zone', name: 'default' });
    const refs = (one.rules as Array<{ ref?: string }>).map(({ ref }) => ref);
    expect(refs).not.toContain(undefined);
    expect(new Set(refs).size).toBe(refs.length);
  }
  for (const one of Object.values(resource.cloudflare_zero_trust_access_application!)) {
    expect(one).toMatchObject({ type: 'self_hosted', name: 'order-admin', domain: 'api.example.com/admin', session_duration: '90m' });
  }
  const record = { ttl: 1, proxied: true, type: 'CNAME', content: '${cloudflare_zero_trust_tunnel_cloudflared.order.id}.cfargotunnel.com' };
  for (const one of Object.values(resource.cloudflare_dns_record!)) expect(one).toMatchObject(record);
});

test('facts of Cloudflare', () => {
  const resource = resources();
  const rules = (phase: string): Array<Record<string, unknown>> =>
    Object.values(resource.cloudflare_ruleset!).find((one) => one.phase === phase)!.rules as Array<Record<string, unknown>>;
  // Remotely managed, and no secret of ours in the state.
  expect(resource.cloudflare_zero_trust_tunnel_cloudflared!.order).toEqual({ account_id: '${var.cloudflare_account_id}', name: 'order', config_src: 'cloudflare' });
  expect(rules('http_ratelimit')[0]!.ratelimit).toMatchObject({ characteristics: ['cf.colo.id', 'ip.src'] });
  expect(JSON.stringify(rules('http_ratelimit')[0]!.expression)).not.toContain('cf.colo.id');
  expect(rules('http_request_firewall_managed').map((rule) => (rule.action_parameters as { id: string }).id)).toEqual(['efb7b8c949ac4650a09736fc376e9aee', '4814384a9e5d4991b9815dcfc25d2f1f']);
  expect(rules('ddos_l7')[0]).toMatchObject({ action: 'execute', expression: 'true', action_parameters: { id: '4d21379b4f9f4bb088e0729962c8b3cf', overrides: { sensitivity_level: 'low' } } });
  const { ingress } = resource.cloudflare_zero_trust_tunnel_cloudflared_config!.order!.config as { ingress: Array<Record<string, unknown>> };
  const catchAll = ingress.map(({ hostname }) => hostname === undefined);
  expect(catchAll).toEqual([false, false, true]);
  for (const { service } of ingress) expect(service).toMatch(/^(https?:\/\/[^/]+|http_status:404)$/);
  expect(JSON.stringify(ingress)).not.toContain('no_tls_verify');
});
