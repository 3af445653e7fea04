export type { PluginContext, PluginResource, PluginViolation } from './contract';
export { NetstackValidation } from './validation';
export type { NetstackValidationProperties } from './validation';
