import type { FieldPath } from '../documents/document';
import type { Fields } from '../model/fields';
import { list, record } from '../model/fields';
import { meshOf } from '../model/mesh';
import { mtlsOf } from '../model/mesh-mtls';
import type { MeshService } from '../model/mesh-services';
import { meshServicesOf } from '../model/mesh-services';
import type { PodGroup } from '../model/pods';
import type { Rule } from './rule';

const scene = (labels: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: Namespace
metadata: { name: legacy${labels} }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec:
  selector: { app: orders }
  ports: [{ name: http, port: 80, targetPort: 8080 }]
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
apiVersion: batch/v1
kind: CronJob
metadata: { name: report, namespace: legacy }
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        metadata: { labels: { app: report } }
        spec:
          restartPolicy: Never
          containers:
            - name: report
              image: registry.example.com/report:1.0.0
              env: [{ name: ORDERS_URL, value: "http://orders.shop/api/v1/orders" }]
`;

export const rule: Rule = {
  id: 'NS3009',
  class: 'breaks',
  title: 'A program outside the mesh is given the address of a Service with STRICT mTLS',
  sees: 'environment variables and arguments of pods outside the mesh that hold the URL of a Service of the cluster, whose pods all ask for STRICT mTLS at that port.',
  why: 'The program has no certificate of the mesh. The sidecar of the server closes its plaintext connections, so every call fails.',
  fix: 'bring the caller into the mesh, or take plain text at this port (portLevelMtls PERMISSIVE) until it is there',
  covers: ['R3', 'analysis 1.3: STRICT mTLS with non-mesh client'],
  docs: ['https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/'],
  subjects: ['security.istio.io/PeerAuthentication'],
  failing: {
    documents: scene(''),
    says: 'This program is given http://orders.shop, and port 8080 of Deployment shop/orders takes STRICT mTLS only, while namespace legacy is not labelled for injection',
    field: 'spec.jobTemplate.spec.template.spec.containers[0].env[0].value',
  },
  passing: { documents: scene(', labels: { istio-injection: enabled }') },
  check(cluster, report) {
    const mesh = meshOf(cluster);
    if (!mtlsOf(cluster).anyStrict || !mesh.anyOutside) return;
    const services = meshServicesOf(cluster);
    for (const caller of cluster.pods) {
      if (!caller.entry.sound || !mesh.isOutside(caller)) continue;
      for (const { value, path } of words(caller.spec)) {
        for (const [, scheme, host, port] of value.matchAll(URLS)) {
          const service = services.ofDnsName(host!.toLowerCase(), caller.namespace);
          const strict = service && refused(service, port === undefined ? DEFAULTS[scheme!] : Number(port), (group, target) => mtlsOf(cluster).refusesPlainText(group, target)?.by);
          if (!strict) continue;
          report(caller.entry, [...caller.specPath, ...path], {
            message: `This program is given ${scheme!}://${host!}${port === undefined ? '' : `:${port}`}, and port ${strict.port} of ${strict.group.entry.toString()} takes STRICT mTLS only, while ${mesh.memberOf(caller).reason!}`,
            decidedBy: [strict.by, strict.group.entry],
          });
        }
      }
    }
  },
};

const URLS = /\b(https?|grpc|h2c|ws|redis|amqp|tcp):\/\/([A-Za-z0-9][A-Za-z0-9.-]*)(?::(\d{1,5}))?(?=[/?#"'\s,;]|$)[^\s"',;@]*/g;
const DEFAULTS: Readonly<Record<string, number>> = { http: 80, https: 443, ws: 80, redis: 6379, amqp: 5672 };

/** The texts that a program is started with. */
function words(spec: Fields): Array<{ readonly value: string; readonly path: FieldPath }> {
  const found: Array<{ value: string; path: FieldPath }> = [];
  for (const [c, container] of list(spec.containers).map(record).entries()) {
    for (const [e, variable] of list(container.env).map(record).entries()) {
      if (typeof variable.value === 'string' && variable.value.includes('://')) found.push({ value: variable.value, path: ['containers', c, 'env', e, 'value'] });
    }
    for (const key of ['command', 'args']) {
      for (const [a, argument] of list(container[key]).entries()) {
        if (typeof argument === 'string' && argument.includes('://')) found.push({ value: argument, path: ['containers', c, key, a] });
      }
    }
  }
  return found;
}

/** The first of the Service's pods, when all of them refuse plain text at the port. */
function refused<T>(
  service: MeshService, number: number | undefined, strict: (group: PodGroup, port: number) => T | undefined,
): { readonly group: PodGroup; readonly port: number; readonly by: T } | undefined {
  const port = number === undefined ? undefined : service.port(number);
  if (!port || service.pods.length === 0) return undefined;
  let first: { group: PodGroup; port: number; by: T } | undefined;
  for (const group of service.pods) {
    const target = service.targetOf(port, group);
    const by = target === undefined ? undefined : strict(group, target);
    if (by === undefined) return undefined;
    first ??= { group, port: target!, by };
  }
  return first;
}
