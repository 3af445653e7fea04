import type { Fields } from '../model/fields';
import { list, record } from '../model/fields';
import { meshOf } from '../model/mesh';
import { mtlsOf } from '../model/mesh-mtls';
import type { PodGroup } from '../model/pods';
import type { Rule } from './rule';

const deployment = (annotations: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata:
      labels: { app: orders }
      annotations: { ${annotations} }
    spec:
      containers:
        - name: orders
          image: registry.example.com/orders:1.7.4
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /health, port: http } }
`;

export const rule: Rule = {
  id: 'NS3004',
  class: 'breaks',
  title: 'STRICT mTLS refuses the kubelet\'s probes',
  sees: 'pods with a sidecar whose annotation switches the rewriting of probes off, with HTTP or gRPC probes at a port where the effective PeerAuthentication is STRICT.',
  why: 'The kubelet has no certificate of the mesh. Rewritten probes go to the sidecar\'s agent; these go to the port itself and are refused: pods never become ready, or are restarted for ever.',
  fix: 'remove the annotation sidecar.istio.io/rewriteAppHTTPProbers, or take plain text at the probed port with portLevelMtls PERMISSIVE',
  covers: ['R3', 'analysis 1.3: STRICT mTLS with probe'],
  docs: ['https://istio.io/latest/docs/ops/configuration/mesh/app-health-check/'],
  subjects: ['security.istio.io/PeerAuthentication'],
  failing: {
    documents: deployment('sidecar.istio.io/rewriteAppHTTPProbers: "false"'),
    says: 'The readinessProbe asks port 8080 without mTLS, and STRICT refuses it: probes are not rewritten here',
    field: 'spec.template.spec.containers[0].readinessProbe',
  },
  passing: { documents: deployment('sidecar.istio.io/rewriteAppHTTPProbers: "true"') },
  check(cluster, report) {
    if (!mtlsOf(cluster).anyStrict) return;
    for (const group of cluster.pods) {
      if (!group.entry.sound || !FALSE.has(group.annotations['sidecar.istio.io/rewriteAppHTTPProbers'] ?? '')) continue;
      if (meshOf(cluster).memberOf(group).membership !== 'sidecar') continue;
      for (const [index, container] of list(group.spec.containers).map(record).entries()) {
        for (const name of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
          const port = probedPort(group, record(container[name]));
          const mode = port === undefined ? undefined : mtlsOf(cluster).refusesPlainText(group, port);
          if (!mode) continue;
          report(group.entry, [...group.specPath, 'containers', index, name], {
            message: `The ${name} asks port ${port} without mTLS, and STRICT refuses it: probes are not rewritten here`,
            decidedBy: [mode.by!],
          });
        }
      }
    }
  },
};

/** What Go's strconv.ParseBool takes for false. */
const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/** The port of a probe that needs an answer; an open connection is enough for tcpSocket, and the sidecar opens it. */
function probedPort(group: PodGroup, probe: Fields): number | undefined {
  const port = record(probe.httpGet).port ?? record(probe.grpc).port;
  if (typeof port === 'number') return port;
  return group.ports.find(({ name }) => name === port && port !== undefined)?.number;
}
