// Runs command lines in a folder of their own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../../src/cli/run';

export interface Situation {
  readonly stdin?: string;
  readonly env?: Record<string, string>;
  readonly isTTY?: boolean;
}

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder for each test, which is the working directory while it runs. */
export function inFolder(): { readonly put: (path: string, text: string) => void; readonly path: (name: string) => string } {
  const home = process.cwd();
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'netstack-cli-'));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    put: (path, text) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    },
    path: (name) => join(folder, name),
  };
}

export async function netstack(args: readonly string[], more: Situation = {}): Promise<Answer> {
  let out = '';
  let err = '';
  const code = await run(args, {
    stdout: { write: (text: string) => (out += text), isTTY: more.isTTY ?? false },
    stderr: { write: (text: string) => (err += text) },
    readStdin: () => Promise.resolve(more.stdin ?? ''),
    env: more.env ?? {},
    cwd: process.cwd(),
  });
  return { code, out, err };
}
