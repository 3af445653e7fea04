// Routes of a tailnet that nobody approves or may use, and kernels that drop what tunnels bring.
import { validate } from '../../../src/analysis';
import { ask } from './gateway-ask';

const connector = (spec: string): string => `
apiVersion: tailscale.com/v1alpha1
kind: Connector
metadata: { name: pods }
spec: { ${spec} subnetRouter: { advertiseRoutes: [10.40.0.0/14] } }
`;
const tailnet = (policy: string, spec: string = 'tags: ["tag:router"],'): string[] => ask('NS9440', { documents: connector(spec), files: { 'hujson:policy.hujson': policy } });

test('routes that are not approved or not granted', () => {
  const grant = '"grants": [{ "src": ["*"], "dst": ["10.41.7.0/24"], "ip": ["*"] }]';
  const unapproved = ['spec.subnetRouter.advertiseRoutes[0]: Connector pods advertises 10.40.0.0/14, which autoApprovers (line 2 of the policy) does not approve for tag:router'];
  expect(tailnet(`{\n "autoApprovers": { "routes": { "10.40.0.0/16": ["tag:router"] } }, ${grant} }`)).toEqual(unapproved);
  expect(tailnet(`{\n "autoApprovers": { "routes": { "10.40.0.0/14": ["tag:other"] } }, ${grant} }`)).toEqual(unapproved);
  expect(tailnet(`{ "autoApprovers": { "routes": { "10.0.0.0/8": ["tag:router"] } }, ${grant} }`)).toEqual([]);
  // The operator's own tag, where a Connector names none.
  expect(tailnet(`{ "autoApprovers": { "routes": { "10.40.0.0/14": ["tag:k8s"] } }, ${grant} }`, '')).toEqual([]);
  // Without approvers an administrator approves.
  expect(tailnet(`{ ${grant} }`)).toEqual([]);
  const unused = ['spec.subnetRouter.advertiseRoutes[0]: Connector pods advertises 10.40.0.0/14, and no rule of the tailnet leads there'];
  expect(tailnet('{ "acls": [{ "action": "accept", "src": ["*"], "dst": ["tag:prod:443", "10.60.0.0/16:*"] }] }')).toEqual(unused);
  expect(tailnet('{ "acls": [{ "action": "accept", "src": ["*"], "dst": ["pods:*"] }], "hosts": { "pods": "10.40.0.0/14" } }')).toEqual([]);
  expect(tailnet('{ "acls": [{ "action": "accept", "src": ["*"], "dst": ["ipset:pods:*"] }] }')).toEqual([]);
  expect(tailnet('{ "acls": [{ "action": "accept", "src": ["*"], "dst": ["*:*"] }] }')).toEqual([]);
  // No rule of the network: the default of the service stands.
  expect(tailnet('{ "tagOwners": {} }')).toEqual([]);
});

const wg = (commands: string, allowed: string = '10.60.17.10/32'): string => `[Interface]\nAddress = 10.60.17.1/24\n${commands}\n\n[Peer]\nAllowedIPs = ${allowed}\n`;

test('a router that does not forward', () => {
  const router = (commands: string, sysctl: string): string[] => ask('NS9441', { files: { 'wireguard:wg0.conf': wg(commands), 'sysctl:60-host.conf': sysctl } });
  expect(router('PostUp = iptables -A FORWARD -i %i -j ACCEPT', 'net.ipv4.ip_forward = 0\n')).toEqual(['line 1: net.ipv4.ip_forward is 0, and wg0.conf forwards what its peers send']);
  expect(router('PostUp = sysctl -w net.ipv4.ip_forward=1; iptables -A FORWARD -i %i -j ACCEPT', 'net.ipv4.ip_forward = 0\n')).toEqual([]);
  // A host that only ends the tunnel, and one of whose forwarding nobody speaks.
  expect(router('ListenPort = 51820', 'net.ipv4.ip_forward = 0\n')).toEqual([]);
  expect(router('PostUp = iptables -A FORWARD -i %i -j ACCEPT', 'net.core.somaxconn = 4096\n')).toEqual([]);
});

test('two tunnels to one network under strict reverse path filtering', () => {
  const said = (filter: string, table: string = 'Table = off', second: string = '10.80.0.0/16'): string[] => validate({
    documents: [],
    files: [
      { format: 'wireguard', file: 'wg0.conf', text: wg(table, '10.80.0.0/16'), owner: 'router' },
      { format: 'wireguard', file: 'wg1.conf', text: wg(table, second), owner: 'router' },
      { format: 'sysctl', file: '60-host.conf', text: filter, owner: 'router' },
    ],
  }).filter(({ id }) => id === 'NS9441').map(({ message }) => message);
  const strict = 'net.ipv4.conf.all.rp_filter = 1\n';
  expect(said(strict)).toEqual(['net.ipv4.conf.all.rp_filter is 1, and wg0.conf and wg1.conf lead to the same addresses: what comes back by the other one is dropped']);
  expect(said(`${strict}net.ipv4.conf.wg0.rp_filter = 2\nnet.ipv4.conf.wg1.rp_filter = 2\n`)).toEqual([]);
  expect(said('net.ipv4.conf.all.rp_filter = 2\n')).toEqual([]);
  expect(said(strict, 'MTU = 1420')).toEqual([]);
  expect(said(strict, 'Table = off', '10.81.0.0/16')).toEqual([]);
});
