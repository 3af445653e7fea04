// What a program says to Cilium.
import type { Cidr } from '../../core/cidr';
import type { Duration } from '../../core/duration';
import type { SecretRef } from '../../core/secret-ref';

/** A router that the nodes speak BGP with. */
export interface BgpPeer {
  readonly name: string;
  /** Its address: an address, no range. */
  readonly address: string;
  /** Its autonomous system. */
  readonly asn: number;
  /** Its TCP port. @default 179 */
  readonly port?: number;
  /** Hops to it, when it is not on the nodes' own network: 2 to 255. @default - directly connected */
  readonly multihop?: number;
  /** Silence after which it is taken for gone; at least three times the keepalive. Whole seconds. @default - 90 s */
  readonly holdTime?: Duration;
  /** Time between signs of life. Whole seconds. @default - 30 s */
  readonly keepAlive?: Duration;
  /** Time between attempts to connect. Whole seconds. @default - 120 s */
  readonly connectRetry?: Duration;
  /** How long its routes stay while it restarts. Whole seconds. @default - no graceful restart */
  readonly gracefulRestart?: Duration;
  /** The TCP MD5 password, under key `password` of a Secret in Cilium's namespace. @default - none */
  readonly password?: SecretRef;
  /** What the session carries. @default ['ipv4'] */
  readonly families?: ReadonlyArray<'ipv4' | 'ipv6'>;
}

/** What the nodes announce. */
export interface BgpAdvertisements {
  /** The address ranges of the nodes' pods. @default false */
  readonly podCidrs?: boolean;
  /** Services with these labels. @default - none */
  readonly services?: {
    readonly labels: Readonly<Record<string, string>>;
    /** @default ['LoadBalancerIP'] */
    readonly addresses?: ReadonlyArray<'LoadBalancerIP' | 'ClusterIP' | 'ExternalIP'>;
  };
}

/** One BGP speaker on each of some nodes. */
export interface BgpOptions {
  /** @default 'bgp' */
  readonly name?: string;
  /** The nodes' autonomous system. */
  readonly localAsn: number;
  /** The nodes that speak BGP. */
  readonly nodes: Readonly<Record<string, string>>;
  readonly peers: readonly BgpPeer[];
  readonly advertise: BgpAdvertisements;
  /** Peers of the nodes' own autonomous system are meant. @default false */
  readonly internal?: boolean;
}

/** Addresses for Services of type LoadBalancer. */
export interface LoadBalancerPool {
  readonly name: string;
  readonly cidrs: ReadonlyArray<Cidr | string>;
  /** Only Services with these labels. @default - every Service */
  readonly services?: Readonly<Record<string, string>>;
  /** Whether the first and the last address of a range are given out. @default - as Cilium does */
  readonly allowFirstLastIps?: boolean;
}

export interface CiliumOptions {
  /** Routes to pods and Services, announced to routers. @default - none */
  readonly bgp?: BgpOptions | readonly BgpOptions[];
  /** @default - none */
  readonly loadBalancerPools?: readonly LoadBalancerPool[];
}
