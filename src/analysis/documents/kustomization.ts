// Kustomizations among manifests: their patches are parts of objects and are no objects themselves.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import yaml from 'js-yaml';

const NAMES: ReadonlySet<string> = new Set(['kustomization.yaml', 'kustomization.yml', 'Kustomization']);

/** The files of a folder that a kustomization in it calls its own: itself and its patches, as absolute paths. */
export function kustomizeFiles(folder: string, names: readonly string[]): readonly string[] {
  const name = names.find((one) => NAMES.has(one));
  if (name === undefined) return [];
  let content: unknown;
  try {
    content = yaml.load(readFileSync(join(folder, name), 'utf8'));
  } catch {
    return [];
  }
  if (typeof content !== 'object' || content === null) return [];
  const { kind, apiVersion, patches, patchesStrategicMerge, patchesJson6902, transformers } = content as Readonly<Record<string, unknown>>;
  // Flux has a kind of the same name, which is an object of the cluster.
  if (kind !== undefined && !(typeof apiVersion === 'string' && apiVersion.startsWith('kustomize.config.k8s.io/'))) return [];
  const paths = [patches, patchesStrategicMerge, patchesJson6902, transformers].flatMap((list): readonly unknown[] => (Array.isArray(list) ? list : []))
    .map((one) => (typeof one === 'string' ? one : (one as { path?: unknown } | null)?.path)).filter((path) => typeof path === 'string' && !path.includes('\n'));
  return [name, ...paths as string[]].map((path) => resolve(folder, path));
}
