// STRICT: callers without a certificate of the mesh are refused before anything else is asked (pilot/pkg/security/authn/policy_applier.go).
import type { ClusterModel } from '../../model/cluster-model';
import { each } from '../../model/each';
import { meshOf } from '../../model/mesh';
import type { PeerTerm, Policy, Rule } from '../rules';
import type { Selector } from '../selector';
import type { Zoning, Zonings } from './zones';
import { anyPeerAuthentication } from './zones';

export const PEER_TIER = 'peer-authentication';

/** Nobody without a certificate of the mesh. */
export function withoutCertificate(authenticated: Selector): PeerTerm {
  return { is: 'not', of: { is: 'pods', where: authenticated, hostNetwork: 'in' } };
}

/** Why a caller shows none: `cluster.derive(saysWhy)`. */
export function saysWhy(cluster: ClusterModel): NonNullable<Rule['says']> {
  return (caller) => {
    const known = caller?.group && meshOf(cluster).memberOf(caller.group);
    const reason = known?.membership === 'outside' ? `, because ${known.reason ?? 'it is outside of the mesh'}`
      : known?.membership === 'sidecar' ? ', because a DestinationRule, a Sidecar or an annotation has it speak without' : '';
    return `it takes only callers that show a certificate of the mesh, and this one shows none${reason}`;
  };
}

export function peerAuthenticationPolicies(cluster: ClusterModel, zonings: Zonings): readonly Policy[] {
  const policies: Policy[] = [];
  each(zonings.all, addPolicies, cluster, new Map(), policies);
  return policies;
}

/** `peers`: those without a certificate, by those who show one. */
function addPolicies({ gateway, zones, subject, home }: Zoning, cluster: ClusterModel, peers: Map<Selector, PeerTerm>, policies: Policy[]): void {
  if (gateway) return;
  for (const { mtls, matches, authenticated } of zones) {
    if (mtls.mode !== 'STRICT' && mtls.mode !== 'unknown') continue;
    const said = mtls.by === undefined ? anyPeerAuthentication(cluster, home) : mtls;
    if (said?.by === undefined) continue;
    let refused = peers.get(authenticated);
    if (!refused) peers.set(authenticated, (refused = withoutCertificate(authenticated)));
    const rule: Rule = {
      action: 'deny', path: said.path, peers: refused, ports: matches, says: cluster.derive(saysWhy),
      unknown: mtls.mode === 'unknown' ? 'which PeerAuthentication holds is not known: of several the oldest does, or one could not be read' : undefined,
    };
    policies.push({ entry: said.by, direction: 'ingress', tier: PEER_TIER, order: 0, subject, hostNetwork: 'in', closes: false, rules: [rule], path: said.path });
  }
}
