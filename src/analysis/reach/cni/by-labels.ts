// Values by selectors of labels: thousands of rules name the same few pods, which are then one selector, answered once. Nothing is written as text to be told apart.
import type { Fields } from '../../model/fields';
import { record } from '../../model/fields';
import { Sequences } from '../sequences';

/** Values by a place and the labels that are asked for there. */
export class ByLabels<T> {
  private readonly texts: Map<string, number> = new Map();
  private readonly sequences: Sequences = new Sequences();
  private readonly values: (T | undefined)[] = [];

  /** Equal for the same place, and selectors that ask for the same labels, written in the same order; undefined where one asks for more than labels. */
  number(place: string, selector: Fields, more?: Fields): number | undefined {
    const start = this.sequences.longer(Sequences.EMPTY, this.text(place));
    const number = this.with(start, selector);
    return number === undefined || more === undefined ? number : this.with(this.sequences.longer(number, END), more);
  }

  get(number: number): T | undefined {
    return this.values[number];
  }

  set(number: number, value: T): T {
    return (this.values[number] = value);
  }

  private with(start: number, selector: Fields): number | undefined {
    const { matchLabels, matchExpressions } = record(selector);
    if (matchExpressions !== undefined) return undefined;
    const labels = record(matchLabels);
    let number = start;
    for (const key in labels) number = this.sequences.longer(this.sequences.longer(number, this.text(key)), this.text(String(labels[key])));
    return number;
  }

  private text(text: string): number {
    let number = this.texts.get(text);
    if (number === undefined) this.texts.set(text, (number = this.texts.size));
    return number;
  }
}

/** Between two selectors; no text has this number. */
const END = -1;
