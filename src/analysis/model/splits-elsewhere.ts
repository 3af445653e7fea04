// Splits by weights in layers beside gateways and Istio: Consul, the Service Mesh Interface, Contour, NGINX's VirtualServer, Knative, Cilium's Envoy configuration, load balancers
// of AWS and Alibaba. Kinds without a schema here are read as far as they go.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import type { Share, Split } from './split';
import { saysCanary, shareOf } from './split';

type Reader = (cluster: ClusterModel, at: Entry) => readonly Split[];

const READERS: Readonly<Record<string, Reader>> = {
  'consul.hashicorp.com/ServiceSplitter': ofConsul,
  'split.smi-spec.io/TrafficSplit': (cluster, at) => ofServices(cluster, at, ['spec', 'backends'], at.spec.backends, 'service'),
  'projectcontour.io/HTTPProxy': (cluster, at) => [
    ...list(at.spec.routes).flatMap((route, i) => ofServices(cluster, at, ['spec', 'routes', i, 'services'], record(route).services, 'name')),
    ...ofServices(cluster, at, ['spec', 'tcpproxy', 'services'], record(at.spec.tcpproxy).services, 'name'),
  ],
  'k8s.nginx.org/VirtualServer': ofNginx,
  'k8s.nginx.org/VirtualServerRoute': ofNginx,
  'serving.knative.dev/Service': ofKnative,
  'serving.knative.dev/Route': ofKnative,
  'cilium.io/CiliumEnvoyConfig': ofCilium,
  'cilium.io/CiliumClusterwideEnvoyConfig': ofCilium,
  'networking.k8s.io/Ingress': ofBalancers,
};

/** Kinds that are read here, as rules name their subjects. */
export const ELSEWHERE_SUBJECTS: readonly string[] = Object.keys(READERS);

export function splitsElsewhere(cluster: ClusterModel): readonly Split[] {
  const kinds = Object.keys(READERS).filter((kind) => cluster.has(kind.slice(0, kind.indexOf('/')), kind.slice(kind.indexOf('/') + 1)));
  if (kinds.length === 0) return [];
  return cluster.entries.flatMap((at) => READERS[`${at.group}/${at.kind}`]?.(cluster, at) ?? []);
}

/** Services with a weight each; one alone is no split. */
function ofServices(cluster: ClusterModel, at: Entry, path: FieldPath, given: unknown, key: string): Split[] {
  const services = list(given).map(record);
  if (services.length < 2 || !services.some(({ weight }) => typeof weight === 'number')) return [];
  return [{
    at, path, zero: 'nothing', weighted: true,
    shares: services.map((one, i) => shareOf(cluster, text(one.namespace) ?? at.namespace, String(one[key]), typeof one.weight === 'number' ? one.weight : 0, [...path, i])),
  }];
}

function ofConsul(cluster: ClusterModel, at: Entry): Split[] {
  const parts = list(at.spec.splits).map(record);
  if (!at.sound || parts.length < 2) return [];
  return [{
    at, path: ['spec', 'splits'], zero: 'nothing', weighted: true,
    shares: parts.map(({ service, serviceSubset, weight, namespace }, i): Share => {
      const share = shareOf(cluster, text(namespace) ?? at.namespace, text(service) ?? at.name, typeof weight === 'number' ? weight : 0, ['spec', 'splits', i]);
      return serviceSubset === undefined ? share : { ...share, name: `${share.name} subset ${String(serviceSubset)}`, canary: share.canary || saysCanary(String(serviceSubset)) };
    }),
  }];
}

/** `splits` of routes and of their matches, each with an action that passes to an upstream. */
function ofNginx(cluster: ClusterModel, at: Entry): Split[] {
  const services = new Map(list(at.spec.upstreams).map(record).map(({ name, service }) => [String(name), String(service)]));
  const read = (given: unknown, path: FieldPath): Split[] => {
    const parts = list(given).map(record);
    if (parts.length < 2) return [];
    return [{
      at, path, zero: 'nothing', weighted: true,
      shares: parts.map(({ weight, action }, i): Share => {
        const pass = record(action).pass;
        const upstream = text(pass) ?? String(record(record(action).proxy).upstream);
        const share = shareOf(cluster, at.namespace, services.get(upstream) ?? upstream, typeof weight === 'number' ? weight : 0, [...path, i]);
        return { ...share, canary: share.canary || saysCanary(upstream) };
      }),
    }];
  };
  const key = at.kind === 'VirtualServer' ? 'routes' : 'subroutes';
  return list(at.spec[key]).map(record).flatMap((route, i) => [
    ...read(route.splits, ['spec', key, i, 'splits']),
    ...list(route.matches).flatMap((match, j) => read(record(match).splits, ['spec', key, i, 'matches', j, 'splits'])),
  ]);
}

/** Shares of revisions in percent; a tag or a name says which is tried. */
function ofKnative(_: ClusterModel, at: Entry): Split[] {
  const parts = list(at.spec.traffic).map(record);
  if (parts.length < 2) return [];
  return [{
    at, path: ['spec', 'traffic'], zero: 'nothing', weighted: true,
    shares: parts.map(({ revisionName, tag, percent }, i): Share => {
      const name = text(revisionName) ?? text(tag) ?? 'the latest revision';
      return { name, weight: typeof percent === 'number' ? percent : 0, canary: saysCanary(name) || saysCanary(String(tag)), path: ['spec', 'traffic', i] };
    }),
  }];
}

/** Weighted clusters of Envoy's own routes; their names are `namespace/service` or `namespace/service:port`. */
function ofCilium(cluster: ClusterModel, at: Entry): Split[] {
  const splits: Split[] = [];
  const route = (value: Fields, path: FieldPath): void => {
    list(record(value).virtual_hosts).forEach((host, i) => list(record(host).routes).forEach((one, j) => {
      const below = [...path, 'virtual_hosts', i, 'routes', j, 'route', 'weighted_clusters', 'clusters'];
      const parts = list(record(record(record(one).route).weighted_clusters).clusters).map(record);
      if (parts.length < 2) return;
      splits.push({
        at, path: below, zero: 'nothing', weighted: true,
        shares: parts.map(({ name, weight }, k) => {
          const [namespace, service] = /^([^/]+)\/([^/:]+)/.exec(String(name))?.slice(1) ?? [at.namespace, String(name)];
          return shareOf(cluster, namespace!, service!, typeof weight === 'number' ? weight : 0, [...below, k]);
        }),
      });
    }));
  };
  list(at.spec.resources).forEach((resource, i) => {
    const fields = record(resource);
    if (String(fields['@type']).endsWith('.RouteConfiguration')) route(fields, ['spec', 'resources', i]);
  });
  return splits;
}

const AWS_ACTION = 'alb.ingress.kubernetes.io/actions.';

function ofBalancers(cluster: ClusterModel, at: Entry): Split[] {
  const { annotations } = at;
  const splits: Split[] = [];
  for (const key in annotations) {
    if (!key.startsWith(AWS_ACTION) || !annotations[key]!.includes('targetGroups')) continue;
    const groups = list(record(record(parsed(annotations[key]!)).forwardConfig).targetGroups).map(record);
    const path: FieldPath = ['metadata', 'annotations', key];
    if (groups.length > 1) {
      splits.push({
        at, path, zero: 'nothing', weighted: true,
        shares: groups.map(({ serviceName, targetGroupARN, weight }) => shareOf(cluster, at.namespace, String(serviceName ?? targetGroupARN), typeof weight === 'number' ? weight : 0, path)),
      });
    }
  }
  // A canary of Alibaba's is an Ingress of its own, as those of ingress-nginx.
  const weight = Number(annotations['alb.ingress.kubernetes.io/canary-weight']);
  if (annotations['alb.ingress.kubernetes.io/canary'] === 'true' && !Number.isNaN(weight)) {
    const path: FieldPath = ['metadata', 'annotations', 'alb.ingress.kubernetes.io/canary-weight'];
    splits.push({
      at, path, zero: 'nothing', weighted: true,
      shares: [{ name: at.name, weight, canary: true, path }, { name: 'the Ingress beside it', weight: Math.max(0, 100 - weight), canary: false, path }],
    });
  }
  return splits;
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
