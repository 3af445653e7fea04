export * from './cilium/options';
export * from './cni';
