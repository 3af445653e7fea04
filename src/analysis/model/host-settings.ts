// Hosts outside of Kubernetes, as their files describe them: the kernel settings of a host, merged in the order in which systemd-sysctl reads its files.
import { readHaproxy } from '../../formats/haproxy/read';
import type { ReadHaproxySection } from '../../formats/haproxy/read';
import { readSysctl } from '../../formats/sysctl/read';
import type { ConfigDocument } from '../input';
import type { World } from './cluster-model';

export interface KernelSetting {
  readonly key: string;
  readonly value: string;
  readonly file: ConfigDocument;
  readonly line: number;
}

/** A host that has files of kernel settings. */
export interface Host {
  readonly name: string | undefined;
  readonly settings: ReadonlyMap<string, KernelSetting>;
}

const KNOWN = new WeakMap<World, readonly Host[]>();

/** The hosts by the owner of their files. Of files that say no owner each counts as a host of its own. */
export function hostsOf(world: World): readonly Host[] {
  let hosts = KNOWN.get(world);
  if (!hosts) KNOWN.set(world, (hosts = readHosts(world)));
  return hosts;
}

function readHosts(world: World): readonly Host[] {
  const byOwner = new Map<string | undefined, ConfigDocument[]>();
  for (const file of world.files('sysctl')) {
    const known = byOwner.get(file.owner);
    if (known) known.push(file);
    else byOwner.set(file.owner, [file]);
  }
  return [...byOwner].flatMap(([name, files]): Host[] => (name === undefined ? files.map((file) => hostOf(name, [file])) : [hostOf(name, files)]));
}

function hostOf(name: string | undefined, files: readonly ConfigDocument[]): Host {
  const settings = new Map<string, KernelSetting>();
  const inOrder = files.map((file) => ({ file, base: file.file.slice(file.file.lastIndexOf('/') + 1) })).sort((a, b) => (a.base < b.base ? -1 : a.base > b.base ? 1 : 0));
  for (const { file } of inOrder) for (const { key, value, line } of readSysctl(file.text)) settings.set(key, { key, value, file, line });
  return { name, settings };
}

/** The host that a file is of, where it is known: by its owner, or because nobody says an owner and there is one of each. */
export function hostOfFile(world: World, file: ConfigDocument): Host | undefined {
  if (file.owner === undefined && world.files(file.format).filter(({ owner }) => owner === undefined).length > 1) return undefined;
  const found = hostsOf(world).filter(({ name }) => name === file.owner);
  return found.length === 1 ? found[0] : undefined;
}

/** A setting as one whole number; undefined for anything else. */
export function numberAt({ settings }: Host, key: string): number | undefined {
  const value = settings.get(key)?.value;
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}

/** A socket of a proxy that listens, with what its line asks of the kernel. */
export interface ListeningSocket {
  readonly line: number;
  readonly words: string;
  /** Asked for in so many words; what a proxy makes up from its connections is not. */
  readonly backlog?: number;
  readonly fastOpen: boolean;
}

/** The sockets of a haproxy.cfg. */
export function haproxySockets(text: string): readonly ListeningSocket[] {
  const sections = readHaproxy(text);
  return sections.filter(({ kind }) => kind === 'frontend' || kind === 'listen').flatMap((section) => {
    const own = backlogOf(section);
    return section.lines.filter(({ words }) => words[0] === 'bind').map(({ words, line }): ListeningSocket => {
      const at = words.indexOf('backlog');
      const number = at > 0 && /^\d+$/.test(words[at + 1] ?? '') ? { backlog: Number(words[at + 1]), line } : own;
      return { line: number?.line ?? line, words: `bind ${words[1] ?? ''}`, ...(number && { backlog: number.backlog }), fastOpen: words.includes('tfo') };
    });
  });
}

function backlogOf({ lines }: ReadHaproxySection): { readonly backlog: number; readonly line: number } | undefined {
  const found = lines.find(({ words }) => words[0] === 'backlog' && /^\d+$/.test(words[1] ?? ''));
  return found && { backlog: Number(found.words[1]), line: found.line };
}

/** The sockets of an nginx.conf. */
export function nginxSockets(text: string): readonly ListeningSocket[] {
  return text.split(/\r?\n/).flatMap((raw, i): ListeningSocket[] => {
    const [, where, rest] = /^\s*listen\s+([^\s;]+)(?![^\s;])([^;]*);/.exec(raw) ?? [];
    const backlog = /\bbacklog=(\d+)/.exec(rest ?? '')?.[1];
    return where === undefined ? [] : [{ line: i + 1, words: `listen ${where}`, ...(backlog !== undefined && { backlog: Number(backlog) }), fastOpen: /\bfastopen=\d/.test(rest ?? '') }];
  });
}
