// Where results go: standard output, or a file that is written whole or not at all.
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { NetstackError, shorten } from '../core/errors';
import type { Surroundings } from './surroundings';

/** Writes `text` to the file, or to standard output without one. @throws NetstackError for a path that cannot be written; what was there stays */
export function deliver(text: string, file: string | undefined, { stdout, cwd }: Surroundings): void {
  if (file === undefined) stdout.write(text);
  else writeWhole(resolve(cwd, file), (target) => writeFileSync(target, text), file);
}

/** As much as is written before others are heard: a reader that has seen enough ends the process. */
const TURN = 1 << 20;

/** Writes a text that is too large to be held, piece by piece. @throws NetstackError for a path that cannot be written; what was there stays */
export async function deliverPieces(pieces: Iterable<string>, file: string | undefined, { stdout, cwd }: Surroundings): Promise<void> {
  if (file !== undefined) {
    writeWhole(resolve(cwd, file), (target) => {
      const open = openSync(target, 'w');
      try {
        for (const piece of pieces) writeFileSync(open, piece);
      } finally {
        closeSync(open);
      }
    }, file);
    return;
  }
  let written = 0;
  for (const piece of pieces) {
    stdout.write(piece);
    written += piece.length;
    if (written < TURN) continue;
    written = 0;
    await new Promise((resume) => setImmediate(resume));
  }
}

function writeWhole(path: string, write: (target: string) => void, shown: string): void {
  try {
    // A device or a pipe cannot be put in place of by another file.
    const there = statSync(path, { throwIfNoEntry: false });
    if (there?.isFile() === false) {
      write(path);
      return;
    }
    // A link stays one: what it leads to is replaced.
    const target = there === undefined ? path : realpathSync(path);
    const part = `${target}.${process.pid}.part`;
    try {
      write(part);
      renameSync(part, target);
    } catch (error) {
      rmSync(part, { force: true });
      throw error;
    }
  } catch (error) {
    throw new NetstackError({ what: `${shorten(shown)} cannot be written: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`, fix: 'give a path that can be written' });
  }
}

/** https://no-color.org, https://force-color.org */
export function wantsColor({ stdout, env }: Surroundings): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stdout.isTTY === true && env.TERM !== 'dumb';
}
