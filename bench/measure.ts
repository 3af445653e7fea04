// CPU time of programs that take turns in one process: on a shared machine only ratios of medians mean something.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** One line of the table. */
export interface BenchRow {
  /** What was measured against what. */
  readonly what: string;
  readonly measured: number;
  /** `x` for a ratio, `ms` where only a difference can be told, `MB` of memory. */
  readonly unit: 'x' | 'ms' | 'MB';
  /** What is asked. @default - only printed */
  readonly budget?: number;
  /** Highest value that passes. @default budget */
  readonly gate?: number;
}

export interface BenchOptions {
  /** Sizes that take seconds, for CI. */
  readonly quick: boolean;
}

/** A small system is soon over: what V8 compiles now and then is told from its own cost only by many rounds. */
export const MANY_ROUNDS = 15;

/** Room for values that are mostly waiting for memory: neighbours on the same machine share its caches, and take more from a large run than from a small one. */
export const SHARED_CACHES = 1.25;

/** What a file `bench/<name>.bench.ts` exports as `rows`. */
export type Bench = (options: BenchOptions) => Iterable<BenchRow> | Promise<Iterable<BenchRow>>;

/** A measured program: `prepare` is not counted. */
export interface Contender<T> {
  prepare(): T;
  run(prepared: T): void;
  /** After the clock has stopped. */
  cleanUp?(prepared: T): void;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The collector and the compiler have threads of their own, which are still busy with what was before. */
const SETTLED_MS = 60;
const nobody = new Int32Array(new SharedArrayBuffer(4));

/** CPU milliseconds, user and system, of all threads. */
export function cpuTime(work: () => void): number {
  collectGarbage();
  Atomics.wait(nobody, 0, 0, SETTLED_MS);
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/**
 * Medians of the CPU time of each contender, in turns.
 *
 * @param warmUp - rounds before, which do not count: V8 compiles in them. What a fresh process costs is measured by itself
 */
export function medians<K extends string>(contenders: Contenders<K>, rounds: number, warmUp: number = 0): Record<K, number> {
  return summed(times(contenders, rounds, warmUp), median);
}

/** The least of each: a busy machine only adds, and adds more to a long run than to a short one. */
export function least<K extends string>(contenders: Contenders<K>, rounds: number, warmUp: number = 0): Record<K, number> {
  return summed(times(contenders, rounds, warmUp), (values) => Math.min(...values));
}

type Contenders<K extends string> = Readonly<Record<K, Contender<unknown>>>;
type Times<K extends string> = Readonly<Record<K, readonly number[]>>;

function times<K extends string>(contenders: Contenders<K>, rounds: number, warmUp: number): Times<K> {
  const names = Object.keys(contenders) as K[];
  const found = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (let round = -warmUp; round < rounds; round++) {
    for (const name of names) {
      const contender = contenders[name];
      const prepared = contender.prepare();
      const time = cpuTime(() => contender.run(prepared));
      if (round >= 0) found[name].push(time);
      contender.cleanUp?.(prepared);
    }
  }
  return found;
}

function summed<K extends string>(all: Times<K>, by: (values: readonly number[]) => number): Record<K, number> {
  return Object.fromEntries((Object.keys(all) as K[]).map((name) => [name, by(all[name])])) as Record<K, number>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
