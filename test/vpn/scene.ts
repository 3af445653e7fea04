import { Chart } from 'cdk8s';
import { NetworkApp } from '../../src/app/network-app';
import { Cluster } from '../../src/core/cluster';
import { NetstackError } from '../../src/core/errors';
import { Port } from '../../src/core/port';
import { Registry } from '../../src/core/registry';
import { SecretRef } from '../../src/core/secret-ref';
import { OfficeVpn } from '../../src/vpn';
import type { OfficeVpnProps } from '../../src/vpn';

/** Public keys of nobody: 32 equal bytes. */
export const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
export const FILE: SecretRef = SecretRef.file('/etc/wireguard/keys/wg0.key');

export const PROPS: OfficeVpnProps = {
  network: { v4: '10.60.0.0/24', v6: 'fd4e:7a3c:1b2d::/64' },
  hub: { publicKey: key(1), privateKey: FILE, endpoint: 'vpn.example.com', managementFrom: ['192.0.2.0/28'] },
  sites: [
    { name: 'beijing', host: 10, publicKey: key(2), privateKey: FILE, networks: ['192.168.10.0/24'], groups: ['engineering'] },
    { name: 'shanghai', host: 20, publicKey: key(3), privateKey: FILE, networks: ['192.168.20.0/24'], presharedKey: SecretRef.file('/etc/wireguard/keys/shanghai.psk') },
    { name: 'shenzhen', host: 30, publicKey: key(4), privateKey: FILE, groups: ['design'], behindNat: false },
  ],
  people: [
    { email: 'alice@example.com', groups: ['engineering'] },
    { email: 'bob@example.com', groups: ['engineering'], devices: [{ name: 'bob-laptop', host: 101, publicKey: key(5), privateKey: FILE }] },
    { email: 'carol@example.com', groups: ['design'] },
    { email: 'eve@example.com', groups: ['dba'] },
  ],
  tailnet: {
    tags: { prod: ['dba'], staging: ['engineering'] },
    grants: [{ from: 'engineering', to: 'staging' }, { from: 'engineering', to: 'prod', ports: [Port.tcp(443)] }, { from: 'dba', to: 'prod', ports: [Port.tcp(5432)] }],
    ssh: [{ from: 'dba', to: 'prod', users: ['postgres'] }],
  },
};

export interface Scene { readonly app: NetworkApp; readonly office: OfficeVpn; readonly files: () => Record<string, string> }

export function setUp(props: Partial<OfficeVpnProps> = {}, allow?: (scene: { chart: Chart; office: OfficeVpn }) => void): Scene {
  const app = new NetworkApp();
  new Cluster(app, 'beijing', { podCidrs: ['10.244.0.0/16', 'fd00:244::/48'], serviceCidrs: ['10.96.0.0/16'] });
  const chart = new Chart(app, 'office', { namespace: 'order-system' });
  const office = new OfficeVpn(chart, 'vpn', { ...PROPS, ...props });
  allow?.({ chart, office });
  return { app, office, files: () => Object.fromEntries(Registry.of(app).files.map((file) => [`${file.owner}/${file.name}`, file.render()])) };
}

export const problem = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (!NetstackError.is(error)) throw error;
    return (error as Error).message.replace(/ \((?:(?:office|second)\/[^()]*, |wireguard, [^()]*, )?[^()\s]*:\d+\)(?=: |\.$)/, '').replace(/:\d+\)/g, ':<line>)');
  }
  return 'nothing was thrown';
};
