// JSON.parse keeps the last of two equal keys without a word; the API server refuses them.
import type { Position } from './document';

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs;

/** What `JSON.parse` passes and Kubernetes does not. */
export type JsonTrouble = { readonly key: string; readonly at: Position } | 'too deep';

/**
 * The first key that stands twice in one object of a JSON text that is known to parse.
 *
 * @param mostLevels - of objects and lists in each other
 */
export function findJsonTrouble(text: string, mostLevels: number): JsonTrouble | undefined {
  const open: (Set<string> | null)[] = [];
  let pending: { text: string; index: number } | undefined;
  for (const match of text.matchAll(TOKEN)) {
    const token = match[0];
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (open.length > mostLevels) return 'too deep';
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':' && pending) {
      const keys = open[open.length - 1];
      const key = JSON.parse(pending.text) as string;
      if (keys?.has(key)) return { key, at: positionAt(text, pending.index) };
      keys?.add(key);
    }
    pending = token.startsWith('"') ? { text: token, index: match.index } : undefined;
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
  for (const match of text.matchAll(TOKEN)) {
    const token = match[0];
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') {
      depth--;
      if (depth === 0) add(match.index + 1);
    }
  }
  if (start < text.length) add(text.length);
  return chunks;
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
