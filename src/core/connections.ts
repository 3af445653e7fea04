// The one place where who-may-talk-to-whom is said. Some peers know which ports are involved and some do not, so the receiving end says it.
// There is no `deny`: what is not declared is denied.
import type { IConstruct } from 'constructs';
import type { EdgeTag } from './edge';
import { NetstackError, shorten } from './errors';
import { Http } from './http';
import { peerKey } from './peer';
import type { IConnections, IPeer, IWorkload, IWorkloadPort, PeerTarget } from './peer';
import type { Port } from './port';
import { sourceOf } from './provenance';
import { Registry } from './registry';
import { callerLine } from './source';

/** The ports on which requests can be told apart. */
const HTTP_KINDS: ReadonlySet<string> = new Set(['http', 'https', 'grpc', 'metrics']);

/**
 * What a workload may be reached by, and what it may reach.
 *
 * Saying an edge twice, or from both ends, is the same edge; saying it with other requests allows both.
 */
export class Connections implements IConnections {
  private readonly workload: IWorkload;
  private readonly scope: IConstruct;
  private readonly tag: EdgeTag;

  /**
   * @param scope the construct that errors name
   * @param tag why the edges exist @default 'declared'
   */
  constructor(workload: IWorkload, scope: IConstruct, tag: EdgeTag = 'declared') {
    this.workload = workload;
    this.scope = scope;
    this.tag = tag;
  }

  /**
   * Traffic from `peer` to this workload: `orders.connections.allowFrom(frontend, orders.ports.http, Http.get('/api/v1/orders'))`.
   *
   * @param what a port of this workload, by default its only port that is not a metrics port; and requests, by default every one
   * @throws NetstackError when no port is given and there are several, or the port is another workload's, or requests are named on a port that is not HTTP
   */
  allowFrom(peer: IPeer, ...what: ReadonlyArray<IWorkloadPort | Http>): void {
    const http = what.filter((one): one is Http => one instanceof Http);
    const ports = what.filter((one): one is IWorkloadPort => !(one instanceof Http));
    // Without types a misspelt port is undefined, which must not mean the only port.
    const stranger = ports.findIndex((port) => (port as IWorkloadPort | undefined)?.workload === undefined);
    if (stranger >= 0) {
      this.refuse(`allowFrom got ${shorten(ports[stranger])}, which is neither a port of a workload nor Http`, `name a port of ${this.workload.name}: ${portNames(this.workload)}`);
    }
    if (ports.length > 1) this.refuse(`allowFrom got ${ports.length} ports`, 'call it once per port');
    const port = ports[0] ?? this.onlyPort(this.workload);
    if (port.workload !== this.workload) {
      this.refuse(`Port ${port.name} belongs to ${port.workload.namespace}/${port.workload.name}, not to ${this.workload.name}`, `name a port of ${this.workload.name}`);
    }
    const from = this.target(peer);
    this.add(from.kind === 'workload' ? { kind: 'workload', workload: from.workload } : withoutPort(from), { kind: 'workload', workload: this.workload }, port.port, port, http);
  }

  /**
   * Traffic from this workload to `peer`: `orders.connections.allowTo(postgres.ports.sql)`.
   *
   * @param http requests, by default every one
   * @throws NetstackError when the peer has several ports and none is named, or requests are named on a port that is not HTTP
   */
  allowTo(peer: IPeer, ...http: readonly Http[]): void {
    const to = this.target(peer);
    const stranger = http.findIndex((one) => !(one instanceof Http));
    if (stranger >= 0) this.refuse(`allowTo got ${shorten(http[stranger])}, which is no Http`, 'name a port by passing it as the peer: allowTo(postgres.ports.sql)');
    const self: PeerTarget = { kind: 'workload', workload: this.workload };
    if (to.kind === 'workload') {
      const port = to.port ?? this.onlyPort(to.workload);
      this.add(self, { kind: 'workload', workload: to.workload }, port.port, port, http);
    } else if (to.kind === 'group') {
      this.refuse(`Group ${to.name} is people, who connect and are not connected to`, 'use allowFrom');
    } else {
      this.add(self, withoutPort(to), to.port, undefined, http);
    }
  }

  private add(from: PeerTarget, to: PeerTarget, port: Port | undefined, workloadPort: IWorkloadPort | undefined, http: readonly Http[]): void {
    if (http.length > 0 && port && !HTTP_KINDS.has(port.kind)) {
      this.refuse(`Port ${port.number} is ${port.kind}, and requests can be told apart on HTTP ports only`, 'drop the Http conditions, or declare the port with Port.http');
    }
    if (http.length > 0 && !port) {
      this.refuse(`Requests are named to ${peerKey(to)} on every port, and they can be told apart on HTTP ports only`, 'name the port, such as Peer.internet.on(Port.https(443))');
    }
    for (const end of [from, to]) {
      if (end.kind === 'workload' && end.workload.cluster !== this.workload.cluster) {
        this.refuse(
          `${end.workload.namespace}/${end.workload.name} is in cluster ${end.workload.cluster.name} and ${this.workload.name} in ${this.workload.cluster.name}`,
          'name the other side in this cluster with Workload.external, or by its address with Peer.cidr',
        );
      }
    }
    const byKey = new Map(http.map((one) => [one.key(), one]));
    const sorted = [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
    const unconditional = byKey.has(Http.any().key());
    // What a construct adds by itself is of its own line: it may add it late, when the line at work is that of some newcomer.
    const source = this.tag === 'declared' ? callerLine() : sourceOf(this.scope);
    Registry.of(this.scope).addEdge({
      from, to, port, workloadPort, http: unconditional ? [] : sorted, tags: [this.tag], declaredBy: { path: this.scope.node.path, source },
    });
  }

  private target(peer: IPeer): PeerTarget {
    const target = (peer as IPeer | undefined)?.peer;
    if (!target) this.refuse(`${shorten(peer)} is no peer`, 'give a Workload, a port of one, or a Peer');
    return target!;
  }

  private onlyPort(workload: IWorkload): IWorkloadPort {
    const ports = Object.values(workload.ports).filter((port) => !port.port.isMetrics);
    if (ports.length !== 1) {
      this.refuse(
        `${workload.namespace}/${workload.name} has ${ports.length === 0 ? 'no port' : `the ports ${ports.map((port) => port.name).sort().join(', ')}`} and none was named`,
        ports.length === 0 ? 'declare its port' : `name one, such as .ports.${ports.map((port) => port.name).sort()[0]}`,
      );
    }
    return ports[0]!;
  }

  private refuse(what: string, fix: string): never {
    throw new NetstackError({ what, scope: this.scope, fix });
  }
}

function portNames(workload: IWorkload): string {
  return Object.keys(workload.ports).sort().map((name) => `ports.${name}`).join(', ') || 'it has none';
}

/** The port of an edge stands on the edge, so that edges to one range on two ports have one peer. */
function withoutPort(target: Exclude<PeerTarget, { kind: 'workload' }>): PeerTarget {
  if (target.kind === 'fqdn' || target.kind === 'kube-apiserver' || target.kind === 'group') return target;
  return { ...target, port: undefined };
}
