// Random policies of Linkerd: the engine against an interpreter that was written from the documentation alone. REACH_FLOWS says how many calls are tried.
import fc from 'fast-check';
import type { Network } from '../../../../src/analysis/reach/network';
import { networkOf } from '../../../../src/analysis/reach/network';
import { clusterOf } from '../../../reach/cluster';
import { naiveLinkerd } from '../../../reach/naive/linkerd';
import { LINKERD_PODS, linkerdWorld, ORDERS } from '../../../reach/worlds/linkerd';
import { meshDecision } from './ask';
import { callsOf, drawn, FLOWS } from './drawn';

const CALLS = callsOf(50);

const worlds = drawn((choices) => linkerdWorld(choices, CALLS));

function networkFor(documents: ReturnType<typeof linkerdWorld>['documents']): Network {
  return networkOf(clusterOf(documents.map((one) => JSON.stringify(one)).join('\n---\n'), { cluster: 'test', model: { clusters: [{ name: 'test', podCidrs: [LINKERD_PODS] }] } }));
}

test('says of every request what the documentation says', () => {
  const answers = new Map<string, number>();
  fc.assert(fc.property(worlds, ({ documents, calls }) => {
    const network = networkFor(documents);
    for (const call of calls) {
      const { outcome, status } = meshDecision(network, { from: call.caller.name, to: 'shop/orders', port: call.port, request: { ...call.request, headers: {} } });
      const said = outcome === 'undetermined' ? 'unknown' : outcome === 'denied' && status === 404 ? '404' : outcome;
      const expected = naiveLinkerd(documents, ORDERS, call);
      answers.set(said, (answers.get(said) ?? 0) + 1);
      if (said !== expected) throw new Error(`${said} and not ${expected}: ${JSON.stringify(call)}\n${documents.filter(({ apiVersion }) => apiVersion.includes('linkerd')).map((one) => JSON.stringify(one)).join('\n')}`);
    }
  }), { numRuns: Math.ceil(FLOWS / CALLS) });
  expect([...answers.keys()]).toEqual(expect.arrayContaining(['allowed', 'denied']));
}, 3_600_000);
