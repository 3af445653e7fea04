// Expressions as they were written, macros already recognised.
import type { CelValue } from './value';

export type BinaryOperator = '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/' | '%';

/** Macros that bind variables over a range, or over the value of an optional. */
export type Fold =
  | 'all' | 'exists' | 'existsOne' | 'map' | 'filter' | 'transformList' | 'transformMap' | 'transformMapEntry' | 'sortBy' | 'optMap' | 'optFlatMap';

export type Expression =
  | { readonly kind: 'literal'; readonly value: CelValue }
  | { readonly kind: 'ident'; readonly name: string }
  | { readonly kind: 'select'; readonly operand: Expression; readonly field: string; readonly optional: boolean }
  | { readonly kind: 'has'; readonly operand: Expression; readonly field: string; readonly optional: boolean }
  | { readonly kind: 'index'; readonly operand: Expression; readonly index: Expression; readonly optional: boolean }
  | { readonly kind: 'call'; readonly name: string; readonly target: Expression | undefined; readonly args: readonly Expression[] }
  | { readonly kind: 'unary'; readonly operator: '!' | '-'; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'conditional'; readonly condition: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: 'list'; readonly items: readonly { readonly value: Expression; readonly optional: boolean }[] }
  | { readonly kind: 'map'; readonly entries: readonly { readonly key: Expression; readonly value: Expression; readonly optional: boolean }[] }
  /** `range.all(variable, body)`; `filter` stands for the three-argument `map` and its kin. */
  | { readonly kind: 'fold'; readonly fold: Fold; readonly range: Expression; readonly variables: readonly string[]; readonly filter: Expression | undefined; readonly body: Expression };

/** An expression that is none, or that cannot be compiled. */
export class CelSyntaxError extends Error {}
