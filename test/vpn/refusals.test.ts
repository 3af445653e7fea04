// What wg, nft or Tailscale would refuse, or take in another sense, refused at the line of the program, with the whole sentence.
import { Chart } from 'cdk8s';
import { NetworkApp } from '../../src/app/network-app';
import { Cluster } from '../../src/core/cluster';
import { Duration } from '../../src/core/duration';
import { Port } from '../../src/core/port';
import { SecretRef } from '../../src/core/secret-ref';
import { OfficeVpn } from '../../src/vpn';
import type { OfficeVpnProps, TailnetOptions } from '../../src/vpn';
import { FILE, PROPS, key, problem, setUp } from './scene';

const any = (value: unknown): never => value as never;
const [site, second] = PROPS.sites as [OfficeVpnProps['sites'][number], OfficeVpnProps['sites'][number]];
const hub = (options: object): Partial<OfficeVpnProps> => ({ hub: { ...PROPS.hub, ...options } });
const sites = (...all: object[]): Partial<OfficeVpnProps> => ({ sites: all.map((one) => ({ ...site, ...one })) });
const person = (options: object): Partial<OfficeVpnProps> => ({ sites: [site, second], people: [{ email: 'alice@example.com', groups: ['engineering'], ...options }], tailnet: undefined });
const laptop = { name: 'laptop', host: 99, publicKey: key(9), privateKey: FILE };
const PSK = SecretRef.file('/etc/wireguard/keys/one.psk');

const TABLE: ReadonlyArray<readonly [name: string, props: Partial<OfficeVpnProps>, sentence: string]> = [
  // Addresses.
  ['a site in the pods', sites({ networks: ['10.244.7.0/24'] }),
    'Network 10.244.7.0/24 of site beijing overlaps 10.244.0.0/16 of cluster beijing, declared by beijing (test/vpn/scene.ts:<line>): give each addresses of its own.'],
  ['a site in the tunnel', sites({ networks: ['10.60.0.128/25'] }),
    'Network 10.60.0.128/25 of site beijing overlaps 10.60.0.0/24 of the tunnel of office/vpn, declared by office/vpn (test/vpn/scene.ts:<line>): give each addresses of its own.'],
  ['two sites with one network', { sites: [site, { ...second, networks: ['192.168.10.0/25'] }] },
    'Network 192.168.10.0/25 of site shanghai overlaps 192.168.10.0/24 of site beijing, declared by office/vpn (test/vpn/scene.ts:<line>): give each addresses of its own.'],
  ['a site that overlaps itself', sites({ networks: ['192.168.10.0/24', '192.168.0.0/16'] }), 'Networks 192.168.0.0/16 and 192.168.10.0/24 of site beijing overlap: name the larger one only.'],
  ['a site with everything', { ...sites({ networks: ['0.0.0.0/0'] }) }, 'Site beijing has every address there is (0.0.0.0/0): name the networks of the office.'],
  ['a site in the addresses of the tailnet', sites({ networks: ['100.100.0.0/16'] }),
    'Network 100.100.0.0/16 of site beijing overlaps 100.64.0.0/10, which Tailscale gives to its devices: take addresses elsewhere.'],
  ['no network', { network: any(undefined) }, 'The network of the VPN is undefined: give an object with its options.'],
  ['a network of the wrong family', { network: { v4: 'fd4e:7a3c:1b2d::/64' } }, 'Tunnel network fd4e:7a3c:1b2d::/64 is not IPv4: give an IPv4 range.'],
  ['a network of two', { network: { v4: '10.60.0.0/31' } }, 'Tunnel network 10.60.0.0/31 has no room for a hub and a peer: give a larger range, such as /24.'],
  ['an address of another', sites({ host: 1 }), 'beijing and vpn-hub both have address number 1: give each a number of its own.'],
  ['an address outside', sites({ host: 300 }), 'Address number 300 of beijing is outside 1 to 254 of 10.60.0.0/24 and fd4e:7a3c:1b2d::/64: give a number inside the range.'],
  ['an address outside the smaller range', { network: { v4: '10.60.0.0/24', v6: 'fd4e:7a3c:1b2d::/124' }, ...sites({ host: 16 }) },
    'Address number 16 of beijing is outside 1 to 15 of 10.60.0.0/24 and fd4e:7a3c:1b2d::/124: give a number inside the range.'],
  ['the broadcast address', sites({ host: 255 }), 'Address number 255 of beijing is outside 1 to 254 of 10.60.0.0/24 and fd4e:7a3c:1b2d::/64: give a number inside the range.'],
  ['an address as text', sites({ host: any('10') }), 'Address number "10" of beijing is outside 1 to 254 of 10.60.0.0/24 and fd4e:7a3c:1b2d::/64: give a number inside the range.'],
  ['no address', sites({ host: any(undefined) }), 'Address number undefined of beijing is outside 1 to 254 of 10.60.0.0/24 and fd4e:7a3c:1b2d::/64: give a number inside the range.'],
  // Routes.
  ['a route that swallows the tunnel', { routes: ['10.0.0.0/8'] }, "Route 10.0.0.0/8 overlaps the tunnel's own network 10.60.0.0/24: name the networks of the cluster."],
  ['a route that swallows a site', { routes: ['192.168.0.0/16'] }, 'Route 192.168.0.0/16 overlaps 192.168.10.0/24 of site beijing: name the networks of the cluster.'],
  ['a route to everything', { routes: ['0.0.0.0/0'] }, "Route 0.0.0.0/0 overlaps the tunnel's own network 10.60.0.0/24: name the networks of the cluster."],
  ['a route without addresses for it', { network: { v4: '10.60.0.0/24' }, routes: ['fd00:244::/48'] },
    'Route fd00:244::/48 is IPv6, and the tunnel has no IPv6 addresses: give the network a v6 range, or leave the route out.'],
  ['a route over the endpoint', { ...hub({ endpoint: '203.0.113.7' }), routes: ['203.0.113.0/24'] },
    "Route 203.0.113.0/24 leads to the hub's own endpoint 203.0.113.7 through the tunnel: name smaller ranges without it."],
  ['no route', { routes: [] }, 'The VPN leads nowhere: cluster beijing names no address ranges: give the Cluster podCidrs and serviceCidrs, or the VPN routes.'],
  ['routes that are no list', { routes: any('10.0.0.0/8') }, 'Routes is "10.0.0.0/8", not a list: put it into [ ].'],
  // Ends.
  ['no ends', { sites: [], people: [], tailnet: undefined }, 'The VPN has neither a site nor a device: add sites, or devices of people.'],
  ['sites that are no list', { sites: any({}) }, 'Sites is {}, not a list: put it into [ ].'],
  ['a hole in the sites', { sites: [any(null)] }, 'Sites has null at place 1: leave it out.'],
  ['one name twice', { sites: [site, { ...second, name: 'beijing' }] }, 'beijing and beijing both write files/vpn-beijing: give one of them another name.'],
  ['a site in the folder of the hub', sites({ name: 'hub' }), 'hub and vpn-hub both write files/vpn-hub: give one of them another name.'],
  ['a device called as a site', person({ devices: [{ ...laptop, name: 'shanghai' }] }), 'shanghai and shanghai both write files/vpn-shanghai: give one of them another name.'],
  ['one key twice', { sites: [site, { ...second, publicKey: site.publicKey }] }, 'shanghai and beijing have the same public key: make a key pair for each.'],
  ['the key of the hub', sites({ publicKey: PROPS.hub.publicKey }), 'beijing and vpn-hub have the same public key: make a key pair for each.'],
  ['a key that is none', sites({ publicKey: 'OcQYx' }), 'The public key is not 44 characters of base64: paste the output of `wg pubkey`.'],
  ['no key', sites({ publicKey: any(undefined) }), 'The public key is not 44 characters of base64: paste the output of `wg pubkey`.'],
  ['one preshared key for two', { sites: [{ ...site, presharedKey: PSK }, { ...second, presharedKey: PSK }] },
    'shanghai and beijing have the same preshared key: make one for each: whoever has it could read the other.'],
  ['a preshared key in the environment', sites({ presharedKey: SecretRef.env('PSK') }),
    "The preshared key of beijing is a SecretRef of type env, and wg reads keys from files: give SecretRef.file('/etc/wireguard/keys/wg0.key')."],
  ['no private key', sites({ privateKey: any(undefined) }), "The private key of beijing is missing: pass where the secret is kept, such as SecretRef.existing('name', 'key')."],
  ['a NAT as text', sites({ behindNat: any('no') }), 'BehindNat of site beijing is "no": give true or false.'],
  ['an unknown group', sites({ groups: ['sales'] }), 'Site beijing names group "sales", in which nobody is: list its people.'],
  ['a group twice', sites({ groups: ['engineering', 'engineering'] }), 'Site beijing names group engineering twice: name it once.'],
  ['groups as text', sites({ groups: any('engineering') }), 'The groups of site beijing is "engineering", not a list: put it into [ ].'],
  ['a line that carries no IPv6', sites({ lineMtu: 1300 }), 'LineMtu of beijing is 1300: give a whole number from 1360 to 9000.'],
  ['a packet that fits nothing', { mtu: 1500 }, "The tunnel's MTU 1500 is outside 1280 to 1420, which the line of vpn-hub (1500 bytes) leaves: leave it out, and name the lineMtu of lines that are not 1500."],
  ['a packet that is no number', { mtu: any('1420') }, "The tunnel's MTU \"1420\" is outside 1280 to 1420, which the line of vpn-hub (1500 bytes) leaves: leave it out, and name the lineMtu of lines that are not 1500."],
  // The hub.
  ['no hub', { hub: any(undefined) }, 'The hub is undefined: give an object with its options.'],
  ['management from nowhere', hub({ managementFrom: [] }), 'The hub can be managed from nowhere: name the networks of its administrators in managementFrom.'],
  ['management left out', hub({ managementFrom: undefined }), 'The hub can be managed from nowhere: name the networks of its administrators in managementFrom.'],
  ['management from everywhere', hub({ managementFrom: ['192.0.2.0/28', '::/0'] }), 'The hub can be managed from everywhere (::/0): name the networks of its administrators in managementFrom.'],
  ['one interface for both sides', hub({ uplink: 'wg0' }), 'The hub has wg0 for its tunnel and for its uplink: name two interfaces.'],
  ['a long interface', hub({ interface: 'wireguard-tunnel' }), '"wireguard-tunnel" is not the name of a network interface: use 1 to 15 letters, digits, "_", "." and "-".'],
  ['a port outside', hub({ port: 65_536 }), 'The port of the hub is 65536: give a whole number from 1 to 65535.'],
  ['a wildcard endpoint', hub({ endpoint: '*.example.com' }), 'The endpoint *.example.com is a wildcard: name one host.'],
  ['an endpoint with a port', hub({ endpoint: '203.0.113.7:51820' }), 'IP address "203.0.113.7:51820" is not valid: give an address such as \'10.0.0.1\' or \'fd00::1\'.'],
  ['no endpoint', hub({ endpoint: any(undefined) }), 'Hostname undefined is not a string: give a DNS name such as \'api.example.com\'.'],
  // People.
  ['people that are no list', { people: any('alice@example.com') }, 'People is "alice@example.com", not a list: put it into [ ].'],
  ['somebody in no group', person({ groups: [] }), 'alice@example.com is in no group: name at least one.'],
  ['somebody in a group twice', person({ groups: ['engineering', 'engineering'] }), 'alice@example.com is in group engineering twice: name it once.'],
  ['somebody twice', { people: [...PROPS.people!, PROPS.people![0]!] }, 'alice@example.com is listed twice: list everybody once, with all groups.'],
  ['capital letters', person({ email: 'Alice@example.com' }), '"Alice@example.com" is not a mail address in lower case: give one such as alice@example.com.'],
  ['a domain that is none', person({ email: 'alice@-' }), '"alice@-" is not a mail address in lower case: give one such as alice@example.com.'],
  ['nobody', { people: [any({ groups: ['a'] })] }, 'undefined is not a mail address in lower case: give one such as alice@example.com.'],
  ['a device without a name', person({ devices: [{ ...laptop, name: undefined }] }),
    'The name of a device of alice@example.com undefined is not a DNS label: use 1 to 63 lower-case letters, digits and "-", with a letter or digit at both ends.'],
];

test.each(TABLE)('%s', (_name, props, sentence) => {
  expect(problem(() => setUp(props))).toBe(sentence);
});

test.each([null, 7, [], 'x', undefined])('options that are %p', (options) => {
  expect(problem(() => new OfficeVpn(new Chart(new NetworkApp(), 'c'), 'v', any(options)))).toMatch(/^The options of OfficeVpn is .*: give an object with its options\.$/);
});

const T = PROPS.tailnet!;
const TAILNET: ReadonlyArray<readonly [name: string, tailnet: Partial<TailnetOptions>, sentence: string]> = [
  ['an unknown tag', { tags: {}, ssh: [] }, 'The tailnet names tag "staging", which is not declared: name one of tags, where there is none yet.'],
  ['a tag of the prototype', { grants: [{ from: 'dba', to: 'constructor' }] }, 'The tailnet names tag "constructor", which is not declared: name one of prod, staging.'],
  ['an unknown group', { grants: [{ from: 'sales', to: 'prod' }] }, 'The tailnet names group "sales", in which nobody is: name one of dba, design, engineering.'],
  ['a tag of nobody', { tags: { ...T.tags, prod: [] } }, 'Tag prod has no owner: name the groups that may give it to a machine.'],
  ['a tag with a digit in front', { tags: { ...T.tags, '1prod': ['dba'] } }, '"1prod" is not the name of a tag: use lower-case letters, digits and "-", with a letter in front.'],
  ['tags that are a list', { tags: any(['prod']) }, 'The tags of the tailnet is ["prod"]: give an object with its options.'],
  ['nothing at all', { grants: [], ssh: [] }, 'The tailnet grants nothing: add grants: nobody reaches anything otherwise.'],
  ['no ports', { grants: [{ from: 'dba', to: 'prod', ports: [] }] }, 'The grant from dba to prod has an empty list of ports: name ports, or leave the list out for every one.'],
  ['ports as numbers', { grants: [{ from: 'dba', to: 'prod', ports: [any(443)] }] }, 'The grant from dba to prod names 443 for a port: give such as Port.tcp(443).'],
  ['SSH as root', { ssh: [{ from: 'dba', to: 'prod', users: ['root'] }] }, "The ssh rule from dba to prod lets people in as root: name the service's own account, or 'autogroup:nonroot'."],
  ['SSH as nobody', { ssh: [{ from: 'dba', to: 'prod', users: [] }] }, "The ssh rule from dba to prod names no account: give such as users: ['deploy']."],
  ['SSH for a while', { ssh: [{ from: 'dba', to: 'prod', users: ['postgres'], checkPeriod: Duration.seconds(30) }] }, 'The ssh rule from dba to prod asks again after 30s: give one minute to 168 hours.'],
  ['SSH for a year', { ssh: [{ from: 'dba', to: 'prod', users: ['postgres'], checkPeriod: Duration.hours(8760) }] }, 'The ssh rule from dba to prod asks again after 8760h: give one minute to 168 hours.'],
  ['SSH twice', { ssh: [{ from: 'dba', to: 'prod', users: ['postgres'] }, { from: 'dba', to: 'prod', users: ['mysql'] }] }, 'There are two ssh rules from dba to prod: join them.'],
  ['port 22 where SSH refuses it', { grants: [{ from: 'engineering', to: 'prod', ports: [Port.tcp(22)] }, { from: 'engineering', to: 'staging' }] },
    'The grant from engineering to prod opens port 22, and no ssh rule lets engineering in there: add one: the port comes with it.'],
];

test.each(TAILNET)('a tailnet with %s', (_name, tailnet, sentence) => {
  expect(problem(() => setUp({ tailnet: { ...T, ...tailnet } }))).toBe(sentence);
});

test('a cluster without ranges needs routes', () => {
  const app = new NetworkApp();
  new Cluster(app, 'bare');
  const chart = new Chart(app, 'office');
  expect(problem(() => new OfficeVpn(chart, 'vpn', PROPS))).toBe('The VPN leads nowhere: cluster bare names no address ranges: give the Cluster podCidrs and serviceCidrs, or the VPN routes.');
});

test('a group that nobody is in, and one without addresses', () => {
  const { office } = setUp();
  expect(problem(() => office.group('sales'))).toBe('Nobody is in group "sales": name one of dba, design, engineering.');
  expect(problem(() => office.group(any(undefined)))).toBe('Nobody is in group undefined: name one of dba, design, engineering.');
  expect(problem(() => office.group('dba'))).toBe('Group dba has no addresses: give its people devices, or let a site name the group.');
});
