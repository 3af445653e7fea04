// Endpoints by what selectors ask of them. Endpoints that no selector tells apart are one class; a selector is a few rows of bits put together.
import { each } from '../model/each';
import type { Three } from '../model/three';
import type { Bits } from './bits';
import { andInto, copyBits, emptyBits, fullBits, orInto, setBit, withoutInto, wordsFor } from './bits';
import type { Endpoint } from './endpoints';
import type { Field, Selector, Test } from './selector';
import { valueOf } from './selector';
import { SelectorNumbers } from './selector-numbers';
import { Sequences } from './sequences';

/** The classes that a selector selects, and those of which nobody knows. */
export interface Selected {
  readonly yes: Bits;
  readonly maybe?: Bits | undefined;
}

/** One thing that is asked of endpoints. */
interface Asked {
  readonly field: Field;
  readonly key: string;
  /** The values that are asked for, by numbers from {@link VALUES} on. */
  readonly values: Map<string, number>;
  /** Some test looks at the value itself. */
  whole: boolean;
}

/** What an endpoint may have where a value is asked for: none, one that nobody knows, one that is not asked for. */
const ABSENT = 0;
const NOT_KNOWN = 1;
const OTHER = 2;
const VALUES = 3;

/** The classes by the values of one field. */
interface Rows {
  readonly byValue: Map<string, Bits>;
  readonly present: Bits;
  unknown: Bits | undefined;
}

/** What nobody looks at twice: more that tells endpoints apart, and points beside the classes for which rows have room. */
export interface IndexOptions {
  readonly telling?: ((endpoint: Endpoint) => string) | undefined;
  readonly beside?: number | undefined;
}

/** Rows of bits are shared by all who ask: nobody writes to them. */
export class EndpointIndex {
  readonly endpoints: readonly Endpoint[];
  /** Endpoints that are alike; the first stands for all. Those of one namespace lie side by side, because most policies mean one namespace. */
  readonly classes: ReadonlyArray<readonly Endpoint[]>;
  readonly hostNetworkClasses: readonly number[];
  readonly words: number;
  private numbersOfClasses: ReadonlyMap<Endpoint, number> | undefined;
  private readonly rows: Map<Field, Map<string, Rows>> = new Map();
  private readonly nobody: Bits;
  private readonly numbers: SelectorNumbers = new SelectorNumbers();
  /** By the number of the selector. */
  private readonly known: (Selected | undefined)[];
  /** Stays: see warm.ts. */
  private readonly kinds: Kinds;

  /** @param selectors - everything that will be asked */
  constructor(endpoints: readonly Endpoint[], selectors: Iterable<Selector>, { telling, beside = 0 }: IndexOptions = {}) {
    this.endpoints = endpoints;
    this.kinds = new Kinds(askedBy(selectors, this.numbers), telling);
    this.known = new Array<Selected | undefined>(this.numbers.count);
    const classes: Endpoint[][] = [];
    const classOfKind: (number | undefined)[] = [];
    for (const ofNamespace of byNamespace(endpoints)) enterAll(ofNamespace, this.kinds, classOfKind, classes);
    this.classes = classes;
    this.words = wordsFor(classes.length + beside);
    this.nobody = emptyBits(this.words);
    this.hostNetworkClasses = hostNetworkOf(classes);
  }

  /** The class of an endpoint. */
  get classOf(): ReadonlyMap<Endpoint, number> {
    return (this.numbersOfClasses ??= numbersOf(this.classes));
  }

  /** Equal for selectors that select the same; small. */
  numberOf(selector: Selector): number {
    return this.numbers.of(selector);
  }

  select(selector: Selector): Selected {
    return this.numbered(selector, this.numbers.of(selector));
  }

  private numbered(selector: Selector, number: number): Selected {
    return (this.known[number] ??= this.find(selector, number));
  }

  /** Whether one class is selected. */
  isSelected(selector: Selector, at: number): Three {
    const { yes, maybe } = this.select(selector);
    if (((yes[at >>> 5]! >>> (at & 31)) & 1) === 1) return true;
    return maybe !== undefined && ((maybe[at >>> 5]! >>> (at & 31)) & 1) === 1 ? undefined : false;
  }

  private find(selector: Selector, number: number): Selected {
    switch (selector.is) {
      case 'unknown': return { yes: this.nobody, maybe: fullBits(this.classes.length, this.words) };
      case 'not': {
        const { yes, maybe } = this.select(selector.of);
        const rest = fullBits(this.classes.length, this.words);
        for (let w = 0; w < this.words; w++) rest[w]! &= ~(yes[w]! | (maybe?.[w] ?? 0));
        return { yes: rest, maybe };
      }
      case 'all': return this.all(selector.of, this.numbers.parts(number));
      case 'any': {
        const yes = emptyBits(this.words);
        let maybe: Bits | undefined;
        for (const one of selector.of) {
          const part = this.select(one);
          orInto(yes, part.yes);
          if (part.maybe) orInto(maybe ??= emptyBits(this.words), part.maybe);
        }
        if (maybe) withoutInto(maybe, yes);
        return { yes, maybe };
      }
      default: return this.test(selector);
    }
  }

  private all(selectors: readonly Selector[], numbers: readonly number[]): Selected {
    if (selectors.length === 0) return { yes: fullBits(this.classes.length, this.words) };
    const one = this.numbered(selectors[0]!, numbers[0]!);
    if (selectors.length === 1) return one;
    const yes = copyBits(one.yes);
    let possible: Bits | undefined;
    if (one.maybe) orInto(possible = copyBits(yes), one.maybe);
    for (let i = 1; i < selectors.length; i++) {
      const part = this.numbered(selectors[i]!, numbers[i]!);
      if (part.maybe && !possible) possible = copyBits(yes);
      if (possible) for (let w = 0; w < this.words; w++) possible[w]! &= part.yes[w]! | (part.maybe?.[w] ?? 0);
      andInto(yes, part.yes);
    }
    if (possible) withoutInto(possible, yes);
    return { yes, maybe: possible };
  }

  private test(test: Test): Selected {
    const rows = this.rowsOf(test.field, test.key);
    const maybe = rows.unknown;
    if (test.is === 'exists') return { yes: rows.present, maybe };
    if (test.is === 'in' && test.values.length === 1) return { yes: rows.byValue.get(test.values[0]!) ?? this.nobody, maybe };
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
    let byKey = this.rows.get(field);
    if (!byKey) this.rows.set(field, (byKey = new Map()));
    let rows = byKey.get(key);
    if (rows) return rows;
    rows = { byValue: new Map(), present: emptyBits(this.words), unknown: undefined };
    for (let at = 0; at < this.classes.length; at++) this.enterValue(rows, at, valueOf(this.classes[at]![0]!, field, key));
    byKey.set(key, rows);
    return rows;
  }

  private enterValue(rows: Rows, at: number, value: string | null | undefined): void {
    if (value === null) return;
    if (value === undefined) return setBit(rows.unknown ??= emptyBits(this.words), at);
    setBit(rows.present, at);
    let row = rows.byValue.get(value);
    if (!row) rows.byValue.set(value, (row = emptyBits(this.words)));
    setBit(row, at);
  }
}

/** Puts endpoints of one kind into one class. */
function enterAll(endpoints: readonly Endpoint[], kinds: Kinds, classOfKind: (number | undefined)[], classes: Endpoint[][]): void {
  for (let i = 0; i < endpoints.length; i++) {
    const kind = kinds.of(endpoints[i]!);
    const at = classOfKind[kind];
    if (at === undefined) classOfKind[kind] = classes.push([endpoints[i]!]) - 1;
    else classes[at]!.push(endpoints[i]!);
  }
}

function numbersOf(classes: ReadonlyArray<readonly Endpoint[]>): ReadonlyMap<Endpoint, number> {
  const numbers = new Map<Endpoint, number>();
  for (let at = 0; at < classes.length; at++) for (const endpoint of classes[at]!) numbers.set(endpoint, at);
  return numbers;
}

/** What selectors ask, the namespace first: with it, what else is asked of the endpoints of one namespace has a beginning in common. */
function askedBy(selectors: Iterable<Selector>, numbers: SelectorNumbers): readonly Asked[] {
  for (const selector of selectors) numbers.of(selector);
  const asked: Asked[] = [];
  each(numbers.tests, enterTest, new Map(), asked);
  return [...asked.filter(({ field }) => field === 'namespace'), ...asked.filter(({ field }) => field !== 'namespace')];
}

type AskedByField = Map<Field, Map<string, Asked>>;

function enterTest(test: Test, byField: AskedByField, asked: Asked[]): void {
  let byKey = byField.get(test.field);
  if (!byKey) byField.set(test.field, (byKey = new Map()));
  let known = byKey.get(test.key);
  if (!known) {
    byKey.set(test.key, (known = { field: test.field, key: test.key, values: new Map(), whole: false }));
    asked.push(known);
  }
  if (test.is === 'in') for (const value of test.values) numberOfValue(known.values, value);
  else if (test.is === 'test') known.whole = true;
}

function numberOfValue(values: Map<string, number>, value: string): number {
  let number = values.get(value);
  if (number === undefined) values.set(value, (number = VALUES + values.size));
  return number;
}

function byNamespace(endpoints: readonly Endpoint[]): Iterable<readonly Endpoint[]> {
  const lists = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) {
    const list = lists.get(endpoint.namespace);
    if (list) list.push(endpoint);
    else lists.set(endpoint.namespace, [endpoint]);
  }
  return lists.values();
}

/** What selectors can tell of an endpoint, as a number. */
class Kinds {
  private readonly asked: readonly Asked[];
  private readonly telling: IndexOptions['telling'];
  private readonly sequences: Sequences = new Sequences();

  constructor(asked: readonly Asked[], telling: IndexOptions['telling']) {
    this.asked = asked;
    this.telling = telling;
  }

  of(endpoint: Endpoint): number {
    const { asked, telling, sequences } = this;
    let kind = sequences.longer(Sequences.EMPTY, endpoint.hostNetwork ? 1 : 0);
    for (let i = 0; i < asked.length; i++) kind = sequences.longer(kind, numberIn(asked[i]!, endpoint));
    // What else tells endpoints apart, letter by letter.
    if (telling) for (const letter of telling(endpoint)) kind = sequences.longer(kind, letter.codePointAt(0)!);
    return kind;
  }
}

function hostNetworkOf(classes: ReadonlyArray<readonly Endpoint[]>): readonly number[] {
  const found: number[] = [];
  for (let at = 0; at < classes.length; at++) if (classes[at]![0]!.hostNetwork) found.push(at);
  return found;
}

function numberIn({ field, key, values, whole }: Asked, endpoint: Endpoint): number {
  const value = valueOf(endpoint, field, key);
  return value === null ? ABSENT : value === undefined ? NOT_KNOWN : whole ? numberOfValue(values, value) : values.get(value) ?? OTHER;
}
