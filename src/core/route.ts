// A route of a gateway, as other layers see it: what an edge publishes and a VPN leads to.
import type { Hostname } from './hostname';
import type { Path } from './path';
import type { IPeer, IWorkloadPort } from './peer';

/** A Service in front of a gateway. */
export interface ServiceAddress {
  readonly name: string;
  readonly namespace: string;
  readonly port: number;
  readonly scheme: 'http' | 'https';
}

/** A route that can be published. As a peer it is the gateway itself. */
export interface IRoute extends IPeer {
  readonly hostnames: readonly Hostname[];
  readonly paths: readonly Path[];
  /** The gateway's listening port, as its pods see it. */
  readonly entry: IWorkloadPort;
  /** Where a client inside the cluster reaches the gateway. */
  readonly service: ServiceAddress;
}
