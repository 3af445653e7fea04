// The catalogue of checks across layers: each line is held by rules that say so, or has a reason.
import { readRules } from '../../../tools/rules';

const PREFIX = 'analysis 1.3: ';

/** What a line asks, and the words with which rules claim it; a reason where nothing can decide it. */
const LINES: ReadonlyArray<readonly [line: string, held: readonly string[] | { readonly reason: string }]> = [
  ['HTTP/3 and UDP closed in nftables', ['HTTP/3 and the host firewall']],
  ['HTTP/3 and UDP closed in the Service', ['HTTP/3 and the UDP port of the Service']],
  ['HTTP/3 and UDP closed in policies', ['HTTP/3 and policies of the network']],
  ['HTTP/3 and UDP closed in a load balancer of the cloud', { reason: 'its firewall is made for the Service by the cloud itself, and documents of other firewalls do not say what stands behind them' }],
  ['listener port not on the Service of the Gateway', ['listener port not on the Gateway Service']],
  ['targetPort against containerPort', ['targetPort vs containerPort']],
  ['a policy written on the port of the Service', ['targetPort vs containerPort vs NetworkPolicy port']],
  ['a named port differs across pods', ['named port differing across pods']],
  ['appProtocol against the protocol of the listener', ['appProtocol vs listener protocol']],
  ['gRPC over a hop of HTTP/1', ['gRPC over an HTTP/1-only hop']],
  ['PROXY protocol on one side', ['PROXY protocol on one side only']],
  ['MTU of tunnels against pods', ['MTU: WireGuard/VXLAN overhead vs pod MTU']],
  ['STRICT and a client outside the mesh', ['STRICT mTLS with non-mesh client']],
  ['STRICT and a probe', ['STRICT mTLS with probe']],
  ['STRICT and Prometheus', ['STRICT mTLS with Prometheus']],
  ['STRICT and a gateway outside the mesh', ['STRICT mTLS with ingress controller or Gateway outside the mesh']],
  ['principal or account that is not there', ['AuthorizationPolicy principal or service account not in the program']],
  ['namespace that is not there', ['AuthorizationPolicy namespace not in the program']],
  ['trust domain that is not there', ['AuthorizationPolicy trust domain not in the program']],
  ['principal where the port takes plain text', ['principal rule where the port is PERMISSIVE or plaintext']],
  ['attribute of requests at a TCP port', ['L7 attribute on a TCP port', 'DENY with L7 fields on raw TCP']],
  ['policy on requests in ambient mode without waypoint', ['L7 policy on ambient workload without waypoint']],
  ['selector at a waypoint', ['selector on a waypoint']],
  ['targetRefs at a plain workload', ['targetRefs on a plain sidecar workload']],
  ['DestinationRule against STRICT', ['DestinationRule DISABLE or SIMPLE against STRICT']],
  ['Server of Linkerd without authorization', ['Linkerd Server port with no authorization']],
  ['MeshTLSAuthentication of an account that is not there', ['MeshTLSAuthentication naming a missing SA']],
  ['policy between gateway and Service', ['policy that blocks gateway->service']],
  ['policy before DNS', ['policy that blocks DNS egress']],
  ['policy before probes of the kubelet', ['policy that blocks kubelet probe']],
  ['policy before scrapes', ['policy that blocks metrics scrape']],
  ['policy before webhooks', ['policy that blocks webhook (apiserver->webhook)']],
  ['policy before istiod', ['policy that blocks istiod 15012']],
  ['policy before HBONE, in ambient mode too', ['policy that blocks waypoint/ztunnel HBONE 15008']],
  ['policy before the xDS of Envoy Gateway', ['policy that blocks envoy-gateway xDS']],
  ['backend or parent that is not there', ['dangling backendRef / parentRef']],
  ['section that is not there', ['dangling sectionName']],
  ['ReferenceGrant that is not there', ['missing ReferenceGrant']],
  ['namespace that a listener does not take', ['namespace not in allowedRoutes']],
  ['host that a listener does not have', ['hostname does not intersect listener']],
  ['all weights zero', ['all weights zero']],
  ['one backend with a weight', { reason: 'one backend gets everything whatever its weight is: nothing goes wrong, unless it is 0, which is the line before' }],
  ['weights that do not add up', ['weights that do not add up to 100']],
  ['canary inverted', ['canary inverted']],
  ['route that others hide', ['shadowed route']],
  ['priorities of Traefik by length', ['Traefik length-priority surprises']],
  ['precedence of regular expressions', ['regex precedence implementation-specific']],
  ['host of a tunnel without a record', ['cloudflared hostname with no DNS record']],
  ['host of a tunnel without a route', ['cloudflared hostname without route']],
  ['target of a tunnel behind a policy', ['cloudflared service target blocked by CNP']],
  ['tunnel without a last rule', ['cloudflared catch-all missing']],
  ['CoreDNS in a loop', ['CoreDNS forward loop']],
  ['zone that another one hides', ['CoreDNS zone shadowed']],
  ['peers of WireGuard with the same addresses', ['two WireGuard peers with overlapping allowedIPs']],
  ['route of a tailnet that is not approved', ['Tailscale route advertised but not approved']],
  ['route of a tailnet that is not granted', ['Tailscale route advertised but not granted']],
  ['tag without owner', ['tag without owner']],
  ['rp_filter with asymmetric tunnels', ['sysctl rp_filter=1 with asymmetric tunnel']],
  ['ip_forward off at a router', ['ip_forward=0 on router']],
];

const claims = new Map<string, string[]>();
for (const { id, covers = [] } of readRules()) {
  for (const one of covers) if (one.startsWith(PREFIX)) claims.set(one.slice(PREFIX.length), [...claims.get(one.slice(PREFIX.length)) ?? [], id]);
}

test.each(LINES)('%s', (_, held) => {
  if ('reason' in held) expect(held.reason.length).toBeGreaterThan(30);
  else expect(held.filter((words) => !claims.has(words))).toEqual([]);
});
