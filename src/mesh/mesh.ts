import type { IMesh } from '../core/policy';
import { Istio } from './istio/istio';
import type { IstioOptions } from './istio/options';

/** The service meshes that `ZeroTrustMesh` takes. */
export class Mesh {
  /** Istio, with a sidecar in every guarded pod. Pods of namespaces with the restricted Pod Security Standard need Istio's CNI node agent. */
  static istio(options: IstioOptions = {}): IMesh {
    return new Istio(options);
  }

  private constructor() {}
}
