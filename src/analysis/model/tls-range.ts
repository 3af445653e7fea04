// Which versions of TLS each end of a hop speaks. Defaults are the engines' own: a range that nobody wrote is only as narrow as the engine makes it.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import { envoyPolicies, isEnvoyGateway } from './envoy-gateway';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import type { Listener } from './gateway-api';
import { gatewayModel } from './gateway-api';
import { meshConfigOf } from './mesh-config';
import { TRAEFIK } from './traefik';

/** A range of versions in tenths: 12 is TLS 1.2. */
export interface TlsRange {
  readonly min: number;
  readonly max: number;
}

export interface TlsEnd extends TlsRange {
  /** Where the range is written; what a finding points at. */
  readonly at: Entry;
  readonly path: FieldPath;
  /** `Listener https of Gateway shop/web`. */
  readonly label: string;
}

export const TLS_SUBJECTS: readonly string[] = [
  'gateway.envoyproxy.io/ClientTrafficPolicy', 'gateway.envoyproxy.io/EnvoyProxy', 'gateway.envoyproxy.io/Backend', 'networking.istio.io/Gateway', 'traefik.io/TLSOption',
  'traefik.io/ServersTransport', '/ConfigMap',
];

/** `1.2`, `TLSv1.2`, `TLSV1_2`, `VersionTLS12` in tenths; undefined for what names no version. */
export function tlsVersion(value: unknown): number | undefined {
  // nginx calls 1.0 TLSv1.
  if (value === 'TLSv1') return 10;
  const found = /^(?:VersionTLS|TLS[vV]?)?1[._]?([0-3])$/.exec(String(value));
  return found ? 10 + Number(found[1]) : undefined;
}

export function printTls(version: number): string {
  return `${Math.floor(version / 10)}.${version % 10}`;
}

/** `TLS 1.2 to 1.3`. */
export function printRange({ min, max }: TlsRange): string {
  return min === max ? `TLS ${printTls(min)} only` : `TLS ${printTls(min)} to ${printTls(max)}`;
}

export function disjoint(one: TlsRange, other: TlsRange): boolean {
  return one.max < other.min || other.max < one.min;
}

function rangeOf(fields: Fields, min: unknown, max: unknown, defaults: TlsRange): TlsRange | undefined {
  const low = tlsVersion(min);
  const high = tlsVersion(max);
  return fields === undefined ? undefined : { min: low ?? Math.min(defaults.min, high ?? defaults.min), max: high ?? defaults.max };
}

/** What engines take when nothing is said: Envoy as Envoy Gateway and Istio start it, and Go's own. */
const COMMON: TlsRange = { min: 12, max: 13 };

/** cloudflared dials origins with Go's own client, which nothing narrows. */
export const CLOUDFLARED: TlsRange = COMMON;

/** The range of a listener that Envoy Gateway serves. */
export function listenerTls(cluster: ClusterModel, listener: Listener): TlsEnd | undefined {
  if (listener.tlsMode !== 'Terminate' || !isEnvoyGateway(cluster, listener.gateway)) return undefined;
  const policy = cluster.derive(envoyPolicies).client(listener);
  const range = policy && rangeOf(policy.spec.tls, policy.spec.tls?.minVersion, policy.spec.tls?.maxVersion, COMMON);
  const label = `Listener ${listener.name} of ${listener.gateway.entry.toString()}`;
  return policy && range ? { ...range, at: policy, path: ['spec', 'tls'], label } : { ...COMMON, at: listener.home, path: listener.path, label };
}

/** The range of a server of an Istio Gateway. */
export function istioServers(cluster: ClusterModel): readonly (TlsEnd & { readonly entry: Entry; readonly index: number; readonly fields: Fields })[] {
  return cluster.derive(readIstioServers);
}

function readIstioServers(cluster: ClusterModel): readonly (TlsEnd & { readonly entry: Entry; readonly index: number; readonly fields: Fields })[] {
  return cluster.objects('networking.istio.io', 'Gateway').flatMap((entry) => list(entry.spec.servers).flatMap((fields: Fields, index) => {
    const { mode, minProtocolVersion, maxProtocolVersion } = record(fields.tls);
    if (mode === undefined || mode === 'PASSTHROUGH' || mode === 'AUTO_PASSTHROUGH') return [];
    const range = rangeOf(fields.tls, minProtocolVersion, maxProtocolVersion, COMMON);
    return range ? [{ ...range, at: entry, path: ['spec', 'servers', index, 'tls'], label: `Server ${String(fields.port?.name ?? index)} of ${entry.toString()}`, entry, index, fields }] : [];
  }));
}

/** What the mesh's own mTLS asks at least: TLS 1.2 unless the mesh's configuration says 1.3. */
export function meshMinimum(cluster: ClusterModel): { readonly min: number; readonly at: Entry } | undefined {
  const { given, entry } = meshConfigOf(cluster);
  const min = tlsVersion(record(record(given).meshMTLS).minProtocolVersion);
  return min === undefined || entry === undefined ? undefined : { min, at: entry };
}

/** The ranges that TLSOptions of Traefik allow. */
export function traefikOptions(cluster: ClusterModel): readonly TlsEnd[] {
  return cluster.objects(TRAEFIK, 'TLSOption').map((entry): TlsEnd => {
    const { minVersion, maxVersion } = entry.spec;
    return { ...rangeOf(entry.spec, minVersion, maxVersion, COMMON)!, at: entry, path: ['spec', maxVersion === undefined ? 'minVersion' : 'maxVersion'], label: entry.toString() };
  });
}

/** Ranges that gateways themselves use towards their backends. */
export function upstreamTls(cluster: ClusterModel): readonly TlsEnd[] {
  return [
    ...cluster.objects('gateway.envoyproxy.io', 'EnvoyProxy').map((entry) => ({ entry, fields: entry.spec.backendTLS as Fields, path: ['spec', 'backendTLS'] })),
    ...cluster.objects('gateway.envoyproxy.io', 'Backend').map((entry) => ({ entry, fields: entry.spec.tls as Fields, path: ['spec', 'tls'] })),
    ...cluster.objects(TRAEFIK, 'ServersTransport').map((entry) => ({ entry, fields: entry.spec as Fields, path: ['spec'] })),
  ].flatMap(({ entry, fields, path }): TlsEnd[] => {
    if (fields?.minVersion === undefined && fields?.maxVersion === undefined) return [];
    return [{ ...rangeOf(fields, fields.minVersion, fields.maxVersion, COMMON)!, at: entry, path, label: entry.toString() }];
  });
}

/** ConfigMaps of ingress-nginx that choose protocols: told by the key, which no other controller reads. */
export function nginxProtocols(cluster: ClusterModel): readonly (TlsEnd & { readonly versions: readonly number[] })[] {
  return cluster.objects('', 'ConfigMap').flatMap((entry) => {
    const protocols = text(record(entry.object.data)['ssl-protocols']);
    if (protocols === undefined) return [];
    const versions = protocols.split(/\s+/).map(tlsVersion).filter((one) => one !== undefined);
    return versions.length === 0 ? [] : [{ versions, min: Math.min(...versions), max: Math.max(...versions), at: entry, path: ['data', 'ssl-protocols'], label: entry.toString() }];
  });
}

/** Every listener of Envoy Gateway with its range. */
export function listenerRanges(cluster: ClusterModel): ReadonlyMap<Listener, TlsEnd> {
  const found = new Map<Listener, TlsEnd>();
  for (const listener of cluster.derive(gatewayModel).gateways.flatMap(({ listeners }) => listeners)) {
    const end = listenerTls(cluster, listener);
    if (end) found.set(listener, end);
  }
  return found;
}
