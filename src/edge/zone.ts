// A Cloudflare zone. Rulesets, settings and records are singletons of a zone: two tunnels of one zone share them, or the second fails at apply.
import { Construct } from 'constructs';
import type { IConstruct } from 'constructs';
import { terraformLiteral, terraformLiterals } from '../app/terraform/literal';
import { NetstackError } from '../core/errors';
import type { Hostname } from '../core/hostname';
import { checkRuleCount } from './rules';
import type { CloudflarePlan } from './options';
import { loadCloudflare } from './terraform/bindings';
import type { RulesetRules, ZoneSettingConfig } from './terraform/bindings';

/** Phases of the ruleset engine that we fill. */
export type RulesetPhase = 'http_request_firewall_custom' | 'http_request_firewall_managed' | 'http_ratelimit' | 'ddos_l7';

/** Settings of a zone that we write, by Cloudflare's ids. */
export type ZoneSettingId = 'http3' | '0rtt' | 'min_tls_version' | 'tls_1_3' | 'always_use_https' | 'ssl';

/** What the constructs of one zone have asked for. */
export class Zone {
  readonly hostname: Hostname;
  /** Id or Terraform reference. */
  readonly zoneId: string;
  readonly plan: CloudflarePlan;
  private readonly rules: Map<RulesetPhase, Map<string, readonly RulesetRules[]>> = new Map();
  private readonly settings: Map<ZoneSettingId, { readonly value: string; readonly by: string }> = new Map();
  private readonly records: Map<string, { readonly content: string; readonly by: string }> = new Map();

  constructor(hostname: Hostname, zoneId: string, plan: CloudflarePlan) {
    this.hostname = hostname;
    this.zoneId = zoneId;
    this.plan = plan;
  }

  /** Rules keep the order of their owner; owners are sorted. @throws NetstackError for a rule id that another owner uses in the phase */
  addRules(phase: RulesetPhase, owner: string, rules: readonly RulesetRules[], scope: IConstruct): void {
    const owners = this.rules.get(phase) ?? new Map<string, readonly RulesetRules[]>();
    this.rules.set(phase, owners);
    const taken = new Map([...owners].flatMap(([other, theirs]) => theirs.map((rule) => [rule.ref, other] as const)));
    const seen = new Set<string | undefined>();
    for (const { ref } of rules) {
      const other = taken.get(ref) ?? (seen.has(ref) ? owner : undefined);
      if (other !== undefined) {
        throw new NetstackError({ what: `Rule id ${ref} is used twice in phase ${phase} of zone ${this.hostname} (first by ${other})`, scope, fix: 'give one of them another id' });
      }
      seen.add(ref);
    }
    owners.set(owner, [...(owners.get(owner) ?? []), ...rules]);
    checkRuleCount(phase, [...owners.values()].flat().length, this.plan, this.hostname.value);
  }

  /** @throws NetstackError when another construct wants another value */
  set(setting: ZoneSettingId, value: string, scope: IConstruct): void {
    const present = this.settings.get(setting);
    if (present && present.value !== value) {
      throw new NetstackError({
        what: `Zone ${this.hostname} is given ${setting}=${present.value} by ${present.by} and ${setting}=${value} here`, scope, fix: 'a zone has one value: let both want the same',
      });
    }
    this.settings.set(setting, { value, by: scope.node.path });
  }

  /** A proxied name that leads to a tunnel. @throws NetstackError for a name outside the zone, or one that leads elsewhere already */
  point(hostname: Hostname, content: string, scope: IConstruct): void {
    this.requireInside(hostname, scope);
    const present = this.records.get(hostname.value);
    if (present && present.content !== content) {
      throw new NetstackError({ what: `Host name ${hostname} already leads to the tunnel of ${present.by}`, scope, fix: 'publish it once; other clusters join a tunnel with EdgeConnector' });
    }
    this.records.set(hostname.value, { content, by: scope.node.path });
  }

  /** @throws NetstackError for a name outside the zone */
  requireInside(hostname: Hostname, scope: IConstruct): void {
    if (hostname.value === this.hostname.value || hostname.value.endsWith(`.${this.hostname.value}`)) return;
    throw new NetstackError({ what: `Host name ${hostname} is not in zone ${this.hostname}`, scope, fix: 'use an EdgeTunnel of its own zone' });
  }

  /** Adds the zone's resources. */
  build(stack: Construct): void {
    const { Record: DnsRecord, Ruleset, ZoneSetting } = loadCloudflare();
    const slug = resourceName(this.hostname.value);
    const scope = new Construct(stack, `zone-${slug}`);
    for (const [name, { content }] of [...this.records].sort()) {
      const record = new DnsRecord(scope, `record-${name}`, { zoneId: this.zoneId, name: terraformLiteral(name), type: 'CNAME', ttl: 1, proxied: true, content });
      record.overrideLogicalId(`record_${resourceName(name)}`);
    }
    for (const [setting, { value }] of [...this.settings].sort()) {
      // The provider's types ask for an object; the API takes a text (terraform-cdk issue 3835).
      const config = { zoneId: this.zoneId, settingId: setting, value } as unknown as ZoneSettingConfig;
      new ZoneSetting(scope, `setting-${setting}`, config).overrideLogicalId(`${slug}_${setting}`);
    }
    for (const [phase, owners] of [...this.rules].sort()) {
      const rules = [...owners].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, theirs]) => theirs);
      if (rules.length === 0) continue;
      const ruleset = new Ruleset(scope, `ruleset-${phase}`, { zoneId: this.zoneId, kind: 'zone', name: 'default', phase, rules: terraformLiterals(rules) });
      ruleset.overrideLogicalId(`${slug}_${phase}`);
    }
  }
}

/** A Terraform name from a host name or a DNS label: an address that stays when constructs move. Two texts never share one: no host name has `_` or an empty label. */
export function resourceName(text: string): string {
  return text.replace(/^\*\./, 'wildcard..').replace(/\./g, '_').replace(/^(\d)/, '_$1');
}
