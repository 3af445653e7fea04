export type { AccessApplicationOptions, AccessRule } from './access';
export * from './edge-connector';
export * from './edge-tunnel';
export * from './expression';
export type { CloudflarePlan, EdgeRateLimit, ManagedRuleset, WafRule } from './options';
