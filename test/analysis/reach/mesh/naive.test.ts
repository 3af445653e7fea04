// Random policies and calls: the engine against an interpreter that was written from the documentation alone, and the engine of all pairs against that of one call.
// REACH_FLOWS says how many calls are tried.
import fc from 'fast-check';
import type { Network } from '../../../../src/analysis/reach/network';
import { networkOf } from '../../../../src/analysis/reach/network';
import type { AddressRange } from '../../../../src/analysis/model/ranges';
import type { Party } from '../../../../src/analysis/reach/points';
import { clusterOf } from '../../../reach/cluster';
import { naiveMesh } from '../../../reach/naive/mesh';
import type { MeshCall, MeshWorld } from '../../../reach/worlds/mesh';
import { commonDocuments, meshWorld, POD_CIDR } from '../../../reach/worlds/mesh';
import { meshDecision, partyOf } from './ask';
import { callsOf, drawn, FLOWS } from './drawn';

const CALLS = callsOf(25);
const PORTS = { http: [8080, 8081], tcp: 5432 } as const;

const worlds = drawn((choices) => meshWorld(choices, { name: 'shop', ports: PORTS, calls: CALLS, podAddress: '10.244.0.10' }));

function networkFor(documents: MeshWorld['documents']): Network {
  const all = [...commonDocuments(), ...documents];
  return networkOf(clusterOf(all.map((one) => JSON.stringify(one)).join('\n---\n'), { cluster: 'test', unsound: true, model: { clusters: [{ name: 'test', podCidrs: [POD_CIDR] }] } }));
}

function partyRange(party: Party): AddressRange {
  if (party.is !== 'addresses') throw new Error('No address');
  return { ...party.range, text: '' };
}

/** Without what no schema takes, and the engine does not read. */
function readable(network: Network, { documents }: MeshWorld): MeshWorld['documents'] {
  const unread = new Set(network.cluster.entries.filter(({ sound }) => !sound).map((entry) => entry.toString()));
  return documents.filter(({ kind, metadata }) => !unread.has(`${kind} ${metadata.namespace}/${metadata.name}`));
}

function question({ caller, port, request, token }: MeshCall): Parameters<typeof meshDecision>[1] {
  return { from: caller.name, to: 'shop/orders', port, ...request && { request: { ...request, host: request.host.toLowerCase() } }, facts: token === undefined ? {} : { jwt: token } };
}

test('says of every call what the documentation says', () => {
  let flows = 0;
  const answers = new Map<string, number>();
  fc.assert(fc.property(worlds, (world) => {
    const documents = readable(networkFor(world.documents), world);
    const network = networkFor(documents);
    for (const call of world.calls) {
      const { outcome, status } = meshDecision(network, question(call));
      const said = outcome === 'allowed' ? '200' : outcome === 'denied' ? String(status ?? 'closed') : 'unknown';
      const expected = naiveMesh(documents, { namespace: 'shop', labels: { app: 'orders', set: 'shop' }, http: PORTS.http }, call);
      flows++;
      answers.set(said, (answers.get(said) ?? 0) + 1);
      // How proxies write paths with escapes is left to them.
      if (call.request?.path.includes('%') && said === 'unknown') continue;
      if (said !== expected) throw new Error(`${said} and not ${expected}: ${JSON.stringify(call)}\n${documents.map((one) => JSON.stringify(one)).join('\n')}`);
    }
  }), { numRuns: Math.ceil(FLOWS / CALLS) });
  expect(flows).toBeGreaterThanOrEqual(FLOWS);
  expect([...answers.keys()]).toEqual(expect.arrayContaining(['200', '403', 'closed']));
}, 3_600_000);

test('says of all pairs what it says of each', () => {
  fc.assert(fc.property(worlds, (world) => {
    const network = networkFor(readable(networkFor(world.documents), world));
    const { points } = network;
    const at = points.index.classOf.get((partyOf(network, 'shop/orders') as { readonly endpoint: Network['endpoints'][number] }).endpoint)!;
    const rows = network.rowsOf(at, 'ingress')[network.layers.findIndex(({ layer }) => layer.layer === 'mesh')]!;
    for (const { caller, port } of world.calls) {
      const party = partyOf(network, caller.name);
      const point = party.is === 'endpoint' ? points.index.classOf.get(party.endpoint)! : points.firstAddress + points.addresses.within(partyRange(party))[0];
      const row = rows.find((one) => one.protocol === 'TCP' && one.from <= port && port <= one.to)!;
      const has = (bits: typeof row.some): boolean => bits !== undefined && ((bits[point >>> 5]! >>> (point & 31)) & 1) === 1;
      const { outcome, only, except } = meshDecision(network, { from: caller.name, to: 'shop/orders', port, direction: 'ingress' });
      expect(`${caller.name} ${port} ${has(row.maybe) ? 'undetermined' : has(row.some) ? 'some' : has(row.yes) ? 'allowed' : 'denied'}`)
        .toBe(`${caller.name} ${port} ${outcome === 'allowed' && (only ?? except) !== undefined ? 'some' : outcome}`);
    }
  }), { numRuns: Math.ceil(FLOWS / CALLS / 3) });
}, 3_600_000);

test('one more rule that allows takes nothing away where something is allowed already', () => {
  const rule = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'more', namespace: 'shop' }, spec: { rules: [{ from: [{ source: { namespaces: ['front'] } }] }] } };
  const base = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'base', namespace: 'shop' }, spec: { rules: [{ to: [{ operation: { methods: ['GET'] } }] }] } };
  fc.assert(fc.property(worlds, (world) => {
    const documents = readable(networkFor(world.documents), world);
    const [before, after] = [networkFor([...documents, base]), networkFor([...documents, base, rule])];
    for (const call of world.calls) {
      if (meshDecision(before, question(call)).outcome === 'allowed') expect(`${JSON.stringify(call)} ${meshDecision(after, question(call)).outcome}`).toBe(`${JSON.stringify(call)} allowed`);
    }
  }), { numRuns: Math.ceil(FLOWS / CALLS / 6) });
}, 3_600_000);

test('names and orders of documents change nothing', () => {
  fc.assert(fc.property(worlds, (world) => {
    const documents = readable(networkFor(world.documents), world);
    const renamed = [...documents].reverse().map((one) => (one.kind === 'AuthorizationPolicy' ? { ...one, metadata: { ...one.metadata, name: `z-${one.metadata.name}` } } : one));
    const [before, after] = [networkFor(documents), networkFor(renamed)];
    for (const call of world.calls) expect(meshDecision(after, question(call)).outcome).toBe(meshDecision(before, question(call)).outcome);
  }), { numRuns: Math.ceil(FLOWS / CALLS / 6) });
}, 3_600_000);
