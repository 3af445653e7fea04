// What the API server's hand-written code asks of built-in kinds beyond their OpenAPI (NS0020), written from its behaviour. One file per kind, loaded when the first
// object of the kind is met.
import type { Check } from '../schema/problem';
import { QUIET } from '../schema/problem';
import type { KindSchema } from '../schema/store';
import type * as definitions from '../crds/check';
import type * as access from './access';
import type * as autoscaler from './autoscaler';
import type * as data from './data';
import type * as disruptionBudget from './disruption-budget';
import type * as endpointSlice from './endpoint-slice';
import type * as endpoints from './endpoints';
import type * as ingress from './ingress';
import type * as jobs from './jobs';
import type * as namespace from './namespace';
import type * as networkPolicy from './network-policy';
import type { NativeCheck } from './place';
import { Place } from './place';
import type * as pods from './pods';
import type * as service from './service';
import type * as serviceRanges from './service-ranges';
import type * as workloads from './workloads';

/* eslint-disable @typescript-eslint/no-require-imports */
const CHECKS: ReadonlyMap<string, () => NativeCheck> = new Map<string, () => NativeCheck>([
  ['v1 Service', () => (require('./service') as typeof service).checkService],
  ['apiextensions.k8s.io/v1 CustomResourceDefinition', () => (require('../crds/check') as typeof definitions).checkDefinition],
  ['autoscaling/v2 HorizontalPodAutoscaler', () => (require('./autoscaler') as typeof autoscaler).checkAutoscaler],
  ['discovery.k8s.io/v1 EndpointSlice', () => (require('./endpoint-slice') as typeof endpointSlice).checkEndpointSlice],
  ['networking.k8s.io/v1 NetworkPolicy', () => (require('./network-policy') as typeof networkPolicy).checkNetworkPolicy],
  ['networking.k8s.io/v1 Ingress', () => (require('./ingress') as typeof ingress).checkIngress],
  ['networking.k8s.io/v1 IngressClass', () => (require('./ingress') as typeof ingress).checkIngressClass],
  ['policy/v1 PodDisruptionBudget', () => (require('./disruption-budget') as typeof disruptionBudget).checkDisruptionBudget],
  ['rbac.authorization.k8s.io/v1 ClusterRole', () => (require('./access') as typeof access).checkClusterRole],
  ['rbac.authorization.k8s.io/v1 ClusterRoleBinding', () => (require('./access') as typeof access).checkClusterRoleBinding],
  ['rbac.authorization.k8s.io/v1 Role', () => (require('./access') as typeof access).checkRole],
  ['rbac.authorization.k8s.io/v1 RoleBinding', () => (require('./access') as typeof access).checkRoleBinding],
  ['batch/v1 CronJob', () => (require('./jobs') as typeof jobs).checkCronJob],
  ['batch/v1 Job', () => (require('./jobs') as typeof jobs).checkJob],
  ['v1 Pod', () => (require('./pods') as typeof pods).checkPod],
  ['v1 PodTemplate', () => (require('./pods') as typeof pods).checkPodTemplateKind],
  ['apps/v1 DaemonSet', () => (require('./workloads') as typeof workloads).checkDaemonSet],
  ['apps/v1 Deployment', () => (require('./workloads') as typeof workloads).checkDeployment],
  ['apps/v1 ReplicaSet', () => (require('./workloads') as typeof workloads).checkReplicaSet],
  ['apps/v1 StatefulSet', () => (require('./workloads') as typeof workloads).checkStatefulSet],
  ['v1 ReplicationController', () => (require('./workloads') as typeof workloads).checkReplicationController],
  ['v1 ConfigMap', () => (require('./data') as typeof data).checkConfigMap],
  ['v1 Secret', () => (require('./data') as typeof data).checkSecret],
  ['v1 Endpoints', () => (require('./endpoints') as typeof endpoints).checkEndpoints],
  ['networking.k8s.io/v1 IPAddress', () => (require('./service-ranges') as typeof serviceRanges).checkIpAddress],
  ['networking.k8s.io/v1 ServiceCIDR', () => (require('./service-ranges') as typeof serviceRanges).checkServiceCidr],
  ['v1 Namespace', () => (require('./namespace') as typeof namespace).checkNamespace],
]);
/* eslint-enable @typescript-eslint/no-require-imports */

/** The native check of a kind, or undefined when it has none. */
export function nativeCheck(schema: Pick<KindSchema, 'group' | 'version' | 'kind' | 'native' | 'line'>): Check | undefined {
  if (!schema.native) return undefined;
  const load = CHECKS.get(`${schema.group === '' ? '' : `${schema.group}/`}${schema.version} ${schema.kind}`);
  if (load === undefined) return undefined;
  const minor = Number(schema.line.slice(schema.line.lastIndexOf('.') + 1));
  let check: NativeCheck | undefined;
  const quiet = Place.root(QUIET);
  return (object, context) => {
    const root = context.report ? Place.root(context) : quiet.anew();
    (check ??= load())(object as Readonly<Record<string, unknown>>, root, minor);
    return !root.refused;
  };
}
