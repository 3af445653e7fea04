// The mesh as layers of policies: the proxies beside the pods and on their nodes, and the waypoints on the way.
import type { ClusterModel } from '../../model/cluster-model';
import type { Endpoint } from '../endpoints';
import type { PolicyLayer, Tier } from '../rules';
import { ALLOW_TIER, authorizationPolicies, CUSTOM_TIER, DENY_TIER } from './authorization';
import { consulLayer } from './consul';
import { LINKERD_TIER, linkerdPolicies, linkerdUnread } from './linkerd';
import { hasIstio, hasLinkerd } from './members';
import { nodePolicies } from './nodes';
import { PEER_TIER, peerAuthenticationPolicies } from './peer-authentication';
import { meshReading } from './reading';
import { REGISTRY_TIER, registryPolicies } from './sidecars';
import { TOKEN_TIER, tokenPolicies } from './tokens';
import { unmodelled } from './unmodelled';
import { gatewayPolicies, waypointPolicies, WAYPOINT_TIERS } from './waypoints';

/** Callers' proxies first; then, at the called: certificates, tokens, and what policies ask of them. */
const TIERS: readonly Tier[] = [REGISTRY_TIER, PEER_TIER, TOKEN_TIER, CUSTOM_TIER, DENY_TIER, ALLOW_TIER].map((name) => ({ name, mode: 'union' }));

export function readMesh(cluster: ClusterModel, endpoints: readonly Endpoint[]): readonly PolicyLayer[] {
  const [istio, linkerd] = [hasIstio(cluster), hasLinkerd(cluster)];
  const consul = consulLayer(cluster, endpoints);
  if (!istio && !linkerd) return consul === undefined ? [] : [consul];
  const { sidecars, nodes } = cluster.derive(meshReading);
  const layers: PolicyLayer[] = [];
  if (istio) {
    layers.push({
      layer: 'mesh', tiers: TIERS, hostIsFree: false, notModelled: unmodelled(cluster),
      policies: [
        ...registryPolicies(cluster, endpoints), ...peerAuthenticationPolicies(cluster, sidecars), ...tokenPolicies(sidecars), ...authorizationPolicies(cluster, sidecars),
        ...nodePolicies(cluster, nodes), ...gatewayPolicies(cluster),
      ],
    });
    const policies = waypointPolicies(cluster, nodes);
    // Before what the nodes of the pods say: it is met on the way.
    if (policies.length > 0) layers.unshift({ layer: 'mesh', title: 'waypoint', tiers: WAYPOINT_TIERS.map((name) => ({ name, mode: 'union' })), hostIsFree: false, notModelled: [], policies });
  }
  if (linkerd) {
    layers.push({ layer: 'mesh', tiers: [{ name: LINKERD_TIER, mode: 'union' }], hostIsFree: false, notModelled: linkerdUnread(cluster), policies: linkerdPolicies(cluster, endpoints) });
  }
  return consul === undefined ? layers : [...layers, consul];
}
