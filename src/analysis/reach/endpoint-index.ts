// Endpoints by what selectors ask of them. Endpoints that no selector tells apart are one class; a selector is a few rows of bits put together.
import type { Three } from '../model/three';
import type { Bits } from './bits';
import { copyBits, emptyBits, fullBits, setBit, wordsFor } from './bits';
import type { Endpoint } from './endpoints';
import type { Field, Selector, Test } from './selector';
import { forEachTest, selectorKey, valueOf } from './selector';

/** The classes that a selector selects, and those of which nobody knows. */
export interface Selected {
  readonly yes: Bits;
  readonly maybe?: Bits | undefined;
}

/** One thing that is asked of endpoints. */
interface Asked {
  readonly field: Field;
  readonly key: string;
  /** The values that are asked for. */
  readonly values: Set<string>;
  /** Some test looks at the value itself. */
  whole: boolean;
}

/** The classes by the values of one field. */
interface Rows {
  readonly byValue: Map<string, Bits>;
  readonly present: Bits;
  readonly unknown: Bits | undefined;
}

export class EndpointIndex {
  readonly endpoints: readonly Endpoint[];
  /** Endpoints that are alike; the first stands for all. */
  readonly classes: ReadonlyArray<readonly Endpoint[]>;
  readonly classOf: ReadonlyMap<Endpoint, number>;
  readonly hostNetworkClasses: readonly number[];
  readonly words: number;
  private readonly asked: ReadonlyMap<string, Asked>;
  private readonly rows: Map<string, Rows> = new Map();
  private readonly known: Map<Selector, Selected> = new Map();
  private readonly byKey: Map<string, Selected> = new Map();
  private readonly keys: Map<Selector, string> = new Map();

  /** @param selectors - everything that will be asked; `telling` tells endpoints apart beyond that */
  constructor(endpoints: readonly Endpoint[], selectors: Iterable<Selector>, telling: (endpoint: Endpoint) => string = () => '') {
    this.endpoints = endpoints;
    this.asked = collect(selectors);
    const classes = new Map<string, Endpoint[]>();
    const classOf = new Map<Endpoint, number>();
    const numbers = new Map<string, number>();
    const asked = [...this.asked.values()];
    for (const endpoint of endpoints) {
      const key = classKey(endpoint, asked) + telling(endpoint);
      const known = classes.get(key);
      if (known) known.push(endpoint);
      else {
        numbers.set(key, classes.size);
        classes.set(key, [endpoint]);
      }
      classOf.set(endpoint, numbers.get(key)!);
    }
    this.classes = [...classes.values()];
    this.classOf = classOf;
    this.words = wordsFor(this.classes.length);
    this.hostNetworkClasses = [...this.classes.keys()].filter((at) => this.classes[at]![0]!.hostNetwork);
  }

  /** Equal for selectors that select the same. */
  keyOf(selector: Selector): string {
    let key = this.keys.get(selector);
    if (key === undefined) this.keys.set(selector, (key = selectorKey(selector)));
    return key;
  }

  select(selector: Selector): Selected {
    let found = this.known.get(selector);
    if (found) return found;
    const key = this.keyOf(selector);
    found = this.byKey.get(key);
    if (!found) this.byKey.set(key, (found = this.find(selector)));
    this.known.set(selector, found);
    return found;
  }

  /** Whether one class is selected. */
  isSelected(selector: Selector, at: number): Three {
    const { yes, maybe } = this.select(selector);
    if (((yes[at >>> 5]! >>> (at & 31)) & 1) === 1) return true;
    return maybe !== undefined && ((maybe[at >>> 5]! >>> (at & 31)) & 1) === 1 ? undefined : false;
  }

  private find(selector: Selector): Selected {
    switch (selector.is) {
      case 'unknown': return { yes: emptyBits(this.words), maybe: fullBits(this.classes.length, this.words) };
      case 'not': {
        const { yes, maybe } = this.select(selector.of);
        const rest = fullBits(this.classes.length, this.words);
        for (let w = 0; w < this.words; w++) rest[w]! &= ~(yes[w]! | (maybe?.[w] ?? 0));
        return { yes: rest, maybe };
      }
      case 'all': {
        const yes = fullBits(this.classes.length, this.words);
        let possible: Bits | undefined;
        for (const one of selector.of) {
          const part = this.select(one);
          if (part.maybe && !possible) possible = copyBits(yes);
          for (let w = 0; w < this.words; w++) {
            if (possible) possible[w]! &= part.yes[w]! | (part.maybe?.[w] ?? 0);
            yes[w]! &= part.yes[w]!;
          }
        }
        if (possible) for (let w = 0; w < this.words; w++) possible[w]! &= ~yes[w]!;
        return { yes, maybe: possible };
      }
      case 'any': {
        const yes = emptyBits(this.words);
        let maybe: Bits | undefined;
        for (const one of selector.of) {
          const part = this.select(one);
          for (let w = 0; w < this.words; w++) yes[w]! |= part.yes[w]!;
          if (part.maybe) for (let w = 0; w < this.words; w++) (maybe ??= emptyBits(this.words))[w]! |= part.maybe[w]!;
        }
        if (maybe) for (let w = 0; w < this.words; w++) maybe[w]! &= ~yes[w]!;
        return { yes, maybe };
      }
      default: return this.test(selector);
    }
  }

  private test(test: Test): Selected {
    const rows = this.rowsOf(test.field, test.key);
    const maybe = rows.unknown;
    if (test.is === 'exists') return { yes: rows.present, maybe };
    if (test.is === 'in' && test.values.length === 1) return { yes: rows.byValue.get(test.values[0]!) ?? emptyBits(this.words), maybe };
    const yes = emptyBits(this.words);
    if (test.is === 'in') {
      for (const value of test.values) {
        const row = rows.byValue.get(value);
        if (row) for (let w = 0; w < this.words; w++) yes[w]! |= row[w]!;
      }
    } else {
      for (const [value, row] of rows.byValue) if (test.test(value)) for (let w = 0; w < this.words; w++) yes[w]! |= row[w]!;
    }
    return { yes, maybe };
  }

  private rowsOf(field: Field, key: string): Rows {
    const id = `${field}\u0001${key}`;
    let rows = this.rows.get(id);
    if (rows) return rows;
    const byValue = new Map<string, Bits>();
    const present = emptyBits(this.words);
    let unknown: Bits | undefined;
    for (let at = 0; at < this.classes.length; at++) {
      const value = valueOf(this.classes[at]![0]!, field, key);
      if (value === null) continue;
      if (value === undefined) {
        setBit(unknown ??= emptyBits(this.words), at);
        continue;
      }
      setBit(present, at);
      let row = byValue.get(value);
      if (!row) byValue.set(value, (row = emptyBits(this.words)));
      setBit(row, at);
    }
    this.rows.set(id, (rows = { byValue, present, unknown }));
    return rows;
  }
}

function collect(selectors: Iterable<Selector>): ReadonlyMap<string, Asked> {
  const asked = new Map<string, Asked>();
  const seen = new Set<Selector>();
  for (const selector of selectors) {
    if (seen.has(selector)) continue;
    seen.add(selector);
    forEachTest(selector, (test) => {
      const id = `${test.field}\u0001${test.key}`;
      let known = asked.get(id);
      if (!known) asked.set(id, (known = { field: test.field, key: test.key, values: new Set(), whole: false }));
      if (test.is === 'in') for (const value of test.values) known.values.add(value);
      else if (test.is === 'test') known.whole = true;
    });
  }
  return asked;
}

/** What selectors can tell of an endpoint. */
function classKey(endpoint: Endpoint, asked: readonly Asked[]): string {
  let key = endpoint.hostNetwork ? 'h' : '';
  for (const { field, key: name, values, whole } of asked) {
    const value = valueOf(endpoint, field, name);
    key += value === null ? '\u0001' : value === undefined ? '\u0002' : whole || values.has(value) ? `\u0003${value}` : '\u0004';
  }
  return key;
}
