import type { FieldPath } from '../documents/document';
import { readWireGuard, wireGuardItems } from '../../formats/wireguard/read';
import type { ConfigDocument } from '../input';
import { calicoObjects } from '../model/bgp';
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { list, record } from '../model/fields';
import { poolRanges } from '../model/load-balancers';
import type { AddressRange } from '../model/ranges';
import { overlap, overlappingPairs, parseRange } from '../model/ranges';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS9020',
  class: 'breaks',
  title: 'Two networks overlap',
  sees: 'networks of pods and Services (of the model), pools of Calico and Cilium for pods, pools for load balancers, and the own networks of WireGuard interfaces: those of one cluster among each other, and those of the VPN.',
  why: 'Packets for one of them take the way to the other: pods get addresses of Services, load balancers answer for pods, and the VPN takes traffic of the cluster.',
  fix: 'move one of the networks',
  covers: ['R109', 'R89', 'R149'],
  docs: ['https://kubernetes.io/docs/concepts/cluster-administration/networking/'],
  subjects: [
    'cilium.io/CiliumLoadBalancerIPPool', 'metallb.io/IPAddressPool', 'projectcalico.org/IPPool', 'crd.projectcalico.org/IPPool', 'cilium.io/CiliumPodIPPool', 'file:wireguard',
  ],
  failing: {
    documents: `
apiVersion: projectcalico.org/v3
kind: IPPool
metadata: { name: pods }
spec: { cidr: 10.128.0.0/16 }
---
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: { name: public }
spec: { blocks: [{ cidr: 10.128.64.0/24 }] }
`,
    says: '10.128.64.0/24 overlaps 10.128.0.0/16, the pods of IPPool pods',
    field: 'spec.blocks[0]',
  },
  passing: {
    documents: `
apiVersion: projectcalico.org/v3
kind: IPPool
metadata: { name: pods }
spec: { cidr: 10.128.0.0/16 }
---
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: { name: public }
spec: { blocks: [{ cidr: 10.129.64.0/24 }] }
`,
    files: { 'wireguard:wg0.conf': '[Interface]\nAddress = 10.60.17.1/24\n\n[Peer]\nAllowedIPs = 10.60.17.10/32, 10.128.0.0/16\n' },
  },
  checkWorld(world, report) {
    const tunnels = world.files('wireguard').flatMap(interfaceNetworks);
    for (const cluster of world.clusters) {
      const declared = declaredNetworks(cluster);
      const pools = podPools(cluster);
      // A pool may be a part of the network of its pods; two pools may not be parts of each other.
      const pods = [...declared, ...pools];
      for (const [first, second] of overlappingPairs(pools)) {
        if (first.entry !== second.entry) report(second.entry, second.path, { message: `${second.range.text} overlaps ${first.range.text}, ${first.words}`, decidedBy: [first.entry] });
      }
      for (const pool of pools) {
        const service = declared.find(({ words, range }) => words.startsWith('the Services') && overlap(range, pool.range));
        if (service) report(pool.entry, pool.path, { message: `${pool.range.text} overlaps ${service.range.text}, ${service.words}` });
      }
      for (const { pool, path, range } of cluster.derive(poolRanges)) {
        const other = pods.find((one) => overlap(one.range, range));
        if (other) report(pool, path, { message: `${range.text} overlaps ${other.range.text}, ${other.words}`, decidedBy: other.entry ? [other.entry] : [] });
      }
      for (const { file, line, range } of tunnels) {
        const other = pods.find((one) => overlap(one.range, range));
        if (other) report(file, [line], { message: `The interface has its address in ${range.text}, which overlaps ${other.range.text}, ${other.words}`, decidedBy: other.entry ? [other.entry] : [] });
      }
    }
  },
};

interface Network {
  readonly range: AddressRange;
  readonly words: string;
  readonly entry?: Entry;
}

function declaredNetworks({ facts }: ClusterModel): readonly Network[] {
  const of = facts.name === undefined ? '' : ` of cluster ${facts.name}`;
  return [...facts.podCidrs.map((text) => ({ text, words: `the pods${of}` })), ...facts.serviceCidrs.map((text) => ({ text, words: `the Services${of}` }))].flatMap(({ text, words }) => {
    const range = parseRange(text);
    return range ? [{ range, words }] : [];
  });
}

function podPools(cluster: ClusterModel): readonly (Network & { readonly entry: Entry; readonly path: FieldPath })[] {
  const calico = calicoObjects(cluster, 'IPPool').filter(({ spec }) => spec.disabled !== true && (list(spec.allowedUses).length === 0 || list(spec.allowedUses).includes('Workload')))
    .map((entry) => ({ entry, path: ['spec', 'cidr'], text: entry.spec.cidr as unknown }));
  const cilium = cluster.objects('cilium.io', 'CiliumPodIPPool').flatMap((entry) => ['ipv4', 'ipv6'].flatMap((family) => list(record(entry.spec[family]).cidrs).map((text: unknown, i) => ({ entry, path: ['spec', family, 'cidrs', i], text }))));
  return [...calico, ...cilium].flatMap(({ entry, path, text }) => {
    const range = parseRange(text);
    return range ? [{ entry, path, range, words: `the pods of ${entry.toString()}` }] : [];
  });
}

function interfaceNetworks(file: ConfigDocument): readonly { readonly file: ConfigDocument; readonly line: number; readonly range: AddressRange }[] {
  return readWireGuard(file.text).filter(({ name }) => name === 'Interface').flatMap((section) => wireGuardItems(section, 'Address')).flatMap(({ value, line }) => {
    const range = parseRange(value);
    return range ? [{ file, line, range }] : [];
  });
}
