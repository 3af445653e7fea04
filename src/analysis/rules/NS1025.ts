import { cloudflareds } from '../model/edge';
import { list, record } from '../model/fields';
import type { World } from '../model/cluster-model';
import type { Rule } from './rule';

const SYSTEM = (expr: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: cloudflared, namespace: edge }
spec:
  selector: { matchLabels: { app: cloudflared } }
  template:
    metadata: { labels: { app: cloudflared } }
    spec: { containers: [{ name: cloudflared, image: "docker.io/cloudflare/cloudflared:2026.6.1", args: [tunnel, run] }] }
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: edge, namespace: monitoring }
spec: { groups: [{ name: edge, rules: [{ alert: TunnelDown, expr: "${expr}" }] }] }
`;

export const rule: Rule = {
  id: 'NS1025',
  class: 'practice',
  title: 'No alert says that a tunnel is down',
  sees: 'Whether any PrometheusRule or Prometheus file of the system asks a metric of cloudflared, when cloudflared runs in a cluster.',
  why: 'A credential that was revoked or has ended takes the whole entrance away, and the pods stay green.',
  fix: 'add an alert such as sum(cloudflared_tunnel_ha_connections) < 2',
  covers: ['R7', 'R36'],
  docs: ['https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/monitor-tunnels/metrics/'],
  subjects: ['apps/Deployment', 'apps/DaemonSet', 'apps/StatefulSet'],
  failing: { documents: SYSTEM('up == 0'), says: 'No alert of the system asks after the tunnel of Deployment edge/cloudflared', field: 'spec' },
  passing: { documents: SYSTEM('sum(cloudflared_tunnel_ha_connections) < 2') },
  checkWorld(world, report) {
    const [first] = cloudflareds(world);
    if (!first || world.clusters.some(({ open }) => open) || asks(world)) return;
    report(first.entry, ['spec'], { message: `No alert of the system asks after the tunnel of ${first.entry.toString()}` });
  },
};

function asks(world: World): boolean {
  if (world.terraformTypes.some((type) => /alert|monitor|notification/.test(type))) return true;
  if (world.files('prometheus').some(({ text }) => text.includes('cloudflared'))) return true;
  return world.clusters.some((cluster) => cluster.objects('monitoring.coreos.com', 'PrometheusRule').some((entry) => list(entry.spec.groups).some((group: unknown) => (
    list(record(group).rules).some((one: unknown) => /cloudflared/.test(JSON.stringify(one)))))));
}
