// Cilium: network policies from the connection set, BGP and load balancer addresses.
import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { NetworkObject } from '../../app/network-object';
import type { ConnectionEdge } from '../../core/edge';
import { shorten } from '../../core/errors';
import { peerKey } from '../../core/peer';
import type { IWorkload } from '../../core/peer';
import type { ICni, PolicyContext } from '../../core/policy';
import type { Port } from '../../core/port';
import { Registry } from '../../core/registry';
import { requireList, requireOptions } from '../../core/shape';
import { atLeast } from '../../core/targets';
import { addBgp, addLoadBalancerPools, checkBgp, checkPools } from './bgp';
import { renderAllowEverything, renderDefaultDeny, renderNetworkPolicy } from './network-policy';
import type { BgpOptions, CiliumOptions } from './options';
import { isTooLarge } from './requests';

/** Cilium, as `Cni.cilium()` makes it. */
export class Cilium implements ICni {
  readonly name: string = 'cilium';
  private readonly options: CiliumOptions;
  private readonly bgp: readonly BgpOptions[];

  constructor(options: CiliumOptions) {
    this.options = requireOptions(options, { bgp: true, loadBalancerPools: true }, 'the options of Cilium');
    this.bgp = options.bgp === undefined ? [] : Array.isArray(options.bgp) ? options.bgp as readonly BgpOptions[] : [options.bgp as BgpOptions];
    const pools = requireList(options.loadBalancerPools, 'loadBalancerPools');
    checkPools(pools);
    checkBgp(this.bgp, pools);
  }

  attach(scope: Construct, context: PolicyContext): void {
    const registry = Registry.of(scope);
    const workloads: IWorkload[] = [];
    const id = scope.node.scope!.node.id;
    const policy = (at: Construct, name: string, namespace: string, produce: () => unknown): void => {
      new NetworkObject(at, 'Resource', { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name, namespace }, spec: Lazy.any({ produce }) as object });
    };
    context.onNamespace((namespace) => policy(place(scope, 'namespaces', namespace), `${id}-default-deny`, namespace, () => renderDefaultDeny(namespace, context.stage)));
    context.onWorkload((workload) => {
      workloads.push(workload);
      policy(place(scope, 'workloads', workload.namespace, workload.name), workload.name, workload.namespace, () => renderNetworkPolicy({
        labels: workload.labels,
        ...registry.edgesOf(workload),
        stage: context.stage,
        readsRequests: (edge, direction) => readsRequests(edge, direction, context),
      }));
    });
    context.onExcluded((workload, reason) => {
      policy(place(scope, 'workloads', workload.namespace, workload.name), workload.name, workload.namespace, () => renderAllowEverything(workload.labels, reason));
    });
    scope.node.addValidation({ validate: () => workloads.flatMap((workload) => check(workload, registry, context)).sort() });
    // Version 2 of these kinds came with 1.18, where the first one is deprecated.
    const apiVersion = atLeast(context.cluster.targets.cilium, '1.18') ? 'cilium.io/v2' : 'cilium.io/v2alpha1';
    if (this.bgp.length > 0) addBgp(new Construct(scope, 'bgp'), apiVersion, this.bgp);
    if (this.options.loadBalancerPools) addLoadBalancerPools(new Construct(scope, 'pools'), apiVersion, this.options.loadBalancerPools);
  }
}

/** The construct of that path, made the first time. */
function place(scope: Construct, ...path: readonly string[]): Construct {
  return path.reduce<Construct>((at, id) => at.node.tryFindChild(id) as Construct | undefined ?? new Construct(at, id), scope);
}

/** Whether requests pass in clear text on a port. */
function inClearText(port: Port | undefined): boolean {
  return port !== undefined && (port.kind === 'http' || port.kind === 'grpc' || port.kind === 'metrics' && port.metrics?.scheme !== 'https');
}

/**
 * Requests are read once, where they arrive; where they leave only when nobody of ours is at the other end. A mesh encrypts them: then the mesh reads them.
 * While nothing may be denied they are not read at all: Cilium's proxy answers 403 whatever enableDefaultDeny says (cilium/cilium#38676).
 */
function readsRequests(edge: ConnectionEdge, direction: 'ingress' | 'egress', context: PolicyContext): boolean {
  if (context.stage === 'observe' || edge.http.length === 0 || !inClearText(edge.port)) return false;
  if (edge.to.kind === 'workload') {
    if (context.mesh?.encrypts(edge.to.workload)) return false;
    return direction === 'ingress' || !context.guards(edge.to.workload);
  }
  return direction === 'egress';
}

/** What only the whole graph shows. */
function check(workload: IWorkload, registry: Registry, context: PolicyContext): string[] {
  const found: string[] = [];
  const { ingress, egress } = registry.edgesOf(workload);
  for (const [direction, edges] of [['ingress', ingress], ['egress', egress]] as const) {
    for (const edge of edges) {
      const said = ` (declared by ${edge.declaredBy.path}${edge.declaredBy.source === undefined ? '' : `, ${edge.declaredBy.source}`})`;
      const name = `${peerKey(edge.from)} to ${peerKey(edge.to)}`;
      const peer = direction === 'ingress' ? edge.from : edge.to;
      if (peer.kind === 'cidr') {
        const pods = context.cluster.podCidrs.find((cidr) => cidr.overlaps(peer.cidr));
        if (pods) found.push(`Cilium does not know pods by address, so ${peer.cidr} does not allow pods of ${pods} from ${name}${said}: name the workload, or Peer.allPodsIn.`);
      }
      if (edge.http.length === 0) continue;
      const mine = edge.to.kind === 'workload' ? direction === 'ingress' || !context.guards(edge.to.workload) : direction === 'egress';
      if (!mine || edge.to.kind === 'workload' && context.mesh?.encrypts(edge.to.workload)) continue;
      if (!inClearText(edge.port)) {
        found.push(`Requests from ${name} are inside TLS, where Cilium reads none${said}: drop the Http conditions, or end TLS where the conditions are checked.`);
        continue;
      }
      if (edge.http.some((http) => http.jwt)) found.push(`Cilium verifies no tokens, which ${name} asks for${said}: use a mesh such as Mesh.istio(), or verify them in the gateway.`);
      const long = edge.http.flatMap((http) => http.paths).find(isTooLarge);
      if (long) found.push(`Path ${shorten(long.value)} from ${name}${said} is too large for Cilium, whose Envoy refuses patterns of over 100 instructions: shorten it to about 80 characters, or use a shorter prefix.`);
    }
  }
  return found;
}
