// The order platform: both regions, every layer. Each team has its file; this one puts them together.
import type { App } from 'cdk8s';
import { Cluster, NetworkChart } from 'cdk8s-netstack';
import { Construct } from 'constructs';
import { addresses, regions } from './clusters';
import { edge, joinEdge } from './edge';
import { gateway } from './gateway';
import { hosts } from './hosts';
import { mesh } from './mesh';
import { office } from './office';
import { workloads } from './workloads';

export function orderPlatform<A extends App>(app: A): A {
  const clusters = regions(app);
  const tunnels = (['beijing', 'shanghai'] as const).map((region) => {
    const cluster = clusters[region];
    const chart = (team: string, namespace: string): NetworkChart => new NetworkChart(app, `${cluster.name}-${team}`, { cluster, namespace });
    const orders = workloads(chart('orders', 'order-system'));
    const front = gateway(chart('gateway', 'order-system'), addresses[region], orders.service);
    mesh(chart('mesh', 'order-system'), addresses[region], orders, front);
    return { chart: chart('edge', 'edge'), route: front.route, orders };
  });
  const [home, away] = tunnels as [typeof tunnels[0], typeof tunnels[0]];
  joinEdge(away.chart, edge(home.chart, home.route), away.route);
  // No manifests come from these two, hence no charts.
  const files = new Construct(app, 'files');
  Cluster.assign(files, clusters.beijing);
  office(files, home.orders);
  hosts(files);
  return app;
}
