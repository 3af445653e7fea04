// The front of Beijing's own lines: HAProxy passes TLS through by its server name; its second profile ends TLS and QUIC itself.
import { ConfigFile, Duration, formats, Percent } from 'cdk8s-netstack';
import type { Construct } from 'constructs';
import { addresses, OFFICE } from './clusters';

const { convert, Fetch, haproxyFormat, luaFormat, when } = formats.haproxy;
const ms = Duration.millis;
const s = Duration.seconds;
const h = Duration.hours;

/**
 * Layer 4: TLS passes through by its server name. No PROXY header: the gateway also serves the tunnel, which sends none. Who comes this way comes past the edge's
 * firewall and can write what the gateway believes of the edge (CF-Connecting-IP): so only the platform's own people may.
 */
export const haproxyL4: formats.haproxy.HaproxyConfig = {
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
  frontends: [{ name: 'http_in', binds: [{ port: 80 }], defaultBackend: 'gateway_redirect' }, {
    name: 'https_in',
    binds: [{ port: 443 }],
    stickTable: { type: 'ipv6', size: 470_000, expire: s(47), store: [{ counter: 'conn_rate', period: s(17) }, { counter: 'conn_cur' }] },
    acls: [
      { name: 'client_hello', sample: Fetch.reqSslHelloType(), match: 'int', value: 1 },
      { name: 'is_api', sample: Fetch.reqSslSni(), match: 'str', ignoreCase: true, values: ['api.example.com'] },
      { name: 'own_lines', sample: Fetch.src(), match: 'ip', values: [OFFICE, '10.0.0.0/8'] },
      { name: 'too_many', sample: Fetch.scConnRate(0), match: 'int', operator: 'gt', value: 470 },
    ],
    inspectDelay: ms(4700),
    tcpRequest: [
      { phase: 'connection', action: 'track-sc0', key: Fetch.src() },
      { phase: 'connection', action: 'reject', condition: when('!own_lines') },
      { phase: 'connection', action: 'reject', condition: when('too_many') },
      { phase: 'content', action: 'accept', condition: when('client_hello', 'is_api') },
      { phase: 'content', action: 'reject' },
    ],
    defaultBackend: 'gateway',
  }],
  // One address, behind which Cilium spreads connections over the gateway's pods. It can have as many connections as this host has ports.
  backends: [{ name: 'gateway', port: 443 }, { name: 'gateway_redirect', port: 80 }].map(({ name, port }) => ({
    name,
    balance: 'leastconn',
    healthCheck: { kind: 'tcp' },
    defaultServer: { check: true, inter: ms(4700), fastinter: ms(1700), downinter: ms(4700), rise: 3, fall: 3, maxconn: 47_000, weight: 100 },
    servers: [{ name: 'gateway', address: addresses.beijing.gateway, port }],
  })),
};

/** Layer 7 profile: HAProxy itself ends TLS and QUIC. */
export const haproxyL7: formats.haproxy.HaproxyConfig = {
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

export const lua: formats.haproxy.LuaScript = { shareConverters: [{ name: 'is_canary', share: Percent.of(3) }] };

export function front(scope: Construct): void {
  new ConfigFile(scope, 'front', { format: haproxyFormat, owner: 'front', fileName: 'haproxy.cfg', model: haproxyL4 });
  new ConfigFile(scope, 'front-l7', { format: haproxyFormat, owner: 'front-l7', fileName: 'haproxy.cfg', model: haproxyL7 });
  new ConfigFile(scope, 'front-l7-lua', { format: luaFormat, owner: 'front-l7', fileName: 'route.lua', model: lua });
}
