// The hosts team: firewall and kernel of the gateway hosts, and what stands on them.
import { ConfigFile, Duration, formats } from 'cdk8s-netstack';
import type { Construct } from 'constructs';
import { alerts } from './alerts';
import { addresses, MANAGEMENT } from './clusters';
import { dns } from './dns';
import { front } from './front';

const m = Duration.minutes;

/** What one address may open: so many connections at a time, and so many in a second. */
function perSource(family: '4' | '6'): formats.nftables.NftRule[] {
  const key = family === '4' ? 'ip saddr' : 'ip6 saddr';
  const opening = [{ match: 'tcp dport', set: 'public' }, { match: 'ct state', states: ['new'] }] as const;
  return [
    { statements: [...opening, { addTo: `conn${family}`, key, ctCountOver: 500 }, { action: 'counter' }, { action: 'reject', with: 'tcp reset' }] },
    {
      statements: [
        ...opening, { addTo: `syn${family}`, operation: 'update', key, limit: { rate: 200, per: 'second', over: true, burst: 400 } }, { action: 'counter' }, { verdict: 'drop' },
      ],
    },
  ];
}

/** The hosts of the front, no cluster nodes: closed but for TCP and UDP 443, port 80 for the redirect, BGP from the rack's router, and SSH from the management networks. */
export const nftables: formats.nftables.NftRuleset = {
  tables: [{
    family: 'inet',
    name: 'gw',
    sets: [
      { name: 'block4', type: 'ipv4_addr', size: 65_535, elements: ['192.0.2.0/24', '198.51.100.7'] },
      { name: 'block6', type: 'ipv6_addr', size: 65_535, elements: ['2001:db8:47::/48'] },
      { name: 'mgmt4', type: 'ipv4_addr', elements: [MANAGEMENT] },
      { name: 'public', type: 'inet_service', ports: [80, 443] },
      ...(['4', '6'] as const).flatMap((family) => [
        { name: `syn${family}`, type: `ipv${family}_addr`, size: 65_535, dynamic: true, timeout: m(1) } as const,
        { name: `conn${family}`, type: `ipv${family}_addr`, size: 65_535, dynamic: true } as const,
      ]),
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
          { statements: [{ match: 'tcp dport', ports: [179] }, { match: 'ip saddr', blocks: [addresses.beijing.router] }, { verdict: 'accept' }], comment: 'BGP from its peer' },
          { statements: [{ match: 'udp dport', ports: [443] }, { match: 'ct state', states: ['new'] }, { limit: { rate: 20_000, per: 'second', over: true } }, { verdict: 'drop' }] },
          { statements: [{ match: 'udp dport', ports: [443] }, { verdict: 'accept' }] },
          ...(['4', '6'] as const).flatMap(perSource),
          { statements: [{ match: 'tcp dport', set: 'public' }, { verdict: 'accept' }] },
          { statements: [{ limit: { rate: 5, per: 'second', burst: 10 } }, { action: 'log', prefix: 'gw-in-drop: ', level: 'info', flagsAll: true }] },
          { statements: [{ action: 'counter' }] },
        ],
      },
      { name: 'forward', hook: 'forward', priority: 'filter', policy: 'drop', rules: [] },
    ],
  }],
};

export const sysctl: formats.sysctl.SysctlFile = {
  settings: {
    'net.core.default_qdisc': 'fq',
    'net.core.netdev_max_backlog': 16_384,
    'net.core.rmem_max': 16_777_216,
    'net.core.somaxconn': 65_535,
    'net.core.wmem_max': 16_777_216,
    'net.ipv4.ip_local_port_range': [10_240, 65_000],
    'net.ipv4.tcp_congestion_control': 'bbr',
    'net.ipv4.tcp_fin_timeout': 30,
    'net.ipv4.tcp_max_syn_backlog': 65_535,
    'net.ipv4.tcp_mtu_probing': 1,
    'net.ipv4.tcp_notsent_lowat': 131_072,
    'net.ipv4.tcp_rmem': [4096, 131_072, 16_777_216],
    'net.ipv4.tcp_slow_start_after_idle': 0,
    'net.ipv4.tcp_syncookies': 1,
    'net.ipv4.tcp_timestamps': 1,
    'net.ipv4.tcp_tw_reuse': 1,
    'net.ipv4.tcp_wmem': [4096, 65_536, 16_777_216],
    'net.ipv4.udp_rmem_min': 8192,
    'net.netfilter.nf_conntrack_max': 1_048_576,
    'net.netfilter.nf_conntrack_tcp_loose': 0,
  },
};

export function hosts(scope: Construct): void {
  front(scope);
  dns(scope);
  alerts(scope);
  new ConfigFile(scope, 'nftables', { format: formats.nftables.nftablesFormat, owner: 'gateway-host', fileName: 'ruleset.nft', model: nftables });
  new ConfigFile(scope, 'sysctl', { format: formats.sysctl.sysctlFormat, owner: 'gateway-host', fileName: '60-network.conf', model: sysctl });
}
