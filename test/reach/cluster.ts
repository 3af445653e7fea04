// The cluster of some manifests, for tests of reachability.
import type { Targets } from '../../src/analysis';
import { parseText, validate } from '../../src/analysis';
import type { DeclaredModel } from '../../src/analysis/input';
import type { ClusterModel } from '../../src/analysis/model/cluster-model';

export interface ClusterOptions {
  readonly targets?: Targets;
  readonly model?: DeclaredModel;
  /** The cluster of the model that the documents are of. */
  readonly cluster?: string;
  readonly unsound?: boolean;
}

/** @throws when a document is none that the API server takes, unless that is wanted */
export function clusterOf(yaml: string, { targets, model, cluster, unsound = false }: ClusterOptions = {}): ClusterModel {
  const { documents: parsed, findings } = parseText(yaml, 'scene.yaml');
  const documents = cluster === undefined ? parsed : parsed.map((document) => ({ ...document, cluster }));
  let found: ClusterModel | undefined;
  const rule = { id: 'NS9999', class: 'breaks', title: '', sees: '', why: '', fix: '', subjects: ['*'], failing: {}, passing: {}, check: (cluster: ClusterModel) => void (found = cluster) } as const;
  const problems = validate({ documents, ...(model && { models: [model] }) }, { rules: [{ ...rule, load: () => rule }], ...(targets && { targets }) });
  const errors = [...findings, ...problems].filter(({ severity }) => severity === 'error');
  if (!unsound && errors.length > 0) throw new Error(errors.map(({ message, where }) => `${where.object?.name ?? ''} ${where.field ?? ''}: ${message}`).join('\n'));
  return found!;
}
