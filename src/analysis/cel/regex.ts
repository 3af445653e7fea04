// Regular expressions of the expressions run in RE2, which never explodes. Loaded when the first one is met. RE2's engine says only whether a text matches; where it
// does is found by a machine that walks the same program (Pike's).
// The patterns of the shipped definitions are known: those that JavaScript reads the same, and never takes exponential time for, run on the host, fifty times as fast.
import type * as Re2 from '@bufbuild/re2';
import { CelFailure } from './value';

type Pattern = Re2.RE2JS;

/** Compiled patterns, and verdicts of each, that are remembered. */
const PATTERNS = 1024;
const VERDICTS = 4096;
const LONGEST = 512;

/** Patterns of shipped rules that are safe on the host; a test finds them in the definitions and holds this list to what it finds. */
export const SAFE_ON_THE_HOST: ReadonlySet<string> = new Set([
  '^((25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)\\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)$',
  "^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$",
  '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)$',
  '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$',
  '^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
  '^[A-Za-z_][A-Za-z_0-9]*$',
  '^[a-zA-Z0-9._-]+(:[0-9]+)?(/[a-zA-Z0-9._/-]+)?(:[a-zA-Z0-9._-]+)?(@sha256:[a-z0-9]+)?$',
  '^[a-zA-Z0-9._-]+(:[0-9]+)?[a-zA-Z0-9._/-]+$',
  '^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$',
]);
const onTheHost = new Map<string, RegExp>();

interface Compiled {
  readonly pattern: Pattern;
  readonly verdicts: Map<string, boolean>;
}

const compiled = new Map<string, Compiled | CelFailure>();

function compile(source: string): Compiled {
  let known = compiled.get(source);
  if (known === undefined) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- most documents need no regular expression, and loading the engine takes 15 ms
    const { RE2JS } = require('@bufbuild/re2') as typeof Re2;
    try {
      known = { pattern: RE2JS.compile(source), verdicts: new Map() };
    } catch (error) {
      known = new CelFailure(`${JSON.stringify(source)} is no regular expression: ${(error as Error).message}`);
    }
    if (compiled.size >= PATTERNS) compiled.clear();
    compiled.set(source, known);
  }
  if (known instanceof CelFailure) throw known;
  return known;
}

/** Whether the pattern is found anywhere in the text. @throws CelFailure for a pattern that is none */
export function matches(text: string, source: string): boolean {
  if (SAFE_ON_THE_HOST.has(source)) {
    let host = onTheHost.get(source);
    if (host === undefined) onTheHost.set(source, (host = new RegExp(source, 'u')));
    return host.test(text);
  }
  const { pattern, verdicts } = compile(source);
  if (text.length > LONGEST) return pattern.test(text);
  let verdict = verdicts.get(text);
  if (verdict === undefined) {
    verdict = pattern.test(text);
    if (verdicts.size >= VERDICTS) verdicts.clear();
    verdicts.set(text, verdict);
  }
  return verdict;
}

/** The first match, or undefined. */
export function find(text: string, source: string): string | undefined {
  const [first] = findAll(text, source, 1);
  return first;
}

/** Matches from left to right that do not overlap, at most `limit`. */
export function findAll(text: string, source: string, limit: number): string[] {
  const machine = new Machine(compile(source).pattern.re2().prog, text);
  const found: string[] = [];
  let at = 0;
  let last = -1;
  while (at <= text.length && found.length < limit) {
    const match = machine.run(at);
    if (match === undefined) break;
    const [start, end] = match;
    // An empty match does not follow another match at once.
    if (end > start || start !== last) found.push(text.slice(start, end));
    last = end;
    at = end > at ? end : at + (text.codePointAt(at)! > 0xffff ? 2 : 1);
  }
  return found;
}

type Program = ReturnType<Pattern['re2']>['prog'];

// Of the instructions' numbers and flags the library exports nothing: they are those of re2j, Inst.java and Utils.java.
const ALT = 1;
const ALT_MATCH = 2;
const CAPTURE = 3;
const EMPTY_WIDTH = 4;
const MATCH = 6;
const NOP = 7;
const BEGIN_LINE = 0x01;
const END_LINE = 0x02;
const BEGIN_TEXT = 0x04;
const END_TEXT = 0x08;
const WORD_BOUNDARY = 0x10;
const NO_WORD_BOUNDARY = 0x20;

/** Threads of a program in order of priority, each with the place where its match began. */
interface Threads {
  readonly programCounters: number[];
  readonly starts: number[];
  readonly seen: Set<number>;
}

/** The leftmost match, of several at one place the one that a backtracking search would find first. */
class Machine {
  private readonly program: Program;
  private readonly text: string;

  constructor(program: Program, text: string) {
    this.program = program;
    this.text = text;
  }

  run(from: number): readonly [start: number, end: number] | undefined {
    let now: Threads = { programCounters: [], starts: [], seen: new Set() };
    let match: readonly [number, number] | undefined;
    for (let at = from; ; ) {
      if (match === undefined) this.follow(this.program.start, at, at, now);
      if (now.programCounters.length === 0 && match !== undefined) return match;
      const rune = at < this.text.length ? this.text.codePointAt(at)! : -1;
      const next = at + (rune > 0xffff ? 2 : 1);
      const later: Threads = { programCounters: [], starts: [], seen: new Set() };
      for (let i = 0; i < now.programCounters.length; i++) {
        const instruction = this.program.getInst(now.programCounters[i]!);
        if (instruction.op === MATCH) {
          match = [now.starts[i]!, at];
          break;
        }
        if (rune >= 0 && instruction.matchRune(rune)) this.follow(instruction.out, next, now.starts[i]!, later);
      }
      if (rune < 0) return match;
      now = later;
      at = next;
    }
  }

  /** Adds a thread, with everything that can be reached without reading. */
  private follow(pc: number, at: number, start: number, threads: Threads): void {
    const open = [pc];
    while (open.length > 0) {
      const here = open.pop()!;
      if (threads.seen.has(here)) continue;
      threads.seen.add(here);
      const instruction = this.program.getInst(here);
      switch (instruction.op) {
        case ALT:
        case ALT_MATCH:
          open.push(instruction.arg, instruction.out);
          break;
        case CAPTURE:
        case NOP:
          open.push(instruction.out);
          break;
        case EMPTY_WIDTH:
          if ((instruction.arg & ~this.conditions(at)) === 0) open.push(instruction.out);
          break;
        default:
          threads.programCounters.push(here);
          threads.starts.push(start);
      }
    }
  }

  private conditions(at: number): number {
    const { text } = this;
    const before = at > 0 && /\w/.test(text[at - 1]!);
    const after = at < text.length && /\w/.test(text[at]!);
    return (at === 0 ? BEGIN_TEXT | BEGIN_LINE : text[at - 1] === '\n' ? BEGIN_LINE : 0)
      | (at === text.length ? END_TEXT | END_LINE : text[at] === '\n' ? END_LINE : 0)
      | (before === after ? NO_WORD_BOUNDARY : WORD_BOUNDARY);
  }
}
