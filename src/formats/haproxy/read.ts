// Reads a haproxy.cfg back (configuration manual 3.0, sections 2.1 to 2.3): sections of lines of words. Environment variables stay as they are written.

export interface ReadHaproxyLine {
  readonly words: readonly string[];
  /** Counted from 1. */
  readonly line: number;
}

export interface ReadHaproxySection {
  /** `global`, `frontend` … */
  readonly kind: string;
  /** What follows the keyword: usually a name. */
  readonly name: string;
  readonly line: number;
  readonly lines: readonly ReadHaproxyLine[];
}

const SECTIONS: ReadonlySet<string> = new Set([
  'global', 'defaults', 'frontend', 'backend', 'listen', 'resolvers', 'peers', 'mailers', 'userlist', 'program', 'cache', 'http-errors', 'ring', 'log-forward', 'log-profile', 'fcgi-app',
  'crt-store', 'traces', 'acme',
]);

/** The sections of a configuration; lines before the first one are passed over. */
export function readHaproxy(text: string): readonly ReadHaproxySection[] {
  const sections: { kind: string; name: string; line: number; lines: ReadHaproxyLine[] }[] = [];
  text.split(/\r?\n/).forEach((raw, i) => {
    const words = wordsOf(raw);
    const [first] = words;
    if (first === undefined) return;
    if (SECTIONS.has(first) && !/^\s/.test(raw)) sections.push({ kind: first, name: words[1] ?? '', line: i + 1, lines: [] });
    else sections[sections.length - 1]?.lines.push({ words, line: i + 1 });
  });
  return sections;
}

function wordsOf(line: string): string[] {
  const words: string[] = [];
  // A word is a run of plain letters, letters behind a backslash, and parts in quotes.
  for (const [word] of line.matchAll(/#|(?:[^\s"'\\#]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g)) {
    if (word === '#') break;
    words.push(word.replace(/\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/g, (_, escaped?: string, double?: string, single?: string) => escaped ?? double?.replace(/\\(["\\$])/g, '$1') ?? single ?? ''));
  }
  return words;
}
