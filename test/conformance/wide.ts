// Models that use what the scenario does not: every directive, statement and plugin that a printer knows is read by its engine at least once.
import { Duration } from '../../src/core/duration';
import type { Corefile } from '../../src/formats/corefile';
import type { HaproxyConfig } from '../../src/formats/haproxy';
import { Fetch, convert, when } from '../../src/formats/haproxy';
import type { TailscalePolicy } from '../../src/formats/hujson';
import type { NftRuleset } from '../../src/formats/nftables';

const s = Duration.seconds;

export const wideHaproxy: HaproxyConfig = {
  global: { log: [{ target: 'stdout', format: 'raw', facility: 'daemon' }], maxconn: 1000, sslDefaultBindOptions: { sslMinVer: 'TLSv1.2' }, statsSocket: { path: '/run/haproxy.sock' } },
  defaults: {
    name: 'base', mode: 'http', maxconn: 500, retries: 0, options: ['http-server-close', 'redispatch', 'tcp-smart-accept', 'clitcpka', 'srvtcpka', 'dontlog-normal', 'logasap', 'splice-auto'],
    timeouts: {
      'check': s(1), 'client': s(30), 'client-fin': s(5), 'connect': s(5), 'http-keep-alive': s(5), 'http-request': s(5), 'queue': s(5), 'server': s(30), 'server-fin': s(5), 'tarpit': s(5),
      'tunnel': Duration.days(1),
    },
  },
  resolvers: [{ name: 'dns', nameservers: [{ name: 'a', address: 'fd00::53', port: 53 }] }],
  frontends: [{
    name: 'all',
    binds: [
      { port: 8001, family: 'ipv4', acceptProxy: true, name: 'proxied' },
      { port: 8002, family: 'ipv6' },
      { port: 8003, address: '192.0.2.1' },
      { port: 8003, address: '2001:db8::1', ssl: { crt: '/c/', alpn: ['h2', 'http/1.1'], clientCaFile: '/c/ca.pem', verify: 'optional', allow0rtt: true } },
      { port: 8004, ssl: { crt: '/c/', clientCaFile: '/c/ca.pem' } },
    ],
    stickTable: { type: 'string', length: 64, size: 1000, store: [{ counter: 'gpc0' }, { counter: 'conn_cnt' }, { counter: 'http_req_cnt' }, { counter: 'bytes_in_cnt' }, { counter: 'bytes_out_cnt' }] },
    acls: [
      { name: 'begins', sample: Fetch.path(), match: 'beg', values: ['/a'], ignoreCase: true },
      { name: 'ends', sample: Fetch.path(), match: 'end', values: ['.js'] },
      { name: 'within', sample: Fetch.path(), match: 'dir', values: ['b'] },
      { name: 'domain', sample: Fetch.reqHdr('host'), match: 'dom', values: ['example'] },
      { name: 'pattern', sample: Fetch.path(), match: 'reg', values: ['^/x{2,3}[0-9]$'] },
      { name: 'many', sample: Fetch.src(), match: 'ip', values: Array.from({ length: 100 }, (_, i) => `10.0.${i}.0/24`) },
      { name: 'v6', sample: Fetch.src(), match: 'ip', values: ['fd00::/8', '2001:db8::1'] },
    ],
    inspectDelay: s(1),
    tcpRequest: [
      { phase: 'connection', action: 'accept', condition: when('v6') },
      { phase: 'session', action: 'track-sc1', key: Fetch.src(), table: 'counts' },
      { phase: 'content', action: 'set-var', variable: 'sess.src', value: Fetch.src() },
      { phase: 'content', action: 'track-sc0', key: convert(Fetch.reqHdr('x-user'), 'lower') },
    ],
    httpRequest: [
      { action: 'wait-for-handshake', condition: { test: 'unless', any: [[{ sample: Fetch.method(), match: 'str', values: ['GET', 'HEAD', 'OPTIONS'] }]] } },
      { action: 'add-header', name: 'X-Path', value: ['at ', Fetch.path(), ' 100%'] },
      { action: 'del-header', name: 'X-Forwarded-For', condition: { any: [['begins', '!ends'], ['within'], ['domain', 'pattern', 'many']] } },
      { action: 'redirect', scheme: 'https', code: 301, condition: when('begins') },
      { action: 'deny' },
    ],
    httpResponse: [{ action: 'del-header', name: 'Server' }],
    defaultBackend: 'servers',
  }],
  listens: [{
    name: 'tcp_in', mode: 'tcp', binds: [{ port: 8010 }], balance: 'source', healthCheck: { kind: 'tcp' },
    servers: [{ name: 'a', address: '192.0.2.1', port: 5432, check: true, sendProxy: 'v1' }, { name: 'b', address: '192.0.2.2', port: 5432, backup: true, weight: 0 }],
  }],
  backends: [
    { name: 'counts', stickTable: { type: 'ip', size: 100, expire: s(60), store: [{ counter: 'sess_rate', period: s(1) }, { counter: 'bytes_in_rate', period: s(1) }] } },
    {
      name: 'servers', balance: { hash: Fetch.reqHdr('x-user-id') }, healthCheck: { kind: 'http', method: 'HEAD', uri: '/a b?c=d#e', host: 'fd00::1', expectStatus: 204 },
      servers: [
        { name: 'tls', address: '192.0.2.3', port: 443, ssl: { caFile: '/c/ca.pem', sni: Fetch.reqHdr('host'), alpn: ['h2', 'http/1.1'] } },
        { name: 'named', address: 'orders.example.com', port: 80, resolvers: 'dns', resolvePrefer: 'ipv6' },
      ],
      serverTemplates: [{ prefix: 'found', count: 3, fqdn: 'orders.example.com', port: 8080, resolvers: 'dns' }],
    },
  ],
};

export const wideNft: NftRuleset = {
  tables: [
    {
      family: 'inet', name: 'wide',
      sets: [
        { name: 'ports', type: 'inet_service', ports: [80, [8000, 8100]], comment: 'web; #1 {}' },
        { name: 'v6', type: 'ipv6_addr', elements: ['fd00::/8', '2001:db8::1'] },
        { name: 'seen6', type: 'ipv6_addr', dynamic: true, size: 100, timeout: Duration.millis(1500) },
      ],
      chains: [
        { name: 'more', rules: [{ statements: [{ verdict: 'return' }] }] },
        {
          name: 'pre', type: 'nat', hook: 'prerouting', priority: 'dstnat', policy: 'accept',
          rules: [
            { statements: [{ match: 'iifname', names: ['eth0', 'wg*'], not: true }, { match: 'tcp dport', ports: [80, [8000, 8100]] }, { action: 'dnat', address: '10.0.0.1', port: 8080 }] },
            { statements: [{ match: 'udp dport', ports: [53] }, { action: 'dnat', address: 'fd00::53', port: 53 }] },
          ],
        },
        {
          name: 'post', type: 'nat', hook: 'postrouting', priority: 110, policy: 'accept',
          rules: [{ statements: [{ match: 'ip daddr', blocks: ['10.0.0.0/8', '192.0.2.7'], not: true }, { action: 'snat', address: '192.0.2.1' }] }],
        },
        { name: 'rerouted', type: 'route', hook: 'output', priority: 'mangle', policy: 'accept', rules: [] },
        {
          name: 'in_', hook: 'input', priority: 'security', policy: 'accept',
          rules: [
            { statements: [{ match: 'ip6 saddr', set: 'v6' }, { match: 'tcp sport', ports: [[1024, 65_535]] }, { verdict: 'jump', chain: 'more' }] },
            { statements: [{ match: 'udp sport', set: 'ports', not: true }, { verdict: 'drop' }] },
            { statements: [{ addTo: 'seen6', operation: 'update', key: 'ip6 saddr', limit: { rate: 10, per: 'hour' } }, { verdict: 'goto', chain: 'more' }] },
            { statements: [{ match: 'ip6 daddr', blocks: ['fd00::/8'] }, { action: 'reject' }] },
            { statements: [{ match: 'icmp type', types: ['echo-reply'] }, { action: 'reject', with: 'icmpx admin-prohibited' }] },
            { statements: [{ match: 'icmpv6 type', types: ['mld-listener-query', 'mld-listener-report', 'nd-router-solicit', 'echo-reply'] }, { action: 'reject', with: 'icmpx port-unreachable' }] },
            { statements: [{ match: 'tcp flags', mask: ['fin', 'syn', 'psh', 'urg', 'ecn', 'cwr'], flags: ['fin', 'urg'] }, { limit: { rate: 1, per: 'day' } }, { action: 'log', prefix: 'odd: ', level: 'warn' }] },
            { statements: [{ verdict: 'ct state vmap', states: { new: 'accept', untracked: 'drop' } }] },
          ],
        },
      ],
    },
    { family: 'ip', name: 'only4', chains: [{ name: 'post', type: 'nat', hook: 'postrouting', priority: 'srcnat', policy: 'accept', rules: [{ statements: [{ match: 'udp sport', ports: [5353] }, { action: 'snat', address: '192.0.2.1', port: 1024 }] }] }] },
    { family: 'ip6', name: 'only6', chains: [{ name: 'passing', hook: 'forward', priority: 'filter', policy: 'drop', rules: [{ statements: [{ action: 'clamp mss to pmtu' }] }] }] },
  ],
};

export const wideCorefile: Corefile = {
  servers: [
    {
      zones: ['example.com', '10.in-addr.arpa', '*.apps.example.com'], port: 1053,
      plugins: [
        { plugin: 'bind', addresses: ['127.0.0.1', '::1'] },
        { plugin: 'reload', interval: s(30), jitter: s(10) },
        { plugin: 'health', address: '127.0.0.1', port: 8090 },
        { plugin: 'ready' },
        { plugin: 'prometheus', address: '::1', port: 9154 },
        { plugin: 'errors' },
        { plugin: 'log' },
        { plugin: 'log', names: ['example.com'], format: 'combined', classes: ['all'] },
        { plugin: 'loadbalance' },
        { plugin: 'cache', success: { capacity: 9984, ttl: s(60), minTtl: s(5) }, prefetch: { amount: 2 } },
        { plugin: 'rewrite', edns0Subnet: { mode: 'replace', v4: 24, v6: 56 } },
        { plugin: 'hosts', entries: [{ address: '10.0.0.1', names: ['a.example.com', '_b.example.com'] }, { address: 'fd00::1', names: ['a.example.com'] }], ttl: s(60), fallthrough: true },
        { plugin: 'forward', to: [{ address: '10.0.0.53', port: 5353 }, { address: 'fd00::53' }], except: ['x.example.com'], forceTcp: true, maxFails: 3, policy: 'random' },
        { plugin: 'forward', from: 'company.internal', to: [{ address: '10.0.0.1' }, { address: '10.0.0.2' }], preferUdp: true },
      ],
    },
    { zones: ['.'], transport: 'dns', port: 1054, plugins: [{ plugin: 'forward', to: [{ address: 'fd00::53', tls: true }, { address: '9.9.9.9', port: 8853, tls: true }], tlsServername: 'dns.example.com' }] },
    { zones: ['cluster.local'], port: 1055, plugins: [{ plugin: 'kubernetes', pods: 'disabled', fallthrough: true, ttl: s(0) }, { plugin: 'errors' }] },
  ],
};

export const widePolicy: TailscalePolicy = {
  groups: { 'group:ops': ['alice@example.com', 'bob@example.com'] },
  hosts: { hub: '10.47.17.1', office: '10.47.17.0/24', six: 'fd47:17::/64' },
  tagOwners: { 'tag:router': ['group:ops', 'alice@example.com'], 'tag:exit': ['tag:router'] },
  autoApprovers: { routes: { '10.47.0.0/16': ['tag:router'], 'fd47::/16': ['group:ops'] }, exitNode: ['tag:exit'] },
  grants: [
    { src: ['autogroup:member'], dst: ['autogroup:self'], ip: ['*'] },
    { src: ['group:ops'], dst: ['hub', 'office', 'six'], ip: ['tcp:80', 'tcp:8000-8100', 'udp:53', 'icmp:*', '443'] },
    { src: ['alice@example.com', '10.47.17.0/24'], dst: ['tag:router'], ip: ['tcp:22'] },
    { src: ['group:ops'], dst: ['autogroup:internet'], ip: ['*'] },
    { src: ['tag:router'], dst: ['10.47.20.0/24'], ip: ['*'] },
  ],
  ssh: [
    { action: 'accept', src: ['autogroup:member'], dst: ['autogroup:self'], users: ['autogroup:nonroot'] },
    { action: 'check', src: ['alice@example.com'], dst: ['tag:router'], users: ['root'], checkPeriod: 'always' },
  ],
  tests: [{ src: 'bob@example.com', proto: 'tcp', deny: ['tag:router:22'] }],
};
