import { readWireGuard, wireGuardItems } from '../../formats/wireguard/read';
import type { FieldPath } from '../documents/document';
import type { ConfigDocument } from '../input';
import { calicoObjects } from '../model/bgp';
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { list, record, text } from '../model/fields';
import { helmValues, isOn, valueAt } from '../model/helm-values';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS9022',
  class: 'breaks',
  title: 'Packets of a tunnel do not fit into the network below it',
  sees: 'the MTU of pods and tunnels against that of the network below, as far as both are written out: Calico (FelixConfiguration, Installation, veth_mtu of calico-config), values of Cilium (MTU is that of the network), and WireGuard interfaces '
    + '(1420 at most on Ethernet).',
  why: 'Small packets pass and large ones are lost: connections open, and hang at the first answer that fills a packet.',
  fix: 'leave the MTU to be found out, or set it to that of the network less the overhead',
  covers: ['R126', 'R149', 'analysis 1.3: MTU: WireGuard/VXLAN overhead vs pod MTU'],
  docs: ['https://docs.tigera.io/calico/latest/networking/configuring/mtu', 'https://www.wireguard.com/'],
  subjects: ['projectcalico.org/FelixConfiguration', 'crd.projectcalico.org/FelixConfiguration', 'operator.tigera.io/Installation', '/ConfigMap', 'file:wireguard', 'file:helm-values', 'helm.toolkit.fluxcd.io/HelmRelease'],
  failing: {
    documents: `
apiVersion: projectcalico.org/v3
kind: IPPool
metadata: { name: pods }
spec: { cidr: 10.128.0.0/16, vxlanMode: Always }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: calico-config, namespace: kube-system }
data: { veth_mtu: "1500" }
---
apiVersion: projectcalico.org/v3
kind: FelixConfiguration
metadata: { name: default }
spec: { vxlanMTU: 1450 }
`,
    says: 'Pods send packets of 1500 bytes, and the VXLAN tunnel takes 1450',
    field: 'data.veth_mtu',
  },
  passing: {
    documents: `
apiVersion: projectcalico.org/v3
kind: IPPool
metadata: { name: pods }
spec: { cidr: 10.128.0.0/16, vxlanMode: Always }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: calico-config, namespace: kube-system }
data: { veth_mtu: "1450" }
---
apiVersion: projectcalico.org/v3
kind: FelixConfiguration
metadata: { name: default }
spec: { vxlanMTU: 1450 }
`,
    files: { 'wireguard:wg0.conf': '[Interface]\nAddress = 10.60.17.1/24\nMTU = 1420\n' },
  },
  checkWorld(world, report) {
    for (const cluster of world.clusters) for (const { entry, path, message } of calicoMtu(cluster)) report(entry, path, { message });
    for (const values of helmValues(world, 'cilium')) {
      const mtu = isOn(valueAt(values, 'ipv6.enabled')) ? Number(valueAt(values, 'MTU') ?? 0) : 0;
      const encrypted = isOn(valueAt(values, 'encryption.enabled')) && valueAt(values, 'encryption.type') === 'wireguard';
      // The value is that of the network below; Cilium takes the overhead off itself.
      if (mtu > 0 && mtu < 1280 + (encrypted ? 80 : 0) + 50) {
        report(values.at, values.path(['MTU']), { message: `MTU ${mtu} is that of the network below: with the overhead taken off, pods are left with less than the 1280 bytes that IPv6 needs`, fix: 'set the MTU of the network, or 0' });
      }
    }
    for (const file of world.files('wireguard')) checkWireGuard(file, (line, message) => report(file, [line], { message }));
  },
};

function calicoMtu(cluster: ClusterModel): readonly { readonly entry: Entry; readonly path: FieldPath; readonly message: string }[] {
  const felix = calicoObjects(cluster, 'FelixConfiguration').find(({ name }) => name === 'default');
  const installation = cluster.entries.find(({ group, kind }) => group === 'operator.tigera.io' && kind === 'Installation');
  const settings = cluster.objects('', 'ConfigMap').find(({ name }) => name === 'calico-config');
  const network = record(record(installation?.spec).calicoNetwork);
  const said = Number(network.mtu ?? record(settings?.object.data).veth_mtu ?? 0);
  const at = network.mtu !== undefined ? { entry: installation!, path: ['spec', 'calicoNetwork', 'mtu'] } : settings ? { entry: settings, path: ['data', 'veth_mtu'] } : undefined;
  const found: { entry: Entry; path: FieldPath; message: string }[] = [];
  for (const [tunnel, used] of tunnelsOf(cluster, network)) {
    const field = { VXLAN: 'vxlanMTU', IPIP: 'ipipMTU', WireGuard: 'wireguardMTU' }[tunnel]!;
    const own = Number(felix?.spec[field] ?? 0);
    if (used && at && said > 0 && own > 0 && said > own) found.push({ ...at, message: `Pods send packets of ${said} bytes, and the ${tunnel} tunnel takes ${own}` });
  }
  return found;
}

/** Which tunnels carry the pods. */
function tunnelsOf(cluster: ClusterModel, network: Readonly<Record<string, unknown>>): readonly (readonly [string, boolean])[] {
  const pools = calicoObjects(cluster, 'IPPool').map(({ spec }) => spec);
  const encapsulations = list(network.ipPools).map((pool) => String(record(pool).encapsulation ?? ''));
  const on = (value: unknown): boolean => value === 'Always' || value === 'CrossSubnet';
  return [
    ['VXLAN', pools.some(({ vxlanMode }) => on(vxlanMode)) || encapsulations.some((one) => one.startsWith('VXLAN'))],
    ['IPIP', pools.some(({ ipipMode }) => on(ipipMode)) || encapsulations.some((one) => one.startsWith('IPIP'))],
    ['WireGuard', calicoObjects(cluster, 'FelixConfiguration').some(({ spec }) => spec.wireguardEnabled === true)],
  ];
}

/** On Ethernet of 1500 bytes 80 go to IPv6, UDP and WireGuard, 60 over IPv4. */
function checkWireGuard(file: ConfigDocument, say: (line: number, message: string) => void): void {
  const sections = readWireGuard(file.text);
  const [mtu] = sections.filter(({ name }) => name === 'Interface').flatMap((section) => wireGuardItems(section, 'MTU'));
  if (!mtu) return;
  const six = sections.some((section) => section.name === 'Peer' && wireGuardItems(section, 'Endpoint').some(({ value }) => value.startsWith('[')));
  const most = six ? 1420 : 1440;
  const bytes = Number(mtu.value);
  // Above Ethernet's own size somebody has jumbo frames, and knows what fits.
  if (bytes > most && bytes <= 1500) say(mtu.line, `MTU ${bytes} and the ${six ? 80 : 60} bytes of WireGuard do not fit into the 1500 of Ethernet`);
  else if (bytes < 1280 && sections.some((section) => wireGuardItems(section, 'Address').some(({ value }) => text(value)?.includes(':') === true))) say(mtu.line, `MTU ${bytes} is below the 1280 bytes that IPv6 needs`);
}
