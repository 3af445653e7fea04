// The earlier state that findings are compared with: a folder, or the same paths at a commit.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Finding, LoadedDocuments, LoadPath } from '../analysis';
import { loadDocuments } from '../analysis';
import { NetstackError, shorten } from '../core/errors';
import { UsageError } from './exit';

const MODEL_FILE = 'netstack.model.json';

/** Loads the earlier state of `paths` and calls `use` with it; what had to be written for that is gone afterwards. */
export function withBase<T>(base: string, paths: readonly LoadPath[], cwd: string, use: (loaded: LoadedDocuments) => T, how: string = 'with --base'): T {
  if (base === '') throw new UsageError({ what: `${how.slice(how.indexOf(' ') + 1)} is empty`, fix: 'give a folder, a branch, a tag or a commit' });
  if (statSync(resolve(cwd, base), { throwIfNoEntry: false })?.isDirectory()) return use(loadDocuments(insideFolder(resolve(cwd, base), base, paths, cwd)));
  if (paths.some(({ path }) => path === '-')) throw new UsageError({ what: 'Standard input has no earlier commit', fix: `give a folder ${how}, or name files with -f` });
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'netstack-base-')));
  try {
    const extracted = extract(base, paths, cwd, folder, how);
    const loaded = loadDocuments(extracted.paths);
    // Findings of the earlier state are told under the names that the files have in the project.
    const shown = (file: string): string => relative(cwd, join(extracted.root, relative(folder, resolve(file)))) || file;
    return use(renamed(loaded, shown));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One path: the folder stands for it. Several: they lie in the folder as they lie here. */
function insideFolder(folder: string, shown: string, paths: readonly LoadPath[], cwd: string): LoadPath[] {
  if (paths.length === 1) return [{ ...paths[0]!, path: shown }];
  return paths.filter(({ path }) => path !== '-').map((one) => ({ ...one, path: relative(cwd, join(folder, relative(cwd, resolve(cwd, one.path)))) }));
}

function renamed(loaded: LoadedDocuments, shown: (file: string) => string): LoadedDocuments {
  const named = <D extends { readonly file?: string }>(one: D): D => (one.file === undefined ? one : { ...one, file: shown(one.file) });
  return {
    ...loaded,
    documents: loaded.documents.map(named), terraform: loaded.terraform.map(named), files: loaded.files.map(named),
    findings: loaded.findings.map((finding): Finding => ({ ...finding, where: named(finding.where) })),
    acknowledgements: loaded.acknowledgements.map((one) => ({ ...one, within: () => true })),
  };
}

/** Writes the files that a commit has under `paths` below `folder`. */
function extract(ref: string, paths: readonly LoadPath[], cwd: string, folder: string, how: string): { readonly paths: LoadPath[]; readonly root: string } {
  const root = git(['rev-parse', '--show-toplevel'], cwd)?.toString('utf8').trim();
  if (root === undefined) throw new NetstackError({ what: `${shorten(ref)} is no folder, and this is no git repository`, fix: `give a folder that exists ${how}` });
  const commit = ref.startsWith('-') ? undefined : git(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], cwd)?.toString('utf8').trim();
  if (commit === undefined) throw new NetstackError({ what: `${shorten(ref)} is neither a folder nor a commit`, fix: `give a folder, a branch, a tag or a commit ${how}; a shallow clone may lack it` });
  // The root is a real path; what the user names may lead through links.
  const below = (path: string): string => relative(root, join(realpathSync(cwd), relative(cwd, resolve(cwd, path)))).split(sep).join('/') || '.';
  const wanted = paths.map((one) => ({ ...one, path: below(one.path) }));
  const outside = wanted.find(({ path }) => path === '..' || path.startsWith('../'));
  if (outside) throw new NetstackError({ what: `${shorten(paths[wanted.indexOf(outside)]!.path)} is outside of the repository`, fix: `give a folder ${how}` });
  for (const [i, { path }] of wanted.entries()) {
    const files = listFiles(commit, path, root);
    if (files.length === 0) {
      throw new NetstackError({
        what: `${shorten(paths[i]!.path)} is not committed at ${ref}`, fix: `commit the manifests, or synthesize the earlier state into a folder and give that ${how}`,
      });
    }
    const models = ancestors(path).flatMap((directory) => listFiles(commit, directory === '' ? MODEL_FILE : `${directory}/${MODEL_FILE}`, root));
    writeFiles([...files, ...models], root, folder);
  }
  return { paths: wanted.map((one) => ({ ...one, path: join(folder, one.path) })), root };
}

interface Blob {
  readonly hash: string;
  readonly path: string;
}

function listFiles(commit: string, path: string, root: string): Blob[] {
  const listing = git(['ls-tree', '-r', '-z', '--full-tree', commit, '--', ...(path === '.' ? [] : [path])], root)?.toString('utf8') ?? '';
  return listing.split('\0').flatMap((line) => {
    const [, mode, hash, file] = /^(\d+) blob ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
    // Links lead out of what is extracted.
    return mode === undefined || mode === '120000' ? [] : [{ hash: hash!, path: file! }];
  }).filter(({ path: file }) => path !== '.' || /\.(?:ya?ml|json)$/i.test(file) || /(?:^|\/)files\//.test(file));
}

function writeFiles(blobs: readonly Blob[], root: string, folder: string): void {
  const output = git(['cat-file', '--batch'], root, `${blobs.map(({ hash }) => hash).join('\n')}\n`);
  let at = 0;
  for (const { path } of blobs) {
    const end = output?.indexOf(0x0a, at) ?? -1;
    const size = end < 0 ? NaN : Number(output!.toString('utf8', at, end).split(' ')[2]);
    if (!Number.isSafeInteger(size)) throw new NetstackError({ what: `${shorten(path)} cannot be read from the repository`, fix: 'git fsck may say why' });
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, output!.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
}

function ancestors(path: string): string[] {
  const all: string[] = [];
  for (let at = path; at !== '.' && at !== ''; ) {
    at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '';
    all.push(at);
  }
  return all;
}

function git(args: readonly string[], cwd: string, input?: string): Buffer | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd, maxBuffer: 2 ** 30, stdio: ['pipe', 'pipe', 'ignore'], ...(input === undefined ? {} : { input }) });
  return status === 0 ? stdout : undefined;
}
