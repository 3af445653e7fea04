// The ends of the tunnel, checked: what wg itself would take without a word (one key twice, one address twice, a packet too large) is refused here.
import type { IConstruct } from 'constructs';
import type { Cidr} from '../core/cidr';
import { ipAddress } from '../core/cidr';
import { NetstackError, sentenceCase, shorten } from '../core/errors';
import { Hostname } from '../core/hostname';
import { dnsLabel } from '../core/kubernetes-name';
import { requireSecretRef } from '../core/secret-ref';
import type { SecretRef } from '../core/secret-ref';
import { requireBoolean, requireList, requireOptions, requireWhole } from '../core/shape';
import { checkedPublicKey } from '../formats/wireguard';
import type { AddressPlan, TunnelAddresses } from './address-plan';
import type { DeviceOptions, HubOptions, PersonOptions, SiteOptions, TunnelEnd } from './options';

/** Headers of WireGuard around a packet: 32 bytes of its own, 8 of UDP, and those of IP. */
const OVERHEAD = { 4: 60, 6: 80 } as const;
/** What IPv6 asks of every link. */
const LEAST_MTU = 1280;
const DEFAULT_LINE = 1500;
const LARGEST_LINE = 9000;

/** One end of the tunnel. */
export interface End {
  readonly name: string;
  /** Folder below `files/`. */
  readonly folder: string;
  readonly addresses: TunnelAddresses;
  /** Networks behind it. */
  readonly networks: readonly Cidr[];
  readonly publicKey: string;
  readonly privateKeyFile: string;
  readonly presharedKeyFile: string | undefined;
  readonly behindNat: boolean;
  readonly lineMtu: number;
  /** Groups whose traffic comes from it. */
  readonly groups: readonly string[];
}

const DEVICE_OPTIONS = { name: true, host: true, publicKey: true, privateKey: true, presharedKey: true, lineMtu: true } as const;
const SITE_OPTIONS = { ...DEVICE_OPTIONS, networks: true, groups: true, behindNat: true } as const;
const HUB_OPTIONS = {
  host: true, name: true, publicKey: true, privateKey: true, lineMtu: true, endpoint: true, port: true, interface: true, uplink: true, managementFrom: true,
} as const;

/** The people of each group, by their addresses. */
export type Groups = ReadonlyMap<string, readonly string[]>;

/** @throws NetstackError for somebody who is listed twice, is in no group, or has no mail address */
export function readGroups(people: readonly PersonOptions[], scope: IConstruct): Groups {
  const groups = new Map<string, string[]>();
  const seen = new Set<string>();
  for (const person of people) {
    const email = checkedMail(requireOptions(person, { email: true, groups: true, devices: true }, 'a person', scope).email, scope);
    if (seen.has(email)) throw new NetstackError({ what: `${email} is listed twice`, scope, fix: 'list everybody once, with all groups' });
    seen.add(email);
    const theirs = requireList(person.groups, `the groups of ${email}`, scope).map((group) => dnsLabel(group, 'the name of a group', scope));
    if (theirs.length === 0) throw new NetstackError({ what: `${email} is in no group`, scope, fix: 'name at least one' });
    refuseTwice(theirs, `${email} is in group`, scope);
    for (const group of theirs) groups.set(group, [...(groups.get(group) ?? []), email]);
  }
  return groups;
}

/** Reads the ends in the order hub, sites, devices. */
export class Ends {
  readonly hub: End;
  readonly sites: readonly End[];
  readonly devices: readonly End[];
  /** Where the others call: a name or an address. */
  readonly endpoint: string;
  private readonly plan: AddressPlan;
  private readonly groups: Groups;
  private readonly scope: IConstruct;

  /** @throws NetstackError for names, addresses or keys given twice, unknown groups, and keys that are no reference to a file */
  constructor(hub: HubOptions, sites: readonly SiteOptions[], people: readonly PersonOptions[], groups: Groups, plan: AddressPlan, scope: IConstruct) {
    this.plan = plan;
    this.groups = groups;
    this.scope = scope;
    const name = dnsLabel(requireOptions(hub, HUB_OPTIONS, 'the hub', scope).name ?? 'vpn-hub', 'the name of the hub', scope);
    this.endpoint = this.checkedEndpoint(hub.endpoint);
    this.hub = this.end(name, name, { ...hub, host: hub.host ?? 1 }, { networks: [], groups: [], behindNat: false });
    this.sites = sites.map((site) => this.site(site));
    this.devices = people.flatMap((person) => requireList(person.devices, `the devices of ${person.email}`, scope).map((device) => this.device(device, person)));
    if (this.spokes.length === 0) throw new NetstackError({ what: 'The VPN has neither a site nor a device', scope, fix: 'add sites, or devices of people' });
    this.refuseShared(({ folder }) => folder, (folder) => `both write files/${folder}`, 'give one of them another name');
    this.refuseShared(({ publicKey }) => publicKey, () => 'have the same public key', 'make a key pair for each');
    this.refuseShared(({ presharedKeyFile }) => presharedKeyFile, () => 'have the same preshared key', 'make one for each: whoever has it could read the other');
  }

  /** Everything but the hub. */
  get spokes(): readonly End[] {
    return [...this.sites, ...this.devices];
  }

  /** The largest packet that fits every line. @throws NetstackError for a wish that does not */
  mtu(wish: number | undefined): number {
    const narrowest = [this.hub, ...this.spokes].reduce((a, b) => (b.lineMtu < a.lineMtu ? b : a));
    if (wish === undefined) return narrowest.lineMtu - OVERHEAD[6];
    const most = narrowest.lineMtu - OVERHEAD[/^[\d.]+$/.test(this.endpoint) ? 4 : 6];
    if (Number.isInteger(wish) && wish >= LEAST_MTU && wish <= most) return wish;
    throw new NetstackError({
      what: `The tunnel's MTU ${shorten(wish)} is outside ${LEAST_MTU} to ${most}, which the line of ${narrowest.name} (${narrowest.lineMtu} bytes) leaves`, scope: this.scope,
      fix: 'leave it out, and name the lineMtu of lines that are not 1500',
    });
  }

  private site(options: SiteOptions): End {
    const name = dnsLabel(requireOptions(options, SITE_OPTIONS, 'a site', this.scope).name, 'the name of a site', this.scope);
    const groups = requireList(options.groups, `the groups of site ${name}`, this.scope);
    for (const group of groups) {
      if (!this.groups.has(group)) throw new NetstackError({ what: `Site ${name} names group ${shorten(group)}, in which nobody is`, scope: this.scope, fix: 'list its people' });
    }
    refuseTwice(groups, `Site ${name} names group`, this.scope);
    const networks = this.plan.siteNetworks(requireList(options.networks, `the networks of site ${name}`, this.scope), name);
    return this.end(name, `vpn-${name}`, options, { networks, groups, behindNat: requireBoolean(options.behindNat ?? true, `behindNat of site ${name}`, this.scope) });
  }

  private device(options: DeviceOptions, person: PersonOptions): End {
    const name = dnsLabel(requireOptions(options, DEVICE_OPTIONS, `a device of ${person.email}`, this.scope).name, `the name of a device of ${person.email}`, this.scope);
    return this.end(name, `vpn-${name}`, options, { networks: [], groups: person.groups, behindNat: true });
  }

  private end(name: string, folder: string, end: TunnelEnd, rest: Pick<End, 'networks' | 'groups' | 'behindNat'>): End {
    return {
      ...rest, name, folder,
      publicKey: checkedPublicKey(end.publicKey, `wireguard, ${name}`),
      addresses: this.plan.assign(end.host, name),
      privateKeyFile: this.keyFile(end.privateKey, `the private key of ${name}`),
      presharedKeyFile: end.presharedKey === undefined ? undefined : this.keyFile(end.presharedKey, `the preshared key of ${name}`),
      lineMtu: requireWhole(end.lineMtu ?? DEFAULT_LINE, LEAST_MTU + OVERHEAD[6], LARGEST_LINE, `lineMtu of ${name}`, this.scope),
    };
  }

  /** Keys lie in files of the hosts, put there by whoever manages them. */
  private keyFile(ref: SecretRef, where: string): string {
    const { source } = requireSecretRef(ref, where, this.scope);
    if (source.type !== 'file') {
      throw new NetstackError({ what: `${sentenceCase(where)} is a SecretRef of type ${source.type}, and wg reads keys from files`, scope: this.scope, fix: "give SecretRef.file('/etc/wireguard/keys/wg0.key')" });
    }
    return source.path;
  }

  private checkedEndpoint(endpoint: Hostname | string): string {
    if (typeof endpoint === 'string' && (/^[\d.]+$/.test(endpoint) || endpoint.includes(':'))) return ipAddress(endpoint).value;
    const hostname = Hostname.of(endpoint);
    if (hostname.isWildcard) throw new NetstackError({ what: `The endpoint ${hostname} is a wildcard`, scope: this.scope, fix: 'name one host' });
    return hostname.value;
  }

  /** wg joins two peers of one key, and the later one's addresses replace the earlier's. */
  private refuseShared(value: (end: End) => string | undefined, what: (key: string) => string, fix: string): void {
    const owners = new Map<string, string>();
    for (const end of [this.hub, ...this.spokes]) {
      const key = value(end);
      if (key === undefined) continue;
      const other = owners.get(key);
      if (other !== undefined) throw new NetstackError({ what: `${end.name} and ${other} ${what(key)}`, scope: this.scope, fix });
      owners.set(key, end.name);
    }
  }
}

function checkedMail(email: string, scope: IConstruct): string {
  const [local, domain, ...rest] = typeof email === 'string' && email.length <= 320 ? email.split('@') : [];
  if (local !== undefined && domain !== undefined && rest.length === 0 && /^[a-z0-9._%+-]{1,64}$/.test(local) && /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(domain)) {
    Hostname.of(domain);
    return email;
  }
  throw new NetstackError({ what: `${shorten(email)} is not a mail address in lower case`, scope, fix: 'give one such as alice@example.com' });
}

function refuseTwice(names: readonly string[], what: string, scope: IConstruct): void {
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new NetstackError({ what: `${what} ${twice} twice`, scope, fix: 'name it once' });
}
