// Finds and reads manifests: files, folders, standard input.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { NetstackError, shorten } from '../../core/errors';
import type { Finding } from '../../core/finding';
import type { ManifestDocument } from './document';
import type { Acknowledgement } from './model-file';
import { MODEL_FILE, ModelFiles } from './model-file';
import { parseText } from './parse';

/** The name under which standard input stands in findings. */
export const STDIN = '<stdin>';

export interface LoadOptions {
  /** The text that the path `-` stands for. */
  readonly stdin?: string;
}

export interface LoadedDocuments {
  readonly documents: readonly ManifestDocument[];
  /** NS0010: what could not be read. */
  readonly findings: readonly Finding[];
  /** Findings that the program accepted, of every model file that was found. */
  readonly acknowledgements: readonly Acknowledgement[];
  /** Files that were looked into. */
  readonly files: number;
}

/**
 * Reads every manifest of the given files and folders.
 *
 * Folders are read with all below, `*.yaml`, `*.yml` and `*.json`, in the order of their names; hidden folders and `node_modules` are left out, JSON files that are no Kubernetes
 * objects are passed over. Where a `netstack.model.json` stands beside or above a file, its documents know cluster, targets, construct and source line, and what it lists as
 * configuration of other engines is passed over.
 *
 * @param paths - files and folders; `-` is standard input
 * @throws NetstackError for a path that does not exist or cannot be read
 */
export function loadDocuments(paths: readonly string[], options: LoadOptions = {}): LoadedDocuments {
  const models = new ModelFiles();
  const documents: ManifestDocument[] = [];
  const findings: Finding[] = [];
  const used = new Set<readonly Acknowledgement[]>();
  const seen = new Set<string>();
  let files = 0;

  const addText = (text: string, file: string, skipForeignJson: boolean, directory: string): void => {
    files++;
    const parsed = parseText(text, file, { skipForeignJson });
    for (const finding of parsed.findings) findings.push(finding);
    const model = models.nearest(directory);
    if (model) used.add(model.acknowledgements);
    for (const document of parsed.documents) {
      const known = model?.find(document.object, resolve(file));
      const targets = model?.targetsOf(known?.cluster);
      documents.push(known === undefined ? document : {
        ...document,
        ...(known.cluster === undefined ? {} : { cluster: known.cluster }),
        ...(targets === undefined ? {} : { targets }),
        ...(known.constructPath === undefined ? {} : { constructPath: known.constructPath }),
        ...(known.source === undefined ? {} : { source: known.source }),
      });
    }
  };
  const addFile = (file: string, inFolder: boolean): void => {
    const absolute = resolve(file);
    if (seen.has(absolute)) return;
    seen.add(absolute);
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      findings.push({ id: 'NS0010', severity: 'error', message: `This file cannot be read: ${reason(error)}`, where: { file }, fix: 'make it readable, or leave it out' });
      return;
    }
    addText(text, file, inFolder, dirname(absolute));
  };
  const addFolder = (folder: string): void => {
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    const model = models.nearest(resolve(folder));
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && entry.name !== 'node_modules') addFolder(path);
      } else if (/\.(?:ya?ml|json)$/i.test(entry.name) && entry.name !== MODEL_FILE && isFile(path) && !model?.isOther(resolve(path))) {
        addFile(path, true);
      }
    }
  };

  for (const path of paths) {
    if (path === '-') {
      addText(options.stdin ?? '', STDIN, false, process.cwd());
      continue;
    }
    let folder: boolean;
    try {
      folder = statSync(path).isDirectory();
      if (folder) addFolder(path);
      else addFile(path, false);
    } catch (error) {
      if (NetstackError.is(error)) throw error;
      throw new NetstackError({ what: `${shorten(path)} cannot be read: ${reason(error)}`, fix: 'give a file or folder of manifests that exists' });
    }
  }
  return { documents, findings, acknowledgements: [...used].flat(), files };
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return true; // reading it says why not
  }
}

function reason(error: unknown): string {
  switch ((error as { code?: string }).code) {
    case 'ENOENT': return 'it does not exist';
    case 'EACCES':
    case 'EPERM': return 'permission denied';
    case 'ERR_STRING_TOO_LONG':
    case 'ERR_FS_FILE_TOO_LARGE': return 'it is too large';
    default: return (error as Error).message;
  }
}
