// Where a native check stands in a document, and how it refuses what it finds there.
import type { CheckContext } from '../schema/problem';
import { fail } from '../schema/problem';

/** What a check shares among all of its places. */
interface Run {
  readonly context: CheckContext;
  refused: boolean;
}

/** A field below a document's root. While nobody asks for words all places are one. */
export class Place {
  private readonly run: Run;
  private readonly above: Place | undefined;
  private readonly step: string | number;

  private constructor(run: Run, above: Place | undefined, step: string | number) {
    this.run = run;
    this.above = above;
    this.step = step;
  }

  static root(context: CheckContext): Place {
    return new Place({ context, refused: false }, undefined, '');
  }

  /** The same place before another document, of which nothing is refused yet. */
  anew(): this {
    this.run.refused = false;
    return this;
  }

  /** A field or an item of this one. */
  child(step: string | number): Place {
    return this.run.context.report ? new Place(this.run, this, step) : this;
  }

  private path(): (string | number)[] {
    return this.above === undefined ? [] : [...this.above.path(), this.step];
  }

  /** Whether anything was refused, here or elsewhere in the document. */
  get refused(): boolean {
    return this.run.refused;
  }

  /**
   * Refuses what stands here.
   *
   * @param words what is wrong; the value is shown by `show`, never as it stands
   * @param fix how to put it right
   */
  refuse(words: (show: (value: unknown) => string) => string, fix?: string): void {
    this.run.refused = true;
    const { context } = this.run;
    if (!context.report) return;
    const path = this.path();
    context.path.push(...path);
    fail(context, 'NS0020', () => words(context.show), () => fix);
    context.path.length -= path.length;
  }
}

/** Holds a document of one kind against what the API server's own code asks of it. `minor` is the 35 of Kubernetes 1.35. */
export type NativeCheck = (object: Fields, at: Place, minor: number) => void;

export type Fields = Readonly<Record<string, unknown>>;

// Values as the server's decoder leaves them: null is absent, and what is absent or of a wrong type (which the structure tells) is empty.

const NOTHING: Fields = {};

export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Fields : NOTHING;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function integer(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** Whether a field stands there at all, be it empty. */
export function given(value: unknown): boolean {
  return value !== undefined && value !== null;
}
