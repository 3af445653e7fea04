// Documents for identity tests: seeded, odd strings first, some with objects that occur twice.

/** Strings that YAML readers and writers are known to disagree on. */
export const ODD_STRINGS: readonly string[] = [
  '', ' ', '  ', '\n', '\n\n', '\t', 'a', '-', '?', ':', '- a', '? a', ': a', 'a:', 'a: b', 'a :b', 'a #b', 'a#b', '#a', '&a', '*a', '!a', '|', '>', '%a', '@a', '`a',
  "'", '"', "'a'", '"a"', 'a\'b"c', '{}', '[]', '{a', 'a}', 'a,b', ',a', '~', 'null', 'Null', 'NULL', 'nULL', 'true', 'True', 'TRUE', 'tRUE', 'false', 'yes', 'Yes',
  'YES', 'no', 'No', 'on', 'On', 'off', 'OFF', 'y', 'Y', 'n', 'N', '<<', '=', '0', '00', '07', '08', '0o7', '0b1', '0b2', '0x1F', '0xG', '1_000', '-1', '+1', '1.', '.5',
  '.', '-.5', '1e3', '1e', '1E+3', 'e3', 'e1', 'E5', '+e1', '.e1', '.inf', '-.inf', '.nan', '.NaN', '1:20', '1:60', '12:30:45', '12:30:45.6', '2001-01-01', '2001-1-1',
  '2001-01-01T01:02:03Z', '2001-01-01 01:02:03 +5', '1.2.3', '10.0.0.0/8', '::1', 'fe80::1', '100m', '1Gi', '25%', '5s', '0s', '---', '--- a', '...', '---a', '%YAML',
  'a\n---\nb', 'a\n%b', 'a\nb', 'a\nb\n', 'a\nb\n\n', 'a\n\nb', '\na', ' a\nb', 'a \nb', 'a\n b', 'a\n  b\n', '  a\n b\n', 'a\n ', 'a\n\t', '\ta', 'a\t', 'a\tb', 'a\r\nb',
  'a\r', '\0', '\x07', '\x1b[0m', '\u0085', '\u00a0', '\u2028', '\u2029', '\ufeff', '😀', '\ud800', 'é', '日本語', 'a\u007fb', 'x'.repeat(100), 'x '.repeat(100),
  'line one is here\n'.repeat(5), 'k: v\n  - x: "y"\n'.repeat(5), 'a\n\n\n', '\n\n\na', ' \n a', '"a\nb"', 'it\'s\n"q"', '{{ .Values.x }}', '$(VAR)', '${VAR}', 'a b c', 'a: ',
  'a\\b', '\\n', 'a\\nb and a very long string that is over forty chars: x', 'line\nwith ctrl \x01 and more than forty characters in it\nend',
  'ctrl \x01 over forty characters, a space, a break \n and a space\n\n', 'ctrl \x01 over forty characters with\n \nspaces between breaks', ' lead', 'trail ', 'a,b: c',
  'key with spaces', 'n1', 'no1', 'offset', 'yesterday', 'null1', 'truely', '_1', '1_', '+', '-+', '_', '0_', '__proto_', 'constructor', 'a:b', 'a:\tb', 'foo\n#bar', '# c\nfoo',
  'a\n\n b', 'a\n \nb', '-\n', '?\n', 'x\n-', 'tab\tend\n', ' \n', '\n ', '\t\n', 'a  \n\n', '  indented\nnot', '\n  indented\n\n', 'x'.repeat(300), 'k'.repeat(1100),
];

const PIECES = [
  'a', 'b', 'N', 'o', 'y', '0', '1', '9', ':', ' ', '\n', '-', '#', '.', '_', '"', "'", '\t', '%', 'e', 'x', '/', ',', '[', '{', '}', '?', '!', '&', '*', '|', '>', '\\', '\r',
  'é', '\u0085', '\x01', '+', '~', '<', '=', '😀', '---', '...', 'null', 'T', '00',
];
const NUMBERS = [0, -0, 1, -1, 1.5, 1e21, 1e-7, 5e-324, 2 ** 53, 0.1 + 0.2, -1e300, Number.NaN, Infinity, -Infinity, 10, 100];

/** A source of numbers below `n`, the same for the same seed (mulberry32). */
export function seeded(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

/** Generates documents. One in twenty holds an object or array twice. */
export class DocumentGenerator {
  private readonly random: (n: number) => number;
  private pool: object[] = [];

  constructor(seed: number) {
    this.random = seeded(seed);
  }

  next(): Record<string, unknown> {
    this.pool = [];
    const sharing = this.random(20) === 0;
    const document: Record<string, unknown> = {};
    for (let i = 1 + this.random(4); i > 0; i--) document[this.text()] = this.value(0, sharing);
    if (sharing && this.pool.length > 0) document.again = this.pool[this.random(this.pool.length)];
    return document;
  }

  text(): string {
    if (this.random(3) === 0) return ODD_STRINGS[this.random(ODD_STRINGS.length)]!;
    let text = '';
    for (let i = this.random(14); i > 0; i--) text += PIECES[this.random(PIECES.length)]!;
    return text;
  }

  private value(depth: number, sharing: boolean): unknown {
    switch (this.random(depth > 4 ? 5 : 8)) {
      case 0: case 1: return this.text();
      case 2: return NUMBERS[this.random(NUMBERS.length)];
      case 3: return [true, false, null, undefined][this.random(4)];
      case 4: return [[], {}, '', 'x'][this.random(4)];
      case 5: return this.remember(Array.from({ length: this.random(4) }, () => this.value(depth + 1, sharing)), sharing);
      default: {
        if (sharing && this.pool.length > 0 && this.random(4) === 0) return this.pool[this.random(this.pool.length)];
        const object: Record<string, unknown> = {};
        for (let i = this.random(4); i > 0; i--) object[this.text()] = this.value(depth + 1, sharing);
        return this.remember(object, sharing);
      }
    }
  }

  private remember<T extends object>(value: T, sharing: boolean): T {
    if (sharing) this.pool.push(value);
    return value;
  }
}
