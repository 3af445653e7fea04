// STRICT: callers without a certificate of the mesh are refused before anything else is asked (pilot/pkg/security/authn/policy_applier.go).
import type { ClusterModel } from '../../model/cluster-model';
import { meshOf } from '../../model/mesh';
import type { PeerTerm, Policy, Rule } from '../rules';
import type { Selector } from '../selector';
import { matching } from './port-sets';
import type { Zone, Zonings } from './zones';
import { anyPeerAuthentication, ZONES } from './zones';

export const PEER_TIER = 'peer-authentication';

/** Nobody without a certificate of the mesh. */
export function withoutCertificate(authenticated: Selector): PeerTerm {
  return { is: 'not', of: { is: 'pods', where: authenticated, hostNetwork: 'in' } };
}

/** Why a caller shows none. */
export function saysWhy(cluster: ClusterModel): NonNullable<Rule['says']> {
  return (caller) => {
    const known = caller?.group && meshOf(cluster).memberOf(caller.group);
    const reason = known?.membership === 'outside' ? `, because ${known.reason ?? 'it is outside of the mesh'}`
      : known?.membership === 'sidecar' ? ', because a DestinationRule, a Sidecar or an annotation has it speak without' : '';
    return `it takes only callers that show a certificate of the mesh, and this one shows none${reason}`;
  };
}

export function peerAuthenticationPolicies(cluster: ClusterModel, zonings: Zonings): readonly Policy[] {
  const homes = new Map([...zonings.of].map(([endpoint, zoning]) => [zoning, endpoint.namespace]));
  return zonings.all.flatMap((zoning) => (zoning.gateway ? [] : zoning.zones.flatMap((zone) => policyOf(cluster, zone, { is: 'in', field: 'fact', key: ZONES, values: [zoning.id] }, homes.get(zoning)!))));
}

function policyOf(cluster: ClusterModel, { mtls, ports, authenticated }: Zone, subject: Selector, home: string): Policy[] {
  if (mtls.mode !== 'STRICT' && mtls.mode !== 'unknown') return [];
  const said = mtls.by === undefined ? anyPeerAuthentication(cluster, home) : { by: mtls.by, path: mtls.path };
  if (said === undefined) return [];
  const rule: Rule = {
    action: 'deny', path: said.path, peers: withoutCertificate(authenticated), ports: matching(ports), says: saysWhy(cluster),
    ...mtls.mode === 'unknown' && { unknown: 'which PeerAuthentication holds is not known: of several the oldest does, or one could not be read' },
  };
  return [{ entry: said.by, direction: 'ingress', tier: PEER_TIER, order: 0, subject, hostNetwork: 'in', closes: false, rules: [rule], path: said.path }];
}
