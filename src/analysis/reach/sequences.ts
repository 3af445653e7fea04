// Numbers for sequences of numbers: equal sequences have one number, so that nothing is written as text to be told apart.

/** Sequences that were met, as a tree: each is another one with one more number behind. */
export class Sequences {
  /** The number of the empty sequence. */
  static readonly EMPTY: number = 0;
  private slots: Int32Array = new Int32Array(1 << 10);
  private befores: Int32Array = new Int32Array(1 << 8);
  private lasts: Int32Array = new Int32Array(1 << 8);
  private met: number = 1;

  /** How many sequences were met, the empty one among them: their numbers are below. */
  get count(): number {
    return this.met;
  }

  /** The number of a sequence with one more behind. */
  longer(before: number, last: number): number {
    const { slots, befores, lasts } = this;
    const mask = slots.length - 1;
    let slot = mix(before, last) & mask;
    for (let number = slots[slot]!; number !== 0; number = slots[slot]!) {
      if (lasts[number] === last && befores[number] === before) return number;
      slot = (slot + 1) & mask;
    }
    return this.enter(before, last, slot);
  }

  /** The sequence of a number. */
  of(number: number): number[] {
    let length = 0;
    for (let at = number; at !== Sequences.EMPTY; at = this.befores[at]!) length++;
    const sequence = new Array<number>(length);
    for (let at = number; at !== Sequences.EMPTY; at = this.befores[at]!) sequence[--length] = this.lasts[at]!;
    return sequence;
  }

  private enter(before: number, last: number, slot: number): number {
    const number = this.met++;
    if (number === this.befores.length) {
      this.befores = doubled(this.befores);
      this.lasts = doubled(this.lasts);
    }
    this.befores[number] = before;
    this.lasts[number] = last;
    this.slots[slot] = number;
    if (this.met * 2 > this.slots.length) this.spread();
    return number;
  }

  /** Twice as many slots, in which every sequence finds another place. */
  private spread(): void {
    const slots = new Int32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let number = 1; number < this.met; number++) {
      let slot = mix(this.befores[number]!, this.lasts[number]!) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number;
    }
    this.slots = slots;
  }
}

function doubled(numbers: Int32Array): Int32Array {
  const more = new Int32Array(numbers.length * 2);
  more.set(numbers);
  return more;
}

function mix(before: number, last: number): number {
  const mixed = Math.imul(before, 0x9e3779b1) ^ Math.imul(last, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
