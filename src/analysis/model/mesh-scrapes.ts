// What Prometheus asks in plain text: the endpoints of ServiceMonitors and PodMonitors, down to the port of the pods.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields, Labels } from './fields';
import { list, record, text } from './fields';
import { declaredOf } from './mesh-connections';
import { meshOf } from './mesh';
import type { Membership } from './mesh';
import type { MeshService } from './mesh-services';
import { meshServicesOf } from './mesh-services';
import type { PodGroup } from './pods';
import { LabelIndex, requirementsOf } from './selector';

/** One port of pods that is scraped without TLS. */
export interface Scrape {
  readonly monitor: Entry;
  /** The field that names the port. */
  readonly path: FieldPath;
  readonly group: PodGroup;
  readonly port: number;
  /** The requested path. */
  readonly httpPath: string;
  readonly service?: MeshService;
}

/** Every plain text scrape of the cluster's pods. */
export function scrapesOf(cluster: ClusterModel): readonly Scrape[] {
  return cluster.derive(build);
}

function build(cluster: ClusterModel): readonly Scrape[] {
  const scrapes: Scrape[] = [];
  for (const monitor of cluster.objects('monitoring.coreos.com', 'PodMonitor')) {
    for (const [index, endpoint] of plainEndpoints(monitor, 'podMetricsEndpoints')) {
      for (const namespace of namespacesOf(monitor)) {
        for (const group of cluster.select(namespace, monitor.spec.selector) ?? []) {
          const key = ['port', 'portNumber', 'targetPort'].find((one) => endpoint[one] !== undefined);
          const port = key === undefined ? undefined : podPort(group, endpoint[key] as number | string);
          if (port !== undefined) scrapes.push({ monitor, path: ['spec', 'podMetricsEndpoints', index, key!], group, port, httpPath: pathOf(endpoint) });
        }
      }
    }
  }
  const monitors = cluster.objects('monitoring.coreos.com', 'ServiceMonitor');
  const services = new LabelIndex(monitors.length === 0 ? [] : meshServicesOf(cluster).all.map((service) => ({ service, labels: service.entry.labels })));
  for (const monitor of monitors) {
    const requirements = requirementsOf(monitor.spec.selector);
    if (!requirements) continue;
    const namespaces = new Set(namespacesOf(monitor));
    const selected = services.select(requirements).filter(({ service }) => namespaces.has(undefined) || namespaces.has(service.namespace));
    for (const [index, endpoint] of plainEndpoints(monitor, 'endpoints')) {
      for (const { service } of selected) scrapes.push(...ofService(monitor, index, endpoint, service));
    }
  }
  return scrapes;
}

function ofService(monitor: Entry, index: number, endpoint: Fields, service: MeshService): Scrape[] {
  const key = endpoint.port !== undefined ? 'port' : 'targetPort';
  return service.pods.flatMap((group) => {
    const servicePort = key === 'port' ? service.port(String(endpoint.port)) : undefined;
    const port = key === 'port' ? servicePort && service.targetOf(servicePort, group) : podPort(group, endpoint.targetPort as number | string);
    return port === undefined ? [] : [{ monitor, path: ['spec', 'endpoints', index, key], group, port, httpPath: pathOf(endpoint), service }];
  });
}

/** Endpoints that are asked over plain HTTP at the address that discovery found. */
function plainEndpoints(monitor: Entry, field: string): Array<readonly [number, Fields]> {
  if (monitor.spec.scrapeClassName !== undefined || monitor.spec.scrapeClass !== undefined) return [];
  return list(monitor.spec[field]).map((endpoint, index) => [index, record(endpoint)] as const).filter(([, endpoint]) => {
    const rewritten = list(endpoint.relabelings).some((relabeling) => ['__address__', '__scheme__'].includes(String(record(relabeling).targetLabel)));
    return (text(endpoint.scheme) ?? 'http').toLowerCase() === 'http' && endpoint.proxyUrl === undefined && !rewritten;
  });
}

function namespacesOf(monitor: Entry): ReadonlyArray<string | undefined> {
  const { any, matchNames } = record(monitor.spec.namespaceSelector);
  if (any === true) return [undefined];
  return list(matchNames).length > 0 ? list(matchNames).map(String) : [monitor.namespace];
}

function podPort(group: PodGroup, wanted: number | string): number | undefined {
  return typeof wanted === 'number' ? wanted : group.ports.find(({ name, protocol }) => name === wanted && protocol === 'TCP')?.number;
}

function pathOf(endpoint: Fields): string {
  return text(endpoint.path) ?? '/metrics';
}

/** How Prometheus itself stands to the mesh, as far as the documents and the model show a Prometheus; undefined when they show none, or several that differ. */
export function prometheusMembership(cluster: ClusterModel): Membership | undefined {
  return cluster.derive(findPrometheus).membership;
}

function findPrometheus(cluster: ClusterModel): { readonly membership: Membership | undefined } {
  const mesh = meshOf(cluster);
  const found = new Set<Membership>();
  for (const group of cluster.pods) if (isPrometheus(group.labels)) found.add(mesh.memberOf(group).membership);
  for (const kind of ['Prometheus', 'PrometheusAgent']) {
    for (const entry of cluster.objects('monitoring.coreos.com', kind)) {
      const { labels, annotations } = record(entry.spec.podMetadata);
      found.add(record(annotations)['sidecar.istio.io/inject'] === undefined ? mesh.memberByLabels(entry.namespace, record(labels) as Labels).membership : 'unknown');
    }
  }
  const declared = declaredOf(cluster);
  for (const { from } of declared.connections) {
    const workload = declared.workload(from);
    if (workload && isPrometheus(workload.labels)) found.add(declared.memberOf(workload).membership);
  }
  return { membership: found.size === 1 ? [...found][0] : undefined };
}

function isPrometheus(labels: Labels): boolean {
  return labels['app.kubernetes.io/name'] === 'prometheus' || labels.app === 'prometheus';
}

/** Whether a scrape reaches pods in plain text for certain: not through ztunnel, and not by a sidecar that knows the pods' addresses. */
export function isPlainText(cluster: ClusterModel, { service }: Scrape): boolean {
  const membership = prometheusMembership(cluster);
  switch (membership) {
    case 'outside': return true;
    // The sidecar routes by Host, which for an address is nobody's: unless it knows the addresses from a headless Service or an entry of them.
    case 'sidecar': return service !== undefined && service.entry.spec.clusterIP !== 'None' && !cluster.derive(entriesOfAddresses).some;
    case undefined: return !cluster.namespaces.some(({ labels }) => labels['istio.io/dataplane-mode'] === 'ambient') && !cluster.derive(entriesOfAddresses).some;
    default: return false;
  }
}

/** Entries that give sidecars the addresses of pods. */
function entriesOfAddresses(cluster: ClusterModel): { readonly some: boolean } {
  return { some: cluster.objects('networking.istio.io', 'ServiceEntry').some(({ spec }) => list(spec.addresses).length > 0 && spec.location === 'MESH_INTERNAL') };
}
