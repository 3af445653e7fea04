// wg-quick and wg of Debian trixie with wireguard-go, in a network namespace of its own: `wg-quick strip`, then `wg setconf` on a real interface, and what
// `wg showconf` gives back is held against the file.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder, run } from '../cache';
import { CHROOT_TMP, ROOT, hasChroot, insideChroot, prepareChroot, runInChroot } from '../chroot';
import type { Engine, EngineFile, Verdict } from '../engine';

const KEY = '2soPjLdWLXkEz1nw+2bhtd0+vXT6sQTBKXOA5LRLhRw=';

export const wireguard: Engine = {
  name: 'wireguard',
  target: 'wireguard-tools 1.0',
  source: 'Debian trixie in a chroot, wireguard-go in an own network namespace',
  reads: (file) => file.path.endsWith('.conf') && /^\[Peer\]$/m.test(file.content),
  prepare: prepareChroot,
  async version() {
    return hasChroot() ? /v(\S+)/.exec((await runInChroot('wg', ['--version'])).output)?.[1] : undefined;
  },
  check: (files) => inFolder(files, async (folder) => {
    await makeTun();
    const verdicts: Verdict[] = [];
    for (const file of files.filter(wireguard.reads)) verdicts.push(await checkFile(file, folder));
    return { accepted: verdicts.every((verdict) => verdict.accepted), output: verdicts.map((verdict) => verdict.output).join('') };
  }, CHROOT_TMP),
  samples: () => [
    { name: 'a keepalive with a unit', accepted: false, files: conf('PersistentKeepalive = 25s') },
    { name: 'an address without brackets, of which wg makes another one', accepted: false, files: conf('Endpoint = fd00::1:51820') },
    { name: 'a block with host bits, which wg cuts', accepted: false, files: conf('AllowedIPs = 10.0.0.7/8') },
    { name: 'one block on two peers', accepted: false, files: [{ path: 'wg0.conf', content: `${conf('AllowedIPs = 10.0.0.0/8')[0].content}[Peer]\nPublicKey = ${KEY.replace('2s', '3s')}\nAllowedIPs = 10.0.0.0/8\n` }] },
  ],
};

const conf = (line: string): EngineFile[] => [{ path: 'wg0.conf', content: `[Interface]\nAddress = 10.0.0.1/24\n\n[Peer]\nPublicKey = ${KEY}\n${line}\n` }];

async function checkFile(file: EngineFile, folder: string): Promise<Verdict> {
  // wg asks the DNS for endpoint names, and there is none here: an address of RFC 5737 stands for them.
  const content = file.content.replace(/^(Endpoint = )[^\d[\s][^:\s]*(:\d+)$/gm, '$1192.0.2.1$2');
  writeFileSync(join(folder, file.path), content, { mode: 0o600 });
  // The control socket lies in the chroot, which other runs share: a name of its own for every interface.
  const name = `wg${randomBytes(5).toString('hex')}`;
  const script = `
    WG_I_PREFER_BUGGY_USERSPACE_TO_POLISHED_KMOD=1 wireguard-go -f ${name} >/dev/null 2>&1 &
    for i in $(seq 50); do wg show ${name} >/dev/null 2>&1 && break; sleep 0.1; done
    wg-quick strip "$0" >/tmp/${name} && wg setconf ${name} /tmp/${name} && wg showconf ${name}; code=$?
    rm -f /tmp/${name}; kill $!; wait; exit $code`;
  const { code, output } = await runInChroot('bash', ['-c', script, insideChroot(join(folder, file.path))], { netns: true, timeout: 30 });
  const differences = code === 0 ? lost(content, output) : [];
  return { accepted: code === 0 && differences.length === 0, output: `${file.path}:\n${output}${differences.map((line) => `not as written: ${line}\n`).join('')}` };
}

/** Lines of the file that wg did not take over as they stand. */
function lost(written: string, shown: string): string[] {
  const peers = (text: string): Map<string, string[]> => {
    const result = new Map<string, string[]>();
    for (const section of text.split('[Peer]').slice(1)) {
      const lines = section.split('\n').map((line) => line.trim()).filter((line) => /^[A-Za-z]+ = /.test(line));
      result.set(lines.find((line) => line.startsWith('PublicKey')) ?? '', lines.map((line) => line.replace(/^AllowedIPs = .*/, (list) => `AllowedIPs = ${list.slice(13).split(', ').sort().join(', ')}`)));
    }
    return result;
  };
  const got = peers(shown);
  return [...peers(written)].flatMap(([key, lines]) => lines.filter((line) => !got.get(key)?.includes(line)));
}

/** wireguard-go needs /dev/net/tun, which a fresh Debian does not have. */
async function makeTun(): Promise<void> {
  const device = join(ROOT, 'dev/net/tun');
  if (existsSync(device)) return;
  mkdirSync(join(ROOT, 'dev/net'), { recursive: true });
  const { code, output } = await run('mknod', [device, 'c', '10', '200']);
  if (code !== 0) throw new Error(`no /dev/net/tun: ${output}`);
}
