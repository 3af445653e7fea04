// How calls inside the mesh are carried. Every version of a workload has a Service of its own, so routes name Services and no subset can be missing.
import type {
  DestinationRuleSpec, DestinationRuleSpecTrafficPolicy, DestinationRuleSpecTrafficPolicyConnectionPool, DestinationRuleSpecTrafficPolicyLoadBalancer,
  DestinationRuleSpecTrafficPolicyOutlierDetection, VirtualServiceSpec, VirtualServiceSpecHttp,
} from '../../../imports/networking.istio.io/v1';
import { Duration } from '../../core/duration';
import type { ErrorScope } from '../../core/errors';
import { NetstackError, shorten } from '../../core/errors';
import { Http } from '../../core/http';
import type { IWorkload } from '../../core/peer';
import { Percent } from '../../core/percent';
import { requireBoolean, requireList, requireObject, requireOptions } from '../../core/shape';
import { protobufDuration } from '../../formats/duration';
import { DEFAULT_RETRIES, DEFAULT_RETRY_ON, DEFAULT_RING_SIZE, DEFAULT_TIMEOUT } from './defaults';
import type { IstioConnectionPool, IstioLoadBalancer, IstioOutlierDetection, IstioRetries, IstioTraffic, IstioVersionTraffic } from './options';

const TRAFFIC_OPTIONS = {
  workload: true, timeout: true, retries: true, connectionPool: true, outlierDetection: true, loadBalancer: true, versions: true, byHeader: true, canary: true, mirror: true,
} as const;
const POOL_OPTIONS = {
  maxConnections: true, connectTimeout: true, keepAlive: true, maxRequests: true, maxPendingRequests: true, maxRequestsPerConnection: true, maxRetries: true, idleTimeout: true,
  upgradeToHttp2: true,
} as const;

/** The name of a Service as proxies know it. */
export function serviceHost(workload: IWorkload, version?: string): string {
  return `${workload.serviceName(version)}.${workload.namespace}.svc.${workload.cluster.clusterDomain}`;
}

/** Whether a Service stands in front of the workload. */
export function hasService(workload: IWorkload): boolean {
  try {
    return workload.serviceName() !== '';
  } catch {
    return false;
  }
}

/** What is said of one Service; undefined when there is nothing to say. */
export function renderDestinationRule(host: string, traffic: IstioTraffic, version: IstioVersionTraffic, mutualTls: boolean): DestinationRuleSpec | undefined {
  const pool = { ...traffic.connectionPool, ...version.connectionPool };
  const outliers = { ...traffic.outlierDetection, ...version.outlierDetection };
  const trafficPolicy: DestinationRuleSpecTrafficPolicy = {
    ...Object.keys(pool).length > 0 && { connectionPool: renderConnectionPool(pool, host) },
    ...traffic.loadBalancer && { loadBalancer: renderLoadBalancer(traffic.loadBalancer) },
    ...Object.keys(outliers).length > 0 && { outlierDetection: renderOutlierDetection(outliers, host) },
    // Before `strict` proxies find out by themselves who has a sidecar.
    ...mutualTls && { tls: { mode: 'ISTIO_MUTUAL' as const } },
  };
  return Object.keys(trafficPolicy).length > 0 ? { host, trafficPolicy } : undefined;
}

/** The routes to one workload: those by header, then one for everything else. */
export function renderVirtualService(workload: IWorkload, traffic: IstioTraffic): VirtualServiceSpec {
  const host = serviceHost(workload);
  const where = `timeout of ${workload.name}`;
  const timeout = Duration.of(traffic.timeout ?? DEFAULT_TIMEOUT);
  const retries = traffic.retries === false ? { attempts: 0 } : renderRetries(traffic.retries ?? { attempts: DEFAULT_RETRIES }, timeout, workload.name);
  const limits: VirtualServiceSpecHttp = { timeout: protobufDuration(timeout, where), retries };
  const main: VirtualServiceSpecHttp = {
    name: 'default',
    route: traffic.canary
      ? [
        { destination: { host }, weight: traffic.canary.percent.complement().value },
        { destination: { host: serviceHost(workload, traffic.canary.version) }, weight: traffic.canary.percent.value },
      ]
      : [{ destination: { host } }],
    ...traffic.mirror && { mirror: { host: serviceHost(workload, traffic.mirror.version) }, mirrorPercentage: { value: traffic.mirror.percent.value } },
    ...limits,
  };
  const byHeader = [...traffic.byHeader ?? []].map(({ header, value, version }): VirtualServiceSpecHttp => ({
    name: `${version}-by-${header.toLowerCase()}`,
    match: [{ headers: { [header.toLowerCase()]: { exact: value } } }],
    route: [{ destination: { host: serviceHost(workload, version) } }],
    ...limits,
  }));
  return { hosts: [host], http: [...byHeader, main] };
}

/** @throws NetstackError for versions that are not there, tries that do not fit into the timeout, and values that Istio refuses */
export function checkTraffic(workload: IWorkload, traffic: IstioTraffic, scope: ErrorScope): void {
  const refuse = (what: string, fix: string): never => {
    throw new NetstackError({ what: `${what} of workload ${workload.name}`, scope, fix });
  };
  checkShape(traffic, `traffic of workload ${workload.name}`, scope);
  if (!hasService(workload)) refuse('There is no Service for the traffic', 'let it have a Service, or leave its traffic out');
  const named = [...Object.keys(traffic.versions ?? {}), ...(traffic.byHeader ?? []).map((one) => one.version), traffic.canary?.version, traffic.mirror?.version];
  for (const version of new Set(named)) if (version !== undefined) workload.serviceName(version);
  for (const { header, value } of traffic.byHeader ?? []) {
    if (typeof value !== 'string') refuse(`Value ${shorten(value)} of header ${shorten(header)}`, "give one text, such as 'true'");
    Http.any().withHeader(header, value);
  }
  for (const [name, share] of [['canary', traffic.canary], ['mirror', traffic.mirror]] as const) {
    if (share && !(share.percent instanceof Percent)) refuse(`Percent ${shorten(share.percent)} of the ${name}`, 'give such as Percent.of(3)');
  }
  if (traffic.canary && !Number.isInteger(traffic.canary.percent.value)) {
    refuse(`Canary of ${traffic.canary.percent}`, 'give whole percent: weights of Istio are whole numbers out of 100 here');
  }
  if (traffic.canary && serviceHost(workload, traffic.canary.version) === serviceHost(workload)) {
    refuse(`Canary ${traffic.canary.version}, which is the main version`, 'name another version');
  }
  const { loadBalancer } = traffic;
  if (loadBalancer && 'algorithm' in loadBalancer && 'hashHeader' in loadBalancer) refuse('Algorithm and hash of the load balancer', 'choose one: Istio refuses both');
  if (loadBalancer && 'hashHeader' in loadBalancer) {
    Http.any().withHeader(loadBalancer.hashHeader, 'x');
    wholeNumber(loadBalancer.minimumRingSize ?? DEFAULT_RING_SIZE, 1, 8_388_608, 'minimumRingSize', workload, scope);
  } else if (loadBalancer && !['LEAST_REQUEST', 'ROUND_ROBIN', 'RANDOM'].includes(loadBalancer.algorithm)) {
    refuse(`Algorithm ${shorten(loadBalancer.algorithm)}`, "give 'LEAST_REQUEST', 'ROUND_ROBIN' or 'RANDOM'");
  }
  for (const [, part] of [['', traffic] as const, ...Object.entries(traffic.versions ?? {})]) checkLimits(part, workload, scope);
  // Rendering prints every duration, and refuses what does not fit.
  renderVirtualService(workload, traffic);
  renderDestinationRule(serviceHost(workload), traffic, {}, false);
  for (const version of Object.values(traffic.versions ?? {})) renderDestinationRule(serviceHost(workload), traffic, version, false);
}

/** Without types a misspelt limit limits nothing. */
function checkShape(traffic: IstioTraffic, where: string, scope: ErrorScope): void {
  requireOptions(traffic as IstioTraffic & { workload: IWorkload }, TRAFFIC_OPTIONS, where, scope);
  const { retries, loadBalancer, canary, mirror } = traffic;
  if (retries) requireList(requireOptions(retries, { attempts: true, perTry: true, on: true }, `retries of ${where}`, scope).on, `retries.on of ${where}`, scope);
  if (loadBalancer !== undefined) requireOptions<object>(loadBalancer, { algorithm: true, hashHeader: true, minimumRingSize: true }, `loadBalancer of ${where}`, scope);
  for (const share of [canary, mirror]) if (share) requireOptions(share, { version: true, percent: true }, `canary or mirror of ${where}`, scope);
  for (const one of requireList(traffic.byHeader, `byHeader of ${where}`, scope)) requireOptions(one, { header: true, value: true, version: true }, `byHeader of ${where}`, scope);
  checkLimitsShape(traffic, where, scope);
  for (const [name, own] of Object.entries(requireObject(traffic.versions ?? {}, `versions of ${where}`, scope))) {
    requireOptions(own, { connectionPool: true, outlierDetection: true }, `version ${shorten(name)} of ${where}`, scope);
    checkLimitsShape(own, `version ${shorten(name)} of ${where}`, scope);
  }
}

function checkLimitsShape({ connectionPool, outlierDetection }: IstioVersionTraffic, where: string, scope: ErrorScope): void {
  if (connectionPool !== undefined) {
    requireOptions(connectionPool, POOL_OPTIONS, `connectionPool of ${where}`, scope);
    if (connectionPool.keepAlive) requireOptions(connectionPool.keepAlive, { time: true, interval: true }, `connectionPool.keepAlive of ${where}`, scope);
    if (connectionPool.upgradeToHttp2 !== undefined) requireBoolean(connectionPool.upgradeToHttp2, `connectionPool.upgradeToHttp2 of ${where}`, scope);
  }
  if (outlierDetection !== undefined) {
    requireOptions(outlierDetection, { consecutive5xx: true, interval: true, baseEjection: true, maxEjection: true, minHealthy: true }, `outlierDetection of ${where}`, scope);
  }
}

function checkLimits({ connectionPool: pool = {}, outlierDetection: outliers = {} }: IstioVersionTraffic, workload: IWorkload, scope: ErrorScope): void {
  for (const field of ['maxConnections', 'maxRequests', 'maxPendingRequests', 'maxRequestsPerConnection', 'maxRetries'] as const) {
    if (pool[field] !== undefined) wholeNumber(pool[field], 1, 2_147_483_647, field, workload, scope);
  }
  if (outliers.consecutive5xx !== undefined) wholeNumber(outliers.consecutive5xx, 1, 4_294_967_295, 'consecutive5xx', workload, scope);
  for (const field of ['maxEjection', 'minHealthy'] as const) {
    const percent = outliers[field];
    if (percent !== undefined && (!(percent instanceof Percent) || !Number.isInteger(percent.value))) {
      throw new NetstackError({ what: `${field} ${percent instanceof Percent ? percent : shorten(percent)} of workload ${workload.name} is not whole percent`, scope, fix: 'give such as Percent.of(47)' });
    }
  }
}

function wholeNumber(value: number, min: number, max: number, field: string, workload: IWorkload, scope: ErrorScope): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new NetstackError({ what: `${field} ${shorten(value)} of workload ${workload.name} is not a whole number from ${min} to ${max}`, scope, fix: 'give such as 1024' });
  }
}

function renderRetries(retries: IstioRetries, timeout: Duration, name: string): VirtualServiceSpecHttp['retries'] {
  const { attempts } = retries;
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > 10) {
    throw new NetstackError({ what: `Retries of workload ${name} have ${shorten(attempts)} attempts`, fix: 'give 1 to 10, or retries: false' });
  }
  const tries = attempts + 1;
  const perTry = retries.perTry ? Duration.of(retries.perTry) : Duration.millis(Math.max(1, Math.floor(timeout.toMillis() / tries)));
  if (perTry.toMillis() * tries > timeout.toMillis()) {
    throw new NetstackError({
      what: `${tries} tries of ${perTry} do not fit into the timeout of ${timeout} of workload ${name}`,
      fix: `give each try at most ${Duration.millis(Math.floor(timeout.toMillis() / tries))}, or fewer attempts`,
    });
  }
  const on = retries.on ?? DEFAULT_RETRY_ON;
  if (on.length === 0 || on.some((one) => typeof one !== 'string' || !/^[a-z0-9][-a-z0-9]{0,62}$/.test(one))) {
    throw new NetstackError({ what: `Retry conditions ${shorten(on)} of workload ${name} are not names of Envoy's`, fix: "give such as ['connect-failure', 'refused-stream']" });
  }
  return { attempts, perTryTimeout: protobufDuration(perTry, `perTry of ${name}`), retryOn: [...new Set(on)].sort().join(',') };
}

function renderConnectionPool(pool: IstioConnectionPool, host: string): DestinationRuleSpecTrafficPolicyConnectionPool {
  const duration = (value: Duration, field: string): string => protobufDuration(Duration.of(value), `${field} of ${host}`);
  const tcp = {
    ...pool.maxConnections !== undefined && { maxConnections: pool.maxConnections },
    ...pool.connectTimeout && { connectTimeout: duration(pool.connectTimeout, 'connectTimeout') },
    ...pool.keepAlive && {
      tcpKeepalive: { time: wholeSeconds(pool.keepAlive.time, `keepAlive.time of ${host}`), interval: wholeSeconds(pool.keepAlive.interval, `keepAlive.interval of ${host}`) },
    },
  };
  const http = {
    ...pool.maxRequests !== undefined && { http2MaxRequests: pool.maxRequests },
    ...pool.maxPendingRequests !== undefined && { http1MaxPendingRequests: pool.maxPendingRequests },
    ...pool.maxRequestsPerConnection !== undefined && { maxRequestsPerConnection: pool.maxRequestsPerConnection },
    ...pool.maxRetries !== undefined && { maxRetries: pool.maxRetries },
    ...pool.idleTimeout && { idleTimeout: duration(pool.idleTimeout, 'idleTimeout') },
    ...pool.upgradeToHttp2 !== undefined && { h2UpgradePolicy: pool.upgradeToHttp2 ? 'UPGRADE' as const : 'DO_NOT_UPGRADE' as const },
  };
  return { ...Object.keys(tcp).length > 0 && { tcp }, ...Object.keys(http).length > 0 && { http } };
}

function renderOutlierDetection(outliers: IstioOutlierDetection, host: string): DestinationRuleSpecTrafficPolicyOutlierDetection {
  return {
    ...outliers.consecutive5xx !== undefined && { consecutive5xxErrors: outliers.consecutive5xx },
    ...outliers.interval && { interval: protobufDuration(Duration.of(outliers.interval), `interval of ${host}`) },
    ...outliers.baseEjection && { baseEjectionTime: protobufDuration(Duration.of(outliers.baseEjection), `baseEjection of ${host}`) },
    ...outliers.maxEjection && { maxEjectionPercent: outliers.maxEjection.value },
    ...outliers.minHealthy && { minHealthPercent: outliers.minHealthy.value },
  };
}

function renderLoadBalancer(balancer: IstioLoadBalancer): DestinationRuleSpecTrafficPolicyLoadBalancer {
  if ('algorithm' in balancer) return { simple: balancer.algorithm };
  return { consistentHash: { httpHeaderName: balancer.hashHeader, ringHash: { minimumRingSize: balancer.minimumRingSize ?? DEFAULT_RING_SIZE } } };
}

/** The kernel counts keepalive in whole seconds; Envoy would cut the rest off. */
function wholeSeconds(given: Duration, where: string): string {
  const duration = Duration.of(given);
  if (duration.toMillis() === 0 || duration.toMillis() % 1000 !== 0) {
    throw new NetstackError({ what: `${where} is ${duration}, and the kernel counts whole seconds`, fix: 'give such as Duration.seconds(47)' });
  }
  return protobufDuration(duration, where);
}
