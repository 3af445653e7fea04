import type { ICni } from '../core/policy';
import { Cilium } from './cilium/cilium';
import type { CiliumOptions } from './cilium/options';

/** The CNIs that `ZeroTrustMesh` takes. */
export class Cni {
  /** Cilium: CiliumNetworkPolicies, and BGP and load balancer addresses when asked for. */
  static cilium(options: CiliumOptions = {}): ICni {
    return new Cilium(options);
  }

  private constructor() {}
}
