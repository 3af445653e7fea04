// Reads a Corefile back: server blocks, plugins, arguments. By the lexer and the parser of the Caddy 1 format
// (coredns/caddy caddyfile/{lexer,parse}.go); what a plugin makes of its arguments is left to who asks.

/** A line of a Corefile: its first word, the others, and the lines within its braces. */
export interface ReadDirective {
  readonly name: string;
  readonly args: readonly string[];
  /** Counted from 1. */
  readonly line: number;
  readonly body: readonly ReadDirective[];
}

/** A server block as it was read. */
export interface ReadServerBlock {
  /** Zones with what else the key says: `cluster.local:53`, `tls://.`. */
  readonly keys: readonly string[];
  readonly line: number;
  readonly plugins: readonly ReadDirective[];
  /** False when files that nobody has here are imported: it may hold more than can be seen. */
  readonly complete: boolean;
}

export interface ReadCorefile {
  readonly blocks: readonly ReadServerBlock[];
  /** Whether more server blocks may come from files that nobody has here. */
  readonly complete: boolean;
  /** Why CoreDNS cannot read it, at which line. */
  readonly problem?: { readonly line: number; readonly message: string };
}

interface Word {
  readonly text: string;
  readonly line: number;
}

class Unreadable extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** Reads a Corefile. Never throws: what CoreDNS would not read is its `problem`. */
export function readCorefile(text: string): ReadCorefile {
  const reader = new Reader(wordsOf(text));
  try {
    reader.all();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { blocks: reader.blocks, complete: false, problem: { line: error.line, message: error.message } };
  }
  return { blocks: reader.blocks, complete: reader.complete };
}

/** Words as the lexer cuts them: by white space, `"…"` with `\"` as its only escape; `#` begins a comment even in a word. */
function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const character = text[at]!;
    if (character === '\n') line++;
    if (/\s/.test(character)) {
      at++;
    } else if (character === '#') {
      while (at < text.length && text[at] !== '\n') at++;
    } else if (character === '"') {
      const first = line;
      let value = '';
      for (at++; at < text.length && text[at] !== '"'; at++) {
        if (text[at] === '\\' && text[at + 1] === '"') at++;
        if (text[at] === '\n') line++;
        value += text[at]!;
      }
      at++;
      words.push({ text: value, line: first });
    } else {
      const start = at;
      while (at < text.length && !/[\s#]/.test(text[at]!)) at++;
      words.push({ text: text.slice(start, at), line });
    }
  }
  return words;
}

/** Nesting that no Corefile has: braces are followed no deeper. */
const DEEPEST = 100;

class Reader {
  readonly blocks: ReadServerBlock[] = [];
  complete: boolean = true;
  private readonly words: readonly Word[];
  private at: number = 0;
  private readonly snippets: Map<string, { readonly plugins: readonly ReadDirective[]; readonly complete: boolean }> = new Map();

  constructor(words: readonly Word[]) {
    this.words = words;
  }

  all(): void {
    while (this.at < this.words.length) {
      if (this.words[this.at]!.text === 'import') {
        // A snippet at this level would have to hold whole server blocks; files are not here.
        this.line();
        this.complete = false;
      } else {
        this.block();
      }
    }
  }

  private block(): void {
    const { line } = this.words[this.at]!;
    const keys = this.keys();
    const braces = this.words[this.at]?.text === '{';
    if (braces) this.at++;
    const { directives: plugins, complete } = this.directives(braces ? line : undefined, 0);
    const [key] = keys;
    if (keys.length === 1 && key!.startsWith('(') && key!.endsWith(')')) {
      if (this.snippets.has(key!)) throw new Unreadable(line, `The snippet ${key!} stands twice`);
      this.snippets.set(key!, { plugins, complete });
    } else if (keys.length > 0) {
      this.blocks.push({ keys, line, plugins, complete });
    }
  }

  /** Keys end at the brace or at the end of the line; a comma goes on to the next line. */
  private keys(): string[] {
    const keys: string[] = [];
    let another = false;
    let { line } = this.words[this.at]!;
    for (; this.at < this.words.length; this.at++) {
      const word = this.words[this.at]!;
      if (word.text === '{') {
        if (another) throw new Unreadable(word.line, 'A comma stands before the brace, and no further zone');
        return keys;
      }
      if (word.line > line && !another) return keys;
      line = word.line;
      another = word.text.endsWith(',');
      const key = another ? word.text.slice(0, -1) : word.text;
      if (key === '}') throw new Unreadable(word.line, 'A } stands where a server block begins');
      if (key !== '') keys.push(key);
    }
    return keys;
  }

  /** Lines up to the closing brace; `opened` is the line of the opening one, or undefined for a block that goes on to the end. */
  private directives(opened: number | undefined, depth: number): { readonly directives: readonly ReadDirective[]; readonly complete: boolean } {
    const directives: ReadDirective[] = [];
    let complete = true;
    while (this.at < this.words.length) {
      if (this.words[this.at]!.text === '}') {
        if (opened === undefined) throw new Unreadable(this.words[this.at]!.line, 'A } closes nothing');
        this.at++;
        return { directives, complete };
      }
      const [first, ...rest] = this.line();
      if (first!.text === 'import' && depth === 0) {
        const snippet = this.snippets.get(`(${rest[0]?.text ?? ''})`);
        directives.push(...snippet?.plugins ?? []);
        complete &&= snippet?.complete ?? false;
        continue;
      }
      const opens = (rest.length === 0 ? first : rest[rest.length - 1])!.text === '{';
      if (opens && rest.length === 0) throw new Unreadable(first!.line, 'A { stands alone where a plugin begins');
      if (opens && depth >= DEEPEST) throw new Unreadable(first!.line, 'Braces are nested too deeply');
      const inner = opens ? this.directives(first!.line, depth + 1) : undefined;
      directives.push({
        name: first!.text, args: (opens ? rest.slice(0, -1) : rest).map((word) => word.text), line: first!.line, body: inner?.directives ?? [],
      });
      complete &&= inner?.complete ?? true;
    }
    if (opened !== undefined) throw new Unreadable(opened, 'The { of this line is never closed');
    return { directives, complete };
  }

  /** The words of the current line, up to a brace that ends it. */
  private line(): readonly Word[] {
    const start = this.at;
    const { line } = this.words[start]!;
    while (this.at < this.words.length && this.words[this.at]!.line === line) {
      const { text } = this.words[this.at]!;
      // `{}` of one line, and `cache 30 }`: a brace is a word of its own wherever it stands.
      if (text === '}' && this.at > start) break;
      this.at++;
      if (text === '{') break;
    }
    return this.words.slice(start, this.at);
  }
}
