// How the kubelet asks whether a container is well.
import { Duration } from '../core/duration';
import type { ErrorScope } from '../core/errors';
import { NetstackError, shorten } from '../core/errors';
import type { IWorkloadPort } from '../core/peer';
import { Path } from '../core/path';
import { requireOptions } from '../core/shape';
import type { Ports } from './workload-ports';

export const DEFAULT_HEALTH_PATH = '/health';

/** One question of the kubelet. The port decides how it is asked: HTTP GET, gRPC health check or TCP connection. */
export interface ProbeOptions<K extends string> {
  /** @default - the port `http`, else the first HTTP port */
  readonly port?: K;
  /** Path of the request, on HTTP and metrics ports. @default '/health' */
  readonly path?: string;
  /** Service of the health check, on gRPC ports. @default - the server as a whole */
  readonly service?: string;
  /** In whole seconds, one or more. @default - as the kind of the probe says */
  readonly period?: Duration;
  /** In whole seconds, one or more. @default Duration.seconds(2) */
  readonly timeout?: Duration;
  /** Failures in a row after which the answer is no. @default - as the kind of the probe says */
  readonly failures?: number;
}

/** How the kubelet asks whether a container is well; `false` leaves one out. */
export interface ProbesOptions<P extends Ports> {
  /** Whether it gets traffic. @default - GET /health of the HTTP port every 5 s, three failures */
  readonly readiness?: ProbeOptions<keyof P & string> | false;
  /** Whether it is restarted. @default - GET /health of the HTTP port every 10 s, six failures */
  readonly liveness?: ProbeOptions<keyof P & string> | false;
  /** Whether it has started; the others wait for it. @default - GET /health of the HTTP port every 2 s, thirty failures */
  readonly startup?: ProbeOptions<keyof P & string> | false;
}

export type ProbeKind = 'readiness' | 'liveness' | 'startup';

/** Seconds and failures of each kind. Liveness is slower than readiness, so that a busy pod loses traffic before it loses its life. */
const DEFAULTS: Readonly<Record<ProbeKind, { readonly period: Duration; readonly failures: number }>> = {
  readiness: { period: Duration.seconds(5), failures: 3 },
  liveness: { period: Duration.seconds(10), failures: 6 },
  startup: { period: Duration.seconds(2), failures: 30 },
};
const DEFAULT_TIMEOUT = Duration.seconds(2);

/** A checked probe, as plain state. */
export interface ProbeState {
  readonly kind: ProbeKind;
  readonly port: IWorkloadPort;
  readonly how: { readonly type: 'http'; readonly path: string; readonly tls: boolean } | { readonly type: 'grpc'; readonly service?: string } | { readonly type: 'tcp' };
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

/** The probes of a workload: those given, and for the others the default when there is an HTTP port. */
export function checkProbes<P extends Ports>(
  probes: ProbesOptions<P> | false | undefined, ports: Readonly<Record<string, IWorkloadPort>>, workload: string, scope: ErrorScope,
): readonly ProbeState[] {
  if (probes === false) return [];
  if (probes !== undefined) requireOptions(probes, { readiness: true, liveness: true, startup: true }, `probes of workload ${workload}`, scope);
  const http = (ports.http?.port.kind === 'http' ? ports.http : undefined) ?? Object.values(ports).find(({ port }) => port.kind === 'http' || port.kind === 'https');
  const states: ProbeState[] = [];
  for (const kind of ['readiness', 'liveness', 'startup'] as const) {
    const given = probes?.[kind];
    if (given === false || (given === undefined && http === undefined)) continue;
    states.push(checkProbe(kind, given ?? {}, http, ports, `The ${kind} probe of workload ${workload}`, scope));
  }
  return states;
}

function checkProbe(
  kind: ProbeKind, options: ProbeOptions<string>, http: IWorkloadPort | undefined, ports: Readonly<Record<string, IWorkloadPort>>, where: string, scope: ErrorScope,
): ProbeState {
  const refuse = (what: string, fix: string): never => {
    throw new NetstackError({ what: `${where} ${what}`, scope, fix });
  };
  requireOptions(options, { port: true, path: true, service: true, period: true, timeout: true, failures: true }, where, scope);
  const port = options.port === undefined ? http : Object.hasOwn(ports, options.port) ? ports[options.port] : undefined;
  if (port === undefined) {
    return refuse(options.port === undefined ? 'names no port, and there is no HTTP port' : `names port ${shorten(options.port)}, which is not declared`, `name one of ${Object.keys(ports).sort().join(', ')}`);
  }
  const spoken = port.port.kind;
  const http1 = spoken === 'http' || spoken === 'https' || spoken === 'metrics';
  if (options.path !== undefined && !http1) refuse(`has a path, and port ${port.name} is ${spoken}`, 'leave the path out, or name an HTTP port');
  if (options.service !== undefined && spoken !== 'grpc') refuse(`has a gRPC service, and port ${port.name} is ${spoken}`, 'leave the service out, or name a gRPC port');
  if (options.service !== undefined && (typeof options.service !== 'string' || !/^[\w.]{1,253}$/.test(options.service))) refuse(`has the service ${shorten(options.service)}`, "give such as 'orders.v1.Orders'");
  if (port.port.protocol !== 'TCP') refuse(`names port ${port.name}, which is ${port.port.protocol}`, 'name a TCP port; the kubelet asks no other');
  const failures = options.failures ?? DEFAULTS[kind].failures;
  if (!Number.isInteger(failures) || failures < 1 || failures > 1000) refuse(`has ${shorten(failures)} failures`, 'give a whole number from 1 to 1000');
  return {
    kind,
    port,
    how: http1 ? { type: 'http', path: Path.exact(options.path ?? DEFAULT_HEALTH_PATH).value, tls: spoken === 'https' || port.port.metrics?.scheme === 'https' }
      : spoken === 'grpc' ? { type: 'grpc', ...options.service !== undefined && { service: options.service } } : { type: 'tcp' },
    periodSeconds: wholeSeconds(options.period ?? DEFAULTS[kind].period, `The period of ${where.charAt(0).toLowerCase()}${where.slice(1)}`, scope),
    timeoutSeconds: wholeSeconds(options.timeout ?? DEFAULT_TIMEOUT, `The timeout of ${where.charAt(0).toLowerCase()}${where.slice(1)}`, scope),
    failureThreshold: failures,
  };
}

/** The seconds of a duration. @throws NetstackError when they are not whole, or fewer than `least` */
export function wholeSeconds(duration: Duration, where: string, scope: ErrorScope, least: number = 1): number {
  const seconds = Duration.of(duration).toMillis() / 1000;
  if (Number.isInteger(seconds) && seconds >= least && seconds <= 2_147_483_647) return seconds;
  throw new NetstackError({ what: `${where} is ${Duration.of(duration)}, and Kubernetes counts whole seconds from ${least}`, scope, fix: 'give such as Duration.seconds(5)' });
}
