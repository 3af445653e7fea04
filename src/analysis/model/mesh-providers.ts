// Providers that Telemetries and CUSTOM policies name: those of the mesh's configuration, and those that Istio brings.
import type { ClusterModel } from './cluster-model';
import { list, record, text } from './fields';
import { meshOf } from './mesh';

/** Extension providers that are there without being configured (pkg/config/mesh/mesh.go, DefaultMeshConfig). */
const BUILT_IN: readonly string[] = ['prometheus', 'stackdriver', 'envoy'];

/** The names of all providers, or undefined where the documents have no configuration of the mesh. */
export function providersOf(cluster: ClusterModel): ReadonlySet<string> | undefined {
  const { given } = meshOf(cluster).config;
  if (given === undefined) return undefined;
  return new Set([...BUILT_IN, ...list(record(given).extensionProviders).map((provider) => (text(record(provider).name) ?? '').toLowerCase())]);
}
