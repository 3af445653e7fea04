// The proxies of gateways as network policies see them.
import type { ClusterModel } from './cluster-model';
import { envoyProxyOf, isEnvoyGateway } from './envoy-gateway';
import { labelsOf, list, record } from './fields';
import type { GatewayView } from './gateway-api';
import { proxyLabels } from './http3';
import type { Party } from './parties';
import { partyOfLabels } from './parties';
import type { PodGroup } from './pods';

const KNOWN = new WeakMap<GatewayView, { readonly party: Party | undefined }>();

/** The proxies of a Gateway; undefined when nobody knows what they are. */
export function partyOfGateway(cluster: ClusterModel, gateway: GatewayView): Party | undefined {
  let known = KNOWN.get(gateway);
  if (!known) KNOWN.set(gateway, (known = { party: build(cluster, gateway) }));
  return known.party;
}

function build(cluster: ClusterModel, gateway: GatewayView): Party | undefined {
  const name = `the proxies of ${gateway.entry.toString()}`;
  if (gateway.implementation === 'cilium') return { is: 'cilium-ingress', name };
  if (isEnvoyGateway(cluster, gateway)) return envoy(cluster, gateway, name);
  if (gateway.implementation !== 'istio' || list(gateway.entry.spec.addresses).length > 0) return undefined;
  const { namespace, name: own, labels } = gateway.entry;
  const infrastructure = labelsOf(record(gateway.entry.spec.infrastructure).labels);
  // istiod copies the labels of the Gateway and adds its own, of which not all are known.
  return partyOfLabels(cluster, name, namespace, { ...labels, ...infrastructure, 'gateway.networking.k8s.io/gateway-name': own }, { exact: record(gateway.entry.spec.infrastructure).parametersRef === undefined });
}

function envoy(cluster: ClusterModel, gateway: GatewayView, name: string): Party {
  const proxy = envoyProxyOf(cluster, gateway);
  const { envoyDeployment, envoyDaemonSet } = record(record(proxy?.spec.provider).kubernetes);
  const workloads = [record(envoyDeployment), record(envoyDaemonSet)];
  const merged = proxy?.spec.mergeGateways === true;
  // Whether an EnvoyProxy that is named and not here, or a patch, adds labels cannot be seen.
  const exact = !merged && !workloads.some(({ patch }) => patch !== undefined) && (proxy?.sound ?? !mayHaveProxy(cluster, gateway));
  const labels = {
    ...merged ? { 'app.kubernetes.io/name': 'envoy', 'app.kubernetes.io/managed-by': 'envoy-gateway' } : proxyLabels(gateway.entry.namespace, gateway.entry.name),
    ...labelsOf(record(gateway.entry.spec.infrastructure).labels), ...Object.assign({}, ...workloads.map(({ pod }) => labelsOf(record(pod).labels))) as Record<string, string>,
  };
  return partyOfLabels(cluster, name, namespaceOf(cluster, gateway), labels, { exact });
}

function mayHaveProxy(cluster: ClusterModel, { entry, gatewayClass }: GatewayView): boolean {
  return cluster.open || record(record(entry.spec.infrastructure).parametersRef).kind === 'EnvoyProxy' || gatewayClass === undefined || record(gatewayClass.spec.parametersRef).kind === 'EnvoyProxy';
}

function runsEnvoyGateway({ labels }: PodGroup): boolean {
  return labels['control-plane'] === 'envoy-gateway' || labels['app.kubernetes.io/name'] === 'gateway-helm';
}

/** Envoy Gateway runs proxies in its own namespace, which shows by the model, by its pods or by the usual name. */
function namespaceOf(cluster: ClusterModel, { entry }: GatewayView): string | undefined {
  const declared = cluster.facts.external.find(({ kind, labels }) => kind === 'Workload' && labels?.['gateway.envoyproxy.io/owning-gateway-name'] === entry.name
    && (labels['gateway.envoyproxy.io/owning-gateway-namespace'] ?? entry.namespace) === entry.namespace);
  if (declared) return declared.namespace;
  const own = cluster.pods.find(runsEnvoyGateway);
  const inGateways = cluster.objects('', 'ConfigMap').some(({ name, object }) => name === 'envoy-gateway-config' && /\bGatewayNamespace\b/.test(String(record(object.data)['envoy-gateway.yaml'])));
  return inGateways ? undefined : own?.namespace ?? (cluster.namespace('envoy-gateway-system') ? 'envoy-gateway-system' : undefined);
}
