// B-000-5 across the platform: what one layer says of names and addresses, the others know. The policies and the BGP objects alone are in test/cni.
import { addresses, MANAGEMENT } from '../../examples/order-platform/clusters';
import { Cidr } from '../../src';
import { files, kinds, lines, manifest } from './platform';

test('kafka is a name of the zone that CoreDNS serves', () => {
  const { egress } = manifest('CiliumNetworkPolicy', 'order-service').spec as { egress: Array<{ toFQDNs?: Array<{ matchName?: string }> }> };
  const [kafka] = egress.flatMap(({ toFQDNs }) => toFQDNs ?? []).flatMap(({ matchName }) => matchName ?? []);
  const [, host, zone] = /^([^.]+)\.(.+)$/.exec(kafka!)!;
  expect(lines('coredns/internal.zone')).toContain(`$ORIGIN ${zone}.`);
  expect(lines('coredns/internal.zone').filter((line) => line.startsWith(`${host} IN A `))).toHaveLength(1);
  expect(lines('coredns/Corefile')).toContain(`${zone}:53 {`);
});

test('the Service that BGP looks for is the gateway\'s, and asks for an address of the pool', () => {
  const { selector } = (manifest('CiliumBGPAdvertisement', 'bgp').spec.advertisements as Array<{ advertisementType: string; selector?: object }>).find((one) => one.advertisementType === 'Service')!;
  const service = manifest('EnvoyProxy', 'order-gateway-proxy').spec.provider.kubernetes.envoyService;
  expect({ matchLabels: service.labels }).toEqual(selector);
  expect(service.type).toBe('LoadBalancer');
  const pool = manifest('CiliumLoadBalancerIPPool', 'public').spec.blocks[0].cidr as string;
  expect(Cidr.of(pool).contains(Cidr.of(`${service.annotations['lbipam.cilium.io/ips']}/32`))).toBe(true);
  expect(kinds()).not.toContain('CiliumBGPPeeringPolicy');
});

test('the router, the hub of the VPN and the servers of the front have addresses of their own', () => {
  const owned = (owner: string, found: readonly string[]) => found.map((address) => [owner, Cidr.of(address.includes('/') ? address : `${address}/${address.includes(':') ? 128 : 32}`)] as const);
  const servers = ['front/haproxy.cfg', 'front-l7/haproxy.cfg'].flatMap((file) => lines(file)).flatMap((line) => /^server \S+ \[?([0-9a-f:.]+)\]?:\d+(?: |$)/.exec(line)?.[1] ?? []);
  const tunnel = lines('vpn-hub/wg0.conf').filter((line) => line.startsWith('Address = ')).flatMap((line) => line.slice('Address = '.length).split(', ')).map((one) => one.replace(/\/\d+$/, ''));
  const all = [
    ...owned('router', [addresses.beijing.router]), ...owned('other router', [addresses.shanghai.router]), ...owned('tunnel', tunnel), ...owned('server', servers),
    ...(['beijing', 'shanghai'] as const).flatMap((region) => [...owned(`pods of ${region}`, [addresses[region].pods]), ...owned(`services of ${region}`, [addresses[region].services])]),
  ];
  expect(servers.length).toBeGreaterThan(3);
  expect(tunnel).toHaveLength(2);
  for (const [owner, cidr] of all) for (const [other, taken] of all) if (owner !== other) expect(`${owner} ${other} ${cidr.overlaps(taken)}`).toBe(`${owner} ${other} false`);
  expect(files['files/vpn-hub/office-vpn.nft']).toContain(MANAGEMENT);
});
