// ingress-nginx: which Ingresses are its, what it is started with, and the annotations that it knows.
// https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Labels } from './fields';
import { labelsOf } from './fields';
import type { PodGroup } from './pods';
import { podsWithImage } from './workload-config';

export const NGINX: string = 'nginx.ingress.kubernetes.io/';

/** Whether ingress-nginx serves an Ingress, as far as the Ingress itself says. */
export function isNginx({ spec, annotations }: Entry): boolean {
  const className: unknown = spec.ingressClassName ?? annotations['kubernetes.io/ingress.class'];
  if (typeof className === 'string') return className.startsWith('nginx') || className.startsWith('ingress-nginx') || className.endsWith('nginx');
  return Object.keys(annotations).some((key) => key.startsWith(NGINX));
}

/** The controllers of ingress-nginx that the documents have. */
export function nginxControllers(cluster: ClusterModel): readonly PodGroup[] {
  return ['controller', 'nginx-ingress-controller', 'controller-chroot'].flatMap((image) => podsWithImage(cluster, image))
    .filter(({ labels, spec }) => labels['app.kubernetes.io/name'] === 'ingress-nginx' || JSON.stringify(spec.containers).includes('ingress-nginx/controller'));
}

/** The settings of the controllers, where exactly one ConfigMap is theirs. */
export function nginxConfig(cluster: ClusterModel): { readonly entry: Entry; readonly data: Labels } | undefined {
  const controllers = nginxControllers(cluster);
  const names = new Set(controllers.flatMap(({ namespace, spec }) => [...JSON.stringify(spec).matchAll(/--configmap=(?:\$\(POD_NAMESPACE\)|([a-z0-9-]+))\/([a-z0-9.-]+)/g)]
    .map(([, home, name]) => `${home ?? namespace}/${name!}`)));
  if (names.size !== 1) return undefined;
  const [namespace, name] = [...names][0]!.split('/') as [string, string];
  const entry = cluster.find('', 'ConfigMap', namespace, name);
  return entry?.sound ? { entry, data: labelsOf(entry.object.data) } : undefined;
}

/** The minor version of the oldest controller; undefined when an image says none. */
export function nginxMinor(cluster: ClusterModel): number | undefined {
  const minors = nginxControllers(cluster).map(({ spec }) => Number(/controller(?:-chroot)?:v?1\.(\d+)/.exec(JSON.stringify(spec.containers))?.[1] ?? NaN));
  return minors.length === 0 || minors.some(Number.isNaN) ? undefined : Math.min(...minors);
}

/** Annotations without their prefix. */
export const NGINX_ANNOTATIONS: ReadonlySet<string> = new Set([
  'app-root', 'affinity', 'affinity-mode', 'affinity-canary-behavior', 'auth-realm', 'auth-secret', 'auth-secret-type', 'auth-type', 'auth-tls-secret', 'auth-tls-verify-depth',
  'auth-tls-verify-client', 'auth-tls-error-page', 'auth-tls-pass-certificate-to-upstream', 'auth-tls-match-cn', 'auth-url', 'auth-method', 'auth-signin', 'auth-signin-redirect-param',
  'auth-response-headers', 'auth-request-redirect', 'auth-cache-key', 'auth-cache-duration', 'auth-keepalive', 'auth-keepalive-share-vars', 'auth-keepalive-requests',
  'auth-keepalive-timeout', 'auth-proxy-set-headers', 'auth-snippet', 'auth-always-set-cookie', 'enable-global-auth', 'backend-protocol', 'canary', 'canary-by-header', 'canary-by-header-value',
  'canary-by-header-pattern', 'canary-by-cookie', 'canary-weight', 'canary-weight-total', 'client-body-buffer-size', 'configuration-snippet', 'custom-http-errors', 'custom-headers',
  'default-backend', 'disable-proxy-intercept-errors', 'enable-cors', 'cors-allow-origin', 'cors-allow-methods', 'cors-allow-headers', 'cors-expose-headers', 'cors-allow-credentials', 'cors-max-age',
  'force-ssl-redirect', 'from-to-www-redirect', 'http2-push-preload', 'limit-connections', 'limit-rps', 'limit-rpm', 'limit-rate', 'limit-rate-after', 'limit-burst-multiplier', 'limit-whitelist',
  'limit-allowlist', 'global-rate-limit', 'global-rate-limit-window', 'global-rate-limit-key', 'global-rate-limit-ignored-cidrs', 'permanent-redirect', 'permanent-redirect-code',
  'temporal-redirect', 'temporal-redirect-code', 'relative-redirects', 'preserve-trailing-slash', 'proxy-body-size', 'proxy-cookie-domain', 'proxy-cookie-path', 'proxy-connect-timeout',
  'proxy-send-timeout', 'proxy-read-timeout', 'proxy-next-upstream', 'proxy-next-upstream-timeout', 'proxy-next-upstream-tries', 'proxy-request-buffering', 'proxy-redirect-from',
  'proxy-redirect-to', 'proxy-http-version', 'proxy-ssl-secret', 'proxy-ssl-ciphers', 'proxy-ssl-name', 'proxy-ssl-protocols', 'proxy-ssl-verify', 'proxy-ssl-verify-depth',
  'proxy-ssl-server-name', 'enable-rewrite-log', 'rewrite-target', 'satisfy', 'server-alias', 'server-snippet', 'service-upstream', 'session-cookie-name', 'session-cookie-path',
  'session-cookie-domain', 'session-cookie-change-on-failure', 'session-cookie-samesite', 'session-cookie-conditional-samesite-none', 'session-cookie-max-age', 'session-cookie-expires',
  'session-cookie-secure', 'session-cookie-hash', 'ssl-redirect', 'ssl-passthrough', 'stream-snippet', 'upstream-hash-by', 'upstream-hash-by-subset', 'upstream-hash-by-subset-size', 'upstream-vhost',
  'x-forwarded-prefix', 'load-balance', 'whitelist-source-range', 'allowlist-source-range', 'denylist-source-range', 'proxy-buffering', 'proxy-buffers-number', 'proxy-buffer-size',
  'proxy-busy-buffers-size', 'proxy-max-temp-file-size', 'ssl-ciphers', 'ssl-prefer-server-ciphers', 'connection-proxy-header', 'enable-access-log', 'enable-opentracing',
  'opentracing-trust-incoming-span', 'enable-opentelemetry', 'opentelemetry-trust-incoming-span', 'opentelemetry-operation-name', 'enable-influxdb', 'influxdb-measurement', 'influxdb-port',
  'influxdb-host', 'influxdb-server-name', 'use-regex', 'enable-modsecurity', 'enable-owasp-core-rules', 'modsecurity-transaction-id', 'modsecurity-snippet', 'mirror-request-body',
  'mirror-target', 'mirror-host', 'secure-verify-ca-secret', 'use-proxy-protocol', 'secure-backends', 'websocket-services', 'add-base-url', 'configuration',
]);
