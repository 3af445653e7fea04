// JSON.parse keeps the last of two equal keys without a word; the API server refuses them.
import type { Position } from './document';

/** What `JSON.parse` passes and Kubernetes does not. */
export type JsonTrouble = { readonly key: string; readonly at: Position } | 'too deep';

/**
 * The first key that stands twice in one object of a JSON text that is known to parse.
 *
 * @param mostLevels - of objects and lists in each other
 */
export function findJsonTrouble(text: string, mostLevels: number): JsonTrouble | undefined {
  const open: (Set<string> | null)[] = [];
  let pending: { start: number; end: number } | undefined;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      pending = { start: at, end };
      at = end - 1;
      continue;
    }
    if (code === OPEN_BRACE) open.push(new Set());
    else if (code === OPEN_BRACKET) open.push(null);
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) open.pop();
    else if (code === COLON && pending) {
      const keys = open[open.length - 1];
      const key = JSON.parse(text.slice(pending.start, pending.end)) as string;
      if (keys?.has(key)) return { key, at: positionAt(text, pending.start) };
      keys?.add(key);
    } else if (code !== COMMA) continue;
    if (open.length > mostLevels) return 'too deep';
    pending = undefined;
  }
  return undefined;
}

/** The values of a text that holds several JSON values, one after the other; what is behind the last one is a value of its own. */
export function splitJson(text: string): { readonly text: string; readonly firstLine: number }[] {
  const chunks: { readonly text: string; readonly firstLine: number }[] = [];
  let depth = 0;
  let start = 0;
  let line = 1;
  const add = (end: number): void => {
    const chunk = text.slice(start, end);
    const lead = chunk.length - chunk.trimStart().length;
    if (lead < chunk.length) chunks.push({ text: chunk.slice(lead), firstLine: line + newlines(chunk.slice(0, lead)) });
    line += newlines(chunk);
    start = end;
  };
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at) - 1;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth--;
      if (depth === 0) add(at + 1);
    }
  }
  if (start < text.length) add(text.length);
  return chunks;
}

const [QUOTE, COLON, COMMA, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [...'":,{}[]'].map((char) => char.charCodeAt(0));
const BACKSLASH = 0x5c;

/** The offset behind the string that begins at `start`. No regular expression: over a string of many megabytes it runs out of stack. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end + 1;
  }
  return text.length;
}

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** Line and column of an offset. */
export function positionAt(text: string, offset: number): Position {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}
