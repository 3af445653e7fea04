import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list, record, text } from '../model/fields';
import { meshServicesOf } from '../model/mesh-services';
import type { PodGroup } from '../model/pods';
import type { NetworkPolicyView, PortMatch } from '../model/policy';
import { policiesOf } from '../model/policies';
import { ciliumSpecs } from '../model/policies-cilium';
import type { Rule } from './rule';

const SYSTEM = (path: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ name: web }]
  rules: [{ matches: [{ path: { type: PathPrefix, value: /api/v1 } }], backendRefs: [{ name: orders, port: 8080 }] }]
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ port: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4", ports: [{ containerPort: 8080 }] }] }
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  endpointSelector: { matchLabels: { app: orders } }
  ingress:
    - fromEntities: [cluster]
      toPorts: [{ ports: [{ port: "8080", protocol: TCP }], rules: { http: [{ method: GET, path: ${path} }] } }]
`;

export const rule: Rule = {
  id: 'NS4107',
  class: 'risk',
  title: 'A route sends paths that a Cilium policy refuses',
  sees: 'HTTPRoutes that send a prefix of paths to pods whose Cilium policies admit, at that port, only paths written out in full: no request below the prefix can match.',
  why: 'Cilium matches the whole path by a regular expression, so that /api/v1 admits only itself: /api/v1/orders is answered with 403.',
  fix: 'admit what stands below: /api/v1(/.*)?',
  covers: ['analysis 1.3: HTTP path regex that is anchored'],
  docs: ['https://docs.cilium.io/en/stable/security/policy/language/#http'],
  subjects: ['cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy'],
  failing: { documents: SYSTEM('/api/v1'), says: 'HTTPRoute shop/orders sends what stands below /api/v1, and the policy admits the path /api/v1 only', field: 'spec.ingress[0].toPorts[0].rules.http' },
  passing: { documents: SYSTEM('/api/v1/.*') },
  check(cluster, report) {
    const policies = policiesOf(cluster).all.filter(isLiteral);
    if (policies.length === 0) return;
    const sent = sentPrefixes(cluster, new Set(policies.flatMap(({ pods }) => pods)));
    if (sent.size === 0) return;
    const atPorts = new Map<PodGroup, Map<number, PathsAt>>();
    const pathsTo = (group: PodGroup, port: number): PathsAt => {
      const known = atPorts.get(group) ?? new Map<number, PathsAt>();
      atPorts.set(group, known);
      let found = known.get(port);
      if (!found) known.set(port, (found = readPaths(cluster, group, port)));
      return found;
    };
    for (const policy of policies) {
      for (const group of policy.pods) {
        for (const { route, prefix, port } of sent.get(group) ?? []) {
          const paths = pathsTo(group, port);
          // A path that anything stands in for may be below the prefix.
          if (!paths || paths.some((path) => path.startsWith(`${prefix.replace(/\/$/, '')}/`))) continue;
          const own = pathsOf(policy.entry, port);
          if (!own) continue;
          report(policy.entry, own.path, { message: `${route.toString()} sends what stands below ${prefix}, and the policy admits the path ${own.paths.join(' or ')} only`, decidedBy: [route] });
        }
      }
    }
  },
};

interface SentPrefix {
  readonly route: Entry;
  readonly prefix: string;
  readonly port: number;
}

/** The prefixes of paths that routes send to some pods, and where. */
function sentPrefixes(cluster: ClusterModel, wanted: ReadonlySet<PodGroup>): ReadonlyMap<PodGroup, readonly SentPrefix[]> {
  const sent = new Map<PodGroup, SentPrefix[]>();
  const services = meshServicesOf(cluster);
  for (const route of cluster.objects('gateway.networking.k8s.io', 'HTTPRoute')) {
    for (const one of list(route.spec.rules)) {
      const { matches, filters, backendRefs } = record(one);
      if (list(filters).some((filter: Fields) => filter.type === 'URLRewrite' || filter.type === 'ExtensionRef')) continue;
      for (const reference of list(backendRefs)) {
        const service = services.find(text(reference.namespace) ?? route.namespace, String(reference.name));
        const port = service?.port(reference.port as number);
        for (const group of service && port ? service.pods : []) {
          const target = wanted.has(group) ? service!.targetOf(port!, group) : undefined;
          if (target === undefined) continue;
          const known = sent.get(group) ?? [];
          sent.set(group, known);
          known.push(...prefixesOf(matches).map((prefix) => ({ route, prefix, port: target })));
        }
      }
    }
  }
  return sent;
}

function prefixesOf(matches: unknown): readonly string[] {
  return list(matches).flatMap((match: Fields) => (record(match.path).type === undefined || match.path.type === 'PathPrefix' ? text(record(match.path).value) ?? [] : []));
}

/** Whether rules of requests of a policy admit, at some port, paths that are all written out. Most have a pattern. */
function isLiteral({ entry, engine, pods }: NetworkPolicyView): boolean {
  if (engine !== 'cilium' || pods.length === 0) return false;
  for (const { spec } of ciliumSpecs(entry)) {
    for (const one of list(spec.ingress)) for (const group of list(record(one).toPorts)) if (admitsLiterally(group)) return true;
  }
  return false;
}

function admitsLiterally(group: Fields): boolean {
  const { http } = record(group.rules);
  return list(http).length > 0 && list(http).every(isWrittenOut);
}

function isWrittenOut(request: Fields): boolean {
  const path = text(record(request).path);
  return path !== undefined && isPlain(path);
}

/** The literal paths that are admitted to a port of pods; false where others may be. */
type PathsAt = readonly string[] | false;

function readPaths(cluster: ClusterModel, group: PodGroup, port: number): PathsAt {
  const policies = policiesOf(cluster).selecting(group, 'ingress');
  // Another policy or rule may admit the rest.
  const others = policies.flatMap(({ ingress }) => (ingress ?? []).filter(({ action, ports }) => action === 'allow' && covers(ports, port)));
  if (others.length === 0 || others.some(({ inspects }) => !inspects)) return false;
  const paths = policies.flatMap(({ entry, engine }) => (engine === 'cilium' ? pathsAt(entry, port) : [undefined]));
  return paths.every((path) => path !== undefined && isPlain(path)) && paths as string[];
}

function covers(ports: readonly PortMatch[] | undefined, port: number): boolean {
  return ports === undefined || ports.some(({ from, to, protocol, name }) => (protocol === 'TCP' || protocol === 'ANY') && (name !== undefined || from === undefined || (from <= port && port <= (to ?? from))));
}

/** Every path that rules of requests of a policy admit at a port; undefined where any path is admitted. */
function pathsAt(entry: Entry, port: number): (string | undefined)[] {
  return httpRules(entry, port).flatMap(({ rules }) => rules.map((one) => text(record(one).path)));
}

function pathsOf(entry: Entry, port: number): { readonly path: (string | number)[]; readonly paths: readonly string[] } | undefined {
  const [first] = httpRules(entry, port);
  const paths = first?.rules.map((one) => text(record(one).path));
  return first && paths!.length > 0 && paths!.every((path) => path !== undefined) ? { path: first.path, paths: paths as string[] } : undefined;
}

function httpRules(entry: Entry, port: number): { readonly path: (string | number)[]; readonly rules: readonly Fields[] }[] {
  return ciliumSpecs(entry).flatMap(({ spec, path }) => list(spec.ingress).flatMap((one: Fields, i) => list(record(one).toPorts).flatMap((group: Fields, j) => {
    const { http } = record(group.rules);
    return http === undefined || !list(group.ports).some((each: Fields) => Number(each.port) === port) ? [] : [{ path: [...path, 'ingress', i, 'toPorts', j, 'rules', 'http'], rules: list(http) }];
  })));
}

/** A path without anything that stands for other letters; a dot stands for one letter only. */
function isPlain(path: string): boolean {
  return !/[*+?()[\]{}|\\^$]/.test(path);
}
