// The raw files of the order platform as models: values from the corrected forms of the source documents. Snapshot tests and the conformance run read them.
import { Duration } from '../../src/core/duration';
import { Percent } from '../../src/core/percent';
import type { Corefile } from '../../src/formats/corefile';
import { printCorefile } from '../../src/formats/corefile';
import type { HaproxyConfig, LuaScript } from '../../src/formats/haproxy';
import { Fetch, convert, printHaproxyConfig, printLuaScript, when } from '../../src/formats/haproxy';
import type { TailscalePolicy } from '../../src/formats/hujson';
import { printTailscalePolicy } from '../../src/formats/hujson';
import type { NftRuleset } from '../../src/formats/nftables';
import { printNftRuleset } from '../../src/formats/nftables';
import type { RuleFile } from '../../src/formats/prometheus';
import { printRuleFile } from '../../src/formats/prometheus';
import type { SysctlFile } from '../../src/formats/sysctl';
import { printSysctl } from '../../src/formats/sysctl';
import type { WireguardConfig } from '../../src/formats/wireguard';
import { printWireguardConfig } from '../../src/formats/wireguard';
import type { ZoneFile } from '../../src/formats/zonefile';
import { printZoneFile } from '../../src/formats/zonefile';

const ms = Duration.millis;
const s = Duration.seconds;
const m = Duration.minutes;
const h = Duration.hours;

/** Layer 4 front: TLS passes through by its server name, the client's address goes along in a PROXY v2 header. */
export const haproxyL4: HaproxyConfig = {
  global: {
    log: [{ target: '/dev/log', facility: 'local0', level: 'info' }, { target: '/dev/log', facility: 'local1', level: 'notice' }],
    chroot: '/var/lib/haproxy',
    statsSocket: { path: '/run/haproxy/admin.sock', mode: '660', level: 'admin', exposeFdListeners: true },
    statsTimeout: s(47),
    user: 'haproxy',
    group: 'haproxy',
    maxconn: 470_000,
  },
  defaults: {
    logGlobal: true,
    mode: 'tcp',
    options: ['tcplog', 'dontlognull', 'redispatch'],
    timeouts: { connect: ms(4700), client: s(47), server: s(47), tunnel: h(1) },
    retries: 3,
  },
  frontends: [{
    name: 'https_in',
    binds: [{ port: 443 }],
    stickTable: { type: 'ipv6', size: 470_000, expire: s(47), store: [{ counter: 'conn_rate', period: s(17) }, { counter: 'conn_cur' }] },
    acls: [
      { name: 'client_hello', sample: Fetch.reqSslHelloType(), match: 'int', value: 1 },
      { name: 'is_api', sample: Fetch.reqSslSni(), match: 'str', ignoreCase: true, values: ['api.example.com'] },
      { name: 'too_many', sample: Fetch.scConnRate(0), match: 'int', operator: 'gt', value: 470 },
    ],
    inspectDelay: ms(4700),
    tcpRequest: [
      { phase: 'connection', action: 'track-sc0', key: Fetch.src() },
      { phase: 'connection', action: 'reject', condition: when('too_many') },
      { phase: 'content', action: 'accept', condition: when('client_hello', 'is_api') },
      { phase: 'content', action: 'reject' },
    ],
    defaultBackend: 'gateway',
  }],
  backends: [{
    name: 'gateway',
    balance: 'leastconn',
    healthCheck: { kind: 'tcp' },
    defaultServer: { check: true, inter: ms(4700), fastinter: ms(1700), downinter: ms(4700), rise: 3, fall: 3, maxconn: 470, weight: 100, sendProxy: 'v2' },
    servers: [
      { name: 'gateway-1', address: '10.47.27.11', port: 443 },
      { name: 'gateway-2', address: '10.47.27.12', port: 443 },
      { name: 'gateway-3', address: 'fd47:27::13', port: 443 },
    ],
  }],
};

/** Layer 7 profile: HAProxy itself ends TLS and QUIC. */
export const haproxyL7: HaproxyConfig = {
  global: {
    ...haproxyL4.global,
    luaPrependPath: ['/etc/haproxy/lua/?.lua'],
    luaLoad: ['/etc/haproxy/lua/route.lua'],
    limitedQuic: true,
    sslDefaultBindCiphersuites: ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'],
    sslDefaultBindOptions: { sslMinVer: 'TLSv1.3', noTlsTickets: true },
  },
  defaults: {
    logGlobal: true,
    mode: 'http',
    options: ['httplog', 'dontlognull', 'forwardfor'],
    timeouts: { 'connect': ms(4700), 'client': s(47), 'server': s(47), 'http-request': ms(1700), 'http-keep-alive': s(17), 'queue': ms(4700) },
    retries: 3,
  },
  resolvers: [{
    name: 'consul',
    nameservers: [{ name: 'consul1', address: '10.47.4.7', port: 8600 }, { name: 'consul2', address: '10.47.4.8', port: 8600 }],
    acceptedPayloadSize: 8192,
    resolveRetries: 7,
    timeouts: { resolve: s(1), retry: s(1) },
    hold: { valid: s(17), other: s(17), refused: s(17), nx: s(17), timeout: s(17) },
  }],
  frontends: [
    { name: 'http_in', binds: [{ port: 80 }], httpRequest: [{ action: 'redirect', scheme: 'https' }], defaultBackend: 'order_backend' },
    {
      name: 'https_in',
      binds: [
        { port: 443, ssl: { crt: '/etc/haproxy/certs/', alpn: ['h2', 'http/1.1'] } },
        { port: 443, transport: 'quic', ssl: { crt: '/etc/haproxy/certs/', alpn: ['h3'] } },
      ],
      stickTable: { type: 'ipv6', size: 470_000, expire: s(47), store: [{ counter: 'http_req_rate', period: s(17) }, { counter: 'conn_cur' }] },
      acls: [
        { name: 'is_api', sample: Fetch.path(), match: 'str', values: ['/api/v1'] },
        { name: 'is_api', sample: Fetch.path(), match: 'beg', values: ['/api/v1/'] },
        { name: 'is_internal_ip', sample: Fetch.src(), match: 'ip', values: ['10.0.0.0/8', '172.16.0.0/12'] },
        { name: 'is_canary_user', sample: Fetch.variable('txn.canary'), match: 'bool' },
      ],
      httpRequest: [
        { action: 'track-sc0', key: Fetch.src() },
        { action: 'deny', status: 429, condition: when({ sample: Fetch.scHttpReqRate(0), match: 'int', operator: 'gt', value: 470 }) },
        { action: 'deny', condition: when('!is_api', '!is_internal_ip', { sample: Fetch.reqHdr('x-internal-token'), match: 'found', not: true }) },
        { action: 'set-var', variable: 'txn.user_id', value: Fetch.reqHdr('x-user-id') },
        { action: 'set-var', variable: 'txn.region', value: Fetch.reqHdr('x-user-region') },
        { action: 'set-var', variable: 'txn.canary', value: convert(Fetch.variable('txn.user_id'), 'lua.is_canary') },
        { action: 'set-header', name: 'X-Order-Region', value: ['region ', Fetch.variable('txn.region')] },
      ],
      httpResponse: [
        { action: 'set-header', name: 'Strict-Transport-Security', value: 'max-age=47000000; includeSubDomains; preload' },
        { action: 'set-header', name: 'X-Content-Type-Options', value: 'nosniff' },
      ],
      httpAfterResponse: [{ action: 'set-header', name: 'Alt-Svc', value: 'h3=":443"; ma=3600' }],
      useBackend: [{ backend: 'order_canary_backend', condition: when('is_canary_user', 'is_api') }],
      defaultBackend: 'order_backend',
    },
  ],
  backends: [
    {
      name: 'order_backend',
      balance: 'leastconn',
      healthCheck: { kind: 'http', uri: '/health', host: 'order.internal' },
      defaultServer: { inter: ms(4700), fastinter: ms(1700), downinter: ms(4700), rise: 3, fall: 3, maxconn: 470, weight: 100 },
      servers: [
        { name: 'order-1', address: '10.47.18.1', port: 8080, check: true },
        { name: 'order-2', address: '10.47.18.2', port: 8080, check: true },
        { name: 'order-3', address: 'fd47:18::3', port: 8080, check: true },
      ],
    },
    {
      name: 'order_canary_backend',
      balance: 'roundrobin',
      healthCheck: { kind: 'http', uri: '/health', host: 'order.internal' },
      serverTemplates: [{ prefix: 'order-canary-', count: 2, fqdn: '_order-canary._tcp.service.consul', resolvers: 'consul', allowDupIp: true, resolvePrefer: 'ipv4', check: true, weight: 17 }],
    },
  ],
};

export const lua: LuaScript = { shareConverters: [{ name: 'is_canary', share: Percent.of(3) }] };

export const corefile: Corefile = {
  servers: [
    {
      zones: ['.'],
      plugins: [
        { plugin: 'errors' },
        {
          plugin: 'log',
          names: ['.'],
          format: '{remote}:{port} - {>id} {>opcode} {class} {name} {type} {>do} {>bufsize} {rcode} {>rflags} {rsize} {duration}',
          classes: ['denial', 'error'],
        },
        { plugin: 'prometheus', port: 9153 },
        { plugin: 'health', port: 8080, lameduck: s(5) },
        { plugin: 'ready', port: 8181 },
        { plugin: 'metadata' },
        { plugin: 'rewrite', edns0Subnet: { mode: 'set', v4: 24, v6: 56 } },
        {
          plugin: 'cache', ttl: s(4700), success: { capacity: 47_000, ttl: s(1700) }, denial: { capacity: 4700, ttl: s(47) },
          prefetch: { amount: 17, duration: s(1700), percentage: 17 }, serveStale: h(1),
        },
        {
          plugin: 'forward', to: [{ address: '8.8.8.8', tls: true }, { address: '8.8.4.4', tls: true }, { address: '2001:4860:4860::8888', tls: true }],
          tlsServername: 'dns.google', maxConcurrent: 1700, expire: s(17), healthCheck: ms(4700), policy: 'round_robin',
        },
        { plugin: 'loadbalance', policy: 'round_robin' },
        { plugin: 'loop' },
        { plugin: 'reload', interval: s(30) },
      ],
    },
    {
      zones: ['internal.example.com'],
      plugins: [{ plugin: 'errors' }, { plugin: 'file', path: '/etc/coredns/internal.zone', reload: s(47) }, { plugin: 'cache', ttl: s(470) }],
    },
    {
      zones: ['cluster.local', 'in-addr.arpa', 'ip6.arpa'],
      plugins: [
        { plugin: 'errors' },
        { plugin: 'kubernetes', zones: ['cluster.local', 'in-addr.arpa', 'ip6.arpa'], pods: 'verified', fallthrough: ['in-addr.arpa', 'ip6.arpa'], ttl: s(30) },
        { plugin: 'autopath' },
        { plugin: 'cache', ttl: s(47), success: { capacity: 9984, ttl: s(30) }, denial: { capacity: 9984, ttl: s(30) } },
        { plugin: 'loadbalance', policy: 'round_robin' },
        { plugin: 'forward', to: '/etc/resolv.conf', maxConcurrent: 1700, policy: 'sequential' },
        { plugin: 'loop' },
      ],
    },
  ],
};

export const zone: ZoneFile = {
  origin: 'internal.example.com',
  ttl: s(470),
  soa: { mname: 'ns1.internal.example.com', rname: 'dns.admin@example.com', serial: 'content', refresh: h(1), retry: m(10), expire: Duration.days(7), minimum: s(47) },
  records: [
    { name: '@', type: 'NS', target: 'ns1.internal.example.com' },
    { name: 'ns1', type: 'A', address: '10.47.4.53' },
    { name: 'order-1', type: 'A', address: '10.47.18.1' },
    { name: 'order-2', type: 'A', address: '10.47.18.2' },
    { name: 'order-3', type: 'AAAA', address: 'fd47:18::3' },
    { name: 'orders', type: 'CNAME', target: 'order-1.internal.example.com' },
    { name: '_orders._tcp', type: 'SRV', priority: 10, weight: 50, port: 8080, target: 'order-1.internal.example.com' },
    { name: '_orders._tcp', type: 'SRV', priority: 10, weight: 50, port: 8080, target: 'order-2.internal.example.com' },
    { name: '@', type: 'TXT', text: 'owner="platform"; contact=dns@example.com' },
  ],
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

export const sysctl: SysctlFile = {
  settings: {
    'net.core.default_qdisc': 'fq',
    'net.core.netdev_max_backlog': 16_384,
    'net.core.rmem_max': 16_777_216,
    'net.core.somaxconn': 65_535,
    'net.core.wmem_max': 16_777_216,
    'net.ipv4.ip_forward': 1,
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
    'net.ipv6.conf.all.forwarding': 1,
    'net.netfilter.nf_conntrack_tcp_loose': 0,
  },
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

const burn = (window: string): string => `job:http_requests:error_ratio_rate${window}`;
const ratio = (window: string): readonly string[] => [
  `sum by (job) (rate(http_requests_total{status_code=~"5.."}[${window}]))`, '  /', `sum by (job) (rate(http_requests_total[${window}]))`,
];

export const rules: RuleFile = {
  groups: [
    {
      name: 'slo-http-recording',
      interval: s(30),
      rules: [
        ...['5m', '30m', '1h', '6h'].map((window) => ({ record: burn(window), expr: ratio(window) })),
        { record: 'job_route:http_request_duration_seconds:p99_rate5m', expr: 'histogram_quantile(0.99, sum by (job, http_method, route, le) (rate(go_http_request_duration_seconds_bucket[5m])))' },
      ],
    },
    {
      name: 'slo-http-alerts',
      rules: [
        {
          alert: 'HttpErrorBudgetBurnFast', expr: [`${burn('1h')} > (14.4 * 0.001)`, '  and', `${burn('5m')} > (14.4 * 0.001)`], for: m(2), labels: { severity: 'page' },
          annotations: {
            summary: ['Error budget of ', { template: '$labels.job' }, ' burns 14.4x'],
            description: ['1h error ratio ', { template: '$value | humanizePercentage' }],
          },
        },
        {
          alert: 'HttpErrorBudgetBurnSlow', expr: [`${burn('6h')} > (6 * 0.001)`, '  and', `${burn('30m')} > (6 * 0.001)`], for: m(15), labels: { severity: 'ticket' },
          annotations: { summary: ['Error budget of ', { template: '$labels.job' }, ' burns 6x'] },
        },
        {
          alert: 'HttpLatencyP99High', expr: 'job_route:http_request_duration_seconds:p99_rate5m > 0.2', for: m(5), labels: { severity: 'ticket' },
          annotations: { summary: ['p99 of ', { template: '$labels.route' }, ' above 200ms'] },
        },
      ],
    },
    {
      name: 'network',
      rules: [{
        alert: 'HighDNSErrorRate', expr: ['sum(rate(coredns_dns_responses_total{rcode="SERVFAIL"}[5m]))', '  /', 'sum(rate(coredns_dns_responses_total[5m])) > 0.01'], for: m(5),
        labels: { severity: 'page' }, annotations: { summary: ['CoreDNS SERVFAIL ratio ', { template: '$value | humanizePercentage' }] },
      }],
    },
  ],
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
