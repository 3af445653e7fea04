// What a rule asks, in words. Definitions bring their rules without their authors' sentences, so the expression itself must do, or what can be read from it.
import type { CelRule } from '../schema/node';
import type { CheckContext } from '../schema/problem';

export interface Words {
  readonly message: string;
  readonly fix: string | undefined;
}

const LONGEST_RULE = 300;

/** A rule in a sentence. */
export function quoteRule(rule: string): string {
  const line = rule.trim().replace(/\s+/g, ' ');
  return `«${line.length > LONGEST_RULE ? `${line.slice(0, LONGEST_RULE)}…` : line}»`;
}

/** Says that a rule does not hold, and why, for the value at the context's path. */
export function describe(rule: CelRule, value: unknown, context: CheckContext): Words {
  const shown = typeof value === 'object' ? '' : ` for ${context.show(value)}`;
  return { message: `the rule ${quoteRule(rule.rule)} of this field does not hold${shown}`, fix: undefined };
}

