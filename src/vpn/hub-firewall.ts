// The firewall of the hub: what is not declared is not forwarded. Loaded by the host's own nftables service and not by a hook of the tunnel: a ruleset that
// goes when the tunnel goes would leave a forwarding host without one.
import type { Cidr } from '../core/cidr';
import type { NftRule, NftRuleset, Statement } from '../formats/nftables';

/** Traffic that the hub forwards. */
export interface ForwardedFlow {
  readonly from: readonly Cidr[];
  readonly to: readonly Cidr[];
  readonly protocol: 'TCP' | 'UDP';
  /** Of the pods, and of their Service where it differs. */
  readonly ports: readonly number[];
  /** Who talks to whom, for the comment. */
  readonly reason: string;
}

export interface HubFirewall {
  readonly table: string;
  readonly tunnelInterface: string;
  readonly tunnelPort: number;
  readonly uplink: string;
  readonly managementFrom: readonly Cidr[];
  readonly flows: readonly ForwardedFlow[];
}

export function renderHubFirewall(firewall: HubFirewall): NftRuleset {
  const established: NftRule = { statements: [{ verdict: 'ct state vmap', states: { established: 'accept', related: 'accept', invalid: 'drop' } }] };
  return {
    tables: [{
      family: 'inet',
      name: firewall.table,
      chains: [
        {
          name: 'input', hook: 'input', priority: 'filter', policy: 'drop',
          rules: [
            { statements: [{ match: 'iif lo' }, { verdict: 'accept' }] },
            established,
            {
              statements: [
                { match: 'icmp type', types: ['echo-request', 'destination-unreachable', 'time-exceeded', 'parameter-problem'] },
                { limit: { rate: 50, per: 'second', burst: 20 } }, { verdict: 'accept' },
              ],
            },
            {
              statements: [
                { match: 'icmpv6 type', types: ['echo-request', 'destination-unreachable', 'packet-too-big', 'time-exceeded', 'parameter-problem'] },
                { limit: { rate: 50, per: 'second', burst: 20 } }, { verdict: 'accept' },
              ],
            },
            {
              comment: 'neighbour discovery, never limited: without it IPv6 stops',
              statements: [
                { match: 'icmpv6 type', types: ['nd-neighbor-solicit', 'nd-neighbor-advert', 'nd-router-advert'] }, { match: 'ip6 hoplimit', value: 255 }, { verdict: 'accept' },
              ],
            },
            ...byFamily(disjoint(firewall.managementFrom)).map((blocks): NftRule => ({
              comment: 'administration', statements: [source(blocks), { match: 'tcp dport', ports: [22] }, { verdict: 'accept' }],
            })),
            { comment: 'the tunnel itself', statements: [{ match: 'udp dport', ports: [firewall.tunnelPort] }, { verdict: 'accept' }] },
            { statements: [{ limit: { rate: 5, per: 'second', burst: 10 } }, { action: 'log', prefix: 'vpn-input-drop: ', level: 'info' }] },
          ],
        },
        {
          name: 'forward', hook: 'forward', priority: 'filter', policy: 'drop',
          // Before `established`: the answer to a SYN is established already, and names a segment size as well.
          rules: [{ statements: [{ action: 'clamp mss to pmtu' }] }, established, ...firewall.flows.flatMap((flow) => renderFlow(flow, firewall)),
            { statements: [{ limit: { rate: 5, per: 'second', burst: 10 } }, { action: 'log', prefix: 'vpn-forward-drop: ', level: 'info' }] }],
        },
      ],
    }],
  };
}

/** IPv4 and IPv6 need rules of their own. */
function renderFlow(flow: ForwardedFlow, firewall: HubFirewall): NftRule[] {
  return ([4, 6] as const).flatMap((family) => {
    const from = disjoint(flow.from).filter((cidr) => cidr.family === family);
    const to = disjoint(flow.to).filter((cidr) => cidr.family === family);
    if (from.length === 0 || to.length === 0) return [];
    const statements: Statement[] = [
      { match: 'iifname', names: [firewall.tunnelInterface] },
      { match: 'oifname', names: [firewall.uplink] },
      source(from),
      { match: family === 4 ? 'ip daddr' : 'ip6 daddr', blocks: [...to] },
      { match: flow.protocol === 'UDP' ? 'udp dport' : 'tcp dport', ports: [...flow.ports] },
      { verdict: 'accept' },
    ];
    return [{ statements, comment: flow.reason.slice(0, 120) }];
  });
}

function source(blocks: readonly Cidr[]): Statement {
  return { match: blocks[0]!.family === 4 ? 'ip saddr' : 'ip6 saddr', blocks: [...blocks] };
}

function byFamily(cidrs: readonly Cidr[]): Cidr[][] {
  return ([4, 6] as const).map((family) => cidrs.filter((cidr) => cidr.family === family)).filter((blocks) => blocks.length > 0);
}

/** Without ranges that lie in another: nft refuses them within one rule. */
function disjoint(cidrs: readonly Cidr[]): Cidr[] {
  return cidrs.filter((cidr, i) => !cidrs.some((other, j) => i !== j && other.contains(cidr) && (other.value !== cidr.value || j < i)));
}
