// cloudflared: the end of a tunnel inside a cluster. Replicas are for availability only; each opens its own connections to two data centres, so there is
// no autoscaler: scaling down breaks connections.
import { Construct } from 'constructs';
import type { IConstruct } from 'constructs';
import { Cluster } from '../core/cluster';
import { Connections } from '../core/connections';
import { Duration } from '../core/duration';
import { NetstackError, shorten } from '../core/errors';
import { dnsLabel } from '../core/kubernetes-name';
import type { IPeer, PeerTarget } from '../core/peer';
import { Peer } from '../core/peers';
import { Port } from '../core/port';
import { recordSource } from '../core/provenance';
import type { IRoute } from '../core/route';
import { requireSecretRef } from '../core/secret-ref';
import type { SecretRef } from '../core/secret-ref';
import { requireList, requireObject, requireOptions } from '../core/shape';
import { Workload } from '../workload/workload';
import type { ResourceOptions } from '../workload/workload-props';

export interface EdgeConnectorOptions {
  /** The tunnel's token. Whoever has it can answer for the tunnel. */
  readonly token: SecretRef;
  /** Routes to publish; `publish()` adds more. @default - none */
  readonly publish?: readonly IRoute[];
  /** Image of cloudflared; pin it by digest. @default - a release that is known to work */
  readonly image?: string;
  /** At least 2. All clusters together may have 25, unless Cloudflare gives the account more. @default 2 */
  readonly replicas?: number;
  /** Name of the Deployment. @default 'cloudflared' */
  readonly connectorName?: string;
  /** @default - the namespace of the chart */
  readonly namespace?: string;
  /** @default - 50m of CPU and 64Mi of memory, at most 256Mi */
  readonly resources?: ResourceOptions;
}

/** A tunnel that clusters join: an `EdgeTunnel`, or `{ tunnelName }` for one that another program makes. */
export interface ITunnel {
  readonly tunnelName: string;
  /** Hears who joins: requests are spread over all, so each has to lead where the tunnel says. */
  join?(connector: EdgeConnector): void;
}

export interface EdgeConnectorProps extends EdgeConnectorOptions {
  /** The tunnel that this cluster joins. */
  readonly tunnel: ITunnel;
}

export const CLOUDFLARED_IMAGE = 'docker.io/cloudflare/cloudflared:2026.6.1';

/** Where cloudflared connects to, and on which port: QUIC, with HTTP/2 over TCP as the way back when UDP is closed. */
const CONNECTOR_OPTIONS: Readonly<Record<keyof EdgeConnectorProps, true>> = {
  token: true, publish: true, image: true, replicas: true, connectorName: true, namespace: true, resources: true, tunnel: true,
};
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
  private readonly connected: IRoute[] = [];

  /** @throws NetstackError for fewer than two replicas, a token that is no key of a Secret, and a route of another cluster */
  constructor(scope: Construct, id: string, props: EdgeConnectorProps) {
    super(scope, id);
    recordSource(this);
    requireOptions(props, CONNECTOR_OPTIONS, 'the options of EdgeConnector', this);
    dnsLabel(requireObject(props.tunnel, 'the tunnel of EdgeConnector', this).tunnelName, 'the tunnelName', this);
    const token = requireSecretRef(props.token, 'token', this);
    const replicas = props.replicas ?? 2;
    if (!Number.isInteger(replicas) || replicas < 2) {
      throw new NetstackError({ what: `cloudflared has ${shorten(replicas)} replicas`, scope: this, fix: 'give at least 2: one alone takes the site down when its node is drained' });
    }
    this.workload = new Workload(this, 'Resource', {
      name: props.connectorName ?? 'cloudflared',
      namespace: props.namespace,
      image: props.image ?? CLOUDFLARED_IMAGE,
      replicas,
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
    for (const route of requireList(props.publish, 'publish', this)) this.connect(route);
    props.tunnel.join?.(this);
  }

  get peer(): PeerTarget {
    return this.workload.peer;
  }

  /** The routes that it leads to. */
  get routes(): readonly IRoute[] {
    return this.connected;
  }

  /** Lets cloudflared reach the gateway of a route. @throws NetstackError for a gateway of another cluster */
  connect(route: IRoute): void {
    const { workload } = requireRoute(route, this).entry;
    const cluster = Cluster.of(this);
    if (workload.cluster !== cluster) {
      throw new NetstackError({
        what: `The route's gateway ${workload.namespace}/${workload.name} is in cluster ${workload.cluster.name}, and this cloudflared in ${cluster.name}`, scope: this,
        fix: 'publish the route from a chart of its own cluster: new EdgeConnector(chart, id, { tunnel, … })',
      });
    }
    this.connections.allowTo(route.entry);
    if (!this.connected.includes(route)) this.connected.push(route);
  }

  private get connections(): Connections {
    return new Connections(this.workload, this, 'edge');
  }
}

/** @throws NetstackError for something that no gateway made, such as the workload behind it */
export function requireRoute(route: IRoute, scope: IConstruct): IRoute {
  const { entry, hostnames, service } = (route ?? {}) as Partial<IRoute>;
  if (entry?.workload !== undefined && Array.isArray(hostnames) && service !== undefined) return route;
  throw new NetstackError({ what: `${shorten(route)} is no route`, scope, fix: 'publish what gateway.addRoute(…) returns: the tunnel leads to gateways, never past them' });
}
