// The peers that are no workloads.
import { Cidr } from './cidr';
import { NetstackError, shorten } from './errors';
import { Hostname } from './hostname';
import { dnsLabel } from './kubernetes-name';
import type { IPeer, PeerTarget } from './peer';
import { Port } from './port';
import { requireList, requireOptions } from './shape';

/**
 * An end of a connection that is no workload: `orders.connections.allowTo(Peer.fqdn('*.payment-gateway.com', Port.tcp(443)))`.
 */
export class Peer implements IPeer {
  /** Every address that is not of the cluster. */
  static readonly internet: Peer = new Peer({ kind: 'internet' });
  /** The API server of the cluster, on 6443 (what a policy sees behind Service `kubernetes`); `.on(port)` for another. */
  static readonly kubeApiServer: Peer = new Peer({ kind: 'kube-apiserver', port: Port.tcp(6443) });
  /** The nodes of the cluster. */
  static readonly nodes: Peer = new Peer({ kind: 'nodes' });

  /**
   * A DNS name outside the cluster.
   *
   * @param hostname the first label may be `*`
   */
  static fqdn(hostname: Hostname | string, port: Port): Peer {
    return new Peer({ kind: 'fqdn', hostname: Hostname.of(hostname), port: requirePort(port, 'Peer.fqdn') });
  }

  /** An address range; `except` leaves ranges inside it out. @throws NetstackError when an exception is not a part of the range */
  static cidr(cidr: Cidr | string, options: { readonly except?: ReadonlyArray<Cidr | string>; readonly port?: Port } = {}): Peer {
    const range = Cidr.of(cidr);
    requireOptions(options, { except: true, port: true }, 'Peer.cidr');
    const except = distinct(requireList(options.except, 'except of Peer.cidr'));
    for (const inner of except) {
      // Kubernetes refuses the range itself as well: an exception is a strict subset.
      if (!range.contains(inner) || inner.value === range.value) {
        throw new NetstackError({ what: `Peer.cidr excepts ${inner.value}, which is not a part of ${range.value}`, fix: 'except only smaller ranges inside the range' });
      }
    }
    return new Peer({ kind: 'cidr', cidr: range, except, port: options.port && requirePort(options.port, 'Peer.cidr') });
  }

  /** Every pod of a namespace. */
  static allPodsIn(namespace: string | { readonly name: string }): Peer {
    return new Peer({ kind: 'namespace', namespace: dnsLabel(typeof namespace === 'object' ? namespace.name : namespace, 'the namespace of Peer.allPodsIn') });
  }

  /** People behind a VPN, by the addresses of their devices. */
  static group(name: string, cidrs: ReadonlyArray<Cidr | string>): Peer {
    if (requireList(cidrs, `the addresses of group ${shorten(name)}`).length === 0) throw new NetstackError({ what: `Group ${shorten(name)} has no addresses`, fix: 'give the group at least one device' });
    return new Peer({ kind: 'group', name: dnsLabel(name, 'the name of a group'), cidrs: distinct(cidrs) });
  }

  readonly peer: PeerTarget;

  private constructor(peer: PeerTarget) {
    this.peer = Object.freeze(peer);
    Object.freeze(this);
  }

  /** The same peer on one port. */
  on(port: Port): Peer {
    if (this.peer.kind === 'group' || this.peer.kind === 'workload') {
      throw new NetstackError({ what: `A ${this.peer.kind} has no port of its own here`, fix: 'name the port of the workload that it talks to' });
    }
    return new Peer({ ...this.peer, port: requirePort(port, 'Peer.on') });
  }
}

/** Ranges, each once, in the order of their texts. */
function distinct(cidrs: ReadonlyArray<Cidr | string>): readonly Cidr[] {
  const byText = new Map(cidrs.map((cidr) => Cidr.of(cidr)).map((cidr) => [cidr.value, cidr]));
  return [...byText.values()].sort((a, b) => (a.value < b.value ? -1 : 1));
}

function requirePort(port: Port, where: string): Port {
  if (!(port instanceof Port)) throw new NetstackError({ what: `${where} got ${shorten(port)} for its port`, fix: 'give a Port such as Port.tcp(443)' });
  return port;
}
