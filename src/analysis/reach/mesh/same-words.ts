// What is made of rules, for rules in the same words: found without writing the words out anew.
import type { AuthzRule, Condition, Part } from '../../model/mesh-authz';

type Rules = readonly AuthzRule[];

/** As many rules with one number are compared. */
const FEW = 8;

/** Values by the words of rules. */
export class ByWords<T> {
  private readonly known: Map<number, { readonly rules: Rules; readonly value: T }[]> = new Map();

  /** @param number of the rules, by {@link numberOf} */
  get(rules: Rules, number: number): T | undefined {
    const candidates = this.known.get(number);
    if (candidates !== undefined) for (let i = 0; i < candidates.length; i++) if (areSame(candidates[i]!.rules, rules)) return candidates[i]!.value;
    return undefined;
  }

  /** What there is no room for is made anew each time. */
  set(rules: Rules, number: number, value: T): void {
    const candidates = this.known.get(number);
    if (candidates === undefined) this.known.set(number, [{ rules, value }]);
    else if (candidates.length < FEW) candidates.push({ rules, value });
  }
}

/** The same for rules in the same words, and mostly another one for others. */
export function numberOf(rules: Rules): number {
  let number = rules.length;
  for (let i = 0; i < rules.length; i++) {
    const { from, to, when } = rules[i]!;
    number = ofParts(ofParts(number, from), to);
    for (let k = 0; k < when.length; k++) number = ofTexts(ofTexts(ofText(number, when[k]!.key), when[k]!.values), when[k]!.notValues);
  }
  return number;
}

function ofParts(number: number, parts: readonly Part[]): number {
  let all = mixed(number, parts.length);
  for (let i = 0; i < parts.length; i++) {
    const { fields } = parts[i]!;
    for (const name in fields) all = ofTexts(ofText(all, name), fields[name]!);
  }
  return all;
}

function ofTexts(number: number, texts: readonly string[]): number {
  let all = mixed(number, texts.length);
  for (let i = 0; i < texts.length; i++) all = ofText(all, texts[i]!);
  return all;
}

function ofText(number: number, text: string): number {
  let all = mixed(number, text.length);
  for (let i = 0; i < text.length; i++) all = mixed(all, text.charCodeAt(i));
  return all;
}

/** Fits into the small integers of V8. */
function mixed(number: number, more: number): number {
  return (Math.imul(number, 31) + more) & 0x3fffffff;
}

function areSame(a: Rules, b: Rules): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (!haveSameParts(a[i]!.from, b[i]!.from) || !haveSameParts(a[i]!.to, b[i]!.to) || !haveSameConditions(a[i]!.when, b[i]!.when)) return false;
  }
  return true;
}

function haveSameParts(a: readonly Part[], b: readonly Part[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!isWithin(a[i]!, b[i]!) || !isWithin(b[i]!, a[i]!)) return false;
  return true;
}

/** Whether whatever one part says is said by the other. */
function isWithin({ fields: a }: Part, { fields: b }: Part): boolean {
  for (const name in a) if (!areSameTexts(a[name]!, b[name])) return false;
  return true;
}

function haveSameConditions(a: readonly Condition[], b: readonly Condition[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i]!.key !== b[i]!.key || !areSameTexts(a[i]!.values, b[i]!.values) || !areSameTexts(a[i]!.notValues, b[i]!.notValues)) return false;
  return true;
}

function areSameTexts(a: readonly string[], b: readonly string[] | undefined): boolean {
  if (a.length !== b?.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
