// Known keys: Documentation/admin-guide/sysctl/net.rst and Documentation/networking/{ip-sysctl,nf_conntrack-sysctl}.rst of Linux 6.x.
import type { SysctlGrammar } from './model';

const INT_MAX = 2_147_483_647;
const integer = (min: number, max: number): SysctlGrammar => ({ kind: 'integer', min, max });
const flag = integer(0, 1);
const tuple = (length: number, min: number, max: number): SysctlGrammar => ({ kind: 'tuple', length, min, max, ascending: true });
const word: SysctlGrammar = { kind: 'word', pattern: /^[a-z][a-z0-9_]{0,31}$/ };

/** Keys of the whole host: they do not exist in a network namespace, or are read-only there, so no pod can set them. */
export const HOST_KEYS: ReadonlySet<string> = new Set([
  'net.core.default_qdisc', 'net.core.netdev_budget', 'net.core.netdev_budget_usecs', 'net.core.netdev_max_backlog', 'net.core.rmem_default', 'net.core.rmem_max',
  'net.core.wmem_default', 'net.core.wmem_max', 'net.netfilter.nf_conntrack_max', 'net.netfilter.nf_conntrack_buckets', 'net.ipv4.tcp_mem', 'net.ipv4.udp_mem', 'net.ipv4.tcp_max_orphans',
]);

const KEYS: { readonly [key: string]: SysctlGrammar } = {
  'net.core.default_qdisc': word,
  'net.core.netdev_budget': integer(1, INT_MAX),
  'net.core.netdev_budget_usecs': integer(1, INT_MAX),
  'net.core.netdev_max_backlog': integer(1, INT_MAX),
  'net.core.rmem_default': integer(2304, INT_MAX),
  'net.core.rmem_max': integer(2304, INT_MAX),
  'net.core.somaxconn': integer(0, INT_MAX),
  'net.core.wmem_default': integer(4608, INT_MAX),
  'net.core.wmem_max': integer(4608, INT_MAX),
  'net.ipv4.ip_forward': flag,
  'net.ipv4.ip_local_port_range': tuple(2, 1, 65_535),
  'net.ipv4.ip_nonlocal_bind': flag,
  'net.ipv4.ip_unprivileged_port_start': integer(0, 65_535),
  'net.ipv4.tcp_congestion_control': word,
  'net.ipv4.tcp_ecn': integer(0, 5),
  'net.ipv4.tcp_fastopen': integer(0, 4095),
  'net.ipv4.tcp_fin_timeout': integer(1, 120),
  'net.ipv4.tcp_keepalive_intvl': integer(1, 32_767),
  'net.ipv4.tcp_keepalive_probes': integer(1, 127),
  'net.ipv4.tcp_keepalive_time': integer(1, 32_767),
  'net.ipv4.tcp_max_orphans': integer(0, INT_MAX),
  'net.ipv4.tcp_max_syn_backlog': integer(1, INT_MAX),
  'net.ipv4.tcp_max_tw_buckets': integer(0, INT_MAX),
  'net.ipv4.tcp_mem': tuple(3, 1, INT_MAX),
  'net.ipv4.tcp_mtu_probing': integer(0, 2),
  'net.ipv4.tcp_notsent_lowat': integer(0, 4_294_967_295),
  'net.ipv4.tcp_rmem': tuple(3, 1, INT_MAX),
  'net.ipv4.tcp_slow_start_after_idle': flag,
  'net.ipv4.tcp_syn_retries': integer(1, 127),
  'net.ipv4.tcp_synack_retries': integer(0, 255),
  'net.ipv4.tcp_syncookies': integer(0, 2),
  'net.ipv4.tcp_timestamps': integer(0, 2),
  'net.ipv4.tcp_tw_reuse': integer(0, 2),
  'net.ipv4.tcp_window_scaling': flag,
  'net.ipv4.tcp_wmem': tuple(3, 1, INT_MAX),
  'net.ipv4.udp_mem': tuple(3, 1, INT_MAX),
  'net.ipv4.udp_rmem_min': integer(1, INT_MAX),
  'net.ipv4.udp_wmem_min': integer(1, INT_MAX),
  'net.netfilter.nf_conntrack_buckets': integer(1, INT_MAX),
  'net.netfilter.nf_conntrack_max': integer(1, INT_MAX),
  'net.netfilter.nf_conntrack_tcp_loose': flag,
  'net.netfilter.nf_conntrack_tcp_timeout_established': integer(1, INT_MAX),
  'net.netfilter.nf_conntrack_udp_timeout': integer(1, INT_MAX),
  'net.netfilter.nf_conntrack_udp_timeout_stream': integer(1, INT_MAX),
};

/** Per interface, with `all`, `default` or the interface's name before the last word. A dot in the name stands as a slash: `net.ipv4.conf.eth0/1.rp_filter`. */
const INTERFACE_KEYS: { readonly [family in 'ipv4' | 'ipv6']: { readonly [key: string]: SysctlGrammar } } = {
  ipv4: {
    accept_redirects: flag, accept_source_route: flag, arp_announce: integer(0, 2), arp_ignore: integer(0, 8), forwarding: flag,
    log_martians: flag, proxy_arp: flag, rp_filter: integer(0, 2),
    secure_redirects: flag, send_redirects: flag, src_valid_mark: flag,
  },
  ipv6: {
    accept_ra: integer(0, 2), accept_redirects: flag, accept_source_route: integer(-1, 1), autoconf: flag, disable_ipv6: flag, forwarding: flag, proxy_ndp: flag,
  },
};

const INTERFACE_KEY = /^net\.(ipv4|ipv6)\.conf\.([A-Za-z0-9_@:+=/-]{1,15})\.([a-z0-9_]+)$/;

/** Keys that the kernel has dropped, and what to do instead. */
export const REMOVED_KEYS: { readonly [key: string]: string } = {
  'net.ipv4.tcp_tw_recycle': 'Linux 4.12 removed it because it broke clients behind NAT; leave it out, and use net.ipv4.tcp_tw_reuse for outgoing connections',
  'net.ipv4.tcp_fack': 'Linux 4.15 made it do nothing; leave it out',
  'net.ipv4.tcp_low_latency': 'Linux 4.14 made it do nothing; leave it out',
  'net.ipv4.tcp_max_ssthresh': 'Linux removed it; leave it out',
  'net.ipv4.route.max_size': 'Linux 3.6 removed the IPv4 route cache; leave it out',
};

/** The grammar of a known key. */
export function grammarOf(key: string): SysctlGrammar | undefined {
  const match = INTERFACE_KEY.exec(key);
  if (!match) return Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  const keys = INTERFACE_KEYS[match[1] as 'ipv4' | 'ipv6'];
  return Object.hasOwn(keys, match[3]) ? keys[match[3]] : undefined;
}
