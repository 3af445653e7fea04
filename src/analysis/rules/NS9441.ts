import { readWireGuard, wireGuardItems } from '../../formats/wireguard/read';
import type { ConfigDocument } from '../input';
import type { World } from '../model/cluster-model';
import { hostOfFile, numberAt } from '../model/host-settings';
import type { AddressRange } from '../model/ranges';
import { overlap, parseRange } from '../model/ranges';
import type { Rule } from './rule';

const TUNNEL = '[Interface]\nAddress = 10.60.17.1/24\nListenPort = 51820\nPostUp = nft add rule ip nat postrouting oifname "eth0" masquerade\n\n[Peer]\nAllowedIPs = 10.60.17.10/32\n';

export const rule: Rule = {
  id: 'NS9441',
  class: 'breaks',
  title: 'The kernel of a router drops what its tunnels bring',
  sees: 'WireGuard interfaces whose commands masquerade or open the forward chain, beside a file of the same host that sets net.ipv4.ip_forward to 0; and two interfaces of a host that leave routing to others (Table = off) for the same addresses, '
    + 'beside net.ipv4.conf.all.rp_filter = 1. What a command of the interface sets itself counts.',
  why: 'Without forwarding a packet of a peer for another host ends here. With strict reverse path filtering a packet is dropped when the way back leads through another interface, as it does between two tunnels.',
  fix: 'set net.ipv4.ip_forward to 1',
  covers: ['analysis 1.3: ip_forward=0 on router', 'analysis 1.3: sysctl rp_filter=1 with asymmetric tunnel'],
  docs: ['https://docs.kernel.org/networking/ip-sysctl.html', 'https://www.wireguard.com/quickstart/'],
  subjects: ['file:wireguard'],
  failing: {
    files: { 'wireguard:wg0.conf': TUNNEL, 'sysctl:60-host.conf': 'net.ipv4.ip_forward = 0\n' },
    says: 'net.ipv4.ip_forward is 0, and wg0.conf forwards what its peers send',
  },
  passing: { files: { 'wireguard:wg0.conf': TUNNEL, 'sysctl:60-host.conf': 'net.ipv4.ip_forward = 1\n' } },
  checkWorld(world, report) {
    const tunnels = world.files('wireguard').map((file) => tunnelOf(world, file));
    for (const { file, host, commands } of tunnels) {
      const setting = host?.settings.get('net.ipv4.ip_forward');
      if (!host || !setting || numberAt(host, setting.key) !== 0 || /ip_forward/.test(commands)) continue;
      if (/masquerade|\bforward\b/i.test(commands)) report(setting.file, [setting.line], { message: `net.ipv4.ip_forward is 0, and ${nameOf(file)} forwards what its peers send` });
    }
    const strict = tunnels.filter(({ host, interfaceName, isUnrouted, commands }) => (
      isUnrouted && host !== undefined && numberAt(host, 'net.ipv4.conf.all.rp_filter') === 1 && !/rp_filter/.test(commands)
        // The larger of both counts.
        && (numberAt(host, `net.ipv4.conf.${interfaceName}.rp_filter`) ?? 0) < 2));
    strict.forEach((one, i) => {
      const other = strict.slice(0, i).find(({ host, blocks }) => host === one.host && blocks.some((block) => one.blocks.some((own) => overlap(own, block))));
      if (!other) return;
      const { file, line } = one.host!.settings.get('net.ipv4.conf.all.rp_filter')!;
      report(file, [line], {
        message: `net.ipv4.conf.all.rp_filter is 1, and ${nameOf(other.file)} and ${nameOf(one.file)} lead to the same addresses: what comes back by the other one is dropped`,
        fix: 'set rp_filter to 2 for the interfaces of the tunnels',
      });
    });
  },
};

interface Tunnel {
  readonly file: ConfigDocument;
  readonly host: ReturnType<typeof hostOfFile>;
  readonly interfaceName: string;
  readonly commands: string;
  readonly isUnrouted: boolean;
  readonly blocks: readonly AddressRange[];
}

function tunnelOf(world: World, file: ConfigDocument): Tunnel {
  const sections = readWireGuard(file.text);
  const own = sections.filter(({ name }) => name === 'Interface').flatMap(({ values }) => values);
  return {
    file, host: hostOfFile(world, file), interfaceName: nameOf(file).replace(/\.conf$/, ''),
    commands: own.filter(({ key }) => /^(?:pre|post)up$/.test(key)).map(({ value }) => value).join('\n'),
    isUnrouted: own.some(({ key, value }) => key === 'table' && value === 'off'),
    blocks: sections.filter(({ name }) => name === 'Peer').flatMap((peer) => wireGuardItems(peer, 'AllowedIPs')).flatMap(({ value }) => parseRange(value) ?? []),
  };
}

function nameOf({ file }: ConfigDocument): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
