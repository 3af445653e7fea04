// Policies of the CNI and of the mesh together: a call passes when both ends of both layers let it, and the first that does not says how it ends.
// REACH_FLOWS says how many calls are tried.
import fc from 'fast-check';
import { networkOf } from '../../../src/analysis/reach/network';
import type { Network } from '../../../src/analysis/reach/network';
import { traceFlow } from '../../../src/analysis/reach/trace';
import { clusterOf } from '../../reach/cluster';
import { naiveMesh } from '../../reach/naive/mesh';
import type { Choices } from '../../reach/worlds/draw';
import type { MeshCall, MeshWorld } from '../../reach/worlds/mesh';
import { commonDocuments, meshWorld, POD_CIDR } from '../../reach/worlds/mesh';
import { partyOf } from './mesh/ask';
import { callsOf, drawn, FLOWS } from './mesh/drawn';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

const CALLS = callsOf(25);
const PORTS = { http: [8080, 8081], tcp: 5432 } as const;
const PLACES = ['front', 'back', 'front-office', 'legacy', 'shop'] as const;

interface MixedWorld extends MeshWorld {
  readonly policies: readonly Json[];
}

const worlds = drawn((choices): MixedWorld => ({
  ...meshWorld(choices, { name: 'shop', ports: PORTS, calls: CALLS, podAddress: '10.244.0.10' }),
  policies: Array.from({ length: choices.between(1, 4) }, (_, i) => networkPolicy(choices, i)),
}));

/** Policies of the called pods, and of callers. */
function networkPolicy(choose: Choices, i: number): Json {
  const ingress = choose.chance(60);
  const peers = Array.from({ length: choose.between(1, 2) }, () => ({
    namespaceSelector: choose.chance(20) ? {} : { matchLabels: { 'kubernetes.io/metadata.name': choose.one(PLACES) } },
    ...choose.chance(30) && { podSelector: { matchLabels: { app: choose.one(['web', 'admin', 'orders', 'batch']) } } },
  }));
  const ports = choose.chance(50) ? undefined : [{ port: choose.one([8080, 8081, 5432]) }];
  const rules = choose.chance(15) ? [] : [{ ...choose.chance(85) && { [ingress ? 'from' : 'to']: peers }, ...ports && { ports } }];
  return {
    apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: `np${i}`, namespace: ingress ? 'shop' : choose.one(PLACES) },
    spec: {
      podSelector: choose.chance(40) ? {} : { matchLabels: { app: ingress ? 'orders' : choose.one(['web', 'batch']) } }, policyTypes: [ingress ? 'Ingress' : 'Egress'], [ingress ? 'ingress' : 'egress']: rules,
    },
  };
}

interface Pod {
  readonly namespace: string;
  readonly app: string;
}

/** NetworkPolicy as its documentation has it, for pods that have one label. */
function letsThrough(policies: readonly Json[], type: 'Ingress' | 'Egress', subject: Pod, peer: Pod | undefined, port: number): boolean {
  const meets = (selector: Json, app: string): boolean => selector?.matchLabels?.app === undefined || selector.matchLabels.app === app;
  const selecting = policies.filter(({ metadata, spec }) => metadata.namespace === subject.namespace && spec.policyTypes.includes(type) && meets(spec.podSelector, subject.app));
  const isMeant = ({ namespaceSelector, podSelector }: Json): boolean => peer !== undefined && meets(podSelector, peer.app)
    && [undefined, peer.namespace].includes(namespaceSelector.matchLabels?.['kubernetes.io/metadata.name']);
  return selecting.length === 0 || selecting.some(({ spec }) => (type === 'Ingress' ? spec.ingress : spec.egress).some((rule: Json) => {
    const peers = type === 'Ingress' ? rule.from : rule.to;
    return (peers === undefined || peers.some(isMeant)) && (rule.ports === undefined || rule.ports.some((one: Json) => one.port === port));
  }));
}

function networkFor(documents: readonly Json[]): Network {
  const all = [...commonDocuments(), ...documents];
  return networkOf(clusterOf(all.map((one) => JSON.stringify(one)).join('\n---\n'), { cluster: 'test', unsound: true, model: { clusters: [{ name: 'test', podCidrs: [POD_CIDR] }] } }));
}

function expected(mesh: readonly Json[], policies: readonly Json[], call: MeshCall): string {
  const orders: Pod = { namespace: 'shop', app: 'orders' };
  const { namespace, serviceAccount } = call.caller;
  const caller: Pod | undefined = namespace === '' ? undefined : { namespace, app: serviceAccount };
  if (caller && !letsThrough(policies, 'Egress', caller, orders, call.port)) return 'dropped';
  if (!letsThrough(policies, 'Ingress', orders, caller, call.port)) return 'dropped';
  return naiveMesh(mesh, { namespace: 'shop', labels: { app: 'orders', set: 'shop' }, http: PORTS.http }, call);
}

test('a call passes when every layer lets it', () => {
  let flows = 0;
  const answers = new Map<string, number>();
  fc.assert(fc.property(worlds, (world) => {
    // Without what no schema takes, and the engine does not read.
    const unread = new Set(networkFor(world.documents).cluster.entries.filter(({ sound }) => !sound).map((entry) => entry.toString()));
    const mesh = world.documents.filter(({ kind, metadata }) => !unread.has(`${kind} ${metadata.namespace}/${metadata.name}`));
    const network = networkFor([...mesh, ...world.policies]);
    for (const call of world.calls) {
      const { caller, port, request, token } = call;
      const asked = { ...request && { request: { ...request, host: request.host.toLowerCase() } }, facts: token === undefined ? {} : { jwt: token } };
      const { outcome, hops } = traceFlow(network, { from: partyOf(network, caller.name), to: partyOf(network, 'shop/orders'), port, protocol: 'TCP', ...asked });
      const stop = hops.find((hop) => hop.outcome === 'denied');
      const said = outcome === 'allowed' ? '200' : outcome === 'undetermined' ? 'unknown' : stop!.answer === 'reset' ? 'closed' : String(stop!.answer);
      const wanted = expected(mesh, world.policies, call);
      flows++;
      answers.set(said, (answers.get(said) ?? 0) + 1);
      // How proxies write paths with escapes is left to them.
      if (call.request?.path.includes('%') && said === 'unknown') continue;
      if (said !== wanted) throw new Error(`${said} and not ${wanted}: ${JSON.stringify(call)}\n${[...mesh, ...world.policies].map((one) => JSON.stringify(one)).join('\n')}`);
    }
  }), { numRuns: Math.ceil(FLOWS / CALLS) });
  expect(flows).toBeGreaterThanOrEqual(FLOWS);
  expect([...answers.keys()]).toEqual(expect.arrayContaining(['200', '403', 'closed', 'dropped']));
}, 3_600_000);
