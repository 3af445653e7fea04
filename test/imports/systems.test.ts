// What several systems say at once.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BgpPeer as CalicoPeer } from '../../imports/projectcalico.org/v3';
import { BgpPeer as CalicoStoragePeer } from '../../imports/crd.projectcalico.org/v1';
import { BgpPeer as MetallbPeer } from '../../imports/metallb.io/v1beta2';

interface Kind {
  readonly versions: Readonly<Record<string, { readonly lines: readonly string[] }>>;
}

interface Index {
  readonly groups: Readonly<Record<string, { readonly kinds: Readonly<Record<string, Kind>> }>>;
}

const { groups } = JSON.parse(readFileSync(join(__dirname, '../../imports/schemas/index.json'), 'utf8')) as Index;

test('a definition that two systems ship is one kind, with the lines of both', () => {
  const lines = groups['policy.networking.k8s.io']!.kinds.AdminNetworkPolicy!.versions.v1alpha1!.lines;
  expect(lines).toEqual(['calico@3.29.1', 'network-policy-api@0.1.5']);
});

test('a class name that occurs in several groups is one class per group', () => {
  expect([CalicoPeer, CalicoStoragePeer, MetallbPeer].map(({ GVK }) => `${GVK.apiVersion} ${GVK.kind}`)).toEqual([
    'projectcalico.org/v3 BGPPeer', 'crd.projectcalico.org/v1 BGPPeer', 'metallb.io/v1beta2 BGPPeer',
  ]);
  expect(new Set([CalicoPeer, CalicoStoragePeer, MetallbPeer]).size).toBe(3);
});
