// The kernel of this machine: keys of a network namespace are written in one made for it and read back; keys of the whole host are only looked for.
import { existsSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { HOST_KEYS } from '../../../src/formats/sysctl';
import { inFolder } from '../cache';
import { CHROOT_TMP, hasChroot, insideChroot, prepareChroot, runInChroot } from '../chroot';
import type { Engine, EngineFile, Verdict } from '../engine';

export const sysctl: Engine = {
  name: 'sysctl',
  target: 'linux 6',
  source: 'this machine\'s kernel, sysctl of Debian trixie in a chroot, own network namespace',
  reads: (file) => file.path.endsWith('.conf') && /^[a-z]+(\.[\w/]+)+ = /m.test(file.content) && !/^\[/m.test(file.content),
  prepare: prepareChroot,
  async version() {
    return hasChroot() ? release() : undefined;
  },
  check: (files) => inFolder(files, async (folder) => {
    const verdicts: Verdict[] = [];
    for (const file of files.filter(sysctl.reads)) verdicts.push(await checkFile(file, folder));
    return { accepted: verdicts.every((verdict) => verdict.accepted), output: verdicts.map((verdict) => verdict.output).join('') };
  }, CHROOT_TMP),
  samples: () => [
    { name: 'a key of an interface', accepted: true, files: [{ path: 'a.sysctl.conf', content: 'net.ipv4.conf.lo.rp_filter = 1\n' }] },
    { name: 'a key that was removed', accepted: false, files: [{ path: 'a.sysctl.conf', content: 'net.ipv4.tcp_tw_recycle = 1\n' }] },
    { name: 'a value that the kernel refuses', accepted: false, files: [{ path: 'a.sysctl.conf', content: 'net.ipv4.tcp_congestion_control = nonsense\n' }] },
  ],
};

async function checkFile(file: EngineFile, folder: string): Promise<Verdict> {
  const lines = file.content.split('\n').filter((line) => line !== '' && !/^[#;]/.test(line)).map((line) => line.split(' = '));
  const own = lines.filter(([key]) => !HOST_KEYS.has(key));
  const absent = lines.filter(([key]) => HOST_KEYS.has(key) && !existsSync(`/proc/sys/${key.replaceAll('.', '/')}`)).map(([key]) => `${key}: not on this host\n`);
  const text = own.map((line) => `${line.join(' = ')}\n`).join('');
  const script = `sysctl -p "$0" && sysctl -n ${own.map(([key]) => `'${key}'`).join(' ')} | tr '\\t' ' '`;
  const path = join(folder, 'own.conf');
  writeFileSync(path, text);
  const { code, output } = await runInChroot('sh', ['-c', script, insideChroot(path)], { netns: true });
  const values = output.trim().split('\n').slice(-own.length);
  const changed = code === 0 ? own.flatMap(([key, value], i) => (values[i] === value ? [] : [`${key}: wrote ${value}, reads ${values[i]}\n`])) : [];
  return { accepted: code === 0 && absent.length === 0 && changed.length === 0, output: `${insideChroot(folder)}/${file.path}:\n${output}${absent.join('')}${changed.join('')}` };
}
