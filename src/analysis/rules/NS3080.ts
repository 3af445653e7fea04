import type { ClusterModel } from '../model/cluster-model';
import { some } from '../model/each';
import type { Entry } from '../model/entry';
import { list, record, text } from '../model/fields';
import { declaredOf, describePeer } from '../model/mesh-connections';
import { linkerdOf } from '../model/mesh-linkerd';
import type { LinkerdRefusal } from '../model/mesh-linkerd';
import { scrapesOf } from '../model/mesh-scrapes';
import { meshServicesOf } from '../model/mesh-services';
import type { PodGroup } from '../model/pods';
import type { Rule } from './rule';

const scene = (annotation: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, annotations: { linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: all-authenticated } }
---
apiVersion: v1
kind: Namespace
metadata: { name: legacy }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
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
apiVersion: apps/v1
kind: Deployment
metadata: { name: batch, namespace: legacy }
spec:
  selector: { matchLabels: { app: batch } }
  template:
    metadata: { labels: { app: batch }, annotations: { ${annotation} } }
    spec: { containers: [{ name: batch, image: "registry.example.com/batch:1.0.0", env: [{ name: ORDERS, value: "http://orders.shop.svc.cluster.local/api" }] }] }
`;

export const rule: Rule = {
  id: 'NS3080',
  class: 'breaks',
  title: 'Linkerd refuses a caller that has no proxy',
  sees: 'pods with Linkerd\'s proxy whose default policy, or whose Server with all of its authorizations, admits callers of the mesh only; and declared connections, scrapes of Prometheus and URLs given to programs '
    + 'from pods without the proxy to such a port.',
  why: 'A caller without the proxy shows no identity, so every request is answered 403 and every connection closed.',
  fix: 'annotate the caller with linkerd.io/inject: enabled, or admit it by a NetworkAuthentication',
  covers: ['R3', 'analysis 1.3: STRICT mTLS with non-mesh client'],
  docs: ['https://linkerd.io/2/reference/authorization-policy/', 'https://linkerd.io/2/features/server-policy/'],
  subjects: ['/Namespace', 'policy.linkerd.io/Server'],
  failing: {
    documents: scene(''),
    says: 'legacy/batch calls port 8080 of Deployment shop/orders without a proxy (namespace legacy is not annotated for injection), and the default of namespace shop is all-authenticated',
    field: 'metadata.annotations["config.linkerd.io/default-inbound-policy"]',
  },
  passing: { documents: scene('linkerd.io/inject: enabled') },
  check(cluster, report) {
    const linkerd = linkerdOf(cluster);
    if (!some(cluster.pods, hasProxy, linkerd)) return;
    const say = (refusal: LinkerdRefusal, caller: string, reason: string, group: PodGroup, port: number, by: readonly Entry[]): void => report(refusal.by, refusal.path, {
      message: `${caller} calls port ${port} of ${group.entry.toString()} without a proxy (${reason}), and ${refusal.words}`, decidedBy: [...by, group.entry],
    });
    const declared = declaredOf(cluster);
    for (const { from, to, port, protocol, tags } of declared.connections) {
      const target = declared.workload(to);
      if (!target || port === undefined || protocol !== 'TCP' || tags.includes('probe')) continue;
      const reason = reasonOf(cluster, from);
      const refusals = reason === undefined ? [] : target.pods.map((group) => ({ group, refusal: linkerd.refusesPlainText(group, port) }));
      const found = refusals.find(({ refusal }) => refusal !== undefined);
      if (found) say(found.refusal!, describePeer(from), reason!, found.group, port, []);
    }
    const prometheus = cluster.pods.filter(({ labels }) => labels['app.kubernetes.io/name'] === 'prometheus' || labels.app === 'prometheus').map((group) => linkerd.injected(group));
    for (const { group, port, monitor } of prometheus.length > 0 && prometheus.every((one) => typeof one === 'string') ? scrapesOf(cluster) : []) {
      const refusal = linkerd.refusesPlainText(group, port);
      if (refusal) say(refusal, `Prometheus (${monitor.toString()})`, prometheus[0] as string, group, port, [monitor]);
    }
    for (const caller of cluster.pods) {
      const reason = linkerd.injected(caller);
      if (typeof reason !== 'string') continue;
      urls(cluster, caller, (group, port, refusal) => say(refusal, `${caller.namespace}/${caller.entry.name}`, reason, group, port, [caller.entry]));
    }
  },
};

function hasProxy(group: PodGroup, linkerd: ReturnType<typeof linkerdOf>): boolean {
  return linkerd.injected(group) === true;
}

/** Why who is declared to call has no proxy; undefined when it has one or nobody knows. */
function reasonOf(cluster: ClusterModel, from: Parameters<typeof describePeer>[0]): string | undefined {
  if (from.kind === 'group' || from.kind === 'internet') return 'such callers have none';
  const workload = declaredOf(cluster).workload(from);
  const reasons = workload?.pods.map((group) => linkerdOf(cluster).injected(group)) ?? [];
  return reasons.length > 0 && reasons.every((one) => typeof one === 'string') ? (reasons[0] as string) : undefined;
}

/** Addresses of Services that a program is started with. */
function urls(cluster: ClusterModel, caller: PodGroup, each: (group: PodGroup, port: number, refusal: LinkerdRefusal) => void): void {
  for (const container of list(caller.spec.containers).map(record)) {
    for (const variable of list(container.env).map(record)) {
      for (const [, scheme, host, number] of (text(variable.value) ?? '').matchAll(/\b(https?|grpc|h2c):\/\/([A-Za-z0-9][A-Za-z0-9.-]*)(?::(\d{1,5}))?(?=[/?#"'\s,;]|$)/g)) {
        const service = meshServicesOf(cluster).ofDnsName(host!.toLowerCase(), caller.namespace);
        const port = service?.port(number === undefined ? (scheme === 'https' ? 443 : 80) : Number(number));
        for (const group of port ? service!.pods : []) {
          const target = service!.targetOf(port!, group);
          const refusal = target === undefined ? undefined : linkerdOf(cluster).refusesPlainText(group, target);
          if (refusal) {
            each(group, target!, refusal);
            break;
          }
        }
      }
    }
  }
}

