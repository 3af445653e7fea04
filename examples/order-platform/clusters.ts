// Two clusters of one app, and the plan of addresses that everything else draws from: one owner per range.
import { Cidr, Cluster } from 'cdk8s-netstack';
import type { Targets } from 'cdk8s-netstack';
import type { Construct } from 'constructs';

/** What runs in both regions. */
const TARGETS: Targets = {
  kubernetes: '1.32', gatewayApi: { version: '1.2', channel: 'standard' }, envoyGateway: '1.2', istio: '1.24', cilium: '1.17', certManager: '1.16', prometheusOperator: '0.79',
};

export interface RegionAddresses {
  readonly pods: string;
  readonly services: string;
  /** Addresses that load balancers announce by BGP. */
  readonly loadBalancers: string;
  /** The one that the gateway asks for: the front in the rack and the routers know it. */
  readonly gateway: string;
  /** The router in the rack. */
  readonly router: string;
}

/** Where the office of Beijing leaves for the internet. */
export const OFFICE = '203.0.113.0/24';

/** Who administers hosts, by SSH. */
export const MANAGEMENT = '10.47.0.0/20';

const region = (pods: string, services: string, loadBalancers: string, router: string): RegionAddresses => ({
  pods, services, loadBalancers, router, gateway: Cidr.of(loadBalancers).nth(1),
});

export const addresses: Readonly<Record<'beijing' | 'shanghai', RegionAddresses>> = {
  beijing: region('10.128.0.0/16', '10.129.0.0/16', '10.47.64.0/24', '10.47.1.1'),
  shanghai: region('10.160.0.0/16', '10.161.0.0/16', '10.47.96.0/24', '10.47.2.1'),
};

export function regions(app: Construct): { beijing: Cluster; shanghai: Cluster } {
  const cluster = (name: 'beijing' | 'shanghai'): Cluster => new Cluster(app, name, {
    targets: TARGETS, podCidrs: [addresses[name].pods], serviceCidrs: [addresses[name].services], trustDomain: `${name}.orders.example.com`,
  });
  return { beijing: cluster('beijing'), shanghai: cluster('shanghai') };
}
