// From a text to Kubernetes objects, as `kubectl` splits and reads it: documents end at a line that begins with `---`, and one broken document does not spoil the others.
import yaml from 'js-yaml';
import type { Finding } from '../../core/finding';
import { findAliasTrouble } from './aliases';
import type { FieldPath, KubernetesObject, ManifestDocument, Position } from './document';
import { findJsonTrouble, splitJson } from './json-keys';
import { findOddKey } from './odd-keys';
import { makeLocator } from './positions';
import { KUBERNETES_SCALARS } from './scalars';

export interface ParsedText {
  readonly documents: ManifestDocument[];
  /** NS0010: what could not be read. */
  readonly findings: Finding[];
}

/** How to take a text that is no Kubernetes object. */
export interface ParseOptions {
  /** JSON without `apiVersion` and `kind` is somebody else's file, and is passed over. */
  readonly skipForeignJson?: boolean;
  /** Sees every text that is one JSON value, before it is taken for an object of Kubernetes; true keeps it. */
  readonly onJson?: (root: unknown) => boolean;
}

interface Chunk {
  readonly text: string;
  readonly firstLine: number;
}

/** Reads every Kubernetes object of a text; never throws for what the text holds. */
export function parseText(text: string, file: string, options: ParseOptions = {}): ParsedText {
  const parsed: ParsedText = { documents: [], findings: [] };
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (body.includes('\0')) {
    parsed.findings.push(unreadable(file, { line: 1, column: 1 }, 'This is no text file: it holds NUL bytes', 'give YAML or JSON manifests'));
    return parsed;
  }
  if (/^\s*[[{]/.test(body) && (parseJson(body, file, options, parsed) || parseJsonStream(body, file, options, parsed))) return parsed;
  for (const chunk of splitDocuments(body)) parseYaml(chunk, file, parsed);
  return parsed;
}

/** True when the text was JSON. */
function parseJson(text: string, file: string, options: ParseOptions, into: ParsedText, firstLine: number = 1): boolean {
  let root: unknown;
  if (text.length > MOST_CHARACTERS && /"apiVersion"\s*:/.test(text) && !/"kind"\s*:\s*"\w*List"/.test(text) && splitJson(text).length === 1) {
    into.findings.push(tooLarge(text, file, firstLine));
    return true;
  }
  try {
    root = JSON.parse(text);
  } catch {
    if (!file.endsWith('.json') || splitJson(text).length > 1) return false;
    root = undefined;
  }
  if (root === undefined) {
    // Settings of other tools have comments and commas too many.
    if (options.skipForeignJson === true && !/["'](?:apiVersion|kind)["']/.test(text)) return true;
    // The YAML reader says where JSON is broken; JSON.parse does not always.
    const before = into.findings.length;
    parseYaml({ text, firstLine: 1 }, file, into);
    if (into.findings.length === before) into.findings.push(unreadable(file, { line: 1, column: 1 }, 'This is not valid JSON', 'mend the syntax'));
    return true;
  }
  if (!isObjectLike(root) && (options.onJson?.(root) === true || options.skipForeignJson === true)) return true;
  const trouble = findJsonTrouble(text, MOST_LEVELS);
  if (trouble) {
    into.findings.push(trouble === 'too deep' ? unreadable(file, { line: firstLine, column: 1 }, TOO_DEEP, SHALLOWER)
      : unreadable(file, { ...trouble.at, line: trouble.at.line + firstLine - 1 }, `The key ${JSON.stringify(trouble.key)} stands twice in one object`, 'keep one of the two'));
    return true;
  }
  addObjects(root, { text, firstLine }, file, into);
  return true;
}

/** True when the text was several JSON values, one after the other, as `kubectl` reads them and `jq` writes them. */
function parseJsonStream(text: string, file: string, options: ParseOptions, into: ParsedText): boolean {
  const chunks = splitJson(text);
  if (chunks.length < 2) return false;
  const values = chunks.map((chunk) => {
    try {
      JSON.parse(chunk.text);
      return true;
    } catch {
      return false;
    }
  });
  // One that is broken among others that are right is told where it stands; a text without any is YAML.
  if (!values.includes(true)) return false;
  chunks.forEach((chunk, i) => {
    if (!values[i]) {
      parseYaml(chunk, file, into);
      return;
    }
    const one: ParsedText = { documents: [], findings: [] };
    parseJson(chunk.text, file, options, one, chunk.firstLine);
    into.documents.push(...one.documents);
    into.findings.push(...one.findings);
  });
  return true;
}

function isObjectLike(root: unknown): boolean {
  const { apiVersion, kind } = (root ?? {}) as { apiVersion?: unknown; kind?: unknown };
  return typeof apiVersion === 'string' && typeof kind === 'string';
}

// Kubernetes' own reader stops at 10,000 levels. No kind is nested a hundred deep, and every walk over a document is a recursion: near the end of its stack V8 gives up the
// whole process when it compiles a regular expression there.
const MOST_LEVELS = 1000;
const LOAD_OPTIONS = { schema: KUBERNETES_SCALARS, maxDepth: MOST_LEVELS } as yaml.LoadOptions;
const SHALLOWER = `give a document of at most ${MOST_LEVELS} levels`;

const MOST_CHARACTERS = 20_000_000;

function tooLarge(text: string, file: string, line: number): Finding {
  return unreadable(file, { line, column: 1 }, `This document has ${Math.round(text.length / 1e6)} MB, and the API server takes at most 3 MB`, 'split it');
}

function isList(root: unknown): boolean {
  const { kind, items } = (root ?? {}) as { kind?: unknown; items?: unknown };
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items);
}

function parseYaml(chunk: Chunk, file: string, into: ParsedText): void {
  let root: unknown;
  // A list is applied item by item; anything else of this size no server takes, and reading it costs more memory than there is.
  if (chunk.text.length > MOST_CHARACTERS && !/^kind:.*List/m.test(chunk.text)) {
    into.findings.push(tooLarge(chunk.text, file, chunk.firstLine));
    return;
  }
  try {
    root = yaml.load(chunk.text, LOAD_OPTIONS);
  } catch (error) {
    into.findings.push(explain(error, chunk, file));
    return;
  }
  if (root === undefined || root === null) return;
  const trouble = chunk.text.includes('&') ? findAliasTrouble(root, chunk.text) : undefined;
  if (trouble !== undefined) {
    into.findings.push(unreadable(file, { line: chunk.firstLine, column: 1 }, `This document cannot be read: ${trouble}`, 'write the values out'));
    return;
  }
  const key = findOddKey(chunk.text);
  if (key) {
    const at = positionOf(chunk, key.offset);
    into.findings.push(isTemplate(chunk.text) ? template(file, at) : unreadable(file, at, `A key is ${key.what}, and only text can be one`, key.what === 'null' ? 'put it in quotes' : 'put it in quotes, or fill the template in'));
    return;
  }
  addObjects(root, chunk, file, into);
}

function isTemplate(text: string): boolean {
  return /\{\{-?[ \t]*[.a-zA-Z$("/]/.test(text);
}

function template(file: string, at: Position): Finding {
  return unreadable(file, at, 'This is a template and no manifest yet: {{ }} is filled in when the chart is rendered', 'render it: helm template … | netstack validate -f -');
}

function positionOf({ text, firstLine }: Chunk, offset: number): Position {
  return { line: firstLine + countLines(text.slice(0, offset)), column: offset - text.lastIndexOf('\n', offset - 1) };
}

const TOO_DEEP = 'This document is nested too deeply to be read';

function explain(error: unknown, chunk: Chunk, file: string): Finding {
  if (error instanceof yaml.YAMLException) {
    const mark = (error as { mark?: { line: number; column: number } }).mark;
    // A text that ends too early ends behind its last line.
    const ended = mark !== undefined && mark.line > countLines(chunk.text.trimEnd());
    const at = { line: (ended ? countLines(chunk.text.trimEnd()) : (mark?.line ?? 0)) + chunk.firstLine, column: ended ? 1 : (mark?.column ?? 0) + 1 };
    if (error.reason.startsWith('nesting exceeded')) return unreadable(file, { line: chunk.firstLine, column: 1 }, TOO_DEEP, SHALLOWER);
    if (error.reason === 'duplicated mapping key') {
      const line = chunk.text.split('\n', (mark?.line ?? 0) + 1).pop() ?? '';
      const key = line.includes(':') ? line.slice(0, line.indexOf(':')).replace(/^[\s\-?]+/, '').trimEnd() : '';
      return unreadable(file, at, `The key ${key === '' || key.startsWith('#') ? '' : `${key} `}stands twice in one mapping`, 'keep one of the two');
    }
    // Texts of alerts hold such words, too: only where the reader stumbled over one it is a template.
    if (isTemplate(chunk.text.split('\n', at.line - chunk.firstLine + 1).pop() ?? '')) return template(file, at);
    const reason = error.reason === 'expected valid JSON character' ? 'it holds a character that no text may hold' : error.reason;
    return unreadable(file, at, `This document is not valid YAML: ${reason}`, 'mend the syntax at this line');
  }
  const what = error instanceof RangeError ? TOO_DEEP : 'This document cannot be read';
  return unreadable(file, { line: chunk.firstLine, column: 1 }, what, 'give a document that Kubernetes can read');
}

function addObjects(root: unknown, chunk: Chunk, file: string, into: ParsedText): void {
  const locate = makeLocator(chunk.text, chunk.firstLine);
  if (typeof root !== 'object' || root === null || Array.isArray(root)) {
    into.findings.push(unreadable(file, locate([]) ?? { line: chunk.firstLine, column: 1 }, 'This document is no Kubernetes object: it is not a mapping', 'give apiVersion, kind and metadata'));
    return;
  }
  addObject(root as Record<string, unknown>, [], file, locate, into);
}

function addObject(object: Record<string, unknown>, path: FieldPath, file: string, locate: (field: FieldPath) => Position | undefined, into: ParsedText): void {
  const { apiVersion, kind, items } = object;
  const missing = [typeof apiVersion === 'string' && apiVersion !== '' ? '' : 'apiVersion', typeof kind === 'string' && kind !== '' ? '' : 'kind'].filter(Boolean);
  if (missing.length > 0) {
    const at = locate(path) ?? { line: 1, column: 1 };
    into.findings.push(unreadable(file, at, `This document is no Kubernetes object: it has no ${missing.join(' and no ')}`, 'give both, or move the file out of the folder'));
    return;
  }
  if (isList(object)) {
    (items as unknown[]).forEach((item, index) => {
      const below = [...path, 'items', index];
      if (typeof item === 'object' && item !== null && !Array.isArray(item)) addObject(inherit(item as Record<string, unknown>, object), below, file, locate, into);
      else into.findings.push(unreadable(file, locate(below) ?? { line: 1, column: 1 }, `items[${index}] of this ${kind as string} is no Kubernetes object`, 'give a mapping'));
    });
    return;
  }
  into.documents.push({ object: object as unknown as KubernetesObject, file, locate: path.length === 0 ? locate : (field) => locate([...path, ...field]) });
}

/** The items of a typed list (`ServiceList`) need not repeat apiVersion and kind. */
function inherit(item: Record<string, unknown>, list: Record<string, unknown>): Record<string, unknown> {
  const kind = (list.kind as string).slice(0, -'List'.length);
  return kind === '' || (item.kind !== undefined && item.apiVersion !== undefined) ? item : { apiVersion: list.apiVersion, kind, ...item };
}

function unreadable(file: string, at: Position, message: string, fix: string): Finding {
  return { id: 'NS0010', severity: 'error', message, where: { file, line: at.line, column: at.column }, fix };
}

const BREAK = /^---(?=[ \t\r\n]|$).*$/gm;

/** Splits at the lines that begin with `---`. What holds only comments and directives is no document. */
export function splitDocuments(text: string): Chunk[] {
  const chunks: Chunk[] = [];
  let start = 0;
  let line = 1;
  const add = (end: number): void => {
    const chunk = withoutMark(text.slice(start, end));
    if (/^(?![ \t]*(?:#|%|\r?$)).+/m.test(chunk)) chunks.push({ text: chunk.replace(/^%.*$/gm, ''), firstLine: line });
    line += countLines(chunk);
  };
  for (const match of text.matchAll(BREAK)) {
    add(match.index);
    // What stands on the line of the separator belongs to the next document: `--- # comment`, `--- {a: b}`.
    start = match.index + 3;
  }
  add(text.length);
  return chunks;
}

/** Each document of a stream may begin with a byte order mark: files that were put one behind the other have it there. */
function withoutMark(text: string): string {
  return text.replace(/^(\s*)\ufeff/, '$1');
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

