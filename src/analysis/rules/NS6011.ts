import type { Host } from '../model/host-settings';
import { hostsOf, numberAt } from '../model/host-settings';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS6011',
  class: 'risk',
  title: 'Kernel settings of a host contradict each other',
  sees: 'the files of kernel settings of one host together, the last one counting as systemd-sysctl reads them: default buffers of sockets above the largest allowed, tcp_tw_reuse without timestamps, and a table of connections with more '
    + 'buckets than entries.',
  why: 'The kernel takes each value on its own and says nothing: the one that depends on the other has no effect, or programs that ask for a buffer get a smaller one than those that do not ask.',
  fix: 'change one of the two',
  covers: ['R51', 'R55'],
  docs: ['https://docs.kernel.org/admin-guide/sysctl/net.html', 'https://docs.kernel.org/networking/ip-sysctl.html'],
  subjects: ['file:sysctl'],
  failing: {
    files: { 'sysctl:60-proxy.conf': 'net.core.rmem_max = 212992\nnet.core.rmem_default = 8388608\n' },
    says: 'net.core.rmem_default 8388608 is above net.core.rmem_max 212992',
  },
  passing: { files: { 'sysctl:60-proxy.conf': 'net.core.rmem_max = 8388608\nnet.core.rmem_default = 212992\nnet.ipv4.tcp_tw_reuse = 1\nnet.ipv4.tcp_timestamps = 1\n' } },
  checkWorld(world, report) {
    for (const host of hostsOf(world)) {
      for (const { key, message, fix } of contradictions(host)) {
        const { file, line } = host.settings.get(key)!;
        report(file, [line], { message, fix });
      }
    }
  },
};

const LIMITS: readonly (readonly [string, string])[] = [
  ['net.core.rmem_default', 'net.core.rmem_max'], ['net.core.wmem_default', 'net.core.wmem_max'], ['net.netfilter.nf_conntrack_buckets', 'net.netfilter.nf_conntrack_max'],
];

function contradictions(host: Host): readonly { readonly key: string; readonly message: string; readonly fix: string }[] {
  const above = LIMITS.map(([key, limit]) => ({ key, limit, value: numberAt(host, key) ?? 0, most: numberAt(host, limit) ?? Infinity })).filter(({ value, most }) => value > most)
    .map(({ key, limit, value, most }) => ({ key, message: `${key} ${value} is above ${limit} ${most}`, fix: `raise ${limit}, or lower ${key}` }));
  const reuse = numberAt(host, 'net.ipv4.tcp_tw_reuse') === 1 && numberAt(host, 'net.ipv4.tcp_timestamps') === 0
    ? [{ key: 'net.ipv4.tcp_tw_reuse', message: 'net.ipv4.tcp_tw_reuse has no effect: it needs timestamps, and net.ipv4.tcp_timestamps is 0', fix: 'set net.ipv4.tcp_timestamps to 1' }] : [];
  return [...above, ...reuse];
}
