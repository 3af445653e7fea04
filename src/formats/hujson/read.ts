// Reads HuJSON: JSON with comments and commas after the last item.

/** The value of a HuJSON text; undefined when it is none. Bytes that are taken out leave their place, so that lines stay where they are. */
export function readHujson(text: string): unknown {
  const plain = text.replace(/"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (part) => (part.startsWith('"') ? part : part.replace(/[^\n]/g, ' ')));
  const exact = plain.replace(/"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])/g, (part) => (part === ',' ? ' ' : part));
  try {
    return JSON.parse(exact);
  } catch {
    return undefined;
  }
}

/** The line of the first `"key"` of a text, counted from 1. */
export function lineOfKey(text: string, key: string): number {
  const at = text.indexOf(JSON.stringify(key));
  return at < 0 ? 1 : text.slice(0, at).split('\n').length;
}
