export type { Assembly, AssemblyManifestFile, AssemblyObject } from './assembly';
export { MODEL_FORMAT } from './model';
export type { NetstackModel, ObjectModel, OutputModel } from './model';
export * from './network-app';
export * from './network-chart';
export { NetworkObject } from './network-object';
export type { NetworkObjectOptions, NetworkObjectProps } from './network-object';
