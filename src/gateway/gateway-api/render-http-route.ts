// HTTPRoute in the fields that the standard channel has had since Gateway API 1.2.
import type {
  HttpRouteSpec, HttpRouteSpecRulesFilters, HttpRouteSpecRulesMatches, HttpRouteSpecRulesMatchesMethod, HttpRouteSpecRulesMatchesPathType,
} from '../../../imports/gateway.networking.k8s.io/v1/HTTPRoute';
import type { PathType } from '../../core/path';
import { gatewayApiDuration } from '../../formats/duration';
import type { RouteState } from '../state';
import { HTTPS_LISTENER } from './render-gateway';

const PATH_TYPES: Readonly<Record<PathType, HttpRouteSpecRulesMatchesPathType>> = { exact: 'Exact', prefix: 'PathPrefix', regex: 'RegularExpression' };

export interface HttpRouteRenderOptions {
  /** Mark each of several backends with a filter of its own, for an implementation that mixes them up otherwise. @default false */
  readonly markBackends?: boolean;
}

/** Tells a service the name under which requests were led to it. */
const BACKEND_HEADER = 'x-routed-to';

/**
 * No `retry`: the standard channel lacks it. No `timeouts.backendRequest`: Envoy Gateway (1.2.8 and 1.9.0, internal/gatewayapi/route.go) makes it the
 * timeout of the whole request. Both are said in the implementation's traffic policy.
 */
export function renderHttpRoute(state: RouteState, options: HttpRouteRenderOptions = {}): HttpRouteSpec {
  const { gateway, timeouts } = state;
  const elsewhere = state.namespace === gateway.namespace ? {} : { namespace: gateway.namespace };
  const backendNamespace = state.backendNamespace === state.namespace ? {} : { namespace: state.backendNamespace };
  const filters = renderFilters(state, backendNamespace);
  return {
    parentRefs: [{ name: gateway.name, ...elsewhere, sectionName: HTTPS_LISTENER }],
    hostnames: gateway.hostnames.map((hostname) => hostname.value),
    rules: [{
      matches: renderMatches(state),
      ...filters.length > 0 && { filters },
      backendRefs: state.backends.map(({ service, port, weight }) => ({
        name: service,
        ...backendNamespace,
        port,
        ...state.backends.length > 1 && { weight },
        ...state.backends.length > 1 && options.markBackends && {
          filters: [{ type: 'RequestHeaderModifier' as const, requestHeaderModifier: { set: [{ name: BACKEND_HEADER, value: service }] } }],
        },
      })),
      ...timeouts.request && { timeouts: { request: gatewayApiDuration(timeouts.request, `request timeout of route ${state.id}`) } },
    }],
  };
}

function renderMatches(state: RouteState): HttpRouteSpecRulesMatches[] {
  const match: HttpRouteSpecRulesMatches = {
    path: { type: PATH_TYPES[state.path.type], value: state.path.value },
    ...state.headers.length > 0 && { headers: state.headers.map(({ name, value }) => ({ name, type: 'Exact' as const, value })) },
  };
  return state.methods.length === 0 ? [match] : state.methods.map((method) => ({ ...match, method: method as HttpRouteSpecRulesMatchesMethod }));
}

/** Headers are set and never added: an added one stands behind what the client wrote under that name. */
function renderFilters(state: RouteState, backendNamespace: { namespace?: string }): HttpRouteSpecRulesFilters[] {
  const filters: HttpRouteSpecRulesFilters[] = [];
  if (state.requestHeaders.length > 0) filters.push({ type: 'RequestHeaderModifier', requestHeaderModifier: { set: state.requestHeaders } });
  if (state.responseHeaders.length > 0) filters.push({ type: 'ResponseHeaderModifier', responseHeaderModifier: { set: state.responseHeaders } });
  if (state.mirror) {
    const { service, port, percent } = state.mirror;
    const { share, total } = percent.toWeights();
    filters.push({
      type: 'RequestMirror',
      requestMirror: {
        backendRef: { name: service, ...backendNamespace, port },
        ...share !== total && (total === 100 ? { percent: share } : { fraction: { numerator: share, denominator: total } }),
      },
    });
  }
  return filters;
}
