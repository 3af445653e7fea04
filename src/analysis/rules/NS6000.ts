import { readWireGuard, wireGuardItems } from '../../formats/wireguard/read';
import { parseRange } from '../model/ranges';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS6000',
  class: 'breaks',
  title: 'Two WireGuard peers have the same addresses',
  sees: 'AllowedIPs of the peers of one interface: the same block at two peers. A block within another one is longer, and wins as it is meant to.',
  why: 'A block belongs to one peer: the peer that is read last takes it, and the other one receives nothing and is not listened to.',
  fix: 'keep the block at the peer that has it',
  covers: ['analysis 1.3: two WireGuard peers with overlapping allowedIPs'],
  docs: ['https://www.wireguard.com/#cryptokey-routing'],
  subjects: ['file:wireguard'],
  failing: {
    files: { 'wireguard:wg0.conf': '[Interface]\nAddress = 10.60.17.1/24\n\n[Peer]\nAllowedIPs = 10.60.17.10/32, 10.60.32.0/22\n\n[Peer]\nAllowedIPs = 10.60.17.20/32, 10.60.32.0/22\n' },
    says: '10.60.32.0/22 is that of the peer of line 4, too',
  },
  passing: { files: { 'wireguard:wg0.conf': '[Interface]\nAddress = 10.60.17.1/24\n\n[Peer]\nAllowedIPs = 10.60.17.10/32, 10.60.32.0/22\n\n[Peer]\nAllowedIPs = 10.60.17.20/32, 10.60.33.0/24\n' } },
  checkWorld(world, report) {
    for (const file of world.files('wireguard')) {
      const owners = new Map<string, number>();
      for (const peer of readWireGuard(file.text)) {
        if (peer.name !== 'Peer') continue;
        for (const { value, line } of wireGuardItems(peer, 'AllowedIPs')) {
          const range = parseRange(value);
          if (!range) continue;
          const key = `${range.family} ${range.first}-${range.last}`;
          const other = owners.get(key);
          if (other !== undefined && other !== peer.line) report(file, [line], { message: `${value} is that of the peer of line ${other}, too` });
          else owners.set(key, peer.line);
        }
      }
    }
  },
};
