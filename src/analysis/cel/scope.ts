// Where an expression stands: its variables, and the release that it is compiled for.
import { CelSyntaxError } from './ast';
import type { CelValue } from './value';

/** Values of variables, by slot. */
export type Frame = CelValue[];
export type Evaluate = (frame: Frame) => CelValue;

/** Where an expression stands: its variables, and the release that it is for. */
export class Scope {
  readonly kubernetes: number;
  readonly used: Set<string>;
  private readonly slots: ReadonlyMap<string, number>;
  private readonly frame: { size: number };

  constructor(kubernetes: number, slots: ReadonlyMap<string, number>, frame: { size: number } = { size: slots.size }, used: Set<string> = new Set()) {
    this.kubernetes = kubernetes;
    this.slots = slots;
    this.frame = frame;
    this.used = used;
  }

  get size(): number {
    return this.frame.size;
  }

  slot(name: string): number | undefined {
    const slot = this.slots.get(name);
    if (slot !== undefined) this.used.add(name);
    return slot;
  }

  /** A scope with more variables. */
  with(names: readonly string[]): Scope {
    const slots = new Map(this.slots);
    for (const name of names) slots.set(name, this.frame.size++);
    return new Scope(this.kubernetes, slots, this.frame, this.used);
  }

  require(since: number, what: string): void {
    if (since > this.kubernetes) throw new CelSyntaxError(`${what} is known since Kubernetes 1.${since}, and the target is 1.${this.kubernetes}`);
  }
}
