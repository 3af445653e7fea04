// Versions of a cluster's engines. They choose API versions, schemas and semantics; a version means the newest known line that is not above it.
import { NetstackError, shorten } from './errors';
import { requireOptions } from './shape';

/** Which set of Gateway API kinds a cluster has installed. */
export type GatewayApiChannel = 'standard' | 'experimental';

/**
 * Versions of what runs in a cluster, as plain data: `{ kubernetes: '1.32', istio: '1.24' }`.
 *
 * A version may leave out its last parts: `'1.24'` means the newest known 1.24 line.
 *
 * @default - each system that is not named is taken at its newest known line
 */
export interface Targets {
  readonly kubernetes?: string;
  /** A bare string is the version in the standard channel. */
  readonly gatewayApi?: string | { readonly version?: string; readonly channel?: GatewayApiChannel };
  readonly argoCd?: string;
  readonly calico?: string;
  readonly certManager?: string;
  readonly chaosMesh?: string;
  readonly cilium?: string;
  readonly consulK8s?: string;
  readonly envoyGateway?: string;
  readonly externalDns?: string;
  readonly flux?: string;
  readonly grafanaOperator?: string;
  readonly istio?: string;
  readonly keda?: string;
  readonly kiali?: string;
  readonly kyverno?: string;
  readonly linkerd?: string;
  readonly metallb?: string;
  readonly networkPolicyApi?: string;
  readonly opentelemetryOperator?: string;
  readonly prometheusOperator?: string;
  readonly tailscale?: string;
  readonly terway?: string;
  readonly tetragon?: string;
  readonly traefik?: string;
}

/** A system whose version a cluster can name. */
export type System = keyof Targets;

/** The version lines whose schemas are shipped, oldest first (`imports/schemas/index.json` says the same; a test compares them). */
export const KNOWN_LINES: Readonly<Record<System, readonly string[]>> = {
  kubernetes: ['1.32', '1.35'],
  gatewayApi: ['1.2.1', '1.5.1', '1.6.1'],
  argoCd: ['2.13.4', '3.5.1'],
  calico: ['3.29.1', '3.32.1'],
  certManager: ['1.16.3', '1.21.1'],
  chaosMesh: ['2.7.0', '2.8.3'],
  cilium: ['1.17.2', '1.20.2'],
  consulK8s: ['1.6.2', '2.0.3'],
  envoyGateway: ['1.2.8', '1.9.0'],
  externalDns: ['0.22.0'],
  flux: ['2.4.0', '2.9.4'],
  grafanaOperator: ['5.16.0', '5.24.0'],
  istio: ['1.24.6', '1.30.3'],
  keda: ['2.16.1', '2.20.2'],
  kiali: ['2.4.2', '2.29.0'],
  kyverno: ['1.13.2', '1.19.0'],
  linkerd: ['2.17', '2.20'],
  metallb: ['0.14.9', '0.16.1'],
  networkPolicyApi: ['0.1.5', '0.2.0'],
  opentelemetryOperator: ['0.117.0', '0.158.0'],
  prometheusOperator: ['0.79.2', '0.93.0'],
  tailscale: ['1.78.3', '1.102.3'],
  terway: ['1.17.5'],
  tetragon: ['latest'],
  traefik: ['3.2.5', '3.7.9'],
};

/** The name of a system in `imports/schemas` and in messages: `gatewayApi` is `gateway-api`. */
export function systemName(system: System): string {
  return system.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Every target of a cluster, resolved to the line that stands for it. */
export type ResolvedTargets = { readonly [S in System]: string } & { readonly gatewayApiChannel: GatewayApiChannel };

/**
 * Resolves what the user wrote to known lines.
 *
 * @throws NetstackError for an unknown system, a text that is no version, a version older than the oldest known line, an unknown channel
 */
export function resolveTargets(targets: Targets = {}, where?: string): ResolvedTargets {
  const resolved: Record<string, string> = {};
  for (const system of Object.keys(KNOWN_LINES) as System[]) resolved[system] = newest(KNOWN_LINES[system]);
  let channel: GatewayApiChannel = 'standard';
  for (const [key, value] of Object.entries(targets)) {
    if (!Object.hasOwn(KNOWN_LINES, key)) {
      throw new NetstackError({ what: `Unknown target ${shorten(key)}`, where, fix: `name one of ${Object.keys(KNOWN_LINES).join(', ')}` });
    }
    if (value === undefined) continue;
    const system = key as System;
    if (system === 'gatewayApi' && typeof value === 'object' && value !== null) {
      requireOptions(value, { version: true, channel: true }, 'target gatewayApi');
      channel = value.channel === undefined ? 'standard' : value.channel;
      if (channel !== 'standard' && channel !== 'experimental') {
        throw new NetstackError({ what: `Gateway API has no channel ${shorten(channel)}`, where, fix: "take 'standard' or 'experimental'" });
      }
      if (value.version !== undefined) resolved[system] = resolveLine(system, value.version, where);
    } else {
      resolved[system] = resolveLine(system, value as string, where);
    }
  }
  return Object.freeze({ ...resolved, gatewayApiChannel: channel }) as ResolvedTargets;
}

/** The newest known line of `system` that is not above `version`. */
export function resolveLine(system: System, version: string, where?: string): string {
  if (KNOWN_LINES[system].includes(version)) return version;
  const wanted = typeof version === 'string' ? parts(version) : undefined;
  if (!wanted) {
    throw new NetstackError({ what: `${shorten(version)} is not a version of ${systemName(system)}`, where, fix: `give one such as '${newest(KNOWN_LINES[system])}'` });
  }
  const lines = KNOWN_LINES[system];
  // A line stands for its whole minor version: its patch release is only the one whose schemas were read.
  const minor = wanted.slice(0, 2);
  for (let i = lines.length - 1; i >= 0; i--) {
    const line = parts(lines[i]!);
    if (!line || compareOn(line, minor) <= 0) return lines[i]!;
  }
  throw new NetstackError({
    what: `${systemName(system)} ${version} is older than ${lines[0]}, the oldest line that is known`,
    where,
    fix: `target ${lines[0]} or newer`,
  });
}

/** Whether `version` is at least `floor`, compared on the parts that `floor` names: `atLeast('1.17.2', '1.17')`. */
export function atLeast(version: string, floor: string): boolean {
  const have = parts(version);
  const want = parts(floor);
  return have === undefined || want === undefined || compareOn(have, want) >= 0;
}

function newest(lines: readonly string[]): string {
  return lines[lines.length - 1]!;
}

function parts(version: string): number[] | undefined {
  const match = /^v?(\d{1,6}(?:\.\d{1,6}){0,3})$/.exec(version);
  return match ? match[1]!.split('.').map(Number) : undefined;
}

/** Compares on as many parts as the second version names, so that 1.24.6 is not above "1.24". */
function compareOn(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < b.length; i++) {
    const difference = (a[i] ?? 0) - b[i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
