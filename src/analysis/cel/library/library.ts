// How functions are declared: `name/arguments` for `name(…)`, `.name/arguments` for `x.name(…)`, where x does not count as an argument.
import type { CelValue } from '../value';

/** Returns undefined for types that it does not take, so that the next function of the name is asked. Missing arguments are undefined. */
export type CelFunction = (a: CelValue, b: CelValue, c: CelValue, d: CelValue) => CelValue | undefined;

export interface Library {
  readonly name: string;
  /** Minor version of Kubernetes 1 that brought it; 0 for what was always there. */
  readonly since: number;
  readonly functions: Readonly<Record<string, CelFunction>>;
}

/** A method of a text. */
export function onText(method: (text: string) => CelValue | undefined): CelFunction {
  return (text) => (typeof text === 'string' ? method(text) : undefined);
}

/** A method of a text that takes another one. */
export function onTexts(method: (text: string, other: string) => CelValue | undefined): CelFunction {
  return (text, other) => (typeof text === 'string' && typeof other === 'string' ? method(text, other) : undefined);
}
