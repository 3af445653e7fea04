// What the API server takes and no controller can read (NS0086) keeps the server from asking nothing else.
import { validate } from '../../src/analysis';

function ids(spec: Record<string, unknown>): string[] {
  return validate([{ object: { apiVersion: 'projectcalico.org/v3', kind: 'BGPPeer', metadata: { name: 'a' }, spec } }], { rules: [] }).map(({ id }) => id).sort();
}

describe('a number that the server takes and no controller can read', () => {
  test('is told beside the rules of its object that do not hold', () => {
    expect(ids({ localASNumber: 5000000000, peerIP: 'a', peerSelector: 'a' })).toEqual(['NS0016', 'NS0086']);
  });

  test('is told alone where they hold', () => {
    expect(ids({ localASNumber: 5000000000, peerIP: 'a' })).toEqual(['NS0086']);
  });

  test('leaves rules unasked below what the server refuses', () => {
    expect(ids({ localASNumber: 'x', peerIP: 'a', peerSelector: 'a' })).toEqual(['NS0012']);
  });
});
