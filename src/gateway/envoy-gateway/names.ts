// What Envoy Gateway calls the things that it makes, and where they listen: the same in 1.2.8 and 1.9.0 unless said.
import { createHash } from 'node:crypto';
import type { Cluster } from '../../core/cluster';
import { atLeast } from '../../core/targets';

/**
 * The version that runs: what it does differs between known lines, so the version that the user wrote counts here. Fields are another matter: those of the
 * line are held against its schema.
 */
export function runningVersion(cluster: Cluster): string {
  return cluster.requestedTargets.envoyGateway ?? cluster.targets.envoyGateway;
}

/** Whether it takes a name for the ServiceAccount of the proxies: a field of the newer line (upstream has it since 1.5). */
export function namesServiceAccount(cluster: Cluster): boolean {
  return atLeast(cluster.targets.envoyGateway, '1.9');
}

/**
 * Whether weighted backends of a route with consistent hashing need filters to keep their weights. Since 1.5 backends without filters are one cluster whose Maglev does
 * not read them (https://github.com/envoyproxy/gateway/issues/9775): 97 to 3 becomes a half each. With filters they are clusters of their own, since 1.4;
 * before, backends with filters were mixed up, and the weights of one cluster were read.
 */
export function losesWeights(cluster: Cluster): boolean {
  return atLeast(runningVersion(cluster), '1.4');
}

/** The name that it gives by itself: internal/utils/misc.go GetHashedName, internal/infrastructure/kubernetes/proxy/resource.go. */
export function generatedName(namespace: string, gateway: string): string {
  const name = `${namespace}/${gateway}`;
  const flat = name.replaceAll('/', '-');
  const front = flat.length > 48 ? flat.slice(0, 48).replace(/-$/, '') : flat;
  return `envoy-${front}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}

/** Labels of the proxies of one gateway: internal/infrastructure/kubernetes/proxy/resource.go, internal/gatewayapi/helpers.go. */
export function proxyLabels(namespace: string, gateway: string): Record<string, string> {
  return {
    'app.kubernetes.io/component': 'proxy',
    'app.kubernetes.io/managed-by': 'envoy-gateway',
    'app.kubernetes.io/name': 'envoy',
    'gateway.envoyproxy.io/owning-gateway-name': gateway,
    'gateway.envoyproxy.io/owning-gateway-namespace': namespace,
  };
}

/** Ports below 1024 are moved out of the privileged range in the pods: internal/gatewayapi/listener.go servicePortToContainerPort. */
export function containerPort(servicePort: number): number {
  return servicePort < 1024 ? servicePort + 10_000 : servicePort;
}

/** internal/xds/bootstrap/bootstrap.go */
export const METRICS_PORT = 19001;
/** The readiness probe shared the port of the metrics until 1.4: internal/xds/bootstrap/bootstrap.go. */
export function readinessPort(cluster: Cluster): number {
  return atLeast(runningVersion(cluster), '1.4') ? 19003 : METRICS_PORT;
}

export const CONTROLLER_NAME = 'gateway.envoyproxy.io/gatewayclass-controller';
export const CONTROLLER = 'envoy-gateway';
/** charts/gateway-helm/templates/envoy-gateway-deployment.yaml */
export const CONTROLLER_LABELS: Readonly<Record<string, string>> = { 'control-plane': 'envoy-gateway' };
/** internal/xds/bootstrap/bootstrap.go: where proxies get their configuration; mutual TLS of its own. */
export const XDS_PORT = 18000;
/** internal/infrastructure/kubernetes/ratelimit/resource.go */
export const RATE_LIMIT = 'envoy-ratelimit';
export const RATE_LIMIT_LABELS: Readonly<Record<string, string>> = {
  'app.kubernetes.io/component': 'ratelimit', 'app.kubernetes.io/managed-by': 'envoy-gateway', 'app.kubernetes.io/name': 'envoy-ratelimit',
};
export const RATE_LIMIT_PORT = 8081;
export const RATE_LIMIT_XDS_PORT = 18001;
