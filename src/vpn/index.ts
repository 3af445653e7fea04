export type { TunnelNetwork } from './address-plan';
export * from './office-vpn';
export * from './options';
