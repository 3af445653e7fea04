// What netstack validate says of one object: its problems in the order in which the API server would meet them.
import type { KubernetesObject, Targets } from '../../../src/analysis';
import { SchemaStore } from '../../../src/analysis';
import { printPath } from '../../../src/analysis/documents/document';
import type { KindSchema } from '../../../src/analysis/schema/store';
import { groupVersion, ObjectValidator } from '../../../src/analysis/schema/validator';
import { resolveTargets } from '../../../src/core/targets';
import type { Json } from '../engines/kube-apiserver/documents';

export interface Said {
  readonly id: string;
  readonly field: string;
  readonly message: string;
}

const validators = new Map<string, ObjectValidator>();

function validatorOf(targets: Targets): ObjectValidator {
  const resolved = resolveTargets(targets);
  const key = JSON.stringify(resolved);
  let validator = validators.get(key);
  if (!validator) validators.set(key, (validator = new ObjectValidator(SchemaStore.shipped(), resolved)));
  return validator;
}

export function schemaOf(object: Json, targets: Targets): KindSchema | undefined {
  const { group, version } = groupVersion(String(object.apiVersion));
  const validator = validatorOf(targets);
  return validator.store.find(group, version, String(object.kind), validator.targets);
}

/** Empty when nothing is wrong. */
export function problemsOf(object: Json, targets: Targets): Said[] {
  const validator = validatorOf(targets);
  const checks = validator.checksOf(String(object.apiVersion), String(object.kind));
  if (!checks) return [{ id: 'NS0023', field: 'kind', message: 'no schema' }];
  // A built-in kind is decoded before anything else; whatever its kind, unknown fields are refused before the values are looked at.
  const stage = (id: string): number => (id === 'NS0012' && checks.schema.native ? 0 : id === 'NS0011' ? 1 : 2);
  return validator.problems(object as KubernetesObject, checks)
    // What the server takes and a controller cannot read is said, and is no word of the server.
    .filter(({ id }) => id < 'NS0030')
    .map(({ id, path, message }) => ({ id, field: printPath(path), message }))
    .sort((a, b) => stage(a.id) - stage(b.id));
}
