// The raw files of the order platform as models, and wider ones of the same kind. Snapshot tests and the conformance run read them.
import { rules } from '../../examples/order-platform/alerts';
import { corefile, zone } from '../../examples/order-platform/dns';
import { haproxyL4 as front, haproxyL7, lua } from '../../examples/order-platform/front';
import { sysctl } from '../../examples/order-platform/hosts';
import { Duration } from '../../src/core/duration';
import { printCorefile } from '../../src/formats/corefile';
import type { HaproxyConfig } from '../../src/formats/haproxy';
import { printHaproxyConfig, printLuaScript } from '../../src/formats/haproxy';
import type { TailscalePolicy } from '../../src/formats/hujson';
import { printTailscalePolicy } from '../../src/formats/hujson';
import type { NftRuleset } from '../../src/formats/nftables';
import { printNftRuleset } from '../../src/formats/nftables';
import { printRuleFile } from '../../src/formats/prometheus';
import { printSysctl } from '../../src/formats/sysctl';
import type { WireguardConfig } from '../../src/formats/wireguard';
import { printWireguardConfig } from '../../src/formats/wireguard';
import { printZoneFile } from '../../src/formats/zonefile';

export { corefile, haproxyL7, lua, rules, sysctl, zone };

const s = Duration.seconds;
const m = Duration.minutes;
const h = Duration.hours;

/** The layer 4 front with three gateways, to which the client's address goes along in a PROXY v2 header. */
export const haproxyL4: HaproxyConfig = {
  ...front,
  backends: front.backends!.map((backend) => ({
    ...backend,
    defaultServer: { ...backend.defaultServer, sendProxy: 'v2' },
    servers: ['10.47.27.11', '10.47.27.12', 'fd47:27::13'].map((address, i) => ({ name: `gateway-${i + 1}`, address, port: backend.servers![0]!.port })),
  })),
};

/** The hub of the office network and the gateway host in one. */
export const nftables: NftRuleset = {
  tables: [{
    family: 'inet',
    name: 'gw',
    sets: [
      { name: 'block4', type: 'ipv4_addr', size: 65_535, timeout: h(1), elements: ['192.0.2.0/24', '198.51.100.7'] },
      { name: 'block6', type: 'ipv6_addr', size: 65_535, timeout: h(1) },
      { name: 'mgmt4', type: 'ipv4_addr', elements: ['10.47.0.0/16', '172.16.0.0/12'] },
      { name: 'public', type: 'inet_service', ports: [80, 443] },
      { name: 'syn4', type: 'ipv4_addr', size: 65_535, dynamic: true, timeout: m(1) },
      { name: 'conn4', type: 'ipv4_addr', size: 65_535, dynamic: true },
      { name: 'ssh4', type: 'ipv4_addr', size: 65_535, dynamic: true, timeout: m(10) },
    ],
    counters: ['dropped_bogon'],
    chains: [
      {
        name: 'raw_pre', hook: 'prerouting', priority: 'raw', policy: 'accept',
        rules: [
          { statements: [{ match: 'iifname', names: ['eth0'] }, { match: 'ip saddr', set: 'block4' }, { action: 'counter' }, { verdict: 'drop' }] },
          { statements: [{ match: 'iifname', names: ['eth0'] }, { match: 'ip6 saddr', set: 'block6' }, { action: 'counter' }, { verdict: 'drop' }] },
          { statements: [{ match: 'iifname', names: ['eth0'] }, { match: 'fib saddr . iif oif missing' }, { action: 'counter', name: 'dropped_bogon' }, { verdict: 'drop' }] },
          {
            statements: [{ match: 'iifname', names: ['eth0'] }, { match: 'tcp dport', set: 'public' }, { match: 'tcp flags', mask: ['fin', 'syn', 'rst', 'ack'], flags: ['syn'] }, { action: 'notrack' }],
            comment: 'SYN for synproxy',
          },
        ],
      },
      {
        name: 'input', hook: 'input', priority: 'filter', policy: 'drop',
        rules: [
          { statements: [{ match: 'iif lo' }, { verdict: 'accept' }] },
          {
            statements: [
              { match: 'iifname', names: ['eth0'] }, { match: 'tcp dport', set: 'public' }, { match: 'ct state', states: ['invalid', 'untracked'] },
              { action: 'synproxy', mss: 1460, wscale: 7, timestamp: true, sackPerm: true },
            ],
          },
          { statements: [{ verdict: 'ct state vmap', states: { established: 'accept', related: 'accept', invalid: 'drop' } }] },
          {
            statements: [
              { match: 'icmp type', types: ['echo-request', 'destination-unreachable', 'time-exceeded', 'parameter-problem'] }, { limit: { rate: 50, per: 'second', burst: 20 } }, { verdict: 'accept' },
            ],
          },
          {
            statements: [
              { match: 'icmpv6 type', types: ['echo-request', 'destination-unreachable', 'packet-too-big', 'time-exceeded', 'parameter-problem'] },
              { limit: { rate: 50, per: 'second', burst: 20 } }, { verdict: 'accept' },
            ],
          },
          {
            statements: [{ match: 'icmpv6 type', types: ['nd-neighbor-solicit', 'nd-neighbor-advert', 'nd-router-advert'] }, { match: 'ip6 hoplimit', value: 255 }, { verdict: 'accept' }],
            comment: 'IPv6 stops without neighbour discovery',
          },
          {
            statements: [
              { match: 'tcp dport', ports: [22] }, { match: 'ip saddr', set: 'mgmt4' }, { match: 'ct state', states: ['new'] },
              { addTo: 'ssh4', key: 'ip saddr', limit: { rate: 6, per: 'minute', burst: 6 } }, { verdict: 'accept' },
            ],
          },
          { statements: [{ match: 'tcp dport', ports: [179] }, { match: 'ip saddr', blocks: ['10.47.16.1'] }, { verdict: 'accept' }], comment: 'BGP from its peer' },
          { statements: [{ match: 'udp dport', ports: [443] }, { match: 'ct state', states: ['new'] }, { limit: { rate: 20_000, per: 'second', over: true } }, { verdict: 'drop' }] },
          { statements: [{ match: 'udp dport', ports: [443, 51_820] }, { verdict: 'accept' }] },
          {
            statements: [
              { match: 'tcp dport', set: 'public' }, { match: 'ct state', states: ['new'] }, { addTo: 'conn4', key: 'ip saddr', ctCountOver: 500 }, { action: 'counter' },
              { action: 'reject', with: 'tcp reset' },
            ],
          },
          {
            statements: [
              { match: 'tcp dport', set: 'public' }, { match: 'ct state', states: ['new'] },
              { addTo: 'syn4', operation: 'update', key: 'ip saddr', limit: { rate: 200, per: 'second', over: true, burst: 400 } }, { action: 'counter' }, { verdict: 'drop' },
            ],
          },
          { statements: [{ match: 'tcp dport', set: 'public' }, { verdict: 'accept' }] },
          { statements: [{ match: 'iifname', names: ['wg0'] }, { verdict: 'accept' }] },
          { statements: [{ limit: { rate: 5, per: 'second', burst: 10 } }, { action: 'log', prefix: 'gw-in-drop: ', level: 'info', flagsAll: true }] },
          { statements: [{ action: 'counter' }] },
        ],
      },
      {
        name: 'forward', hook: 'forward', priority: 'filter', policy: 'drop',
        rules: [
          { statements: [{ verdict: 'ct state vmap', states: { established: 'accept', related: 'accept', invalid: 'drop' } }] },
          { statements: [{ action: 'clamp mss to pmtu' }] },
          { statements: [{ match: 'iifname', names: ['wg0'] }, { match: 'oifname', names: ['eth0'] }, { verdict: 'accept' }] },
        ],
      },
      { name: 'srcnat_out', type: 'nat', hook: 'postrouting', priority: 'srcnat', policy: 'accept', rules: [{ statements: [{ match: 'iifname', names: ['wg0'] }, { match: 'oifname', names: ['eth0'] }, { action: 'masquerade' }] }] },
    ],
  }],
};

/** Public keys of throw-away key pairs whose private halves were never kept. */
const PUBLIC_KEYS = {
  hub: 'sxEnKm+9weYTyJDqgQkhCW4XEZL6YP5KDwHUBb/yIVE=',
  beijing: '2soPjLdWLXkEz1nw+2bhtd0+vXT6sQTBKXOA5LRLhRw=',
  shanghai: 'YrKtk4f2QkNGy8wrC1v+89iZ2rpZbYL5YEQDmJz6rxw=',
  shenzhen: 'qNaWqRT09vIuSYj6genvMwxUm1PhVkIswaHMHb4v20E=',
};

export const wireguardHub: WireguardConfig = {
  interface: {
    addresses: ['10.47.17.1/24', 'fd47:17::1/64'],
    listenPort: 51_820,
    mtu: 1420,
    hooks: [{ hook: 'sysctl', file: '/etc/sysctl.d/60-wg0.conf' }, { hook: 'nft', file: '/etc/wireguard/nft/wg0.nft', table: 'wg_wg0' }],
  },
  peers: [
    { name: 'beijing-rnd', publicKey: PUBLIC_KEYS.beijing, allowedIps: ['10.47.17.10/32', 'fd47:17::10/128'] },
    { name: 'shanghai-data', publicKey: PUBLIC_KEYS.shanghai, allowedIps: ['10.47.17.20/32', 'fd47:17::20/128'] },
    { name: 'shenzhen-design', publicKey: PUBLIC_KEYS.shenzhen, allowedIps: ['10.47.17.30/32', 'fd47:17::30/128'], presharedKeyFile: '/etc/wireguard/keys/shenzhen.psk' },
  ],
};

export const wireguardSite: WireguardConfig = {
  interface: { addresses: ['10.47.17.10/32', 'fd47:17::10/128'], mtu: 1420, dns: ['10.47.4.53'] },
  peers: [{
    name: 'hub', publicKey: PUBLIC_KEYS.hub, allowedIps: ['10.47.17.0/24', 'fd47:17::/64'],
    endpoint: { host: '2001:db8:17::1', port: 51_820 }, persistentKeepalive: s(25),
  }],
};

export const tailscale: TailscalePolicy = {
  groups: {
    'group:engineering': ['alice@example.com', 'bob@example.com'],
    'group:design': ['carol@example.com', 'dave@example.com'],
    'group:dba': ['eve@example.com'],
  },
  tagOwners: { 'tag:prod': ['group:dba'], 'tag:staging': ['group:engineering'], 'tag:design': ['group:design'] },
  grants: [
    { src: ['group:engineering'], dst: ['tag:staging'], ip: ['*'] },
    { src: ['group:engineering'], dst: ['tag:prod'], ip: ['tcp:22', 'tcp:443'] },
    { src: ['group:dba'], dst: ['tag:prod'], ip: ['tcp:22', 'tcp:5432', 'tcp:6379', 'tcp:27017'] },
    { src: ['group:design'], dst: ['tag:design'], ip: ['*'] },
    { src: ['group:design'], dst: ['tag:staging'], ip: ['tcp:443'] },
  ],
  ssh: [
    { action: 'check', src: ['group:engineering'], dst: ['tag:staging'], users: ['deploy', 'ubuntu'], checkPeriod: h(12) },
    { action: 'check', src: ['group:dba'], dst: ['tag:prod'], users: ['mysql', 'postgres'], checkPeriod: h(1) },
  ],
  nodeAttrs: [{ target: ['tag:staging'], attr: ['funnel'] }],
  tests: [
    { src: 'alice@example.com', accept: ['tag:staging:80', 'tag:prod:22'], deny: ['tag:prod:5432'] },
    { src: 'eve@example.com', accept: ['tag:prod:5432'], deny: ['tag:staging:80'] },
    { src: 'carol@example.com', accept: ['tag:staging:443'], deny: ['tag:prod:22'] },
  ],
  sshTests: [{ src: 'alice@example.com', dst: ['tag:staging'], check: ['deploy'], deny: ['root'] }],
};

/** Every file of the scenario as it is written: its name tells what reads it. */
export function scenarioFiles(): { readonly path: string; readonly content: string }[] {
  return [
    { path: 'files/front/haproxy.cfg', content: printHaproxyConfig(haproxyL4) },
    { path: 'files/front-l7/haproxy.cfg', content: printHaproxyConfig(haproxyL7) },
    { path: 'files/front-l7/route.lua', content: printLuaScript(lua) },
    { path: 'files/dns/Corefile', content: printCorefile(corefile) },
    { path: 'files/dns/internal.zone', content: printZoneFile(zone) },
    { path: 'files/gateway-host/ruleset.nft', content: printNftRuleset(nftables) },
    { path: 'files/gateway-host/60-network.sysctl.conf', content: printSysctl(sysctl) },
    { path: 'files/hub/wg0.conf', content: printWireguardConfig(wireguardHub) },
    { path: 'files/beijing/wg0.conf', content: printWireguardConfig(wireguardSite) },
    { path: 'files/tailnet/policy.hujson', content: printTailscalePolicy(tailscale) },
    { path: 'files/prometheus/network.rules', content: printRuleFile(rules) },
  ];
}
