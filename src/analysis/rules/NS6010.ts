import { REMOVED_KEYS } from '../../formats/sysctl/keys';
import { readSysctl } from '../../formats/sysctl/read';
import { list, record, text } from '../model/fields';
import { each } from '../model/each';
import type { PodGroup } from '../model/pods';
import type { Report, Rule } from './rule';

export const rule: Rule = {
  id: 'NS6010',
  class: 'breaks',
  title: 'A kernel setting does not exist any more',
  sees: 'files of kernel settings, and sysctls of pods, with keys that Linux has removed or made to do nothing (net.ipv4.tcp_tw_recycle since 4.12). Keys with a dash before them may fail.',
  why: 'The kernel refuses a key that it does not have: the service that sets the rest reports a failure, and a pod that asks for it never starts.',
  fix: 'remove the key',
  covers: ['R52'],
  docs: ['https://docs.kernel.org/networking/ip-sysctl.html'],
  subjects: ['file:sysctl', '/Pod', 'apps/Deployment', 'apps/DaemonSet', 'apps/StatefulSet', 'batch/Job', 'batch/CronJob'],
  failing: {
    files: { 'sysctl:60-proxy.conf': 'net.ipv4.tcp_timestamps = 1\nnet.ipv4.tcp_tw_recycle = 1\n' },
    says: 'net.ipv4.tcp_tw_recycle: Linux 4.12 removed it because it broke clients behind NAT',
  },
  passing: { files: { 'sysctl:60-proxy.conf': 'net.ipv4.tcp_timestamps = 1\n# net.ipv4.tcp_tw_recycle = 1\nnet.ipv4.tcp_tw_reuse = 1\n' } },
  check(cluster, report) {
    each(cluster.pods, checkPods, report);
  },
  checkWorld(world, report) {
    for (const file of world.files('sysctl')) {
      for (const { key, line, mayFail } of readSysctl(file.text)) {
        const reason = mayFail ? undefined : reasonOf(key);
        // What still exists and does nothing is no failure.
        if (reason !== undefined) report(file, [line], { message: `${key}: ${reason}`, ...(reason.includes('do nothing') && { severity: 'warning' }) });
      }
    }
  },
};

function checkPods({ entry, spec, specPath }: PodGroup, report: Report): void {
  if (!entry.sound) return;
  list(record(spec.securityContext).sysctls).forEach((one, i) => {
    const key = (text(record(one).name) ?? '').replace(/\//g, '.');
    const reason = reasonOf(key);
    if (reason !== undefined) report(entry, [...specPath, 'securityContext', 'sysctls', i, 'name'], { message: `${key}: ${reason}` });
  });
}

function reasonOf(key: string): string | undefined {
  return Object.hasOwn(REMOVED_KEYS, key) ? REMOVED_KEYS[key] : undefined;
}
