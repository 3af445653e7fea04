// The typed model of a Prometheus rule file.
import type { DurationLike } from '../duration';

/** A rule file; its name ends in `.rules`. */
export interface RuleFile {
  readonly groups: readonly RuleGroup[];
}

/** Rules that are evaluated one after the other. */
export interface RuleGroup {
  readonly name: string;
  /** @default - the server's evaluation interval */
  readonly interval?: DurationLike;
  /** Greatest number of series or alerts that one rule may make. */
  readonly limit?: number;
  readonly rules: readonly Rule[];
}

export type Rule = RecordingRule | AlertingRule;

/** PromQL: one line, or several. Put user text into it by {@link promqlString} and {@link promqlRegex} only. */
export type Expression = string | readonly string[];

export interface RecordingRule {
  /** Name of the new series, customarily `level:metric:operations`. */
  readonly record: string;
  readonly expr: Expression;
  readonly labels?: { readonly [label: string]: string };
}

export interface AlertingRule {
  readonly alert: string;
  readonly expr: Expression;
  readonly for?: DurationLike;
  readonly keepFiringFor?: DurationLike;
  readonly labels?: { readonly [label: string]: TemplateText };
  readonly annotations?: { readonly [label: string]: TemplateText };
}

/** A text with template actions in it: strings stand for themselves, `{ template: '$labels.job' }` is filled in when the alert fires. */
export type TemplateText = string | readonly (string | { readonly template: string })[];
