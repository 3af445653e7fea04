// Words of an nftables ruleset. Its strings have no escapes at all, so what would need one is refused.
import { shorten } from '../../core/errors';
import { refuse } from '../refuse';
import type { NameRule } from '../text';
import { checkedName, checkedText } from '../text';

/** Words that nft 1.1.3 does not take for a table, chain, set or counter (found by asking it), and those that only some releases or places reserve. */
const RESERVED: ReadonlySet<string> = new Set(`
accept add ah all and arp at auto-merge bridge bytes cgroup chain chains comment comp constant continue counter counters cpu create ct dccp define delete describe destroy device
devices dnat drop dst dup dynamic ecn egress element elements eq esp eth ether exists expires export fib flags flow flowtable flowtables flush forever frag fwd gc-interval geneve
get goto gre gretap handle hash hbh helper hook hour iberport ibriport ibrname icmp icmpv6 ifname igmp iif iifgroup iifname iiftype import in include index inet ingress insert
interval ip ip6 ipsec jhash jump last le limit limits list log lt map maps mark masquerade meta meter meters mh missing monitor name ne netdev nftrace nh not notrack numgen obriport
obrname offload oif oifgroup oifname oiftype option options or osf out over packets pkttype policy position priority prefix protocol queue quota quotas redefine redirect reject
rename replace reset return rt rt0 rt2 rt4 rtclassid rule rules ruleset sctp seconds secmark secmarks set sets size skgid skuid snat socket srh state symhash synproxy synproxys table
tables tcp th time timeout tproxy tunnel type typeof udp udplite undefine until update version vlan vmap vni vxlan xor xt
`.trim().split(/\s+/));

const NAME: NameRule = {
  noun: 'nftables name', pattern: /^[A-Za-z][A-Za-z0-9_-]*$/, allowed: 'letters, digits, _ and -, starting with a letter', maxLength: 63, reserved: RESERVED,
};
const INTERFACE: NameRule = {
  noun: 'interface name', pattern: /^[A-Za-z0-9_.@:+=-]+\*?$/, allowed: 'letters, digits and _ . @ : + = -, with * at the end for every name that begins so', maxLength: 15,
};

export function nftName(value: string, where: string): string {
  return checkedName(value, where, NAME);
}

/** An interface name in quotes, at most 15 characters (the kernel's IFNAMSIZ). */
export function interfaceName(value: string, where: string): string {
  return `"${checkedName(value, where, INTERFACE)}"`;
}

/** A text in quotes: a log prefix of at most 127 bytes, a comment of at most 127. */
export function quoted(value: string, where: string): string {
  const text = checkedText(value, where, { maxBytes: 127 });
  if (/["\\$]/.test(text)) refuse(where, `The text ${shorten(text)} holds a quote, a backslash or a $`, 'remove it: nftables strings have no escapes');
  return `"${text}"`;
}
