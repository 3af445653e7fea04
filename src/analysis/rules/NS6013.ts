import type { ListeningSocket } from '../model/host-settings';
import { haproxySockets, hostOfFile, nginxSockets, numberAt } from '../model/host-settings';
import type { Fields } from '../model/fields';
import { list, record, text } from '../model/fields';
import { mountedTexts, podsWithImage } from '../model/workload-config';
import type { Rule } from './rule';

const PROXY = (backlog: string): string => `frontend web
    bind :443 ${backlog}
    default_backend app
`;

export const rule: Rule = {
  id: 'NS6013',
  class: 'risk',
  title: 'A proxy asks for a longer queue than the kernel gives it',
  sees: 'backlog of HAProxy and nginx against net.core.somaxconn: that of the files of the same host, or that of the pod (4096 when the pod sets none); and TCP Fast Open on a listener where net.ipv4.tcp_fastopen of the host does not allow servers. '
    + 'What HAProxy makes up from maxconn is not asked.',
  why: 'The kernel shortens the queue without a word: at a burst it drops connections that the configuration says it can take. Fast Open that the kernel does not allow is never used.',
  fix: 'set net.core.somaxconn at least to the backlog, on the host or in securityContext.sysctls of the pod',
  covers: ['R49', 'R57'],
  docs: ['https://docs.haproxy.org/3.0/configuration.html#4.2-backlog', 'https://man7.org/linux/man-pages/man2/listen.2.html'],
  subjects: ['file:haproxy', 'file:nginx', '/ConfigMap'],
  failing: {
    files: { 'haproxy:haproxy.cfg': PROXY('backlog 65535'), 'sysctl:60-proxy.conf': 'net.core.somaxconn = 4096\n' },
    says: 'bind :443 asks for a queue of 65535 connections, and net.core.somaxconn of its host is 4096',
  },
  passing: { files: { 'haproxy:haproxy.cfg': `global\n    maxconn 470000\n${PROXY('backlog 65535 tfo')}`, 'sysctl:60-proxy.conf': 'net.core.somaxconn = 65535\nnet.ipv4.tcp_fastopen = 3\n' } },
  check(cluster, report) {
    for (const [image, key, read] of [['haproxy', /haproxy.*\.cfg$/, haproxySockets], ['nginx', /\.conf$/, nginxSockets]] as const) {
      for (const group of podsWithImage(cluster, image)) {
        // A privileged container may have set it before the proxy starts.
        if (group.hostNetwork || list(group.spec.initContainers).some((one) => JSON.stringify(one).includes('somaxconn'))) continue;
        const set = list(record(group.spec.securityContext).sysctls).map(record).find(({ name }: Fields) => name === 'net.core.somaxconn' || name === 'net/core/somaxconn');
        const most = set === undefined ? 4096 : Number(set.value);
        for (const { entry, key: name, text: source } of mountedTexts(cluster, group).filter((one) => key.test(one.key))) {
          for (const socket of read(source)) {
            if (!(socket.backlog !== undefined && socket.backlog > most)) continue;
            report(entry, ['data', name], { message: `${socket.words} asks for a queue of ${socket.backlog} connections, and net.core.somaxconn of ${group.entry.toString()} is ${most}`, decidedBy: [group.entry] });
          }
        }
      }
    }
  },
  checkWorld(world, report) {
    for (const file of [...world.files('haproxy'), ...world.files('nginx')]) {
      const host = hostOfFile(world, file);
      if (!host) continue;
      const most = numberAt(host, 'net.core.somaxconn');
      const fastOpen = text(host.settings.get('net.ipv4.tcp_fastopen')?.value);
      const sockets: readonly ListeningSocket[] = file.format === 'haproxy' ? haproxySockets(file.text) : nginxSockets(file.text);
      for (const socket of sockets) {
        if (most !== undefined && socket.backlog !== undefined && socket.backlog > most) {
          report(file, [socket.line], { message: `${socket.words} asks for a queue of ${socket.backlog} connections, and net.core.somaxconn of its host is ${most}` });
        }
        // The second bit lets servers answer, the first one is for clients.
        if (socket.fastOpen && fastOpen !== undefined && /^\d+$/.test(fastOpen) && (Number(fastOpen) & 2) === 0) {
          report(file, [socket.line], { message: `${socket.words} asks for TCP Fast Open, and net.ipv4.tcp_fastopen ${fastOpen} of its host does not allow it to servers`, fix: 'set net.ipv4.tcp_fastopen to 3' });
        }
      }
    }
  },
};
