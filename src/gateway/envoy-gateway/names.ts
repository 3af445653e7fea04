// What Envoy Gateway calls the things that it makes, and where they listen: the same in 1.2.8 and 1.9.0 unless said.
import { createHash } from 'node:crypto';
import { atLeast } from '../../core/targets';

/** The line of which it takes a name for the ServiceAccount of the proxies. */
export function namesServiceAccount(line: string): boolean {
  return atLeast(line, '1.9');
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
/** The readiness probe has shared the port of the metrics until it got its own: internal/xds/bootstrap/bootstrap.go. */
export function readinessPort(line: string): number {
  return atLeast(line, '1.9') ? 19003 : METRICS_PORT;
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
