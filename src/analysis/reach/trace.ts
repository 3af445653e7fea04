// One connection, from one end to the other, hop by hop: what lets it out, what lets it in, and what is said of it on the way.
import { autoscalers } from '../model/autoscalers';
import type { Decision } from './decide';
import { decide } from './decide';
import type { Endpoint } from './endpoints';
import type { Direction, Facts, Hop, Outcome, Protocol, Request } from './flow';
import { worst } from './flow';
import type { Network, ReadyLayer } from './network';
import type { Party } from './points';
import { hopOf, nameOfParty, namePort } from './say';

/** A connection between two ends that are known. */
export interface Flow {
  readonly from: Party;
  readonly to: Party;
  /** Of the pods that are called. */
  readonly port: number;
  readonly protocol: Protocol;
  readonly request?: Request | undefined;
  readonly facts: Facts;
}

/** One way from a caller to what it calls. */
export interface Way {
  readonly from: string;
  readonly to: string;
  readonly port: string;
  readonly hops: readonly Hop[];
  readonly outcome: Outcome;
  /** The only requests that pass, where the question names none. */
  readonly only?: readonly string[] | undefined;
  /** The connection that policies were asked about; absent where none of them was. */
  readonly flow?: Flow | undefined;
}

/** What policies say to a connection, in the order in which they meet it. */
export function traceFlow(network: Network, flow: Flow): Way {
  const hops: Hop[] = [];
  let only: readonly string[] | undefined;
  forEachDecision(network, flow, (layer, direction, decision) => {
    const [subject, peer] = direction === 'egress' ? [flow.from, flow.to] : [flow.to, flow.from];
    hops.push(hopOf(layer.layer, direction, subject, peer, namePort(flow.port, flow.protocol), decision));
    if (decision.only) only = [...only ?? [], ...decision.only];
  });
  return {
    from: nameOfParty(flow.from), to: nameOfParty(flow.to), port: namePort(flow.port, flow.protocol), hops, outcome: worst(hops.map(({ outcome }) => outcome)), only, flow,
  };
}

/** The same without words, for those who only ask whether. */
export function outcomeOf(network: Network, flow: Flow): Outcome {
  const outcomes: Outcome[] = [];
  forEachDecision(network, flow, (_layer, _direction, { outcome }) => outcomes.push(outcome));
  return worst(outcomes);
}

function forEachDecision(network: Network, flow: Flow, visit: (layer: ReadyLayer, direction: Direction, decision: Decision) => void): void {
  // A pod that calls itself meets no policy; of several, one may call another.
  if (flow.from.is === 'endpoint' && flow.to.is === 'endpoint' && flow.from.endpoint === flow.to.endpoint && isSinglePod(network, flow.from.endpoint)) return;
  for (const direction of ENDS) {
    for (const layer of network.layers) {
      const decision = decideEnd(network, layer, direction, flow);
      if (decision !== undefined) visit(layer, direction, decision);
    }
  }
}

function isSinglePod({ cluster }: Network, { group, kind }: Endpoint): boolean {
  if (group === undefined) return false;
  const { entry } = group;
  switch (kind) {
    case 'Pod': return true;
    case 'Job': return (entry.spec.parallelism ?? 1) === 1;
    case 'Deployment': case 'StatefulSet': case 'ReplicaSet': case 'ReplicationController': case 'Rollout': return entry.kind === kind && cluster.derive(autoscalers).most(entry) === 1;
    // One on each node, one beside the last one that still runs, as many as are asked for.
    default: return false;
  }
}

const ENDS: readonly Direction[] = ['egress', 'ingress'];

/** What one layer says at one end; undefined when the end is none of its pods. */
export function decideEnd(network: Network, { layer, table }: ReadyLayer, direction: Direction, flow: Flow): Decision | undefined {
  const [subject, peer] = direction === 'egress' ? [flow.from, flow.to] : [flow.to, flow.from];
  if (subject.is !== 'endpoint') return undefined;
  const at = network.points.index.classOf.get(subject.endpoint);
  const governed = at === undefined ? table.governing(subject.endpoint, direction) : table.of(at, direction);
  return decide(layer, governed, { direction, subject, peer, port: flow.port, protocol: flow.protocol, request: flow.request, facts: flow.facts }, network.points);
}
