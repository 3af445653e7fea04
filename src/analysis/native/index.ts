// What the API server's hand-written code asks of built-in kinds beyond their OpenAPI (NS0020), written from its behaviour. One file per kind, loaded when the first
// object of the kind is met.
import type { Check } from '../schema/problem';
import type { KindSchema } from '../schema/store';
import type * as autoscaler from './autoscaler';
import type * as disruptionBudget from './disruption-budget';
import type * as endpointSlice from './endpoint-slice';
import type * as ingress from './ingress';
import type * as networkPolicy from './network-policy';
import type { NativeCheck } from './place';
import { Place } from './place';
import type * as service from './service';

/* eslint-disable @typescript-eslint/no-require-imports */
const CHECKS: ReadonlyMap<string, () => NativeCheck> = new Map<string, () => NativeCheck>([
  ['v1 Service', () => (require('./service') as typeof service).checkService],
  ['autoscaling/v2 HorizontalPodAutoscaler', () => (require('./autoscaler') as typeof autoscaler).checkAutoscaler],
  ['discovery.k8s.io/v1 EndpointSlice', () => (require('./endpoint-slice') as typeof endpointSlice).checkEndpointSlice],
  ['networking.k8s.io/v1 NetworkPolicy', () => (require('./network-policy') as typeof networkPolicy).checkNetworkPolicy],
  ['networking.k8s.io/v1 Ingress', () => (require('./ingress') as typeof ingress).checkIngress],
  ['networking.k8s.io/v1 IngressClass', () => (require('./ingress') as typeof ingress).checkIngressClass],
  ['policy/v1 PodDisruptionBudget', () => (require('./disruption-budget') as typeof disruptionBudget).checkDisruptionBudget],
]);
/* eslint-enable @typescript-eslint/no-require-imports */

/** The native check of a kind, or undefined when it has none. */
export function nativeCheck(schema: Pick<KindSchema, 'group' | 'version' | 'kind' | 'native' | 'line'>): Check | undefined {
  if (!schema.native) return undefined;
  const load = CHECKS.get(`${schema.group === '' ? '' : `${schema.group}/`}${schema.version} ${schema.kind}`);
  if (load === undefined) return undefined;
  const minor = Number(schema.line.slice(schema.line.lastIndexOf('.') + 1));
  let check: NativeCheck | undefined;
  return (object, context) => {
    const root = Place.root(context);
    (check ??= load())(object as Readonly<Record<string, unknown>>, root, minor);
    return !root.refused;
  };
}
