// Where engines are kept and how they are run. Nothing of it lies in the tree: NETSTACK_ENGINES names another folder.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { EngineFile } from './engine';

/** Folder of the engines. */
export const CACHE: string = process.env.NETSTACK_ENGINES ?? '/var/tmp/netstack-engines';

export interface RunResult {
  readonly code: number;
  /** Standard output and error, one after the other. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Seconds. @default 60 */
  readonly timeout?: number;
  readonly input?: string;
}

/** Runs a program to its end; a missing program, a signal and a timeout are a code other than 0. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = execFile(program, [...args], {
      cwd: options.cwd, env: { ...process.env, ...options.env }, timeout: (options.timeout ?? 60) * 1000, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024,
    }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : 127) : 0;
      resolve({ code, output: stdout + stderr + (error && typeof error.code !== 'number' ? `${error.message}\n` : '') });
    });
    // A program that reads nothing closes its end early.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
  });
}

/** Writes the files into a new folder, lets `use` work there, and removes it. */
export async function inFolder<T>(files: readonly EngineFile[], use: (folder: string) => Promise<T>, parent: string = tmpdir()): Promise<T> {
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'netstack-conformance-'));
  try {
    for (const file of files) {
      const path = join(folder, file.path);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, file.content, { mode: 0o600 });
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface GoProgram {
  /** Name of the binary in the cache. */
  readonly name: string;
  readonly module: string;
  readonly version: string;
  /** Package of the program. @default - the module */
  readonly package?: string;
  /** Upstream's own `replace` lines, where it has them. */
  readonly replace?: readonly string[];
}

/** Builds what only runs: nothing for debuggers, which costs a fifth of the time. */
export const GO_BUILD: readonly string[] = ['build', '-mod=mod', '-buildvcs=false', '-gcflags=all=-dwarf=false', '-ldflags=-s -w'];

/** Path of a Go program in the cache, whether it is there or not. */
export function goBinary(program: GoProgram): string {
  return join(CACHE, 'bin', `${program.name}-${program.version.replace(/^v/, '')}`);
}

/**
 * Builds a Go program of a module into the cache. A module of its own requires it, because `go install` refuses modules that have `replace` lines.
 * Cold builds take minutes.
 */
export async function buildGo(program: GoProgram): Promise<void> {
  const binary = goBinary(program);
  if (existsSync(binary)) return;
  const main = program.package ?? program.module;
  const folder = join(CACHE, 'build', `${program.name}-${program.version}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'go.mod'), [
    'module wrapper', '', 'go 1.23', '', `require ${program.module} ${program.version}`, ...(program.replace ?? []).map((line) => `replace ${line}`), '',
  ].join('\n'));
  // The build tag keeps this file out of every build; it only makes the package known to the module.
  writeFileSync(join(folder, 'tools.go'), `//go:build tools\n\npackage wrapper\n\nimport _ "${main}"\n`);
  const part = `${binary}.part`;
  mkdirSync(dirname(binary), { recursive: true });
  const result = await run('go', [...GO_BUILD, '-o', part, main], { cwd: folder, timeout: 1800 });
  if (result.code !== 0) throw new Error(`go build ${main}@${program.version} failed: ${lastLines(result.output)}`);
  renameSync(part, binary);
}

/** The end of a long output, on one line. */
export function lastLines(output: string, count: number = 3): string {
  return output.trim().split('\n').slice(-count).join(' / ').slice(0, 400);
}
