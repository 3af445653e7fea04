// The edge: what Terraform says of Cloudflare (provider 4 and 5), and the tunnels that cloudflared keeps open, wherever their rules stand.
// Values with `${` are known only when Terraform runs, and count as unknown here.
import type { FieldPath } from '../documents/document';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import type { PodGroup } from './pods';
import { containersOf, mountedTexts, podsWithImage, readYaml } from './workload-config';
import type { TerraformResource, World } from './cluster-model';

/** A text that Terraform does not compute. */
export function literal(value: unknown): string | undefined {
  const found = text(value);
  return found === undefined || found.includes('${') || found.includes('%{') ? undefined : found;
}

/** A block as provider 4 has it (a list of one), or an attribute as provider 5 has it. */
export function block(value: unknown): Readonly<Record<string, Fields>> {
  return record(Array.isArray(value) ? value[0] : value);
}

function types(world: World, ...names: readonly string[]): readonly TerraformResource[] {
  return names.flatMap((name) => world.terraform(name));
}

/** The zone of a resource, as Terraform writes it: an id, or a reference. Resources of one zone write the same. */
export function zoneOf({ attributes }: TerraformResource): string {
  return text(attributes.zone_id) ?? '';
}

export interface ZoneSetting {
  readonly resource: TerraformResource;
  readonly path: FieldPath;
  readonly zone: string;
  readonly id: string;
  readonly value: string;
}

/** The settings of zones that are written out, by zone and setting. */
export function zoneSettings(world: World): ReadonlyMap<string, ReadonlyMap<string, ZoneSetting>> {
  const zones = new Map<string, Map<string, ZoneSetting>>();
  const add = (setting: ZoneSetting): void => {
    const known = zones.get(setting.zone) ?? new Map<string, ZoneSetting>();
    zones.set(setting.zone, known.set(setting.id, setting));
  };
  for (const resource of world.terraform('cloudflare_zone_setting')) {
    const id = literal(resource.attributes.setting_id);
    const value = literal(resource.attributes.value);
    if (id !== undefined && value !== undefined) add({ resource, path: ['value'], zone: zoneOf(resource), id, value });
  }
  for (const resource of world.terraform('cloudflare_zone_settings_override')) {
    for (const [id, given] of Object.entries(block(resource.attributes.settings))) {
      const value = literal(given);
      // Provider 4 calls it zero_rtt.
      if (value !== undefined) add({ resource, path: ['settings', ...(Array.isArray(resource.attributes.settings) ? [0] : []), id], zone: zoneOf(resource), id: id === 'zero_rtt' ? '0rtt' : id, value });
    }
  }
  return zones;
}

export interface DnsRecord {
  readonly resource: TerraformResource;
  readonly zone: string;
  readonly name: string;
  readonly type: string;
  /** With Terraform's expressions in it. */
  readonly content: string | undefined;
  readonly proxied: boolean;
}

/** The DNS records with names that are known. Provider 4 may give them relative to the zone. */
export function dnsRecords(world: World): readonly DnsRecord[] {
  return types(world, 'cloudflare_dns_record', 'cloudflare_record').flatMap((resource): DnsRecord[] => {
    const { name, type, content, value, proxied } = resource.attributes;
    const known = literal(name);
    return known === undefined ? [] : [{
      resource, zone: zoneOf(resource), name: known.toLowerCase(), type: String(type), content: text(content) ?? text(value), proxied: proxied === true || proxied === 'true',
    }];
  });
}

/** Whether all names of DNS are known: no record is made from a list, a variable or by somebody else. */
export function knowsDns(world: World): boolean {
  const records = types(world, 'cloudflare_dns_record', 'cloudflare_record');
  return records.length > 0 && records.every(({ attributes }) => literal(attributes.name) !== undefined && attributes.for_each === undefined && attributes.count === undefined);
}

/** One line of a tunnel's rules. */
export interface TunnelRule {
  readonly hostname: string;
  readonly path: string;
  readonly service: string;
  readonly originRequest: Fields;
  /** Where the rule is written, below the resource or object. */
  readonly at: FieldPath;
}

export interface Tunnel {
  readonly at: TerraformResource | Entry;
  readonly label: string;
  readonly rules: readonly TunnelRule[];
  /** Where the list of rules is written. */
  readonly path: FieldPath;
  /** Every rule could be read. */
  readonly complete: boolean;
  /** The namespace of the cloudflared that runs it, where it is known: short names of Services are looked up there. */
  readonly namespace: string | undefined;
  /** What DNS records of the tunnel point to, as far as it can be told. */
  readonly reference: string | undefined;
}

/** The tunnels whose rules are written down. */
export function tunnels(world: World): readonly Tunnel[] {
  return [...terraformTunnels(world), ...clusterTunnels(world)];
}

/** The pods of cloudflared in every cluster. */
export function cloudflareds(world: World): readonly PodGroup[] {
  return world.clusters.flatMap((cluster) => podsWithImage(cluster, 'cloudflared'));
}

function terraformTunnels(world: World): Tunnel[] {
  const connectors = cloudflareds(world);
  const namespaces = new Set(connectors.map(({ namespace }) => namespace));
  return types(world, 'cloudflare_zero_trust_tunnel_cloudflared_config', 'cloudflare_tunnel_config').map((resource): Tunnel => {
    const { config, tunnel_id: tunnelId } = resource.attributes;
    const fields = block(config);
    const key = fields.ingress === undefined ? 'ingress_rule' : 'ingress';
    const path: FieldPath = ['config', ...(Array.isArray(config) ? [0] : []), key];
    const reference = /cloudflare_[a-z_]*tunnel[a-z_]*\.([A-Za-z0-9_-]+)\.id/.exec(String(tunnelId))?.[0].replace(/\.id$/, '') ?? literal(tunnelId);
    return {
      at: resource, label: `Tunnel ${resource.name}`, path, ...rulesOf(fields[key], path, 'origin_request'),
      namespace: namespaces.size === 1 ? [...namespaces][0] : undefined, reference,
    };
  });
}

function rulesOf(value: unknown, path: FieldPath, request: string): Pick<Tunnel, 'rules' | 'complete'> {
  const items = list(value);
  const rules = items.flatMap((item: unknown, index): TunnelRule[] => {
    const { hostname, path: urlPath, service, [request]: originRequest } = record(item);
    const known = [hostname, urlPath, service].every((one) => one === undefined || one === null || one === '' || literal(one) !== undefined);
    return !known || literal(service) === undefined ? [] : [{
      hostname: text(hostname) ?? '', path: text(urlPath) ?? '', service: service as string, originRequest: block(originRequest), at: [...path, index],
    }];
  });
  return { rules, complete: Array.isArray(value) && rules.length === items.length };
}

function clusterTunnels(world: World): Tunnel[] {
  const found: Tunnel[] = [];
  const seen = new Set<Entry>();
  for (const pods of cloudflareds(world)) {
    const cluster = world.clusters.find((one) => one.entries.includes(pods.entry));
    if (!cluster) continue;
    for (const { entry, key, text: source } of mountedTexts(cluster, pods)) {
      if (seen.has(entry) || !/\.ya?ml$/.test(key) || !/^ingress:/m.test(source)) continue;
      seen.add(entry);
      const fields = record(readYaml(source));
      const path: FieldPath = ['data', key];
      const read = rulesOf(fields.ingress, path, 'originRequest');
      found.push({
        at: entry, label: `Tunnel of ${entry.toString()}`, path, complete: read.complete, namespace: pods.namespace, reference: text(fields.tunnel),
        rules: read.rules.map((rule) => ({ ...rule, at: path })),
      });
    }
    // `tunnel --url http://web:80 run` has one origin for every name.
    for (const { words } of containersOf(pods)) {
      const at = words.findIndex(({ word }) => word === '--url' || word.startsWith('--url='));
      const service = at < 0 ? undefined : words[at]!.word.startsWith('--url=') ? words[at]!.word.slice('--url='.length) : words[at + 1]?.word;
      if (service === undefined) continue;
      const { path } = words[at]!.word.startsWith('--url=') ? words[at]! : words[at + 1]!;
      found.push({
        at: pods.entry, label: `Tunnel of ${pods.entry.toString()}`, path, complete: true, namespace: pods.namespace, reference: undefined,
        rules: [{ hostname: '', path: '', service, originRequest: {}, at: path }],
      });
    }
  }
  return found;
}

/** An origin that names a Service: `https://web.shop.svc.cluster.local:443`. */
export interface ServiceOrigin {
  readonly scheme: string;
  readonly name: string;
  /** Undefined when neither the name nor the tunnel says it. */
  readonly namespace: string | undefined;
  readonly port: number;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, ws: 80, wss: 443, ssh: 22, rdp: 3389, smb: 445 };

/** The Service that an origin names; undefined for addresses, public names and cloudflared's own answers. */
export function originService(service: string, clusterDomain: string, namespace: string | undefined): ServiceOrigin | undefined {
  const found = /^([a-z+]+):\/\/([A-Za-z0-9.-]+?)\.?(?::(\d{1,5}))?(?:\/.*)?$/.exec(service);
  if (!found) return undefined;
  const [, scheme, host, port] = found as unknown as [string, string, string, string | undefined];
  const labels = host.toLowerCase().split('.');
  const suffix = labels.slice(2).join('.');
  const number = port === undefined ? DEFAULT_PORTS[scheme] : Number(port);
  if (number === undefined || labels.every((label) => /^\d+$/.test(label)) || labels[0] === 'localhost') return undefined;
  if (labels.length === 1) return { scheme, name: labels[0]!, namespace, port: number };
  // Two labels may be a Service and its namespace or a public name; only the full form is certain, and a namespace that is known makes the short one so.
  if (labels.length > 2 && suffix !== 'svc' && suffix !== `svc.${clusterDomain}`) return undefined;
  return { scheme, name: labels[0]!, namespace: labels[1]!, port: number };
}
