import { mtlsOf } from '../model/mesh-mtls';
import { isPlainText, scrapesOf } from '../model/mesh-scrapes';
import type { Rule } from './rule';

const SCENE = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4", ports: [{ name: http, containerPort: 8080 }, { name: metrics, containerPort: 9090 }] }] }
---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  podMetricsEndpoints: [{ port: metrics }]
`;

export const rule: Rule = {
  id: 'NS3003',
  class: 'breaks',
  title: 'Prometheus scrapes a STRICT port in plain text',
  sees: 'ServiceMonitors and PodMonitors whose endpoints are ports of pods in the mesh where the effective PeerAuthentication is STRICT. Endpoints with https, a proxy or a rewritten address, '
    + 'and pods of a Prometheus in ambient mode, are passed over.',
  why: 'Prometheus asks pods by their addresses. Even with a sidecar of its own such calls leave in plain text, so a STRICT port refuses them: the target is down and its alerts are silent.',
  fix: 'take plain text at the metrics port with portLevelMtls PERMISSIVE in a PeerAuthentication for these pods, or scrape the merged metrics at port 15020',
  covers: ['R3', 'R123', 'analysis 1.3: STRICT mTLS with Prometheus'],
  docs: ['https://istio.io/latest/docs/ops/integrations/prometheus/#tls-settings'],
  subjects: ['monitoring.coreos.com/ServiceMonitor', 'monitoring.coreos.com/PodMonitor'],
  failing: {
    documents: `${SCENE}---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
`,
    says: 'Prometheus scrapes port 9090 of Deployment shop/orders in plain text, and STRICT mTLS refuses it',
    field: 'spec.podMetricsEndpoints[0].port',
  },
  passing: {
    documents: `${SCENE}---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  mtls: { mode: STRICT }
  portLevelMtls: { 9090: { mode: PERMISSIVE } }
`,
  },
  check(cluster, report) {
    if (!mtlsOf(cluster).anyStrict) return;
    for (const scrape of scrapesOf(cluster)) {
      const { monitor, path, group, port } = scrape;
      const mode = mtlsOf(cluster).refusesPlainText(group, port);
      if (!mode || !isPlainText(cluster, scrape)) continue;
      report(monitor, path, {
        message: `Prometheus scrapes port ${port} of ${group.entry.toString()} in plain text, and STRICT mTLS refuses it`,
        decidedBy: [mode.by!, group.entry],
      });
    }
  },
};
