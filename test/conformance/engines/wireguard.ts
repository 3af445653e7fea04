// wg-quick and wg of Debian trixie with wireguard-go, in a network namespace of its own: `wg-quick strip`, then `wg setconf` on a real interface, and what
// `wg showconf` gives back is held against the file.
import { existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
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
  // wg-quick takes the interface's name from the file's; two files of one name must not meet.
  const script = [
    'WG_I_PREFER_BUGGY_USERSPACE_TO_POLISHED_KMOD=1 wireguard-go -f wg0 >/dev/null 2>&1 & ',
    'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do wg show wg0 >/dev/null 2>&1 && break; sleep 0.1; done; ',
    'wg-quick strip "$0" >/tmp/stripped.$$ && wg setconf wg0 /tmp/stripped.$$ && wg showconf wg0; code=$?; rm -f /tmp/stripped.$$; kill $!; exit $code',
  ].join('');
  const { code, output } = await runInChroot('bash', ['-c', script, insideChroot(join(folder, file.path))], { netns: true, timeout: 30 });
  const differences = code === 0 ? lost(file.content, output) : [];
  return { accepted: code === 0 && differences.length === 0, output: `${basename(file.path)}:\n${output}${differences.map((line) => `not as written: ${line}\n`).join('')}` };
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
