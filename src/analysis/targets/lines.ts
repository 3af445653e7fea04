// Version lines as the shipped schemas name them, `gateway-api@1.6.1/standard`, and as people read them: `Gateway API 1.6.1`.
import { systemName } from '../../core/targets';
import type { GatewayApiChannel, ResolvedTargets, System } from '../../core/targets';

/** What a line's name says. */
export interface Line {
  readonly text: string;
  readonly system: System;
  readonly version: string;
  readonly channel?: GatewayApiChannel;
}

const PRODUCTS: Readonly<Record<System, string>> = {
  kubernetes: 'Kubernetes',
  gatewayApi: 'Gateway API',
  argoCd: 'Argo CD',
  calico: 'Calico',
  certManager: 'cert-manager',
  chaosMesh: 'Chaos Mesh',
  cilium: 'Cilium',
  consulK8s: 'Consul on Kubernetes',
  envoyGateway: 'Envoy Gateway',
  externalDns: 'ExternalDNS',
  flux: 'Flux',
  grafanaOperator: 'Grafana Operator',
  istio: 'Istio',
  keda: 'KEDA',
  kiali: 'Kiali',
  kyverno: 'Kyverno',
  linkerd: 'Linkerd',
  metallb: 'MetalLB',
  networkPolicyApi: 'Network Policy API',
  opentelemetryOperator: 'OpenTelemetry Operator',
  prometheusOperator: 'Prometheus Operator',
  tailscale: 'Tailscale',
  terway: 'Terway',
  tetragon: 'Tetragon',
  traefik: 'Traefik',
};

/** The name of a system in a sentence: `Envoy Gateway`. */
export function productName(system: System): string {
  return PRODUCTS[system];
}

const parsed = new Map<string, Line>();

/** Reads the name of a line. */
export function parseLine(text: string): Line {
  const known = parsed.get(text);
  if (known) return known;
  const at = text.indexOf('@');
  const slash = text.indexOf('/', at);
  const line: Line = {
    text,
    system: text.slice(0, at).replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()) as System,
    version: text.slice(at + 1, slash === -1 ? undefined : slash),
    ...(slash === -1 ? {} : { channel: text.slice(slash + 1) as GatewayApiChannel }),
  };
  parsed.set(text, line);
  return line;
}

/** Whether a cluster with these targets runs the line. */
export function isTargeted(text: string, targets: ResolvedTargets): boolean {
  const { system, version, channel } = parseLine(text);
  return targets[system] === version && (channel === undefined || channel === targets.gatewayApiChannel);
}

/** The release of a system that is targeted, for a sentence: `Cilium 1.20.2`, and its channel where there are several: `the standard channel of Gateway API 1.6.1`. */
export function targetName(system: System, targets: ResolvedTargets): string {
  const release = `${productName(system)} ${targets[system]}`;
  return system === 'gatewayApi' ? `the ${targets.gatewayApiChannel} channel of ${release}` : release;
}

/** What to write on the command line, and in netstack.yaml, to have a line targeted: `cilium=1.17`. */
export function targetWords({ system, version, channel }: Line): string {
  const minor = version.split('.').slice(0, 2).join('.');
  return `${systemName(system)}=${minor}${channel === 'experimental' ? '/experimental' : ''}`;
}

/** Whether release `a` is newer than `b`; what is no number (`latest`) is newest. */
export function isNewer(a: string, b: string): boolean {
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

function numbers(version: string): number[] {
  return /^\d/.test(version) ? version.split('.').map(Number) : [Infinity];
}
