// Every place where HTTP/3 is switched on inside a cluster, with the pods that must be reached over UDP for it.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import { envoyPolicies, isEnvoyGateway } from './envoy-gateway';
import type { Labels } from './fields';
import { list, record } from './fields';
import type { Listener } from './gateway-api';
import { gatewayModel } from './gateway-api';
import type { ContainerPort, PodGroup } from './pods';
import { servicePorts, servicesFor } from './service-ports';
import { traefiks } from './traefik';
import { containersOf, mountedTexts, podsWithImage } from './workload-config';

export interface Http3Endpoint {
  /** Where it is switched on. */
  readonly at: Entry;
  readonly path: FieldPath;
  /** `Listener https of Gateway shop/web`. */
  readonly label: string;
  /** The port that the pods open. */
  readonly podPort: number;
  /** The port that Alt-Svc tells clients; undefined when the engine does not tell it here. */
  readonly announced: number | undefined;
  /** Undefined where a controller makes the pods in a namespace that the documents do not name. */
  readonly namespace: string | undefined;
  readonly labels: Labels;
  readonly ports: readonly ContainerPort[];
  readonly hostNetwork: boolean;
  /** A listener of Envoy Gateway, whose own Service opens UDP by itself. */
  readonly listener?: Listener;
}

/** The HTTP/3 endpoints of a cluster: `cluster.derive(http3Endpoints)`. */
export function http3Endpoints(cluster: ClusterModel): readonly Http3Endpoint[] {
  return [...ofEnvoyGateway(cluster), ...ofTraefik(cluster), ...ofConfigured(cluster), ...ofIstio(cluster)];
}

/** What wakes up rules that look at HTTP/3. */
export const HTTP3_SUBJECTS: readonly string[] = [
  'gateway.envoyproxy.io/ClientTrafficPolicy', 'apps/Deployment', 'apps/DaemonSet', 'apps/StatefulSet',
];

/** Without these nothing serves HTTP/3, as far as it is looked for here. */
export const HTTP3_NEEDS: readonly string[] = [
  'gateway.envoyproxy.io/ClientTrafficPolicy', 'image:traefik', 'image:nginx', 'image:nginx-unprivileged', 'image:haproxy', 'image:pilot',
];

/** Labels that Envoy Gateway gives to the proxies of a Gateway (internal/infrastructure/kubernetes/proxy). */
export function proxyLabels(namespace: string, name: string): Labels {
  return {
    'app.kubernetes.io/name': 'envoy',
    'app.kubernetes.io/component': 'proxy',
    'app.kubernetes.io/managed-by': 'envoy-gateway',
    'gateway.envoyproxy.io/owning-gateway-name': name,
    'gateway.envoyproxy.io/owning-gateway-namespace': namespace,
  };
}

/** Ports below 1024 are opened 10000 higher by Envoy Gateway's proxies, unless they take the listener's own. */
export function proxyPort(port: number, proxy: Entry | undefined): number {
  return record(proxy?.spec.provider?.kubernetes).useListenerPortAsContainerPort === true || port >= 1024 ? port : port + 10_000;
}

function ofEnvoyGateway(cluster: ClusterModel): Http3Endpoint[] {
  if (!cluster.has('gateway.envoyproxy.io', 'ClientTrafficPolicy')) return [];
  const policies = cluster.derive(envoyPolicies);
  return cluster.derive(gatewayModel).gateways.filter((gateway) => isEnvoyGateway(cluster, gateway)).flatMap((gateway) => {
    const proxy = policies.proxy(gateway);
    const merged = proxy?.spec.mergeGateways === true;
    return gateway.listeners.filter(({ protocol }) => protocol === 'HTTPS').flatMap((listener): Http3Endpoint[] => {
      const policy = policies.client(listener);
      if (policy?.spec.http3 === undefined) return [];
      return [{
        at: policy, path: ['spec', 'http3'], label: `Listener ${listener.name} of ${gateway.entry.toString()}`,
        podPort: proxyPort(listener.port, proxy), announced: listener.port, namespace: undefined, ports: [], hostNetwork: false, listener,
        labels: merged
          ? { 'app.kubernetes.io/name': 'envoy', 'app.kubernetes.io/component': 'proxy', 'app.kubernetes.io/managed-by': 'envoy-gateway', 'gateway.envoyproxy.io/owning-gatewayclass': gateway.className }
          : proxyLabels(gateway.entry.namespace, gateway.entry.name),
      }];
    });
  });
}

function ofTraefik(cluster: ClusterModel): Http3Endpoint[] {
  return cluster.derive(traefiks).flatMap(({ pods, entryPoints }) => [...entryPoints.values()].flatMap(({ name, port, http3, advertisedPort }): Http3Endpoint[] => (
    http3 === undefined || port === undefined ? [] : [{
      at: http3.at, path: http3.path, label: `Entry point ${name} of ${pods.entry.toString()}`, podPort: port, announced: advertisedPort ?? port, ...reach(pods),
    }]
  )));
}

function reach({ namespace, labels, ports, hostNetwork }: PodGroup): Pick<Http3Endpoint, 'namespace' | 'labels' | 'ports' | 'hostNetwork'> {
  return { namespace, labels, ports, hostNetwork };
}

/** Engines whose configuration is a text: only a `listen … quic` or a `bind quic4@…` that stands there is believed. */
const TEXTS: Readonly<Record<string, RegExp>> = {
  nginx: /^[ \t]*listen\s+(?:\[[0-9a-fA-F:]+\]:|[0-9.*]+:)?(\d+)\s(?:[^;#\n]*\s)?quic\b[^;\n]*;/gm,
  haproxy: /^[ \t]*bind\s+quic[46]?@[^\s:]*:(\d+)\b/gm,
};

const ALT_SVC = /alt-svc[^\n]*?h3=\\?":(\d+)/i;

function ofConfigured(cluster: ClusterModel): Http3Endpoint[] {
  const found: Http3Endpoint[] = [];
  for (const [engine, pattern] of Object.entries(TEXTS)) {
    const images = engine === 'nginx' ? ['nginx', 'nginx-unprivileged'] : [engine];
    for (const pods of images.flatMap((image) => podsWithImage(cluster, image))) {
      for (const { entry, key, text } of mountedTexts(cluster, pods)) {
        const announced = ALT_SVC.exec(text)?.[1];
        for (const port of new Set([...text.matchAll(pattern)].map((match) => Number(match[1])))) {
          found.push({
            at: entry, path: ['data', key], label: `Port ${port} of ${engine} in ${pods.entry.toString()}`, podPort: port,
            announced: announced === undefined ? undefined : Number(announced), ...reach(pods),
          });
        }
      }
    }
  }
  return found;
}

/** Istio opens QUIC beside each HTTPS port of its gateways when istiod is told to. */
function ofIstio(cluster: ClusterModel): Http3Endpoint[] {
  const told = podsWithImage(cluster, 'pilot').some((pods) => containersOf(pods).some(({ fields }) => list(fields.env).some((one: unknown) => (
    record(one).name === 'PILOT_ENABLE_QUIC_LISTENERS' && record(one).value === 'true'))));
  if (!told) return [];
  return cluster.objects('networking.istio.io', 'Gateway').flatMap((entry) => list(entry.spec.servers).flatMap((server: unknown, index) => {
    const { port, tls } = record(server);
    if (record(port).protocol !== 'HTTPS' || !['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL'].includes(String(record(tls).mode))) return [];
    const number = record(port).number as number;
    return cluster.selectByMap(undefined, entry.spec.selector).map((pods): Http3Endpoint => {
      // The number is the Service's; the pods open what it leads to.
      const front = servicesFor(cluster, pods.namespace, pods.labels).flatMap(servicePorts).find((one) => one.port === number && one.protocol === 'TCP');
      return {
        at: entry, path: ['spec', 'servers', index, 'port'], label: `Server ${String(record(port).name)} of ${entry.toString()}`,
        podPort: typeof front?.targetPort === 'number' ? front.targetPort : number, announced: number, ...reach(pods),
      };
    });
  }));
}
