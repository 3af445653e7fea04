// Cloudflare in front of a gateway: one construct, two trees. Terraform gets the tunnel and the zone, Kubernetes gets cloudflared.
import { Construct } from 'constructs';
import { requireTerraformPackages } from '../app/terraform/bindings';
import { TerraformCompanion } from '../app/terraform/companion';
import type { TerraformBackend, TerraformOverrides, TerraformStack } from '../app/terraform/companion';
import { terraformLiteral, terraformLiterals } from '../app/terraform/literal';
import { NetstackError, shorten } from '../core/errors';
import { Hostname } from '../core/hostname';
import { dnsLabel } from '../core/kubernetes-name';
import { recordSource } from '../core/provenance';
import { refuseSecrets } from '../core/secrets';
import type { IRoute } from '../core/route';
import { requireBoolean, requireList, requireOneOf, requireOptions } from '../core/shape';
import { TerraformVariable } from '../core/terraform-variable';
import { accessApplication } from './access';
import type { AccessApplicationModel, AccessApplicationOptions } from './access';
import { EdgeConnector, requireRoute } from './edge-connector';
import type { EdgeConnectorOptions, ITunnel } from './edge-connector';
import { renderIngress, serviceUrl } from './ingress';
import { renderDdosRule, renderManagedRules, renderRateLimit, renderWafRule, requirePlan } from './rules';
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
const TUNNEL_OPTIONS: Readonly<Record<keyof EdgeTunnelProps, true>> = {
  zone: true, zoneId: true, account: true, tunnelName: true, edgeId: true, managedRules: true, waf: true, rateLimits: true, ddosSensitivity: true, access: true, settings: true,
  plan: true, stack: true, backend: true, providerVersion: true, token: true, publish: true, image: true, replicas: true, connectorName: true, namespace: true, resources: true,
};
const PROVIDER_VERSION = '>= 5.14.0, < 6.0.0';

/**
 * A Cloudflare tunnel to this cluster: `terraform/edge/cdk.tf.json` with tunnel, DNS, WAF, rate limits, Access and zone settings, and cloudflared with its
 * connections here. A second cluster joins the same tunnel with `EdgeConnector`.
 *
 * The token of the tunnel is in no output: copy it from the page of the tunnel into the Secret that `token` names.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/
 */
export class EdgeTunnel extends Construct implements ITunnel {
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
  /** By host name. */
  private readonly routes: Map<string, IRoute> = new Map();
  private readonly connectors: EdgeConnector[] = [];

  /** @throws NetstackError when the Terraform packages are missing, for a host name outside the zone, and for values that the account would refuse */
  constructor(scope: Construct, id: string, props: EdgeTunnelProps) {
    super(scope, id);
    recordSource(this);
    requireTerraformPackages(CLOUDFLARE_PACKAGES);
    this.props = requireOptions(props, TUNNEL_OPTIONS, 'the options of EdgeTunnel', this);
    this.plan = requirePlan(props.plan ?? 'pro');
    this.tunnelName = dnsLabel(props.tunnelName ?? id, 'the name of the tunnel', this);
    this.edgeId = dnsLabel(props.edgeId ?? this.tunnelName, 'the edgeId', this);
    this.stack = TerraformCompanion.of(this).stack(props.stack ?? 'edge', this);
    if (props.backend !== undefined) this.stack.useBackend(props.backend, this);
    this.claimIdentity();
    this.accountId = this.reference(props.account, 'The account');
    this.zone = this.findZone();
    this.access = requireList(props.access, 'access', this).map(accessApplication);
    this.checkAccess();
    this.applySettings(requireOptions(props.settings ?? {}, { http3: true, zeroRtt: true, minTlsVersion: true, alwaysUseHttps: true }, 'settings', this));
    this.addRules();
    this.stack.add(`tunnel:${this.edgeId}`, (tree) => this.build(tree));

    const { token, image, replicas, connectorName, namespace, resources } = props;
    this.connector = new EdgeConnector(this, 'cloudflared', { token, image, replicas, connectorName, namespace, resources, tunnel: this });
    for (const route of requireList(props.publish, 'publish', this)) this.publish(route);
    this.node.addValidation({ validate: () => this.strayConnectors() });
  }

  /**
   * Publishes a route of a gateway of this cluster under its host names.
   *
   * @throws NetstackError for a route without host names or outside the zone, and for a name that leads to another gateway already
   */
  publish(route: IRoute): void {
    requireRoute(route, this);
    if (route.hostnames.length === 0) throw new NetstackError({ what: 'A route without host names cannot be published', scope: this, fix: 'give its gateway host names' });
    this.connector.connect(route);
    for (const hostname of route.hostnames) {
      this.zone.point(hostname, `\${cloudflare_zero_trust_tunnel_cloudflared.${this.resource}.id}.cfargotunnel.com`, this);
      const present = this.routes.get(hostname.value);
      if (present && serviceUrl(present) !== serviceUrl(route)) {
        throw new NetstackError({ what: `Host name ${hostname} leads to ${serviceUrl(present)} already, and is to lead to ${serviceUrl(route)}`, scope: this, fix: 'publish each name through one gateway' });
      }
      this.routes.set(hostname.value, route);
    }
  }

  /** @internal */
  join(connector: EdgeConnector): void {
    this.connectors.push(connector);
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
    const version = providerVersion(this.props.providerVersion ?? PROVIDER_VERSION, this);
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
    if (TerraformVariable.is(value)) return this.stack.variable(value, this);
    refuseSecrets(String(value), what);
    if (typeof value !== 'string' || !/^[0-9a-f]{32}$/.test(value)) {
      throw new NetstackError({ what: `${what} ${shorten(value)} is not an id of Cloudflare`, scope: this, fix: 'give 32 hexadecimal digits, or TerraformVariable.named(…)' });
    }
    return value;
  }

  private applySettings(settings: ZoneSettings): void {
    const { http3 = true, zeroRtt = false, minTlsVersion = '1.2', alwaysUseHttps = true } = settings;
    const onOff = (on: boolean, what: string): string => (requireBoolean(on, what, this) ? 'on' : 'off');
    this.zone.set('http3', onOff(http3, 'settings.http3'), this);
    this.zone.set('0rtt', onOff(zeroRtt, 'settings.zeroRtt'), this);
    this.zone.set('min_tls_version', requireOneOf(minTlsVersion, ['1.2', '1.3'], 'settings.minTlsVersion', this), this);
    this.zone.set('tls_1_3', zeroRtt ? 'zrt' : 'on', this);
    this.zone.set('always_use_https', onOff(alwaysUseHttps, 'settings.alwaysUseHttps'), this);
    // Names of the zone that lead to no tunnel: the edge takes no origin whose certificate it cannot verify.
    this.zone.set('ssl', 'strict', this);
  }

  private addRules(): void {
    const { waf, rateLimits, ddosSensitivity } = this.props;
    const managed = this.props.managedRules ?? (this.plan === 'free' ? ['cloudflare-free'] as const : ['cloudflare', 'owasp'] as const);
    this.zone.addRules('http_request_firewall_custom', this.edgeId, requireList(waf, 'waf', this).map((rule) => renderWafRule(rule, this.plan)), this);
    this.zone.addRules('http_request_firewall_managed', this.edgeId, renderManagedRules(managed, this.plan), this);
    this.zone.addRules('http_ratelimit', this.edgeId, requireList(rateLimits, 'rateLimits', this).map((limit) => renderRateLimit(limit, this.plan)), this);
    if (ddosSensitivity !== undefined) this.zone.addRules('ddos_l7', this.edgeId, [renderDdosRule(ddosSensitivity)], this);
  }

  private checkAccess(): void {
    const ids = new Set<string>();
    const domains = new Map<string, string>();
    for (const { id, hostname, domain } of this.access) {
      this.zone.requireInside(hostname, this);
      if (ids.has(id)) throw new NetstackError({ what: `Access application ${id} is declared twice`, scope: this, fix: 'give one of them another id' });
      ids.add(id);
      const other = domains.get(domain);
      if (other !== undefined) throw new NetstackError({ what: `Access applications ${other} and ${id} both guard ${domain}`, scope: this, fix: 'join them: one of them would be ignored' });
      domains.set(domain, id);
    }
  }

  /** A request may arrive at every cloudflared of the tunnel, so each has to reach every name, at the address that the tunnel's one configuration gives. */
  private strayConnectors(): string[] {
    return this.connectors.filter((connector) => connector !== this.connector).flatMap((connector) => {
      const { workload } = connector;
      const where = `cloudflared ${workload.namespace}/${workload.name} of cluster ${workload.cluster.name}`;
      const theirs = new Map(connector.routes.flatMap((route) => route.hostnames.map(({ value }) => [value, serviceUrl(route)] as const)));
      const lacks = [...this.routes].sort(([x], [y]) => (x < y ? -1 : 1)).flatMap(([hostname, route]) => {
        const [here, there] = [serviceUrl(route), theirs.get(hostname)];
        if (there === undefined) return [`Tunnel ${this.tunnelName} sends requests for ${hostname} to ${where} too, which leads nowhere: publish the route of that cluster's gateway with its EdgeConnector.`];
        return there === here ? [] : [`Tunnel ${this.tunnelName} sends requests for ${hostname} to ${here}, and ${where} reaches ${there}: give the gateways of both clusters one name and namespace.`];
      });
      const extra = [...theirs.keys()].sort().filter((hostname) => !this.routes.has(hostname));
      return [...lacks, ...extra.map((hostname) => `${where} publishes ${hostname}, and tunnel ${this.tunnelName} does not: publish it with the EdgeTunnel too.`)];
    });
  }

  private build(stack: Construct): void {
    const { Tunnel, TunnelConfig, AccessApplication, AccessPolicy } = loadCloudflare();
    const tree = new Construct(stack, `tunnel-${this.edgeId}`);
    const { accountId } = this;
    const tunnel = new Tunnel(tree, 'tunnel', { accountId, name: this.tunnelName, configSrc: 'cloudflare' });
    tunnel.overrideLogicalId(this.resource);
    const ingress = terraformLiterals(renderIngress(this.routes));
    const config = new TunnelConfig(tree, 'config', { accountId, tunnelId: tunnel.id, source: 'cloudflare', config: { ingress } });
    config.overrideLogicalId(this.resource);
    for (const { id, domain, include, sessionDuration } of this.access) {
      const name = `${this.edgeId}-${id}`;
      const policy = new AccessPolicy(tree, `access-policy-${id}`, { accountId, name, decision: 'allow', include: terraformLiterals([...include]), sessionDuration });
      const address = `${this.resource}_${id}`;
      policy.overrideLogicalId(address);
      const application = new AccessApplication(tree, `access-${id}`, {
        zoneId: this.zone.zoneId, type: 'self_hosted', name, domain: terraformLiteral(domain), sessionDuration, httpOnlyCookieAttribute: true, sameSiteCookieAttribute: 'lax',
        policies: [{ id: policy.id, precedence: 1 }],
      });
      application.overrideLogicalId(address);
    }
  }
}

/** One constraint of a version, as Terraform writes it. */
const CONSTRAINT = /^(?:=|!=|>=?|<=?|~>)? ?\d+(?:\.\d+){0,2}(?:-[0-9A-Za-z.-]+)?$/;

function providerVersion(text: string, scope: Construct): string {
  if (typeof text === 'string' && text.length <= 200 && text.split(',').every((one) => CONSTRAINT.test(one.trim()))) return text;
  throw new NetstackError({ what: `The providerVersion ${shorten(text)} is no version constraint of Terraform`, scope, fix: `give such as '${PROVIDER_VERSION}' or '5.14.0'` });
}
