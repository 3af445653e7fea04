// What a program says of a zone's rules. Apart from the renderers, so that the types of the root door mention no provider.
import type { Duration } from '../core/duration';
import type { Expression } from './expression';

/** What the account has bought: it bounds periods and actions. */
export type CloudflarePlan = 'free' | 'pro' | 'business' | 'enterprise';

export interface WafRule {
  /** Stable id of the rule: lower-case letters, digits and `-`. */
  readonly id: string;
  readonly description?: string;
  readonly when: Expression;
  /** @default 'block' */
  readonly action?: 'block' | 'managed_challenge' | 'js_challenge' | 'challenge' | 'log';
}

export interface EdgeRateLimit {
  readonly id: string;
  readonly when: Expression;
  /** Requests of one client in `period`, counted per Cloudflare data centre. */
  readonly requests: number;
  readonly period: Duration;
  /** How long a client is refused. @default - `period` */
  readonly mitigation?: Duration;
}

/** Rulesets that Cloudflare keeps. */
export type ManagedRuleset = 'cloudflare' | 'cloudflare-free' | 'owasp';
