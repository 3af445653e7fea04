// The root door: constructs and the words that they are declared in. Nothing heavy: no provider, no schema, no page.
export * from './app';
export * from './cni';
export * from './core';
export * from './edge';
export * as formats from './formats';
export * from './gateway';
export * from './mesh';
export * from './plugin';
export type { TerraformBackend, TerraformOverrides } from './app/terraform';
export * from './vpn';
export * from './workload';
