export { DEFAULT_RETRIES, DEFAULT_RETRY_ON, DEFAULT_TIMEOUT } from './istio/defaults';
export * from './istio/options';
export * from './mesh';
export * from './zero-trust-mesh';
