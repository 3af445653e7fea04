import { parseSeconds } from '../model/seconds';
import { text } from '../model/fields';
import { parseRange } from '../model/ranges';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS4014',
  class: 'breaks',
  title: 'MetalLB refuses a BGP peer',
  sees: 'MetalLB BGPPeers that its controller refuses although the API server takes them: no AS number, both a number and dynamicASN, a hop limit for eBGP inside one AS, no address, timers out of range.',
  why: 'MetalLB keeps its old configuration as a whole: no change to pools, peers or advertisements takes effect until the peer is right.',
  fix: 'correct the peer as the message says',
  covers: ['R2'],
  docs: ['https://metallb.universe.tf/apis/'],
  subjects: ['metallb.io/BGPPeer'],
  failing: {
    documents: `
apiVersion: metallb.io/v1beta2
kind: BGPPeer
metadata: { name: reflector, namespace: metallb-system }
spec: { myASN: 64512, peerASN: 64512, peerAddress: 10.47.1.1, ebgpMultiHop: true }
`,
    says: 'ebgpMultiHop stands on a peer in the same AS 64512',
    field: 'spec.ebgpMultiHop',
  },
  passing: {
    documents: `
apiVersion: metallb.io/v1beta2
kind: BGPPeer
metadata: { name: spine, namespace: metallb-system }
spec: { myASN: 64512, peerASN: 64513, peerAddress: 10.47.1.1, ebgpMultiHop: true, holdTime: 9s, keepaliveTime: 3s }
`,
  },
  check(cluster, report) {
    for (const peer of cluster.objects('metallb.io', 'BGPPeer')) {
      if (peer.version !== 'v1beta2') continue;
      const { myASN, peerASN = 0, dynamicASN, ebgpMultiHop, peerAddress, interface: link, holdTime, keepaliveTime, password, passwordSecret } = peer.spec;
      if (myASN === 0) report(peer, ['spec', 'myASN'], { message: 'myASN 0 is no AS number', fix: 'set the AS number of the nodes' });
      if (peerASN === 0 && text(dynamicASN) === undefined) report(peer, ['spec'], { message: 'The peer has neither peerASN nor dynamicASN', fix: 'set the AS number of the peer' });
      if (peerASN !== 0 && text(dynamicASN) !== undefined) report(peer, ['spec', 'dynamicASN'], { message: `peerASN ${peerASN} and dynamicASN ${dynamicASN} exclude each other`, fix: 'keep one' });
      if (ebgpMultiHop === true && peerASN === myASN) {
        report(peer, ['spec', 'ebgpMultiHop'], { message: `ebgpMultiHop stands on a peer in the same AS ${myASN}`, fix: 'leave ebgpMultiHop out, or correct the AS numbers' });
      }
      if ((text(peerAddress) === undefined) === (text(link) === undefined)) {
        report(peer, ['spec'], { message: text(link) === undefined ? 'The peer has no peerAddress' : 'peerAddress and interface exclude each other', fix: 'set one of peerAddress and interface' });
      } else if (text(peerAddress) !== undefined && !isAddress(peerAddress)) {
        report(peer, ['spec', 'peerAddress'], { message: `${peerAddress} is no address`, fix: 'give a bare address, without prefix length' });
      }
      const hold = parseSeconds(holdTime);
      if (hold !== undefined && hold !== 0 && Math.floor(hold) !== 0 && hold < 3) report(peer, ['spec', 'holdTime'], { message: `holdTime ${holdTime} is below 3 s`, fix: 'set 0 or at least 3s' });
      const keepAlive = parseSeconds(keepaliveTime);
      if (hold !== undefined && keepAlive !== undefined && keepAlive > hold) {
        report(peer, ['spec', 'keepaliveTime'], { message: `keepaliveTime ${keepaliveTime} is above holdTime ${holdTime}`, fix: 'set a third of the hold time' });
      }
      if (text(password) !== undefined && text(passwordSecret?.name) !== undefined) {
        report(peer, ['spec', 'password'], { message: 'password and passwordSecret exclude each other', fix: 'keep passwordSecret' });
      }
    }
  },
};

function isAddress(value: string): boolean {
  const range = parseRange(value);
  return range !== undefined && range.first === range.last && !value.includes('/') && !value.includes('-');
}
