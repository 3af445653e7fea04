import { parseSeconds } from '../model/seconds';
import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list, record } from '../model/fields';
import type { FieldPath } from '../documents/document';
import type { Report, Rule } from './rule';

export const rule: Rule = {
  id: 'NS4006',
  class: 'risk',
  title: 'A BGP session ends before three keepalives were missed',
  sees: 'hold and keepalive times of CiliumBGPPeerConfig, CiliumBGPPeeringPolicy and MetalLB BGPPeer, with their defaults: the hold time is to be three keepalives at least.',
  why: 'One or two lost packets end the session, and all routes of the node are withdrawn until it is up again.',
  fix: 'set the keepalive time to a third of the hold time',
  covers: ['R2'],
  docs: ['https://www.rfc-editor.org/rfc/rfc4271#section-10'],
  subjects: ['cilium.io/CiliumBGPPeerConfig', 'cilium.io/CiliumBGPPeeringPolicy', 'metallb.io/BGPPeer'],
  failing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumBGPPeerConfig
metadata: { name: tor }
spec: { timers: { holdTimeSeconds: 30 } }
`,
    says: 'A keepalive every 30 s (the default) within a hold time of 30 s',
    field: 'spec.timers.holdTimeSeconds',
  },
  passing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumBGPPeerConfig
metadata: { name: tor }
spec: { timers: { holdTimeSeconds: 9, keepAliveTimeSeconds: 3 } }
`,
  },
  check(cluster, report) {
    for (const config of cluster.objects('cilium.io', 'CiliumBGPPeerConfig')) checkSeconds(config, record(config.spec.timers), ['spec', 'timers'], report);
    for (const policy of cluster.objects('cilium.io', 'CiliumBGPPeeringPolicy')) {
      list(policy.spec.virtualRouters).forEach((router: Fields, i) => list(router.neighbors).forEach((peer: Fields, j) => {
        checkSeconds(policy, record(peer), ['spec', 'virtualRouters', i, 'neighbors', j], report);
      }));
    }
    for (const peer of cluster.objects('metallb.io', 'BGPPeer')) {
      const hold = parseSeconds(peer.spec.holdTime);
      const keepAlive = parseSeconds(peer.spec.keepaliveTime);
      // MetalLB derives whichever of the two is not there from the other.
      if (hold !== undefined && hold > 0 && keepAlive !== undefined) say(peer, ['spec', 'keepaliveTime'], hold, keepAlive, '', report);
    }
  },
};

function checkSeconds(entry: Entry, fields: Readonly<Record<string, Fields>>, path: FieldPath, report: Report): void {
  const hold = fields.holdTimeSeconds as number | undefined;
  const keepAlive = fields.keepAliveTimeSeconds as number | undefined;
  if (hold === undefined && keepAlive === undefined) return;
  say(entry, [...path, keepAlive === undefined ? 'holdTimeSeconds' : 'keepAliveTimeSeconds'], hold ?? 90, keepAlive ?? 30, keepAlive === undefined ? ' (the default)' : '', report);
}

function say(entry: Entry, path: FieldPath, hold: number, keepAlive: number, note: string, report: Report): void {
  if (keepAlive * 3 <= hold) return;
  report(entry, path, { message: `A keepalive every ${keepAlive} s${note} within a hold time of ${hold} s: ${Math.max(1, Math.floor(hold / keepAlive))} lost in a row end the session` });
}
