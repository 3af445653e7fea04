// The office team: three offices and their people.
import { Duration, OfficeVpn, Port, SecretRef } from 'cdk8s-netstack';
import type { Construct } from 'constructs';
import { MANAGEMENT } from './clusters';
import type { OrderWorkloads } from './workloads';

/** Each device makes its own key; only the public half is known here. */
const KEY = SecretRef.file('/etc/wireguard/keys/wg0.key');

export function office(scope: Construct, orders: OrderWorkloads): OfficeVpn {
  const vpn = new OfficeVpn(scope, 'office', {
    network: { v4: '10.60.17.0/24', v6: 'fd4e:7a3c:1b2d:17::/64' },
    hub: { publicKey: 'sxEnKm+9weYTyJDqgQkhCW4XEZL6YP5KDwHUBb/yIVE=', privateKey: KEY, endpoint: 'vpn.example.com', managementFrom: [MANAGEMENT] },
    sites: [
      { name: 'beijing', host: 10, publicKey: '2soPjLdWLXkEz1nw+2bhtd0+vXT6sQTBKXOA5LRLhRw=', privateKey: KEY, networks: ['10.60.32.0/22'], groups: ['engineering'] },
      { name: 'shanghai', host: 20, publicKey: 'YrKtk4f2QkNGy8wrC1v+89iZ2rpZbYL5YEQDmJz6rxw=', privateKey: KEY, networks: ['10.60.36.0/22'], groups: ['dba'] },
      { name: 'shenzhen', host: 30, publicKey: 'qNaWqRT09vIuSYj6genvMwxUm1PhVkIswaHMHb4v20E=', privateKey: KEY, networks: ['10.60.40.0/22'], groups: ['design'] },
    ],
    people: [
      { email: 'alice@example.com', groups: ['engineering'] }, { email: 'bob@example.com', groups: ['engineering'] },
      { email: 'carol@example.com', groups: ['design'] }, { email: 'dave@example.com', groups: ['design'] },
      { email: 'eve@example.com', groups: ['dba'] },
    ],
    tailnet: {
      tags: { prod: ['dba'], staging: ['engineering'], design: ['design'] },
      grants: [
        { from: 'engineering', to: 'staging' },
        { from: 'engineering', to: 'prod', ports: [Port.tcp(443)] },
        { from: 'dba', to: 'prod', ports: [Port.tcp(5432), Port.tcp(6379)] },
        { from: 'design', to: 'design' },
        { from: 'design', to: 'staging', ports: [Port.tcp(443)] },
      ],
      ssh: [
        { from: 'engineering', to: 'staging', users: ['deploy', 'ubuntu'] },
        { from: 'dba', to: 'prod', users: ['postgres'], checkPeriod: Duration.hours(1) },
      ],
    },
  });
  // Engineers read metrics, database administrators reach the database; nobody reaches the API past the gateway.
  orders.service.connections.allowFrom(vpn.group('engineering'), orders.service.ports.metrics!);
  orders.postgres.connections.allowFrom(vpn.group('dba'));
  return vpn;
}
