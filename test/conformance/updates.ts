// Rules about changes (`self == oldSelf`): an object is created for real, and the API server is asked in dry run to put another in its place. It must refuse exactly what
// validation refuses when it is given the object of before.
import type { KubernetesObject, Targets } from '../../src/analysis';
import { SchemaStore } from '../../src/analysis';
import { parse } from '../../src/analysis/cel/parser';
import { printPath } from '../../src/analysis/documents/document';
import type { SchemaNode } from '../../src/analysis/schema/node';
import type { KindSchema } from '../../src/analysis/schema/store';
import { ObjectValidator } from '../../src/analysis/schema/validator';
import { resolveTargets } from '../../src/core/targets';
import { Generator, hintsOf } from '../analysis/cel/generator';
import { generatedObjects, NEW, OLD, repaired, writtenObjects } from './differential/bases';
import type { Case } from './differential/compare';
import { fieldOf } from './differential/compare';
import type { Next } from './differential/numbers';
import { sequence } from './differential/numbers';
import { schemaOf } from './differential/ours';
import type { Path } from './differential/paths';
import { at, GONE, isMap, plain, printed, put } from './differential/paths';
import type { Json } from './engines/kube-apiserver/documents';
import { rawObject } from './engines/kube-apiserver/documents';
import { judgeReplacements } from './engines/kube-apiserver/judge';

interface Change {
  readonly path: Path;
  readonly rule: string;
  readonly node: SchemaNode;
}

/** Values that each rule is asked with. */
const VALUES = 6;

/** @returns what the two say differently; prints the counts */
export async function judgeUpdates(seed: string, newest: boolean): Promise<string[]> {
  const next = sequence(`updates ${seed}`);
  // One cluster for each line: documents are asked one after the other, and a server takes long to start.
  const clusters = new Set((newest ? [NEW] : [OLD, NEW]).map((targets) => JSON.stringify(resolveTargets(targets))));
  const cases = [...generatedObjects(), ...writtenObjects()].filter(({ object, targets }) => {
    const schema = schemaOf(object, targets);
    return schema !== undefined && changesOf(schema).length > 0 && clusters.has(JSON.stringify(resolveTargets(targets)));
  });
  const before = (await repaired(cases)).flatMap((one) => withFields(one, next));
  const pairs = before.map((one) => ({ one, others: changesOf(schemaOf(one.object, one.targets)!).flatMap((change) => changed(one, change, next)) }));
  const answers = await judgeReplacements(pairs.map(({ one: { name, object, targets }, others }) => (
    { document: { ...rawObject(name, object), targets }, others: others.map(({ object: other }) => other) }
  )));
  const rules = new Set<string>();
  const counts = { accepted: 0, refused: 0, sameField: 0 };
  const wrong = pairs.flatMap(({ one, others }, i) => (answers[i] ?? []).flatMap((answer, k) => {
    const other = others[k]!;
    const [first] = problemsOf(other.object, one.object, one.targets);
    const accepted = answer.status === 200;
    counts[accepted ? 'accepted' : 'refused']++;
    if (!accepted && first && fieldOf(answer) === plain(printPath(first.path))) counts.sameField++;
    if (!accepted) rules.add(`${String(one.object.kind)} ${other.field} ${other.rule}`);
    if (accepted === (first === undefined)) return [];
    return [`${one.name}, ${other.name}: the server says ${answer.status} ${answer.message.slice(0, 300)}, validation says ${first === undefined ? 'nothing' : `${printPath(first.path)}: ${first.message}`}; before ${JSON.stringify(one.object)}`];
  }));
  const created = answers.filter((one) => one !== undefined).length;
  console.log(`updates: ${counts.accepted + counts.refused} of ${created} created objects, seed ${seed}: ${counts.accepted} accepted and ${counts.refused} refused (at ${rules.size} places a rule about changes was asked and the update refused), `
    + `the same first field for ${counts.sameField}; ${wrong.length} disagreements`);
  return wrong;
}

/** Where the rules of a kind about changes stand, below fields alone. */
function changesOf(schema: KindSchema): Change[] {
  const found: Change[] = [];
  const walk = (node: SchemaNode, path: Path): void => {
    for (const { rule } of node.cel ?? []) if (/\boldSelf\b/.test(rule)) found.push({ path, rule, node });
    if (path.length < 6) for (const [name, child] of Object.entries(node.properties ?? {})) walk(schema.node(child), [...path, name]);
  };
  walk(schema.root, []);
  return found;
}

/** The object as it is, and with each of the ruled fields filled in where its parent stands. */
function withFields(one: Case, next: Next): Case[] {
  const schema = schemaOf(one.object, one.targets)!;
  return [one, ...changesOf(schema).flatMap((change) => {
    const parent = at(one.object, change.path.slice(0, -1));
    if (!isMap(parent) || at(one.object, change.path) !== undefined) return [];
    return [{ ...one, name: `${one.name} with ${printed(change.path)}`, object: put(one.object, change.path, valuesOf(change, schema, next, 1)[0]) as Json }];
  })];
}

function changed(one: Case, change: Change, next: Next): { readonly name: string; readonly object: Json; readonly field: string; readonly rule: string }[] {
  const old = at(one.object, change.path);
  if (!isMap(at(one.object, change.path.slice(0, -1)))) return [];
  const values = valuesOf(change, schemaOf(one.object, one.targets)!, next, VALUES).map((value) => (isMap(value) && isMap(old) ? { ...old, ...value } : value));
  return [old, GONE, ...values].filter((value) => value !== undefined && !(value === GONE && old === undefined))
    .map((value) => ({ name: `${printed(change.path)} ${value === GONE ? 'taken away' : JSON.stringify(value).slice(0, 100)}`, object: put(one.object, change.path, value) as Json, field: printed(change.path), rule: change.rule }));
}

function valuesOf({ node, rule }: Change, schema: KindSchema, next: Next, count: number): unknown[] {
  const generator = new Generator(schema.node, () => next(1_000_000) / 1_000_000, hintsOf(parse(rule)));
  return Array.from({ length: count }, () => generator.value(node));
}

const validators = new Map<string, ObjectValidator>();

function problemsOf(object: Json, old: Json, targets: Targets): ReturnType<ObjectValidator['problems']> {
  const resolved = resolveTargets(targets);
  const key = JSON.stringify(resolved);
  let validator = validators.get(key);
  if (!validator) validators.set(key, (validator = new ObjectValidator(SchemaStore.shipped(), resolved)));
  return validator.problems(object as KubernetesObject, validator.checksOf(String(object.apiVersion), String(object.kind))!, old as KubernetesObject);
}
