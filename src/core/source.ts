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
const SHALLOW = 10;
const DEEP = 200;

// `    at name (/path/file.ts:12:3)`, with or without the name, as path or as URL.
const FRAME = /^\s+at (?:.*\(|async )?((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?):(\d+):\d+\)?\s*$/m;

let ownFolders: readonly string[] | undefined;

// A program makes thousands of constructs at a few lines: each file is judged once, each place mapped and written once.
const userFiles = new Map<string, boolean>();
const shownPlaces = new Map<string, string>();
let shownFrom: string | undefined;

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

/** The stack as `prepare` makes it, or as text by whatever handler is installed. Every capture is made here, so that frames have the same index in all of them. */
function capture(limit: number, prepare: Prepare | undefined): unknown {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const holder: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = limit;
    if (prepare !== undefined) Error.prepareStackTrace = prepare;
    Error.captureStackTrace(holder);
    return holder.stack;
  } catch {
    return undefined; // Frozen intrinsics or a broken handler: no source line, but no failure either.
  } finally {
    try {
      Error.stackTraceLimit = stackTraceLimit;
      if (prepare !== undefined) Error.prepareStackTrace = prepareStackTrace;
    } catch {
      // As above.
    }
  }
}

function parseFrame(text: unknown): Position | undefined {
  const match = FRAME.exec(String(text));
  return match?.[1] === undefined ? undefined : { file: toPath(match[1]), line: Number(match[2]) };
}

/** What the installed handler (ts-node's, for one) makes of a frame. */
function mappedByHandler(site: NodeJS.CallSite): Position | undefined {
  try {
    return parseFrame((Error.prepareStackTrace as Prepare)(new Error('frame'), [site]));
  } catch {
    return undefined; // A foreign handler that cannot format one frame is no reason to fail.
  }
}

/** What node's own support (tsx, --enable-source-maps) makes of a frame. */
function mappedByNode(name: string, file: string, line: number, column: number): Position | undefined {
  const entry = (findSourceMap(name) ?? findSourceMap(file))?.findEntry(line - 1, column - 1);
  if (entry === undefined || !('originalSource' in entry)) return undefined;
  const original = toPath(entry.originalSource);
  return isAbsolute(original) ? { file: original, line: entry.originalLine + 1 } : undefined;
}

/** Where the frame at `index` stands in the file that the user wrote. */
function positionOf(site: NodeJS.CallSite, index: number): Position | undefined {
  const name = site.getFileName();
  const line = site.getLineNumber();
  if (!name || line === null) return undefined;
  const file = toPath(name);
  const raw = { file, line };
  if (typeof Error.prepareStackTrace === 'function') return mappedByHandler(site) ?? raw;
  const mapped = mappedByNode(name, file, line, site.getColumnNumber() ?? 1);
  if (mapped !== undefined || /js$/.test(file)) return mapped ?? raw;
  // TypeScript that nobody admits to have mapped: jest's handler lives in another realm, and only a formatted stack shows its work.
  // This very function and `shownPlace` are two frames more.
  return parseFrame(String(capture(index + 3, undefined)).split('\n').at(-1)) ?? raw;
}

function show({ file, line }: Position): string {
  const path = relative(process.cwd(), file);
  // Another drive has no relative path: the bare name then, never an absolute one.
  return `${isAbsolute(path) ? slashes(path).split('/').at(-1) : slashes(path)}:${line}`;
}

function isUserSite(site: NodeJS.CallSite): boolean {
  const name = site.getFileName() ?? '';
  let isUser = userFiles.get(name);
  if (isUser === undefined) {
    isUser = isUserFile(toPath(name));
    userFiles.set(name, isUser);
  }
  return isUser;
}

function shownPlace(site: NodeJS.CallSite, index: number): string | undefined {
  const folder = process.cwd();
  if (shownFrom !== folder) {
    shownPlaces.clear();
    shownFrom = folder;
  }
  const key = `${site.getFileName()}:${site.getLineNumber()}:${site.getColumnNumber()}`;
  let shown = shownPlaces.get(key);
  if (shown === undefined) {
    const position = positionOf(site, index);
    if (position === undefined) return undefined;
    shown = show(position);
    shownPlaces.set(key, shown);
  }
  return shown;
}

/**
 * The line of the user's program that led here, as `relative/file.ts:line` to the working directory: the first stack frame outside this package, `node_modules` and node itself.
 * `undefined` when there is none (for instance a program read from standard input).
 */
export function callerLine(): string | undefined {
  for (const depth of [SHALLOW, DEEP]) {
    const sites = capture(depth, (_error, frames) => frames);
    if (!Array.isArray(sites)) return undefined;
    const frames = sites as NodeJS.CallSite[];
    if (ownFolders === undefined) {
      const own = frames[0]?.getFileName();
      if (own) ownFolders = foldersOfPackage(toPath(own));
    }
    const index = frames.findIndex(isUserSite);
    const site = frames[index];
    if (site !== undefined) return shownPlace(site, index);
    if (frames.length < depth) return undefined;
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
