// Two clusters of one app, and the plan of addresses that everything else draws from: one owner per range.
import { Cluster } from 'cdk8s-netstack';
import type { NetworkApp, Targets } from 'cdk8s-netstack';

/** What runs in both regions. */
const TARGETS: Targets = {
  kubernetes: '1.32', gatewayApi: { version: '1.2', channel: 'standard' }, envoyGateway: '1.2', istio: '1.24', cilium: '1.17', certManager: '1.16', prometheusOperator: '0.79',
};

export interface RegionAddresses {
  readonly pods: string;
  readonly services: string;
  /** Addresses that load balancers announce by BGP. */
  readonly loadBalancers: string;
  /** The router in the rack. */
  readonly router: string;
}

export const addresses: Readonly<Record<'beijing' | 'shanghai', RegionAddresses>> = {
  beijing: { pods: '10.128.0.0/16', services: '10.129.0.0/16', loadBalancers: '10.47.64.0/24', router: '10.47.1.1' },
  shanghai: { pods: '10.160.0.0/16', services: '10.161.0.0/16', loadBalancers: '10.47.96.0/24', router: '10.47.2.1' },
};

export function regions(app: NetworkApp): { beijing: Cluster; shanghai: Cluster } {
  const region = (name: 'beijing' | 'shanghai'): Cluster => new Cluster(app, name, {
    targets: TARGETS, podCidrs: [addresses[name].pods], serviceCidrs: [addresses[name].services], trustDomain: `${name}.orders.example.com`,
  });
  return { beijing: region('beijing'), shanghai: region('shanghai') };
}
