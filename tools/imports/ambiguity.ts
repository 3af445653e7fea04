// Finds patterns on which a backtracking engine takes exponential time: those that can read one and the same text of a loop in two ways.
// The position automaton (Glushkov) with multiplicities: exponential means two different walks over one word from a position back to itself.
// A loop that fits the remaining text in polynomially many ways is not reported: schema strings are bounded in practice.

type Chars = readonly boolean[];

interface Fragment {
  readonly nullable: boolean;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

/** Whether matching `pattern` (JavaScript, `u` flag) can take time exponential in the length of the text. */
export function isExponential(pattern: string): boolean {
  const automaton = new Automaton(pattern);
  const component = components(automaton.size, (p) => [...automaton.follow[p]!.keys()]);
  const inLoop = (p: number, q: number): boolean => component[p] === component[q];
  for (let p = 0; p < automaton.size; p++) {
    for (const [q, ways] of automaton.follow[p]!) if (ways > 1 && inLoop(p, q)) return true;
  }
  // Pairs of positions of one loop, walked in step over the same characters.
  const members = new Map<number, number[]>();
  component.forEach((c, p) => {
    const list = members.get(c);
    if (list) list.push(p);
    else members.set(c, [p]);
  });
  for (const loop of members.values()) {
    const place = new Map(loop.map((p, i) => [p, i]));
    const n = loop.length;
    const next = (pair: number): number[] => {
      const [p, q] = [loop[Math.floor(pair / n)]!, loop[pair % n]!];
      const out: number[] = [];
      for (const p2 of automaton.follow[p]!.keys()) {
        if (!inLoop(p, p2)) continue;
        for (const q2 of automaton.follow[q]!.keys()) if (inLoop(q, q2) && overlap(automaton.chars[p2]!, automaton.chars[q2]!)) out.push(place.get(p2)! * n + place.get(q2)!);
      }
      return out;
    };
    const pairs = components(n * n, next);
    const diagonal = new Set(loop.map((_, i) => pairs[i * n + i]!));
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (i !== j && diagonal.has(pairs[i * n + j]!)) return true;
  }
  return false;
}

class Automaton {
  readonly chars: Chars[] = [];
  /** Per position the positions that may follow, and in how many ways. */
  readonly follow: Map<number, number>[] = [];
  private at = 0;
  private readonly alphabet: readonly string[];
  private readonly pattern: string;

  constructor(pattern: string) {
    this.pattern = pattern;
    const mentioned = [...pattern].flatMap((c) => [c, String.fromCodePoint(c.codePointAt(0)! + 1), String.fromCodePoint(Math.max(0, c.codePointAt(0)! - 1))]);
    this.alphabet = [...new Set([...mentioned, ...'azAZ09_ \n\t\r\f-.', '\0', '\u00e9', '\u2028', '\u{1f600}'])];
    this.alternation();
    if (this.at < pattern.length) throw new Error(`${pattern}: cannot read from ${this.at}`);
  }

  get size(): number {
    return this.chars.length;
  }

  private alternation(): Fragment {
    let left = this.sequence();
    while (this.pattern[this.at] === '|') {
      this.at++;
      const right = this.sequence();
      left = { nullable: left.nullable || right.nullable, first: [...left.first, ...right.first], last: [...left.last, ...right.last] };
    }
    return left;
  }

  private sequence(): Fragment {
    let out: Fragment = { nullable: true, first: [], last: [] };
    while (this.at < this.pattern.length && !'|)'.includes(this.pattern[this.at]!)) out = this.join(out, this.repeated());
    return out;
  }

  private join(left: Fragment, right: Fragment): Fragment {
    this.connect(left.last, right.first);
    return {
      nullable: left.nullable && right.nullable,
      first: left.nullable ? [...left.first, ...right.first] : left.first,
      last: right.nullable ? [...left.last, ...right.last] : right.last,
    };
  }

  private connect(from: readonly number[], to: readonly number[]): void {
    for (const p of from) for (const q of to) this.follow[p]!.set(q, (this.follow[p]!.get(q) ?? 0) + 1);
  }

  // Counted repetition is written out: the atom is read again for each copy.
  private repeated(): Fragment {
    const start = this.at;
    const atom = this.atom();
    const rest = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(this.pattern.slice(this.at));
    if (!rest) return atom;
    const end = this.at + rest[0].length;
    const again = (): Fragment => {
      this.at = start;
      return this.atom();
    };
    const star = (fragment: Fragment): Fragment => {
      this.connect(fragment.last, fragment.first);
      return { ...fragment, nullable: true };
    };
    const sign = rest[0][0]!;
    let out: Fragment;
    if (sign === '?') out = { ...atom, nullable: true };
    else if (sign === '*') out = star(atom);
    else if (sign === '+') out = { ...star(atom), nullable: atom.nullable };
    else {
      const min = Number(rest[1]);
      const max = rest[2] === undefined ? min : rest[3] ? Number(rest[3]) : Infinity;
      // `x{1,3}` is `x(x(x)?)?`: written flat, the optional copies would be ambiguous as the counter is not.
      const copies = [atom];
      while (copies.length < (max === Infinity ? Math.max(min, 1) : max)) copies.push(again());
      if (max === Infinity) copies.push({ ...star(copies.pop()!), nullable: atom.nullable });
      out = { nullable: true, first: [], last: [] };
      for (let n = copies.length; n > 0; n--) {
        const joined = this.join(copies[n - 1]!, out);
        out = n > min ? { ...joined, nullable: true } : joined;
      }
    }
    this.at = end;
    return out;
  }

  private atom(): Fragment {
    const c = this.pattern[this.at]!;
    if (c === '^' || c === '$') {
      this.at++;
      return { nullable: true, first: [], last: [] };
    }
    if (c === '(') {
      this.at += this.pattern.startsWith('(?:', this.at) ? 3 : 1;
      const inner = this.alternation();
      this.at++;
      return inner;
    }
    const source = /^(?:\[\^?(?:\\.|[^\]\\])*\]|\\[pP]\{[^}]*\}|\\x[0-9a-fA-F]{2}|\\u\{?[0-9a-fA-F]+\}?|\\.|[^])/u.exec(this.pattern.slice(this.at))![0];
    this.at += source.length;
    const one = new RegExp(`^${source}$`, 'u');
    this.chars.push(this.alphabet.map((letter) => one.test(letter)));
    this.follow.push(new Map());
    const position = this.chars.length - 1;
    return { nullable: false, first: [position], last: [position] };
  }
}

function overlap(a: Chars, b: Chars): boolean {
  return a.some((yes, i) => yes && b[i]);
}

/** Strongly connected components (Tarjan, without recursion): the component of each node. */
function components(size: number, next: (node: number) => readonly number[]): number[] {
  const index = new Int32Array(size).fill(-1);
  const low = new Int32Array(size);
  const component = new Array<number>(size).fill(-1);
  const stack: number[] = [];
  let counter = 0;
  let found = 0;
  for (let root = 0; root < size; root++) {
    if (index[root] !== -1) continue;
    const work: { node: number; edges: readonly number[]; i: number }[] = [];
    const enter = (node: number): void => {
      index[node] = low[node] = counter++;
      stack.push(node);
      work.push({ node, edges: next(node), i: 0 });
    };
    enter(root);
    while (work.length) {
      const top = work.at(-1)!;
      if (top.i < top.edges.length) {
        const to = top.edges[top.i++]!;
        if (index[to] === -1) enter(to);
        else if (component[to] === -1) low[top.node] = Math.min(low[top.node]!, index[to]!);
      } else {
        work.pop();
        const parent = work.at(-1);
        if (parent) low[parent.node] = Math.min(low[parent.node]!, low[top.node]!);
        if (low[top.node] === index[top.node]) {
          for (let node = stack.pop()!; ; node = stack.pop()!) {
            component[node] = found;
            if (node === top.node) break;
          }
          found++;
        }
      }
    }
  }
  return component;
}
