// One engine is one judge of files: the program that reads them in production, or its own parser.
//
// A new engine is a file of its own under engines/, added to the list in main.ts. It says how the engine is had, for which target it speaks, and which
// files it reads. What cannot be had is reported as missing, never as passed.

/** A file as netstack wrote it. */
export interface EngineFile {
  /** Relative to the output folder: `files/front/haproxy.cfg`, `beijing-orders.k8s.yaml`. */
  readonly path: string;
  readonly content: string;
}

/** What the engine says about the files of one output folder. */
export interface Verdict {
  readonly accepted: boolean;
  /** Everything that it printed. */
  readonly output: string;
}

export interface Engine {
  /** Name in the table: `haproxy`. */
  readonly name: string;
  /** The version that netstack's targets call by this engine's name: `haproxy 3.0`. */
  readonly target: string;
  /** How the engine is had, in words. */
  readonly source: string;
  /** Whether it reads this file. */
  reads(file: EngineFile): boolean;
  /** Builds or fetches what is missing, into the cache outside the tree. May take minutes, uses the network. Throws with the reason when it cannot. */
  prepare?(): Promise<void>;
  /** The version of the engine itself, or undefined when it is not here; {@link Engine.prepare} may bring it. */
  version(): Promise<string | undefined>;
  /** Lets the engine read the files of one output folder: all that it {@link Engine.reads} together with those that they name. */
  check(files: readonly EngineFile[]): Promise<Verdict>;
  /**
   * Further files that this engine must accept or must refuse, made by the engine's own file: generated values, hostile ones, and known mistakes that
   * show that the engine is asked at all.
   */
  samples?(): readonly Sample[];
}

/** Files with the verdict that they must get. */
export interface Sample {
  readonly name: string;
  readonly files: readonly EngineFile[];
  readonly accepted: boolean;
  /** What the engine's output must hold: the very values that it has read. */
  readonly readsBack?: string | readonly string[];
}
