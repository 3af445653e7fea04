// Names: what CoreDNS serves, forwards and keeps.
import { ConfigFile, Duration, formats } from 'cdk8s-netstack';
import type { Construct } from 'constructs';

const ms = Duration.millis;
const s = Duration.seconds;
const m = Duration.minutes;
const h = Duration.hours;

/** Names of the platform's own machines. */
export const INTERNAL_ZONE = 'internal.example.com';

export const corefile: formats.corefile.Corefile = {
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
      zones: [INTERNAL_ZONE],
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

export const zone: formats.zonefile.ZoneFile = {
  origin: INTERNAL_ZONE,
  ttl: s(470),
  soa: { mname: `ns1.${INTERNAL_ZONE}`, rname: 'dns.admin@example.com', serial: 'content', refresh: h(1), retry: m(10), expire: Duration.days(7), minimum: s(47) },
  records: [
    { name: '@', type: 'NS', target: `ns1.${INTERNAL_ZONE}` },
    { name: 'ns1', type: 'A', address: '10.47.4.53' },
    { name: 'order-1', type: 'A', address: '10.47.18.1' },
    { name: 'order-2', type: 'A', address: '10.47.18.2' },
    { name: 'order-3', type: 'AAAA', address: 'fd47:18::3' },
    { name: 'kafka', type: 'A', address: '10.47.19.1' },
    { name: 'orders', type: 'CNAME', target: `order-1.${INTERNAL_ZONE}` },
    { name: '_orders._tcp', type: 'SRV', priority: 10, weight: 50, port: 8080, target: `order-1.${INTERNAL_ZONE}` },
    { name: '_orders._tcp', type: 'SRV', priority: 10, weight: 50, port: 8080, target: `order-2.${INTERNAL_ZONE}` },
    { name: '@', type: 'TXT', text: 'owner="platform"; contact=dns@example.com' },
  ],
};

export function dns(scope: Construct): void {
  new ConfigFile(scope, 'corefile', { format: formats.corefile.corefileFormat, owner: 'coredns', fileName: 'Corefile', model: corefile });
  new ConfigFile(scope, 'zone', { format: formats.zonefile.zonefileFormat, owner: 'coredns', fileName: 'internal.zone', model: zone });
}
