// How a pod gets to a gateway of its own cluster: its policies see the address behind the name that it calls, or the proxies of the gateway, where the node sends it there itself.
import type { Facts, Hop, Outcome } from './flow';
import { worst } from './flow';
import type { Network } from './network';
import type { Party } from './points';
import { decideEnd, traceFlow } from './trace';
import type { Flow } from './trace';

/** What is called: a name, at a port of gateways. */
export interface CalledGateway {
  readonly host: string;
  readonly port: number;
  readonly proxies: readonly Party[];
}

/** What the policies of a caller say to a call of a gateway; the flow is the one to the name. */
export function wayToGateway(network: Network, from: Party, { host, port, proxies }: CalledGateway, facts: Facts): { readonly hops: readonly Hop[]; readonly flow: Flow } {
  const flow: Flow = { from, to: { is: 'name', host }, port, protocol: 'TCP', facts };
  const { hops } = traceFlow(network, flow);
  // Whether a node sends what is for a load balancer straight to its pods is a property of the cluster.
  if (proxies.every((to) => outcomeOfProxy(network, { ...flow, to, port: portOfProxy(to, port) }) === cniOutcome(hops))) return { hops, flow };
  const because = `whether calls for ${host} leave the cluster, or go straight to the proxies of the gateway, is not in the documents, and policies answer differently for the two`;
  return { hops: hops.map((hop) => (hop.layer === 'cni' ? { ...hop, outcome: 'undetermined', because } : hop)), flow };
}

function cniOutcome(hops: readonly Hop[]): Outcome {
  return worst(hops.filter(({ layer }) => layer === 'cni').map(({ outcome }) => outcome));
}

function outcomeOfProxy(network: Network, flow: Flow): Outcome {
  return worst(network.layers.filter(({ layer }) => layer.layer === 'cni').flatMap((ready) => decideEnd(network, ready, 'egress', flow)?.outcome ?? []));
}

/** Proxies of Envoy Gateway have no rights to listen on the ports of their listeners below 1024. */
function portOfProxy(proxy: Party, port: number): number {
  return proxy.is === 'endpoint' && proxy.endpoint.labels['app.kubernetes.io/managed-by'] === 'envoy-gateway' && port < 1024 ? port + 10000 : port;
}
