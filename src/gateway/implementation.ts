// What runs a gateway. A value that the user passes in, so that other implementations can come without a change of ApiGateway.
import type { IGatewayImplementation } from './binding';
import { EnvoyGateway } from './envoy-gateway/envoy-gateway';
import type { EnvoyGatewayOptions } from './envoy-gateway/envoy-gateway';

/** The implementations that there are. */
export class GatewayImplementation {
  /** Envoy Gateway, https://gateway.envoyproxy.io */
  static envoyGateway(options: EnvoyGatewayOptions = {}): IGatewayImplementation {
    return new EnvoyGateway(options);
  }

  private constructor() {}
}
