// The numbers that are used when the program says none.
import { Duration } from '../../core/duration';

/** Limit of a request with all its tries. */
export const DEFAULT_TIMEOUT: Duration = Duration.seconds(15);
/** Tries after the first one. */
export const DEFAULT_RETRIES = 2;
/** Nothing has been processed when these happen, so that trying again is safe for every method. */
export const DEFAULT_RETRY_ON: readonly string[] = ['connect-failure', 'refused-stream'];
/** Points on a hash ring, as Envoy has it. */
export const DEFAULT_RING_SIZE = 1024;

/** istiod's port for configuration and certificates, in mTLS. */
export const CONTROL_PLANE_PORT = 15012;
/** Where the sidecar answers the kubelet: rewritten probes of the application, and its own readiness. */
export const PROBE_PORTS: readonly number[] = [15020, 15021];
/** Where the sidecar gives its own metrics. */
export const SIDECAR_METRICS_PORT = 15090;
/** Ports of the sidecar itself: no policy of the mesh applies to them. */
export const SIDECAR_PORTS: ReadonlySet<number> = new Set([...PROBE_PORTS, SIDECAR_METRICS_PORT]);
