// Cloudflare in front of a gateway: one construct, two trees. Terraform gets the tunnel and the zone, Kubernetes gets cloudflared.
import { Construct } from 'constructs';
import { requireTerraformPackages } from '../app/terraform/bindings';
import { TerraformCompanion } from '../app/terraform/companion';
import type { TerraformBackend, TerraformOverrides, TerraformStack } from '../app/terraform/companion';
import { terraformLiteral, terraformLiterals } from '../app/terraform/literal';
import { Cluster } from '../core/cluster';
import { NetstackError, shorten } from '../core/errors';
import { Hostname } from '../core/hostname';
import { dnsLabel } from '../core/kubernetes-name';
import { recordSource } from '../core/provenance';
import { refuseSecrets } from '../core/secrets';
import type { IRoute } from '../core/route';
import { TerraformVariable } from '../core/terraform-variable';
import { accessApplication } from './access';
import type { AccessApplicationModel, AccessApplicationOptions } from './access';
import { EdgeConnector } from './edge-connector';
import type { EdgeConnectorOptions } from './edge-connector';
import { Expression } from './expression';
import { renderIngress } from './ingress';
import { renderDdosRule, renderManagedRules, renderRateLimit, renderWafRule } from './rules';
import type { CloudflarePlan, EdgeRateLimit, ManagedRuleset, WafRule } from './options';
import { CLOUDFLARE_PACKAGES, loadCloudflare } from './terraform/bindings';
import { resourceName, Zone } from './zone';

/** Settings of the zone. */
export interface ZoneSettings {
  /** Offer HTTP/3 to visitors. @default true */
  readonly http3?: boolean;
  /** Take data of the first round trip: an attacker can replay it. @default false */
  readonly zeroRtt?: boolean;
  /** Lowest TLS version of visitors. @default '1.2' */
  readonly minTlsVersion?: '1.2' | '1.3';
  /** Redirect plain HTTP at the edge. @default true */
  readonly alwaysUseHttps?: boolean;
}

export interface EdgeTunnelProps extends EdgeConnectorOptions {
  /** The zone, by its name: `example.com`. */
  readonly zone: Hostname | string;
  /** Id of the zone. @default - the Terraform variable `cloudflare_zone_id` */
  readonly zoneId?: TerraformVariable | string;
  /** Id of the account. */
  readonly account: TerraformVariable | string;
  /** Name of the tunnel in the account. @default - the construct's id */
  readonly tunnelName?: string;
  /** Identity in Terraform's state: changing it destroys and makes the tunnel anew. @default - the tunnel's name */
  readonly edgeId?: string;
  /** Managed WAF rulesets. @default ['cloudflare', 'owasp'], on the free plan ['cloudflare-free'] */
  readonly managedRules?: readonly ManagedRuleset[];
  /** Own WAF rules, in the order in which they are tried. @default - none */
  readonly waf?: readonly WafRule[];
  /** @default - none */
  readonly rateLimits?: readonly EdgeRateLimit[];
  /** Sensitivity of the HTTP DDoS protection, which is always on. @default - no override */
  readonly ddosSensitivity?: 'default' | 'medium' | 'low';
  /** Logins before sensitive hosts and paths. @default - none */
  readonly access?: readonly AccessApplicationOptions[];
  readonly settings?: ZoneSettings;
  /** What the account has bought. @default 'pro' */
  readonly plan?: CloudflarePlan;
  /** Terraform root module. @default 'edge' */
  readonly stack?: string;
  /** Where Terraform keeps its state. @default - a local file beside the module */
  readonly backend?: TerraformBackend;
  /** Version constraint of the provider. @default '>= 5.14.0, < 6.0.0' */
  readonly providerVersion?: string;
}

/** Range of provider versions whose resources these are. */
const PROVIDER_VERSION = '>= 5.14.0, < 6.0.0';

/**
 * A Cloudflare tunnel to this cluster: `terraform/edge/cdk.tf.json` with tunnel, DNS, WAF, rate limits, Access and zone settings, and cloudflared with its
 * connections here. A second cluster joins the same tunnel with `EdgeConnector`.
 *
 * The token of the tunnel is no output: run `tofu output` nowhere, put it into the Secret that `token` names.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/
 */
export class EdgeTunnel extends Construct {
  readonly tunnelName: string;
  readonly edgeId: string;
  /** cloudflared in this cluster. */
  readonly connector: EdgeConnector;
  private readonly props: EdgeTunnelProps;
  private readonly stack: TerraformStack;
  private readonly zone: Zone;
  private readonly plan: CloudflarePlan;
  private readonly access: readonly AccessApplicationModel[];
  private readonly accountId: string;
  private readonly routes: IRoute[] = [];

  /** @throws NetstackError when the Terraform packages are missing, for a host name outside the zone, and for values that the account would refuse */
  constructor(scope: Construct, id: string, props: EdgeTunnelProps) {
    super(scope, id);
    recordSource(this);
    requireTerraformPackages(CLOUDFLARE_PACKAGES);
    this.props = props;
    this.plan = props.plan ?? 'pro';
    this.tunnelName = dnsLabel(props.tunnelName ?? id, 'the name of the tunnel', this);
    this.edgeId = dnsLabel(props.edgeId ?? this.tunnelName, 'the edgeId', this);
    this.stack = TerraformCompanion.of(this).stack(props.stack ?? 'edge', this);
    if (props.backend) this.stack.useBackend(props.backend, this);
    this.claimIdentity();
    this.accountId = this.reference(props.account, 'The account');
    this.zone = this.findZone();
    this.access = (props.access ?? []).map(accessApplication);
    this.refuseTwice(this.access.map(({ id: one }) => one), 'Access application');
    this.applySettings(props.settings ?? {});
    this.addRules();
    this.stack.add(`tunnel:${this.edgeId}`, (tree) => this.build(tree));

    this.connector = new EdgeConnector(this, 'cloudflared', { ...props, publish: [], tunnel: this });
    for (const route of props.publish ?? []) this.publish(route);
  }

  /** Publishes a route of a gateway of this cluster under its host names. */
  publish(route: IRoute): void {
    if (route.hostnames.length === 0) throw new NetstackError({ what: 'A route without host names cannot be published', scope: this, fix: 'give its gateway host names' });
    for (const hostname of route.hostnames) this.zone.point(hostname, `\${cloudflare_zero_trust_tunnel_cloudflared.${this.resource}.id}.cfargotunnel.com`, this);
    this.routes.push(route);
    this.connector.connect(route);
  }

  /** Escape hatch: changes the finished Terraform module. */
  terraform(change: (stack: TerraformOverrides) => void): this {
    this.stack.override(this.edgeId, change);
    return this;
  }

  private get resource(): string {
    return resourceName(this.edgeId);
  }

  private claimIdentity(): void {
    const owners = this.stack.shared('tunnels', () => new Map<string, string>());
    const other = owners.get(this.edgeId);
    if (other !== undefined) {
      throw new NetstackError({ what: `Tunnel ${this.edgeId} exists already, made by ${other}`, scope: this, fix: 'give this one another tunnelName or edgeId; a second cluster joins with EdgeConnector' });
    }
    owners.set(this.edgeId, this.node.path);
  }

  private findZone(): Zone {
    const hostname = Hostname.of(this.props.zone);
    if (hostname.isWildcard) throw new NetstackError({ what: `Zone ${hostname} is a wildcard`, scope: this, fix: `name the zone: ${hostname.value.slice(2)}` });
    const zoneId = this.reference(this.props.zoneId ?? TerraformVariable.named('cloudflare_zone_id', { description: `Id of zone ${hostname.value}` }), 'The zoneId');
    const zone = this.shared(`zone:${hostname.value}`, () => new Zone(hostname, zoneId, this.plan), (present) => present.zoneId === zoneId && present.plan === this.plan, `zoneId or plan of zone ${hostname}`);
    this.stack.add(`zone:${hostname.value}`, (tree) => zone.build(tree));
    const version = this.props.providerVersion ?? PROVIDER_VERSION;
    this.shared('provider:cloudflare', () => version, (present) => present === version, 'providerVersion');
    this.stack.add('provider:cloudflare', (tree) => {
      // The token comes from the environment (CLOUDFLARE_API_TOKEN) and stands nowhere.
      new (loadCloudflare().Provider)(tree, 'cloudflare', {});
      (tree as unknown as TerraformOverrides).addOverride('terraform.required_providers.cloudflare.version', version);
    });
    return zone;
  }

  /** What the tunnels of a stack have in common has one value, whoever says it first. */
  private shared<T>(key: string, create: () => T, same: (present: T) => boolean, what: string): T {
    const present = this.stack.shared(key, create);
    if (!same(present)) throw new NetstackError({ what: `Another tunnel of Terraform stack ${this.stack.name} has another ${what}`, scope: this, fix: 'give both the same, or use two stacks' });
    return present;
  }

  /** An id of the account as plain hexadecimal text, or a variable. */
  private reference(value: TerraformVariable | string, what: string): string {
    if (TerraformVariable.is(value)) return this.stack.variable(value);
    refuseSecrets(String(value), what);
    if (typeof value !== 'string' || !/^[0-9a-f]{32}$/.test(value)) {
      throw new NetstackError({ what: `${what} ${shorten(value)} is not an id of Cloudflare`, scope: this, fix: 'give 32 hexadecimal digits, or TerraformVariable.named(…)' });
    }
    return value;
  }

  private applySettings(settings: ZoneSettings): void {
    const minimum = settings.minTlsVersion ?? '1.2';
    if (minimum !== '1.2' && minimum !== '1.3') throw new NetstackError({ what: `minTlsVersion ${shorten(minimum)} is not offered`, scope: this, fix: "take '1.2' or '1.3'" });
    const onOff = (on: boolean): string => (on ? 'on' : 'off');
    this.zone.set('http3', onOff(settings.http3 ?? true), this);
    this.zone.set('0rtt', onOff(settings.zeroRtt ?? false), this);
    this.zone.set('min_tls_version', minimum, this);
    this.zone.set('tls_1_3', settings.zeroRtt === true ? 'zrt' : 'on', this);
    this.zone.set('always_use_https', onOff(settings.alwaysUseHttps ?? true), this);
    // Names of the zone that lead to no tunnel: the edge takes no origin whose certificate it cannot verify.
    this.zone.set('ssl', 'strict', this);
  }

  private addRules(): void {
    const { waf = [], rateLimits = [], ddosSensitivity } = this.props;
    const managed = this.props.managedRules ?? (this.plan === 'free' ? ['cloudflare-free'] as const : ['cloudflare', 'owasp'] as const);
    this.zone.addRules('http_request_firewall_custom', this.edgeId, waf.map(renderWafRule), this);
    this.zone.addRules('http_request_firewall_managed', this.edgeId, renderManagedRules(managed, Expression.always), this);
    this.zone.addRules('http_ratelimit', this.edgeId, rateLimits.map((limit) => renderRateLimit(limit, this.plan)), this);
    if (ddosSensitivity !== undefined) this.zone.addRules('ddos_l7', this.edgeId, [renderDdosRule(ddosSensitivity)], this);
  }

  private refuseTwice(ids: readonly string[], what: string): void {
    const twice = ids.find((one, i) => ids.indexOf(one) !== i);
    if (twice !== undefined) throw new NetstackError({ what: `${what} ${twice} is declared twice`, scope: this, fix: 'give one of them another id' });
  }

  private build(stack: Construct): void {
    const { Tunnel, TunnelConfig, AccessApplication, AccessPolicy } = loadCloudflare();
    const tree = new Construct(stack, `tunnel-${this.edgeId}`);
    const { accountId } = this;
    const tunnel = new Tunnel(tree, 'tunnel', { accountId, name: this.tunnelName, configSrc: 'cloudflare' });
    tunnel.overrideLogicalId(this.resource);
    const ingress = terraformLiterals(renderIngress(this.routes, Cluster.of(this).clusterDomain));
    const config = new TunnelConfig(tree, 'config', { accountId, tunnelId: tunnel.id, source: 'cloudflare', config: { ingress } });
    config.overrideLogicalId(this.resource);
    for (const { id, domain, include, sessionDuration } of this.access) {
      const name = `${this.edgeId}-${id}`;
      const policy = new AccessPolicy(tree, `access-policy-${id}`, { accountId, name, decision: 'allow', include: terraformLiterals([...include]), sessionDuration });
      policy.overrideLogicalId(resourceName(name));
      const application = new AccessApplication(tree, `access-${id}`, {
        zoneId: this.zone.zoneId, type: 'self_hosted', name, domain: terraformLiteral(domain), sessionDuration, httpOnlyCookieAttribute: true, sameSiteCookieAttribute: 'lax',
        policies: [{ id: policy.id, precedence: 1 }],
      });
      application.overrideLogicalId(resourceName(name));
    }
  }
}
