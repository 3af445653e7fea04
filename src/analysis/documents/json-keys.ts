// JSON.parse keeps the last of two equal keys without a word; the API server refuses them.
import type { Position } from './document';

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs;

/** The first key that stands twice in one object of a JSON text that is known to parse. */
export function findDuplicateKey(text: string): { readonly key: string; readonly at: Position } | undefined {
  const open: (Set<string> | null)[] = [];
  let pending: { text: string; index: number } | undefined;
  for (const match of text.matchAll(TOKEN)) {
    const token = match[0];
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
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
