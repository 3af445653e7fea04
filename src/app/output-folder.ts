// Writes one synthesis into the output folder. New files are created, changed ones replaced by a rename, equal ones left alone; when a file cannot be
// written, all that was written is taken back. Of the older files only those go that the previous model lists.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NetstackError } from '../core/errors';
import type { OutputContent } from './assembly';
import { isInsidePath, MODEL_FILE } from './output-path';
import { reasonOf } from './reason';

const TEMPORARY = '.netstack-tmp';

/**
 * Writes `outputs` and `model` below `folder`.
 *
 * @throws NetstackError when a file cannot be written; the folder is then as it was before
 */
export function writeOutputFolder(folder: string, outputs: readonly OutputContent[], model: OutputContent): void {
  const stale = filesOfPreviousSynth(folder);
  const all = [...outputs, model];
  for (const { path } of all) stale.delete(path);
  const writing = new Writing(folder);
  try {
    for (const output of all) writing.write(output);
  } catch (error) {
    writing.takeBack();
    throw error;
  }
  writing.replaceChanged();
  for (const path of stale) removeFile(folder, path);
}

/** The paths that the model in `folder` lists. What the model cannot have written is not in it. */
function filesOfPreviousSynth(folder: string): Set<string> {
  try {
    const model = JSON.parse(readFileSync(join(folder, MODEL_FILE), 'utf8')) as { format?: unknown; outputs?: unknown };
    if (typeof model.format !== 'string' || !model.format.startsWith('netstack/model/') || !Array.isArray(model.outputs)) return new Set();
    return new Set(model.outputs.map((output) => (output as { path?: unknown } | null)?.path).filter(isInsidePath));
  } catch {
    // No earlier synth, or a file that is not ours.
    return new Set();
  }
}

function removeFile(folder: string, path: string): void {
  try {
    unlinkSync(join(folder, path));
  } catch {
    // Gone already, or no longer a file.
    return;
  }
  for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) {
    try {
      if (readdirSync(join(folder, parent)).length > 0) return;
      rmdirSync(join(folder, parent));
    } catch {
      return;
    }
  }
}

class Writing {
  private readonly folder: string;
  private readonly folders: Set<string> = new Set();
  private readonly createdFolders: string[] = [];
  private readonly createdFiles: string[] = [];
  private readonly changed: string[] = [];

  constructor(folder: string) {
    this.folder = folder;
  }

  write({ path, content }: OutputContent): void {
    const file = join(this.folder, path);
    try {
      this.makeFolder(dirname(file));
      if (this.create(file, content)) return;
      const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
      if (readFileSync(file).equals(bytes)) return;
      this.changed.push(file);
      writeFileSync(file + TEMPORARY, bytes);
    } catch (error) {
      throw new NetstackError({
        what: `Output file ${path} cannot be written: ${reasonOf(error)}`, fix: 'nothing was changed; make room for it in the output folder',
      });
    }
  }

  replaceChanged(): void {
    for (const file of this.changed) renameSync(file + TEMPORARY, file);
  }

  takeBack(): void {
    for (const file of this.changed) rmSync(file + TEMPORARY, { force: true });
    for (const file of this.createdFiles) rmSync(file, { force: true });
    for (const folder of this.createdFolders.reverse()) {
      try {
        rmdirSync(folder);
      } catch {
        // Somebody else put something into it.
      }
    }
  }

  /** Whether `file` was not there. */
  private create(file: string, content: Buffer | string): boolean {
    try {
      writeFileSync(file, content, { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      // Begun and not finished, for instance on a full disk.
      this.createdFiles.push(file);
      throw error;
    }
    this.createdFiles.push(file);
    return true;
  }

  private makeFolder(folder: string): void {
    if (this.folders.has(folder)) return;
    const first = mkdirSync(folder, { recursive: true });
    this.folders.add(folder);
    if (first === undefined) return;
    const made: string[] = [];
    for (let at = folder; ; at = dirname(at)) {
      made.unshift(at);
      if (at === first || at === dirname(at)) break;
    }
    this.createdFolders.push(...made);
  }
}
