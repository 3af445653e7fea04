// Asks the CNI alone who may call whom.
import type { Targets } from '../../../../src/analysis';
import { parseRange } from '../../../../src/analysis/model/ranges';
import type { Decision } from '../../../../src/analysis/reach/decide';
import { decide, decidersOf } from '../../../../src/analysis/reach/decide';
import { hasBit } from '../../../../src/analysis/reach/bits';
import type { Direction, Protocol, Request } from '../../../../src/analysis/reach/flow';
import { Network } from '../../../../src/analysis/reach/network';
import type { Party } from '../../../../src/analysis/reach/points';
import { ENTITIES } from '../../../../src/analysis/reach/rules';
import type { EntityName } from '../../../../src/analysis/reach/rules';
import { clusterOf } from '../../../reach/cluster';

export interface Question {
  /** `shop/web`, an entity of the cluster, a block of addresses, or a name outside. */
  readonly from: string;
  readonly to: string;
  readonly port?: number;
  readonly protocol?: Protocol;
  readonly request?: Request;
}

export interface Scene {
  readonly targets?: Targets;
  readonly unsound?: boolean;
  /** Where the pods have their addresses. */
  readonly podCidrs?: readonly string[];
}

/** Documents of a small shop: web, db and its neighbours in two more namespaces. */
export function pod(namespace: string, name: string, more: string = ''): string {
  return `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace}, labels: { app: ${name} } }
spec: { containers: [{ name: main, image: registry.example.com/app:1 }]${more} }
---`;
}

export function daemon(cni: 'cilium' | 'calico'): string {
  const image = cni === 'cilium' ? 'quay.io/cilium/cilium:v1.20.2' : 'docker.io/calico/node:v3.32.1';
  return `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: ${cni}, namespace: kube-system }
spec:
  selector: { matchLabels: { k8s-app: ${cni} } }
  template:
    metadata: { labels: { k8s-app: ${cni} } }
    spec: { hostNetwork: true, containers: [{ name: agent, image: "${image}" }] }
---`;
}

export const SHOP: string = `${['shop', 'front', 'legacy'].map((name) => `
apiVersion: v1
kind: Namespace
metadata: { name: ${name}, labels: { zone: ${name === 'legacy' ? 'old' : 'new'} } }
---`).join('')}${pod('shop', 'web')}${pod('shop', 'db')}${pod('front', 'web')}${pod('legacy', 'batch')}`;

export function policy(apiVersion: string, kind: string, name: string, spec: string): string {
  const [namespace, own] = name.includes('/') ? name.split('/') as [string, string] : [undefined, name];
  return `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: ${own}${namespace === undefined ? '' : `, namespace: ${namespace}`} }
spec: ${spec}
---`;
}

/** Both ends of a connection, the first that does not let it through: `denied by CiliumNetworkPolicy shop/p spec.ingress`. Both engines of the layer have to say the same. */
export function ask(yaml: string, { from, to, port = 8080, protocol = 'TCP', request }: Question, { targets, unsound = false, podCidrs }: Scene = {}): string {
  const named = [from, to].filter((one) => partyKind(one) === 'name');
  const ranges = [from, to].map((one) => (partyKind(one) === 'addresses' ? parseRange(one) : undefined)).filter((one) => one !== undefined);
  const declared = podCidrs && { model: { clusters: [{ name: 'c', podCidrs }] }, cluster: 'c' };
  const network = new Network(clusterOf(yaml, { ...targets && { targets }, ...declared, unsound }), { names: named, ranges });
  let last = 'allowed';
  for (const direction of ['egress', 'ingress'] as const) {
    const [subject, peer] = direction === 'egress' ? [from, to] : [to, from];
    if (partyKind(subject) !== 'endpoint') continue;
    const said = one(network, direction, subject, peer, port, protocol, request);
    if (!said.startsWith('allowed')) return said;
    if (said !== 'allowed') last = said;
  }
  return last;
}

function one(network: Network, direction: Direction, subject: string, peer: string, port: number, protocol: Protocol, request: Request | undefined): string {
  const { points, layers: [ready] } = network;
  const endpoint = network.endpoints.find((it) => `${it.namespace}/${it.workload}` === subject)!;
  const at = points.index.classOf.get(endpoint)!;
  const number = Array.from({ length: points.count }, (_, i) => i).find((i) => isParty(network, points.party(i), i, peer))!;
  const decision = decide(ready!.layer, ready!.table.of(at, direction), { direction, subject: { is: 'endpoint', endpoint }, peer: points.party(number), port, protocol, request, facts: {} }, points);
  if (request === undefined) {
    const row = network.rowsOf(at, direction)[0]!.find((it) => it.protocol === protocol && it.from <= port && port <= it.to)!;
    const word = hasBit(row.yes, number) ? 'allowed' : row.some && hasBit(row.some, number) ? 'requests' : row.maybe && hasBit(row.maybe, number) ? 'undetermined' : 'denied';
    const expected = decision.only ?? decision.except ? 'requests' : decision.outcome;
    if (word !== expected) throw new Error(`The engine of all pairs says ${word}, that of one flow ${expected}`);
  }
  return say(decision);
}

function partyKind(name: string): 'endpoint' | 'entity' | 'addresses' | 'name' {
  return ENTITIES.includes(name as EntityName) ? 'entity' : /^[\d:]/.test(name) ? 'addresses' : name.includes('/') ? 'endpoint' : 'name';
}

function isParty({ points }: Network, party: Party, number: number, name: string): boolean {
  switch (party.is) {
    case 'endpoint': return points.index.classes[number]!.some((it) => `${it.namespace}/${it.workload}` === name);
    case 'entity': return party.name === name;
    case 'addresses': return partyKind(name) === 'addresses' && party.range.first === parseRange(name)!.first && party.range.family === parseRange(name)!.family;
    case 'name': return party.host === name;
    default: return false;
  }
}

function say(decision: Decision): string {
  const { outcome, only, status, reasons } = decision;
  const by = [...new Set(decidersOf(decision).map(({ entry, path }) => [entry.toString(), ...path.length > 0 ? [path.join('.')] : []].join(' ')))];
  return [
    outcome, ...status === undefined ? [] : [`(${status})`], ...only === undefined ? [] : [`only ${only.join(', ')}`], ...by.length === 0 ? [] : [`by ${by.join(', ')}`],
    ...outcome === 'undetermined' ? [`because ${reasons!.join(', ')}`] : [],
  ].join(' ');
}
