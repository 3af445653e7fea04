export type { Assembly, AssemblyManifestFile, AssemblyObject } from './assembly';
export { MODEL_FORMAT } from './model';
export type { NetstackModel, ObjectModel, OutputModel } from './model';
export { NetworkApp } from './network-app';
export type { NetworkAppProps } from './network-app';
export { NetworkChart } from './network-chart';
export type { NetworkChartProps } from './network-chart';
export { NetworkObject } from './network-object';
export type { NetworkObjectOptions, NetworkObjectProps } from './network-object';
