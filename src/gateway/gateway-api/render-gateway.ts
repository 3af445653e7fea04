// GatewayClass, Gateway and the redirect to HTTPS, as Gateway API 1.2 and later have them in the standard channel.
import type { GatewaySpec } from '../../../imports/gateway.networking.k8s.io/v1/Gateway';
import type { HttpRouteSpec } from '../../../imports/gateway.networking.k8s.io/v1/HTTPRoute';
import type { GatewayState } from '../state';

export const GATEWAY_API_GROUP = 'gateway.networking.k8s.io';
/** Names of the listeners, which routes attach to. */
export const HTTPS_LISTENER = 'https';
export const HTTP_LISTENER = 'http';

export interface GatewayClassRef {
  readonly gatewayClassName: string;
  readonly parametersRef: { readonly group: string; readonly kind: string; readonly name: string } | undefined;
}

/**
 * One HTTPS listener, which is the HTTP/3 listener as well: Gateway API has no protocol for it, the implementation opens the same port over UDP.
 * With several hostnames the listener takes any name and the routes say which.
 */
export function renderGateway(state: GatewayState, ref: GatewayClassRef): GatewaySpec {
  const [first, ...others] = state.hostnames;
  const hostname = first && others.length === 0 ? { hostname: first.value } : {};
  return {
    gatewayClassName: ref.gatewayClassName,
    ...ref.parametersRef && { infrastructure: { parametersRef: ref.parametersRef } },
    listeners: [
      {
        name: HTTPS_LISTENER,
        port: 443,
        protocol: 'HTTPS',
        ...hostname,
        tls: {
          mode: 'Terminate',
          certificateRefs: [{ kind: 'Secret', name: state.secret.name, ...state.secret.namespace !== state.namespace && { namespace: state.secret.namespace } }],
        },
        allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { [state.access.key]: state.access.value } } } },
      },
      ...state.httpRedirect
        ? [{ name: HTTP_LISTENER, port: 80, protocol: 'HTTP', ...hostname, allowedRoutes: { namespaces: { from: 'Same' as const } } }]
        : [],
    ],
  };
}

/** Everything that arrives in plain text is sent to HTTPS. */
export function renderRedirect(state: GatewayState): HttpRouteSpec {
  return {
    parentRefs: [{ name: state.name, sectionName: HTTP_LISTENER }],
    hostnames: state.hostnames.map((hostname) => hostname.value),
    rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }] }],
  };
}
