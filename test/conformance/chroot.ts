// Debian trixie in a folder: HAProxy 3.0 with QUIC, a current nft and wg, whatever release this machine runs. Only the folder is written to.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, lastLines, run } from './cache';
import type { RunOptions, RunResult } from './cache';

const RELEASE = 'trixie';
const PACKAGES = ['haproxy', 'iproute2', 'libcap2-bin', 'lua5.4', 'nftables', 'procps', 'wireguard-go', 'wireguard-tools'];
/** @default - the one that mmdebstrap takes */
const MIRROR = process.env.NETSTACK_DEBIAN_MIRROR;

/** The folder that is the root of that Debian. */
export const ROOT: string = join(CACHE, RELEASE);

/** Whether it is there. */
export function hasChroot(): boolean {
  return existsSync(join(ROOT, 'usr/sbin/haproxy')) && process.getuid?.() === 0;
}

/** Makes it, in about half a minute. Needs root, and mmdebstrap or apt-get to fetch it. */
export async function prepareChroot(): Promise<void> {
  if (existsSync(join(ROOT, 'usr/sbin/haproxy'))) return;
  if (process.getuid?.() !== 0) throw new Error('a chroot needs root');
  const part = `${ROOT}.part`;
  rmSync(part, { recursive: true, force: true });
  const result = await run(await mmdebstrap(), ['--variant=minbase', `--include=${PACKAGES.join(',')}`, RELEASE, part, ...(MIRROR === undefined ? [] : [MIRROR])], { timeout: 900 });
  if (result.code !== 0) throw new Error(`mmdebstrap failed: ${lastLines(result.output)}`);
  renameSync(part, ROOT);
}

/** Runs a program of that Debian; with `netns` in a network namespace of its own, so that nothing reaches this machine's network. */
export function runInChroot(program: string, args: readonly string[], options: RunOptions & { readonly netns?: boolean } = {}): Promise<RunResult> {
  const command = ['chroot', ROOT, program, ...args];
  // --kill-child: a program that is killed for its time takes its children along. /proc is mounted for that namespace only.
  const own = ['--net', '--mount', '--pid', '--fork', '--kill-child', `--mount-proc=${join(ROOT, 'proc')}`];
  return options.netns ? run('unshare', [...own, ...command], options) : run(command[0], command.slice(1), options);
}

/** Folder for files of one run, as this machine sees it. */
export const CHROOT_TMP: string = join(ROOT, 'tmp');

/** A path below {@link ROOT} as the programs of that Debian see it. */
export function insideChroot(path: string): string {
  if (!path.startsWith(`${ROOT}/`)) throw new Error(`${path} is not in the chroot`);
  return path.slice(ROOT.length);
}

/** mmdebstrap itself is one Perl program: the package is unpacked into the cache, not installed. */
async function mmdebstrap(): Promise<string> {
  const installed = '/usr/bin/mmdebstrap';
  if (existsSync(installed)) return installed;
  const folder = join(CACHE, 'build', 'mmdebstrap');
  const program = join(folder, 'usr/bin/mmdebstrap');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  // A machine that is new knows no packages yet.
  let download = await run('apt-get', ['download', 'mmdebstrap'], { cwd: folder, timeout: 120 });
  if (download.code !== 0) {
    await run('apt-get', ['update'], { cwd: folder, timeout: 300 });
    download = await run('apt-get', ['download', 'mmdebstrap'], { cwd: folder, timeout: 120 });
  }
  const archive = readdirSync(folder).find((name) => name.endsWith('.deb'));
  if (archive === undefined) throw new Error(`mmdebstrap cannot be had: ${lastLines(download.output)}`);
  const unpack = await run('dpkg-deb', ['-x', archive, '.'], { cwd: folder });
  if (unpack.code !== 0) throw new Error(`mmdebstrap cannot be unpacked: ${lastLines(unpack.output)}`);
  return program;
}
