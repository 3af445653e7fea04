// The cluster of some manifests, for tests of reachability.
import type { Targets } from '../../src/analysis';
import { parseText, validate } from '../../src/analysis';
import type { DeclaredModel } from '../../src/analysis/input';
import type { ClusterModel } from '../../src/analysis/model/cluster-model';

/** @throws when a document is none that the API server takes, unless that is wanted */
export function clusterOf(yaml: string, { targets, model, unsound = false }: { readonly targets?: Targets; readonly model?: DeclaredModel; readonly unsound?: boolean } = {}): ClusterModel {
  const { documents, findings } = parseText(yaml, 'scene.yaml');
  let found: ClusterModel | undefined;
  const rule = { id: 'NS9999', class: 'breaks', title: '', sees: '', why: '', fix: '', subjects: ['*'], failing: {}, passing: {}, check: (cluster: ClusterModel) => void (found = cluster) } as const;
  const problems = validate({ documents, ...(model && { models: [model] }) }, { rules: [{ ...rule, load: () => rule }], ...(targets && { targets }) });
  const errors = [...findings, ...problems].filter(({ severity }) => severity === 'error');
  if (!unsound && errors.length > 0) throw new Error(errors.map(({ message, where }) => `${where.object?.name ?? ''} ${where.field ?? ''}: ${message}`).join('\n'));
  return found!;
}
