// Finds the line of the user's program, for errors and for the model file. One capture per construct, so it formats one frame and not the whole stack:
// call sites choose the frame, and only that frame goes through whichever source-map support is installed.
import { findSourceMap } from 'node:module';
import { isAbsolute, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

type Prepare = (error: Error, sites: NodeJS.CallSite[]) => unknown;

/** Where a frame stands in the file that the user wrote. */
interface Position {
  readonly file: string;
  readonly line: number;
}

// Most calls come from a few frames below the user's line; only deep ones pay for a second capture.
const SHALLOW = 16;
const DEEP = 200;

// `    at name (/path/file.ts:12:3)`, with or without the name, as path or as URL.
const FRAME = /^\s+at (?:.*\(|async )?((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?):(\d+):\d+\)?\s*$/m;

let ownFolders: readonly string[] | undefined;

function toPath(name: string): string {
  if (!name.startsWith('file://')) return name;
  try {
    return fileURLToPath(name);
  } catch {
    return name;
  }
}

function slashes(path: string): string {
  return path.includes('\\') ? path.replaceAll('\\', '/') : path;
}

/** `src` and `imports` beside this very file, in the sources or compiled: taken from the stack, which has it in CommonJS and in ES modules. */
function foldersOfPackage(thisFile: string): readonly string[] {
  const root = slashes(thisFile).split('/').slice(0, -3).join('/');
  return [`${root}/src/`, `${root}/imports/`];
}

function isUserFile(name: string): boolean {
  const file = slashes(name);
  if (!isAbsolute(name) || file.includes('/node_modules/')) return false;
  return !(ownFolders ?? []).some((folder) => file.startsWith(folder));
}

function callSites(limit: number): { sites: NodeJS.CallSite[]; previous: Prepare | undefined } {
  const previous = Error.prepareStackTrace as Prepare | undefined;
  const previousLimit = Error.stackTraceLimit;
  const holder: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = limit;
    Error.prepareStackTrace = (_error, sites): NodeJS.CallSite[] => sites;
    Error.captureStackTrace(holder);
    const sites = holder.stack;
    return { sites: Array.isArray(sites) ? sites as NodeJS.CallSite[] : [], previous };
  } catch {
    return { sites: [], previous }; // Frozen intrinsics: no source lines, but no failure either.
  } finally {
    try {
      Error.stackTraceLimit = previousLimit;
      Error.prepareStackTrace = previous as typeof Error.prepareStackTrace;
    } catch {
      // As above.
    }
  }
}

/** Line and file as the user wrote them: asks the installed source-map support (ts-node, jest), else node's own (tsx, --enable-source-maps). */
function positionOf(site: NodeJS.CallSite, previous: Prepare | undefined): Position | undefined {
  const name = site.getFileName();
  const line = site.getLineNumber();
  if (!name || line === null) return undefined;
  const file = toPath(name);
  if (previous !== undefined) {
    try {
      const text = String(previous(new Error('frame'), [site]));
      const match = FRAME.exec(text);
      if (match?.[1] !== undefined) return { file: toPath(match[1]), line: Number(match[2]) };
    } catch {
      // A foreign handler that cannot format one frame is no reason to fail.
    }
    return { file, line };
  }
  const map = findSourceMap(name) ?? findSourceMap(file);
  const entry = map?.findEntry(line - 1, (site.getColumnNumber() ?? 1) - 1);
  if (entry !== undefined && 'originalSource' in entry) {
    const original = toPath(entry.originalSource);
    if (isAbsolute(original)) return { file: original, line: entry.originalLine + 1 };
  }
  return { file, line };
}

function show(position: Position): string {
  const path = relative(process.cwd(), position.file);
  // Another drive has no relative path: the bare name then, never an absolute one.
  const shown = isAbsolute(path) ? slashes(path).split('/').pop() ?? '' : slashes(path);
  return `${shown}:${position.line}`;
}

/**
 * The line of the user's program that led here, as `relative/file.ts:line` to the working directory: the first stack frame outside this package, `node_modules` and node itself.
 * `undefined` when there is none (for instance a program read from standard input).
 */
export function callerLine(): string | undefined {
  for (const depth of [SHALLOW, DEEP]) {
    const { sites, previous } = callSites(depth);
    const own = sites[0]?.getFileName();
    if (own) ownFolders ??= foldersOfPackage(toPath(own));
    for (const site of sites) {
      const name = site.getFileName();
      const position = name && isUserFile(toPath(name)) ? positionOf(site, previous) : undefined;
      if (position !== undefined) return show(position);
    }
    if (sites.length < depth) return undefined;
  }
  return undefined;
}

/** `heading` above those frames of `stack` that stand in the user's files. */
export function trimStack(heading: string, stack: string | undefined): string {
  const frames = String(stack ?? '').split('\n').filter((line) => {
    const file = FRAME.exec(line)?.[1];
    return file !== undefined && isUserFile(toPath(file));
  });
  return [heading, ...frames].join('\n');
}
