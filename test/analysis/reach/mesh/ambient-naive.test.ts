// Random policies of ambient pods, with and without a waypoint: the engine against an interpreter that was written from the documentation alone.
// REACH_FLOWS says how many calls are tried.
import fc from 'fast-check';
import type { Network } from '../../../../src/analysis/reach/network';
import { networkOf } from '../../../../src/analysis/reach/network';
import { clusterOf } from '../../../reach/cluster';
import { naiveAmbient } from '../../../reach/naive/ambient';
import type { Choices } from '../../../reach/worlds/draw';
import type { MeshWorld } from '../../../reach/worlds/mesh';
import { commonDocuments, meshWorld, POD_CIDR } from '../../../reach/worlds/mesh';
import { meshDecision } from './ask';
import { callsOf, drawn, FLOWS } from './drawn';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

const CALLS = callsOf(50);
const PORTS = { http: [8080, 8081], tcp: 5432 } as const;
/** What the Service calls the ports of the pods. */
const SERVICE_PORTS: Readonly<Record<number, number>> = { 8080: 80, 8081: 8081, 5432: 15432 };
const SIDECARS = 'front-office';

/** The same policies as of sidecars, some of them attached to a Service, its waypoint or all waypoints. Addresses are left to those, as waypoints see others. */
function ambient(world: MeshWorld, choices: Choices): { readonly documents: readonly Json[]; readonly waypoint: string | undefined; readonly calls: MeshWorld['calls'] } {
  const waypoint = choices.chance(70) ? 'way' : undefined;
  const documents = [...commonDocuments(), ...world.documents].map((one): Json => {
    if (one.kind === 'Namespace') return one.metadata.name === 'legacy' || one.metadata.name === SIDECARS ? one : { ...one, metadata: { name: one.metadata.name, labels: { 'istio.io/dataplane-mode': 'ambient' } } };
    if (one.kind === 'Service') {
      return {
        ...one, metadata: { ...one.metadata, ...waypoint && { labels: { 'istio.io/use-waypoint': waypoint } } },
        spec: { ...one.spec, ports: one.spec.ports.map((port: Json) => ({ ...port, port: SERVICE_PORTS[port.port] })) },
      };
    }
    if (one.kind !== 'AuthorizationPolicy' && one.kind !== 'RequestAuthentication') return one;
    const { selector, rules, ...spec } = one.spec;
    const kept = rules?.filter((rule: Json) => !/ipblocks|\.ip"/i.test(JSON.stringify(rule)));
    const target = choices.one<Json>([
      undefined, { group: '', kind: 'Service', name: 'orders' }, { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: choices.one(['way', 'other']) },
      ...one.metadata.namespace === 'istio-system' ? [{ group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: 'istio-waypoint' }] : [],
    ]);
    return { ...one, spec: { ...spec, ...target === undefined ? selector && { selector } : { targetRefs: [target] }, ...kept?.length > 0 && { rules: kept } } };
  });
  const gateway = {
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'way', namespace: 'shop', labels: { 'istio.io/waypoint-for': 'service' } },
    spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] },
  };
  return { documents: waypoint === undefined ? documents : [...documents, gateway], waypoint, calls: world.calls };
}

const worlds = drawn((choices) => ambient(meshWorld(choices, { name: 'shop', ports: PORTS, calls: CALLS, podAddress: '10.244.0.10' }), choices));

function networkFor(documents: readonly Json[]): Network {
  return networkOf(clusterOf(documents.map((one) => JSON.stringify(one)).join('\n---\n'), { cluster: 'test', unsound: true, model: { clusters: [{ name: 'test', podCidrs: [POD_CIDR] }] } }));
}

test('says of every call what the documentation says', () => {
  const answers = new Map<string, number>();
  fc.assert(fc.property(worlds, ({ documents, waypoint, calls }) => {
    const unread = new Set(networkFor(documents).cluster.entries.filter(({ sound }) => !sound).map((entry) => entry.toString()));
    const kept = documents.filter(({ kind, metadata }) => !unread.has(`${kind} ${metadata.namespace}/${metadata.name}`));
    const network = networkFor(kept);
    for (const call of calls) {
      const { caller, port, request, token } = call;
      if (request?.path.includes('%')) continue;
      const { outcome, status } = meshDecision(network, {
        from: caller.name, to: 'shop/orders', port, ...request && { request: { ...request, host: request.host.toLowerCase() } }, facts: token === undefined ? {} : { jwt: token },
      });
      const said = outcome === 'allowed' ? '200' : outcome === 'denied' ? String(status ?? 'closed') : 'unknown';
      const target = { namespace: 'shop', service: 'orders', labels: { app: 'orders', set: 'shop' }, http: PORTS.http, servicePorts: SERVICE_PORTS, waypoint };
      const expected = naiveAmbient(kept, target, call, caller.meshed && caller.namespace !== SIDECARS);
      answers.set(said, (answers.get(said) ?? 0) + 1);
      if (said !== expected) throw new Error(`${said} and not ${expected}: ${JSON.stringify(call)}\n${kept.filter(({ apiVersion }) => /istio|gateway/.test(apiVersion)).map((one) => JSON.stringify(one)).join('\n')}`);
    }
  }), { numRuns: Math.ceil(FLOWS / CALLS) });
  expect([...answers.keys()]).toEqual(expect.arrayContaining(['200', '403', 'closed']));
}, 3_600_000);
