// cloudflared: the end of a tunnel inside a cluster. Replicas are for availability only; each opens its own connections to two data centres, so there is
// no autoscaler: scaling down breaks connections.
import { Construct } from 'constructs';
import { Cluster } from '../core/cluster';
import { Connections } from '../core/connections';
import { Duration } from '../core/duration';
import { NetstackError } from '../core/errors';
import type { IPeer, PeerTarget } from '../core/peer';
import { Peer } from '../core/peers';
import { Port } from '../core/port';
import { recordSource } from '../core/provenance';
import type { IRoute } from '../core/route';
import { requireSecretRef } from '../core/secret-ref';
import type { SecretRef } from '../core/secret-ref';
import { Workload } from '../workload/workload';
import type { ResourceOptions } from '../workload/workload-props';

export interface EdgeConnectorOptions {
  /** The tunnel's token. Whoever has it can answer for the tunnel. */
  readonly token: SecretRef;
  /** Routes to publish; `publish()` adds more. @default - none */
  readonly publish?: readonly IRoute[];
  /** Image of cloudflared; pin it by digest. @default - a release that is known to work */
  readonly image?: string;
  /** @default 2 */
  readonly replicas?: number;
  /** Name of the Deployment. @default 'cloudflared' */
  readonly connectorName?: string;
  /** @default - the namespace of the chart */
  readonly namespace?: string;
  /** @default - 50m of CPU and 64Mi of memory, at most 256Mi */
  readonly resources?: ResourceOptions;
}

export interface EdgeConnectorProps extends EdgeConnectorOptions {
  /** The tunnel that this cluster joins. */
  readonly tunnel: { readonly tunnelName: string };
}

export const CLOUDFLARED_IMAGE = 'docker.io/cloudflare/cloudflared:2026.6.1';

/** Where cloudflared connects to, and on which port: QUIC, with HTTP/2 over TCP as the way back when UDP is closed. */
const TUNNEL_HOSTS: readonly string[] = ['region1.v2.argotunnel.com', 'region2.v2.argotunnel.com'];
const TUNNEL_PORT = 7844;

/** Time for requests in flight; shorter than the pod's own. */
const GRACE = Duration.seconds(45);
const TERMINATION = Duration.seconds(60);

/** The user of cloudflared's image. */
const NONROOT = 65532;

/** cloudflared in a cluster, as a workload: with its probes, its budget, its metrics and its connections. */
export class EdgeConnector extends Construct implements IPeer {
  readonly workload: Workload<{ readonly metrics: Port }, never>;

  constructor(scope: Construct, id: string, props: EdgeConnectorProps) {
    super(scope, id);
    recordSource(this);
    const token = requireSecretRef(props.token, 'token');
    if ((props.replicas ?? 2) < 2) {
      throw new NetstackError({ what: `cloudflared has ${props.replicas} replica`, scope: this, fix: 'give at least 2: one alone takes the site down when its node is drained' });
    }
    this.workload = new Workload(this, 'Resource', {
      name: props.connectorName ?? 'cloudflared',
      namespace: props.namespace,
      image: props.image ?? CLOUDFLARED_IMAGE,
      replicas: props.replicas ?? 2,
      labels: { 'app.kubernetes.io/component': 'tunnel' },
      args: ['tunnel', '--no-autoupdate', '--metrics', '0.0.0.0:2000', '--grace-period', `${GRACE.toMillis() / 1000}s`, 'run'],
      env: { TUNNEL_TOKEN: token },
      ports: { metrics: Port.metrics(2000) },
      // Ready means a connection to the edge. Alive does not: an outage of the edge must not restart every pod.
      probes: { readiness: { port: 'metrics', path: '/ready', period: Duration.seconds(10) }, liveness: { port: 'metrics', path: '/healthcheck' }, startup: false },
      resources: props.resources ?? { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
      security: { runAsUser: NONROOT, runAsGroup: NONROOT },
      terminationGracePeriod: TERMINATION,
    });
    const edge = this.connections;
    for (const host of TUNNEL_HOSTS) for (const port of [Port.udp(TUNNEL_PORT), Port.tcp(TUNNEL_PORT)]) edge.allowTo(Peer.fqdn(host, port));
    for (const route of props.publish ?? []) this.connect(route);
  }

  get peer(): PeerTarget {
    return this.workload.peer;
  }

  /** Lets cloudflared reach the gateway of a route. @throws NetstackError for a gateway of another cluster */
  connect(route: IRoute): void {
    const { workload } = route.entry;
    if (workload.cluster !== Cluster.of(this)) {
      throw new NetstackError({
        what: `The route's gateway ${workload.namespace}/${workload.name} is in cluster ${workload.cluster.name}, and this cloudflared in ${Cluster.of(this).name}`, scope: this,
        fix: 'publish the route from a chart of its own cluster: new EdgeConnector(chart, id, { tunnel, … })',
      });
    }
    this.connections.allowTo(route.entry);
  }

  private get connections(): Connections {
    return new Connections(this.workload, this, 'edge');
  }
}
