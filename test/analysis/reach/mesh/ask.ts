// Asks the mesh alone who may call whom.
import type { Targets } from '../../../../src/analysis';
import type { Decision } from '../../../../src/analysis/reach/decide';
import type { Direction, Facts, Request } from '../../../../src/analysis/reach/flow';
import type { Network } from '../../../../src/analysis/reach/network';
import { networkOf } from '../../../../src/analysis/reach/network';
import type { Party } from '../../../../src/analysis/reach/points';
import { decideEnd } from '../../../../src/analysis/reach/trace';
import { parseRange } from '../../../../src/analysis/model/ranges';
import { clusterOf } from '../../../reach/cluster';

export interface Question {
  /** `shop/web`, or an address. */
  readonly from: string;
  readonly to: string;
  readonly port?: number;
  readonly request?: Request;
  readonly facts?: Facts;
  readonly direction?: Direction;
}

export function meshNetwork(yaml: string, targets?: Targets): Network {
  return networkOf(clusterOf(yaml, targets && { targets }));
}

export function partyOf(network: Network, name: string): Party {
  const range = /^[\d.]+$/.test(name) ? parseRange(name) : undefined;
  if (range !== undefined) return { is: 'addresses', range };
  const endpoint = network.endpoints.find((one) => `${one.namespace}/${one.workload}` === name);
  if (endpoint === undefined) throw new Error(`Nobody is ${name}`);
  return { is: 'endpoint', endpoint };
}

/** What the layers of the mesh say, the first that does not allow; otherwise the last. */
export function meshDecision(network: Network, { from, to, port = 8080, request, facts = {}, direction }: Question): Decision {
  const flow = { from: partyOf(network, from), to: partyOf(network, to), port, protocol: 'TCP', request, facts } as const;
  let last: Decision = { outcome: 'allowed', how: 'open', sources: [] };
  for (const way of direction === undefined ? ['egress', 'ingress'] as const : [direction]) {
    for (const layer of network.layers) {
      if (layer.layer.layer !== 'mesh') continue;
      const decision = decideEnd(network, layer, way, flow);
      if (decision === undefined) continue;
      if (decision.outcome !== 'allowed') return decision;
      if (decision.how !== 'open' || last.how === 'open') last = decision;
    }
  }
  return last;
}

/** `denied 403 by AuthorizationPolicy shop/a spec.rules.0`; requests that alone pass, or do not. */
export function say(network: Network, question: Question): string {
  const { outcome, status, sources, only, except, reasons } = meshDecision(network, question);
  const by = sources.map(({ policy, rule }) => `${policy.entry.toString()} ${(rule?.path ?? policy.path).join('.')}`.trim());
  return [
    outcome, ...status === undefined ? [] : [String(status)], ...only ? [`only ${only.join(', ')}`] : [], ...except ? [`except ${except.join(', ')}`] : [], ...by.length > 0 ? [`by ${[...new Set(by)].join(' and ')}`] : [],
    ...reasons ? [`because ${reasons.join(', ')}`] : [],
  ].join(' ');
}

/** Namespaces with a sidecar in every pod, and one without. */
export const SHOP: string = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: Namespace
metadata: { name: front, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: Namespace
metadata: { name: legacy }
---
${workload('shop', 'orders')}
---
${workload('front', 'web')}
---
${workload('legacy', 'batch')}
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec:
  selector: { app: orders }
  ports: [{ name: http, port: 80, targetPort: 8080 }, { name: tcp-db, port: 5432 }]
---
`;

export function workload(namespace: string, name: string, more: string = ''): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} }${more === '' ? '' : `, ${more}`} }
    spec: { serviceAccountName: ${name}, containers: [{ name: main, image: "registry.example.com/${name}:1.7.4" }] }
`.trim();
}

export function istio(kind: string, name: string, namespace: string, spec: string): string {
  const group = ['Sidecar', 'DestinationRule', 'ServiceEntry', 'VirtualService'].includes(kind) ? 'networking' : 'security';
  return `
apiVersion: ${group}.istio.io/v1
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
---
`;
}
