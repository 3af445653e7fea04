import { parseAllDocuments } from 'yaml';
import type { EngineFile } from '../engine';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

/** The model file of an output folder, when it is there. */
export function modelOf(files: readonly EngineFile[]): Json {
  const file = files.find(({ path }) => path === 'netstack.model.json');
  return file ? JSON.parse(file.content) : { clusters: [{ name: 'default' }], objects: [], connections: [], workloads: [], external: [] };
}

/** The documents of each cluster, as the model tells them apart; all together without a model. */
export function documentsByCluster(files: readonly EngineFile[]): ReadonlyMap<string, Json[]> {
  const model = modelOf(files);
  const key = (file: string, kind: string, namespace: string | undefined, name: string): string => `${file} ${kind} ${namespace ?? ''}/${name}`;
  const owners = new Map<string, string>(model.objects.map((one: Json) => [key(one.file, one.kind, one.namespace, one.name), one.cluster]));
  const clusters = new Map<string, Json[]>(model.clusters.map(({ name }: Json) => [name, []]));
  for (const file of files.filter(({ path }) => path.endsWith('.yaml'))) {
    for (const document of parseAllDocuments(file.content).map((one) => one.toJS() as Json).filter((one) => one?.kind !== undefined)) {
      const owner = owners.get(key(file.path, document.kind, document.metadata?.namespace, document.metadata?.name)) ?? model.clusters[0].name;
      clusters.get(owner)?.push(document);
    }
  }
  return clusters;
}
