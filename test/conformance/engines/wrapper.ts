// Go programs of this repository around an engine's own packages: a folder with go.mod and main.go, built into the cache and keyed by its content.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CACHE, GO_BUILD, lastLines, run } from '../cache';
import type { EngineFile } from '../engine';

export interface GoWrapper {
  /** Name of the binary, and of the folder beside this file. */
  readonly name: string;
  /** Version of the engine. */
  readonly version: string;
  /** What the program is made of. @default go.mod and main.go */
  readonly files?: readonly string[];
  /** Package of the program. @default - the folder itself */
  readonly program?: string;
  /** What Go is told for the build: `CGO_ENABLED`. */
  readonly env?: Readonly<Record<string, string>>;
}

const FILES: readonly string[] = ['go.mod', 'main.go'];

/** Path of the binary in the cache, whether it is there or not. */
export function wrapperBinary(wrapper: GoWrapper): string {
  const hash = createHash('sha256');
  for (const file of wrapper.files ?? FILES) hash.update(readFileSync(join(__dirname, wrapper.name, file)));
  return join(CACHE, 'bin', `${wrapper.name}-${wrapper.version}-${hash.digest('hex').slice(0, 8)}`);
}

/** Builds the program when it is missing: minutes when cold. Further files are ones that are made. */
export async function buildWrapper(wrapper: GoWrapper, further: () => readonly EngineFile[] = () => []): Promise<void> {
  const binary = wrapperBinary(wrapper);
  if (existsSync(binary)) return;
  const folder = join(CACHE, 'build', `wrapper-${wrapper.name}-${wrapper.version}`);
  mkdirSync(folder, { recursive: true });
  mkdirSync(dirname(binary), { recursive: true });
  for (const file of wrapper.files ?? FILES) copyFileSync(join(__dirname, wrapper.name, file), join(folder, file));
  for (const { path, content } of further()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const part = `${binary}.part`;
  const result = await run('go', [...GO_BUILD, '-trimpath', '-o', part, wrapper.program ?? '.'], { cwd: folder, timeout: 3600, ...wrapper.env && { env: wrapper.env } });
  if (result.code !== 0) throw new Error(`go build of ${wrapper.name} failed: ${lastLines(result.output)}`);
  renameSync(part, binary);
}

/** Asks the program: JSON in, JSON out. @throws with what it said when it fails */
export async function askWrapper<T>(wrapper: GoWrapper, request: unknown, env: NodeJS.ProcessEnv = {}): Promise<T> {
  const { code, output } = await run(wrapperBinary(wrapper), [], { input: JSON.stringify(request), timeout: 300, env });
  if (code !== 0) throw new Error(lastLines(output));
  return JSON.parse(output) as T;
}
