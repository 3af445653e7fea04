// What a gateway and its routes are, checked: plain data that pure functions render. An implementation sees this and nothing else.
import type { Cluster } from '../core/cluster';
import type { Duration } from '../core/duration';
import type { Hostname } from '../core/hostname';
import type { Path } from '../core/path';
import type { Percent } from '../core/percent';
import type { ClientIpSource } from './client-ip';
import type { HeaderValue } from './headers';
import type { ClientValidation, CorsState, JwtState } from './security';
import type { TlsSource } from './tls';
import type { RouteTimeouts, TrafficOptions } from './traffic';

export type MinTlsVersion = '1.2' | '1.3';

export interface GatewayState {
  readonly cluster: Cluster;
  readonly name: string;
  readonly namespace: string;
  /** Sorted, one at least. */
  readonly hostnames: readonly Hostname[];
  readonly tls: TlsSource;
  /** The Secret with the certificate. */
  readonly secret: { readonly name: string; readonly namespace: string };
  readonly http3: boolean;
  readonly httpRedirect: boolean;
  readonly minTlsVersion: MinTlsVersion;
  readonly clientIp: ClientIpSource;
  readonly clientValidation: ClientValidation | undefined;
  readonly clientTimeouts: { readonly requestReceived?: Duration; readonly idle?: Duration };
  readonly jwt: readonly JwtState[];
  readonly cors: CorsState | undefined;
  readonly traffic: TrafficOptions;
  readonly timeouts: RouteTimeouts;
  /** Label of the namespaces whose routes are let in. */
  readonly access: { readonly key: string; readonly value: string };
}

export interface RouteState {
  readonly gateway: GatewayState;
  readonly id: string;
  /** `<gateway>-<id>`. */
  readonly name: string;
  readonly namespace: string;
  readonly path: Path;
  /** Sorted; empty is any. */
  readonly methods: readonly string[];
  /** Headers that must be there with exactly the value, sorted. */
  readonly headers: readonly HeaderValue[];
  readonly backends: ReadonlyArray<{ readonly service: string; readonly port: number; readonly weight: number }>;
  readonly backendNamespace: string;
  readonly mirror: { readonly service: string; readonly port: number; readonly percent: Percent } | undefined;
  readonly timeouts: RouteTimeouts;
  readonly traffic: TrafficOptions;
  /** Requests may be repeated after they reached a service. */
  readonly idempotent: boolean;
  /** No token is asked for. */
  readonly anonymous: boolean;
  readonly requestHeaders: readonly HeaderValue[];
  readonly responseHeaders: readonly HeaderValue[];
}
