// A shop behind a Gateway, and what a test says about it.
import type { ClusterModel } from '../../../../src/analysis/model/cluster-model';
import type { Arrival, Routing } from '../../../../src/analysis/reach/gateway/routing';
import { gatewayRouting } from '../../../../src/analysis/reach/gateway/routing';
import { clusterOf } from '../../../reach/cluster';

export const SERVICE = (name: string, namespace: string = 'shop'): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { app: ${name} }, ports: [{ port: 80 }] }
---`;

export const CLASS = (controller: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: eg }
spec: { controllerName: ${controller} }
---`;

export const ENVOY: string = CLASS('gateway.envoyproxy.io/gatewayclass-controller');
export const OTHER: string = CLASS('example.com/gateway-controller');

export const NAMESPACES = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: Namespace
metadata: { name: pay, labels: { team: pay } }
---`;

export const GATEWAY = (listener: string = 'allowedRoutes: { namespaces: { from: All } }'): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec: { gatewayClassName: eg, listeners: [{ name: http, port: 80, protocol: HTTP, ${listener} }] }
---`;

/** What of a route differs. */
interface RouteWords {
  readonly name?: string;
  readonly namespace?: string;
  readonly spec?: string;
  readonly metadata?: string;
  readonly kind?: string;
}

export const ROUTE = (rules: string, { name = 'web', namespace = 'shop', spec = '', metadata = '', kind = 'HTTPRoute' }: RouteWords = {}): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace}${metadata} }
spec:
  parentRefs: [{ name: public, namespace: shop }]
  ${spec}
  rules: ${rules}
---`;

export const POLICY = (kind: string, target: string, spec: string, { name = 'policy', namespace = 'shop' }: Pick<RouteWords, 'name' | 'namespace'> = {}): string => `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, ${target} }]
  ${spec}
---`;

export const BASE: string = `${ENVOY}${NAMESPACES}${SERVICE('web')}${SERVICE('canary')}${SERVICE('pay', 'pay')}`;

export function scene(yaml: string, options: Parameters<typeof clusterOf>[1] = {}): ClusterModel {
  return clusterOf(yaml, options);
}

/** What becomes of `GET shop.example.com/path`, unless something else is said. */
export function ask(cluster: ClusterModel, path: string, { request = {}, ...arrival }: Partial<Arrival> = {}): Routing {
  const found = cluster.derive(gatewayRouting).route({ port: 80, facts: {}, ...arrival, request: { scheme: 'http', host: 'shop.example.com', method: 'GET', headers: {}, path, ...request } });
  if (found.length !== 1) throw new Error(`${found.length} gateways take it`);
  return found[0]!;
}

/** `shop/web 0.9, shop/canary 0.1`, `404`, or `undetermined: …`. */
export function short(routing: Routing): string {
  const { verdict: { outcome, answer, because }, backends } = routing;
  if (outcome === 'undetermined') return `undetermined: ${because}`;
  if (outcome === 'denied') return `${String(answer)}${routing.location === undefined ? '' : ` ${routing.location}`}`;
  return [...backends.map(({ namespace, name, share }) => `${namespace}/${name}${share === 1 ? '' : ` ${share}`}`), ...routing.refused.map(({ status, share }) => `${status} ${share}`)].join(', ');
}

export const said = (cluster: ClusterModel, path: string, arrival: Partial<Arrival> = {}): string => short(ask(cluster, path, arrival));
