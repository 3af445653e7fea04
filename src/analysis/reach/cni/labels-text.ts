// Selectors by labels alone, as texts: thousands of rules name the same few pods, which are then one selector, answered once.
import type { Fields } from '../../model/fields';
import { record } from '../../model/fields';

/** Equal for selectors that ask for the same labels, written in the same order; undefined where one asks for more. */
export function labelsText(selector: Fields): string | undefined {
  const { matchLabels, matchExpressions } = record(selector);
  if (matchExpressions !== undefined) return undefined;
  const labels = record(matchLabels);
  let text = '';
  for (const key in labels) text += `${key}\u0001${String(labels[key])}\u0001`;
  return text;
}

/** Values by texts; where there is none, the value is made anew. */
export class ByText<T> {
  private readonly known: Map<string, T> = new Map();

  get(text: string | undefined, make: () => T): T {
    if (text === undefined) return make();
    let value = this.known.get(text);
    if (value === undefined) this.known.set(text, (value = make()));
    return value;
  }
}
