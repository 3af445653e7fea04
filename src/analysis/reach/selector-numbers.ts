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
  private readonly single: Readonly<Record<Field, Map<string, Map<string, number>>>> = {
    label: new Map(), namespaceLabel: new Map(), namespace: new Map(), serviceAccount: new Map(), fact: new Map(),
  };
  /** Those of whole documents are asked for again and again. */
  private readonly known: Map<Selector, number> = new Map();
  /** Every test that was met, in whatever selector: each once. */
  readonly tests: Test[] = [];
  private readonly isMet: (true | undefined)[] = [];

  /** All numbers are below. */
  get count(): number {
    return this.sequences.count;
  }

  /** Small; 0 is no selector's. */
  of(selector: Selector): number {
    let number = this.known.get(selector);
    if (number === undefined) this.known.set(selector, (number = this.find(selector)));
    return number;
  }

  /** The numbers of the selectors that another one puts together. */
  parts(number: number): readonly number[] {
    return this.sequences.of(number).slice(1);
  }

  private find(selector: Selector): number {
    const { sequences } = this;
    switch (selector.is) {
      case 'all': case 'any': {
        let number = sequences.longer(Sequences.EMPTY, SHAPES[selector.is]);
        // Long lists are parts of many selectors.
        for (const one of selector.of) number = sequences.longer(number, (one.is === 'any' || one.is === 'all') && one.of.length > FEW ? this.of(one) : this.find(one));
        return number;
      }
      case 'not': return sequences.longer(sequences.longer(Sequences.EMPTY, SHAPES.not), this.find(selector.of));
      case 'unknown': return sequences.longer(Sequences.EMPTY, SHAPES.unknown);
      case 'in': return selector.values.length === 1 ? this.equals(selector, selector.values[0]!) : this.test(selector, selector.values);
      case 'exists': return this.test(selector, NO_TEXTS);
      case 'test': return this.test(selector, [selector.name]);
    }
  }

  /** Most tests ask for one value. */
  private equals(test: Test, value: string): number {
    const byKey = this.single[test.field];
    let byValue = byKey.get(test.key);
    if (!byValue) byKey.set(test.key, (byValue = new Map()));
    let number = byValue.get(value);
    if (number === undefined) byValue.set(value, (number = this.test(test, [value])));
    return number;
  }

  private test(test: Test, texts: readonly string[]): number {
    const { is, field, key } = test;
    const { sequences } = this;
    let number = sequences.longer(sequences.longer(Sequences.EMPTY, FIELDS[field] + TESTS[is]), this.text(key));
    for (const text of texts) number = sequences.longer(number, this.text(text));
    if (this.isMet[number] !== true) {
      this.isMet[number] = true;
      this.tests.push(test);
    }
    return number;
  }

  private text(text: string): number {
    let number = this.texts.get(text);
    if (number === undefined) this.texts.set(text, (number = this.texts.size));
    return number;
  }
}

const NO_TEXTS: readonly string[] = [];
const FEW = 3;
