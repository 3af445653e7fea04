// Histograms of programs whose buckets are known: by their defaults, and by what the documents set instead.
import type { ClusterModel, World } from './cluster-model';
import { list, record, text } from './fields';
import { helmValues } from './helm-values';
import { mountedTexts, containersOf, podsWithImage } from './workload-config';

/** The upper bounds of a histogram that can be there; undefined when somebody sets them in a way that is not followed. */
export type Buckets = ReadonlySet<number> | undefined;

/** Milliseconds: Envoy's own. */
const ENVOY: readonly number[] = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000];
/** Seconds: Traefik's own. */
const TRAEFIK: readonly number[] = [0.1, 0.3, 1.2, 5];
/** Seconds: 0.25 ms, sixteen times doubled, which CoreDNS lets nobody change. */
const COREDNS: readonly number[] = Array.from({ length: 16 }, (_, i) => 0.00025 * 2 ** i);

/** The buckets of a series `…_bucket` of a program that is known. */
export function bucketsOf(world: World, metric: string): Buckets {
  if (/^istio_request_duration_milliseconds_bucket$/.test(metric)) return istioBuckets(world);
  if (/^envoy_(?:http_downstream|cluster(?:_external)?_upstream)_rq_time_bucket$/.test(metric)) return world.clusters.some(setsEnvoyBuckets) ? undefined : new Set(ENVOY);
  if (/^traefik_(?:entrypoint|router|service)_request_duration_seconds_bucket$/.test(metric)) return traefikBuckets(world);
  return metric === 'coredns_dns_request_duration_seconds_bucket' ? new Set(COREDNS) : undefined;
}

const ANNOTATION = 'sidecar.istio.io/statsHistogramBuckets';

function istioBuckets(world: World): Buckets {
  const bounds = new Set(ENVOY);
  if (['istiod', 'base', 'gateway'].some((chart) => helmValues(world, chart).some(({ values }) => JSON.stringify(values).includes('statsHistogramBuckets')))) return undefined;
  for (const cluster of world.clusters) {
    if (setsEnvoyBuckets(cluster) || cluster.objects('', 'ConfigMap').some(({ name, object }) => /^istio/.test(name) && JSON.stringify(object.data ?? {}).includes('istogram'))) return undefined;
    for (const { annotations } of cluster.pods) {
      const own = annotations[ANNOTATION];
      if (own === undefined) continue;
      const lists = jsonOf(own);
      if (!lists) return undefined;
      for (const bound of Object.values(lists).flatMap(list)) bounds.add(Number(bound));
    }
  }
  return bounds;
}

/** Buckets of Envoy are set in its bootstrap: by an EnvoyProxy, or by an EnvoyFilter. */
function setsEnvoyBuckets(cluster: ClusterModel): boolean {
  return cluster.objects('gateway.envoyproxy.io', 'EnvoyProxy').some(({ spec }) => JSON.stringify(spec.bootstrap ?? '').includes('histogram'))
    || cluster.objects('networking.istio.io', 'EnvoyFilter').some(({ spec }) => JSON.stringify(spec).includes('histogram'));
}

/** Traefik's settings may stand in a file that nobody sees, so its pods have to be among the documents. */
function traefikBuckets(world: World): Buckets {
  const bounds = new Set(TRAEFIK);
  const pods = world.clusters.flatMap((cluster) => podsWithImage(cluster, 'traefik').map((group) => ({ cluster, group })));
  if (pods.length === 0) return undefined;
  for (const { cluster, group } of pods) {
    if (mountedTexts(cluster, group).some((one) => /buckets/i.test(one.text)) || list(group.spec.containers).some((one) => list(record(one).env).some((pair) => /BUCKETS/.test(text(record(pair).name) ?? '')))) return undefined;
    for (const { word } of containersOf(group).flatMap(({ words }) => words)) {
      const set = /^--metrics\.prometheus\.buckets=(.*)$/i.exec(word)?.[1];
      if (set !== undefined) for (const bound of set.split(',')) bounds.add(Number(bound));
    }
  }
  return bounds;
}

function jsonOf(source: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(source);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Readonly<Record<string, unknown>> : undefined;
  } catch {
    return undefined;
  }
}
