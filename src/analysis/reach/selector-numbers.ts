// Numbers for selectors: selectors that are written alike have one number, however many documents write them.
import type { Field, Selector, Test } from './selector';
import { Sequences } from './sequences';

/** What a sequence speaks of, as its first number; tests have one for each field. */
const SHAPES = { all: 0, any: 1, not: 2, unknown: 3 } as const;
const FIELDS: Readonly<Record<Field, number>> = { label: 4, namespaceLabel: 7, namespace: 10, serviceAccount: 13, fact: 16 };
const TESTS: Readonly<Record<Test['is'], number>> = { in: 0, exists: 1, test: 2 };

export class SelectorNumbers {
  private readonly sequences: Sequences = new Sequences();
  private readonly texts: Map<string, number> = new Map();

  /** All numbers are below. */
  get count(): number {
    return this.sequences.count;
  }

  /** Small; 0 is no selector's. */
  of(selector: Selector): number {
    const { sequences } = this;
    switch (selector.is) {
      case 'all': case 'any': {
        let number = sequences.longer(Sequences.EMPTY, SHAPES[selector.is]);
        for (const one of selector.of) number = sequences.longer(number, this.of(one));
        return number;
      }
      case 'not': return sequences.longer(sequences.longer(Sequences.EMPTY, SHAPES.not), this.of(selector.of));
      case 'unknown': return sequences.longer(Sequences.EMPTY, SHAPES.unknown);
      default: {
        const asked = sequences.longer(sequences.longer(Sequences.EMPTY, FIELDS[selector.field] + TESTS[selector.is]), this.text(selector.key));
        if (selector.is === 'exists') return asked;
        if (selector.is === 'test') return sequences.longer(asked, this.text(selector.name));
        let number = asked;
        for (const value of selector.values) number = sequences.longer(number, this.text(value));
        return number;
      }
    }
  }

  private text(text: string): number {
    let number = this.texts.get(text);
    if (number === undefined) this.texts.set(text, (number = this.texts.size));
    return number;
  }
}
