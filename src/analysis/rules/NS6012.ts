import type { Host } from '../model/host-settings';
import { hostsOf, numberAt } from '../model/host-settings';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS6012',
  class: 'practice',
  title: 'A host is prepared for many connections by half',
  sees: 'the kernel settings of one host: net.core.somaxconn raised without net.ipv4.tcp_max_syn_backlog, or the other way round; net.core.netdev_max_backlog of 1000 or less; a table of connections for fewer than 50000.',
  why: 'A connection waits in one queue until the handshake is done and in the other until the program takes it; packets wait in a third one before. The shortest of them drops first, and the others were raised for nothing.',
  fix: 'raise them together',
  covers: ['R50', 'R54', 'R89'],
  docs: ['https://docs.kernel.org/networking/ip-sysctl.html', 'https://docs.kernel.org/networking/nf_conntrack-sysctl.html'],
  subjects: ['file:sysctl'],
  failing: {
    files: { 'sysctl:60-proxy.conf': 'net.core.somaxconn = 65535\nnet.core.netdev_max_backlog = 1000\n' },
    says: 'net.core.somaxconn is 65535, and net.ipv4.tcp_max_syn_backlog is not set',
  },
  passing: { files: { 'sysctl:60-proxy.conf': 'net.core.somaxconn = 65535\nnet.ipv4.tcp_max_syn_backlog = 65535\nnet.core.netdev_max_backlog = 16384\nnet.netfilter.nf_conntrack_max = 1048576\n' } },
  checkWorld(world, report) {
    for (const host of hostsOf(world)) {
      for (const { key, message } of halves(host)) {
        const { file, line } = host.settings.get(key)!;
        report(file, [line], { message });
      }
    }
  },
};

/** What the kernel has by itself (since 5.4, and with memory enough). */
const OWN_BACKLOG = 4096;
const QUEUES: readonly (readonly [string, string])[] = [['net.core.somaxconn', 'net.ipv4.tcp_max_syn_backlog'], ['net.ipv4.tcp_max_syn_backlog', 'net.core.somaxconn']];

function halves(host: Host): readonly { readonly key: string; readonly message: string }[] {
  const queues = QUEUES.filter(([one, other]) => (numberAt(host, one) ?? 0) > OWN_BACKLOG && !host.settings.has(other))
    .map(([key, other]) => ({ key, message: `${key} is ${numberAt(host, key)!}, and ${other} is not set` }));
  const device = numberAt(host, 'net.core.netdev_max_backlog') ?? Infinity;
  const table = numberAt(host, 'net.netfilter.nf_conntrack_max') ?? Infinity;
  return [
    ...queues,
    ...device <= 1000 ? [{ key: 'net.core.netdev_max_backlog', message: `net.core.netdev_max_backlog ${device} is no more than the kernel has by itself` }] : [],
    ...table < 50_000 ? [{ key: 'net.netfilter.nf_conntrack_max', message: `net.netfilter.nf_conntrack_max ${table} holds fewer than 50000 connections` }] : [],
  ];
}
