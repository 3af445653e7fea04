// Where the proxies of gateways and ingress controllers run, and whether they are in Istio's mesh.
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields, Labels } from './fields';
import { labelsOf, list, record, text } from './fields';
import { declaredOf } from './mesh-connections';
import { INJECT, meshOf } from './mesh';

/** Why a proxy has no certificate of the mesh, and who decides it. */
export interface OutsideProxy {
  /** The proxy in words: `Envoy Gateway's proxy of Gateway shop/edge`. */
  readonly proxy: string;
  readonly reason: string;
  readonly decidedBy: readonly Entry[];
  /** The namespace of the proxies is nobody's: that its labels are not there is taken from the documents' silence. */
  readonly assumed?: boolean;
}

const GATEWAY = 'gateway.networking.k8s.io';
const ENVOY = 'gateway.envoyproxy.io';

/** Load balancers and proxies that never carry a sidecar, by the controller of their class. */
const NEVER_INSIDE: ReadonlyArray<readonly [RegExp, string]> = [
  [/^io\.cilium\/gateway-controller$/, 'Cilium\'s proxy runs on the nodes'],
  [/^networking\.gke\.io\/gateway$/, 'the load balancer runs outside the cluster'],
  [/^gateway\.k8s\.aws\/(?:alb|nlb)$/, 'the load balancer runs outside the cluster'],
];

/** Whether the proxies of a Gateway are outside the mesh for certain. */
export function gatewayOutside(cluster: ClusterModel, gateway: Entry): OutsideProxy | undefined {
  const known = cluster.derive(answers);
  if (!known.has(gateway)) known.set(gateway, decide(cluster, gateway));
  return known.get(gateway);
}

function answers(): Map<Entry, OutsideProxy | undefined> {
  return new Map();
}

function decide(cluster: ClusterModel, gateway: Entry): OutsideProxy | undefined {
  const className = String(gateway.spec.gatewayClassName);
  const gatewayClass = cluster.find(GATEWAY, 'GatewayClass', '', className);
  const controller = gatewayClass?.sound === true ? String(gatewayClass.spec.controllerName) : gatewayClass === undefined && className === 'cilium' ? 'io.cilium/gateway-controller' : undefined;
  if (controller === undefined) return undefined;
  const never = NEVER_INSIDE.find(([pattern]) => pattern.test(controller));
  if (never) return { proxy: `the proxy of ${gateway.toString()}`, reason: never[1], decidedBy: gatewayClass ? [gatewayClass] : [] };
  return controller.startsWith(`${ENVOY}/`) ? envoyOutside(cluster, gateway, gatewayClass!) : undefined;
}

/** Envoy Gateway's proxies run in its own namespace, or in the Gateway's when it is told so; labels come from an EnvoyProxy or from the Gateway's infrastructure. */
function envoyOutside(cluster: ClusterModel, gateway: Entry, gatewayClass: Entry): OutsideProxy | undefined {
  const configured = [
    ...envoyProxiesOf(cluster, gateway.spec.infrastructure?.parametersRef, gateway.namespace),
    ...envoyProxiesOf(cluster, gatewayClass.spec.parametersRef, undefined),
  ];
  const labels: Record<string, string> = { ...labelsOf(record(gateway.spec.infrastructure).labels) };
  for (const proxy of configured) {
    if (!proxy?.sound) return undefined;
    const kubernetes = record(record(proxy.spec.provider).kubernetes);
    for (const workload of [record(kubernetes.envoyDeployment), record(kubernetes.envoyDaemonSet)]) {
      // A patch may say anything.
      if (workload.patch !== undefined) return undefined;
      Object.assign(labels, labelsOf(record(workload.pod).labels));
      if (record(record(workload.pod).annotations)[INJECT] !== undefined) return undefined;
    }
  }
  const namespace = namespaceOfEnvoy(cluster, gateway);
  const { membership, reason } = meshOf(cluster).memberByLabels(namespace, labels);
  if (membership !== 'outside' || reason === undefined) return undefined;
  return { proxy: `Envoy Gateway's proxy of ${gateway.toString()}`, reason, decidedBy: configured.filter((one) => one !== undefined), assumed: cluster.namespace(namespace)?.declared !== true };
}

function envoyProxiesOf(cluster: ClusterModel, reference: Fields, home: string | undefined): ReadonlyArray<Entry | undefined> {
  const { group, kind, name, namespace } = record(reference);
  if (group !== ENVOY || kind !== 'EnvoyProxy') return [];
  const found = cluster.find(ENVOY, 'EnvoyProxy', home ?? text(namespace) ?? '', String(name));
  // One that is kept elsewhere may say anything: undefined. One that is nowhere says nothing.
  return found === undefined && !cluster.open ? [] : [found];
}

const OWNER = 'gateway.envoyproxy.io/owning-gateway-';

function namespaceOfEnvoy(cluster: ClusterModel, gateway: Entry): string {
  const known = cluster.derive(envoyPods).find(({ labels }) => labels[`${OWNER}name`] === gateway.name && (labels[`${OWNER}namespace`] ?? gateway.namespace) === gateway.namespace);
  if (known) return known.namespace;
  return cluster.derive(runsInGatewayNamespace).yes ? gateway.namespace : 'envoy-gateway-system';
}

/** Pods of Envoy Gateway that somebody names. */
function envoyPods(cluster: ClusterModel): ReadonlyArray<{ readonly namespace: string; readonly labels: Labels }> {
  return [
    ...cluster.facts.external.filter(({ kind }) => kind === 'Workload').map(({ namespace, labels }) => ({ namespace: namespace ?? '', labels: labels ?? {} })),
    ...declaredOf(cluster).connections.flatMap(({ from }) => declaredOf(cluster).workload(from) ?? []),
  ].filter(({ labels }) => labels[`${OWNER}name`] !== undefined);
}

function runsInGatewayNamespace(cluster: ClusterModel): { readonly yes: boolean } {
  return { yes: cluster.objects('', 'ConfigMap').some(({ name, object }) => name === 'envoy-gateway-config' && /\bGatewayNamespace\b/.test(String(record(object.data)['envoy-gateway.yaml']))) };
}

/** The Gateways that a route is attached to, as far as the documents have them. */
export function gatewaysOfRoute(cluster: ClusterModel, route: Entry): readonly Entry[] {
  const found = new Set<Entry>();
  for (const parent of list(route.spec.parentRefs).map(record)) {
    const namespace = text(parent.namespace) ?? route.namespace;
    const kind = text(parent.kind) ?? 'Gateway';
    let gateway = kind === 'Gateway' && (text(parent.group) ?? GATEWAY) === GATEWAY ? cluster.find(GATEWAY, 'Gateway', namespace, String(parent.name)) : undefined;
    if (kind === 'ListenerSet' || kind === 'XListenerSet') {
      const set = cluster.find(String(parent.group), kind, namespace, String(parent.name));
      const up = record(set?.sound === true ? set.spec.parentRef : undefined);
      if (text(up.name) !== undefined) gateway = cluster.find(GATEWAY, 'Gateway', text(up.namespace) ?? namespace, String(up.name));
    }
    if (gateway?.sound === true) found.add(gateway);
  }
  return [...found];
}

/** Whether the controller that serves an Ingress is outside the mesh for certain. */
export function ingressOutside(cluster: ClusterModel, ingress: Entry): OutsideProxy | undefined {
  const className = text(ingress.spec.ingressClassName) ?? ingress.annotations['kubernetes.io/ingress.class'];
  if (className === undefined) return undefined;
  const ingressClass = cluster.find('networking.k8s.io', 'IngressClass', '', className);
  const controller = ingressClass?.sound === true ? String(ingressClass.spec.controller) : className;
  if (['ingress.k8s.aws/alb', 'alb', 'gce', 'gce-internal', 'k8s.io/ingress-gce'].includes(controller)) {
    return { proxy: `the load balancer of ${ingress.toString()}`, reason: 'it runs outside the cluster', decidedBy: ingressClass ? [ingressClass] : [] };
  }
  const label = CONTROLLER_PODS[controller];
  return label === undefined ? undefined : podsOutside(cluster, label);
}

/** `app.kubernetes.io/name` of the pods of an ingress controller. */
const CONTROLLER_PODS: Readonly<Record<string, string>> = {
  'k8s.io/ingress-nginx': 'ingress-nginx', nginx: 'ingress-nginx', 'traefik.io/ingress-controller': 'traefik', traefik: 'traefik',
};

/** Whether every pod of this `app.kubernetes.io/name` that the documents have is outside the mesh. */
export function podsOutside(cluster: ClusterModel, name: string): OutsideProxy | undefined {
  const groups = cluster.selectByMap(undefined, { 'app.kubernetes.io/name': name });
  const mesh = meshOf(cluster);
  if (groups.length === 0 || !groups.every((group) => mesh.isOutside(group))) return undefined;
  return { proxy: groups[0]!.entry.toString(), reason: mesh.memberOf(groups[0]!).reason!, decidedBy: [groups[0]!.entry] };
}
