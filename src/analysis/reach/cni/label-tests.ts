// What policies ask of pods, each question once: thousands of policies ask for the same few namespaces and labels.
import type { Fields } from '../../model/fields';
import { record } from '../../model/fields';
import { requirementsOf } from '../../model/selector';
import type { Selector } from '../selector';
import { both, EVERY, inNamespace, meeting } from '../selector';

export class LabelTests {
  private readonly namespaces: Map<string, Selector> = new Map();
  private readonly labels: Map<string, Map<string, Selector>> = new Map();

  inNamespace(name: string): Selector {
    let test = this.namespaces.get(name);
    if (!test) this.namespaces.set(name, (test = inNamespace(name)));
    return test;
  }

  /** What a LabelSelector asks of the labels of pods. */
  meeting(selector: Fields): Selector {
    const { matchLabels, matchExpressions } = record(selector);
    if (matchExpressions !== undefined) return meeting('label', requirementsOf(selector));
    const labels = record(matchLabels);
    let one: Selector = EVERY;
    let more: Selector[] | undefined;
    for (const key in labels) {
      const test = this.label(key, String(labels[key]));
      if (one === EVERY) one = test;
      else (more ??= [one]).push(test);
    }
    return more ? both(...more) : one;
  }

  private label(key: string, value: string): Selector {
    let byValue = this.labels.get(key);
    if (!byValue) this.labels.set(key, (byValue = new Map()));
    let test = byValue.get(value);
    if (!test) byValue.set(value, (test = { is: 'in', field: 'label', key, values: [value] }));
    return test;
  }
}
