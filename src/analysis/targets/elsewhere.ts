// NS0018: a field or a value that the target's schema does not know, and that another channel, line or version of the same kind does.
import type { ResolvedTargets } from '../../core/targets';
import type { FieldPath } from '../documents/document';
import type { Problem } from '../schema/problem';
import type { KindSchema, SchemaStore } from '../schema/store';
import { FORMER_FIELDS } from './former-fields';
import type { Line } from './lines';
import { parseLine, productName, targetName, targetWords } from './lines';
import { generic, nodeAt, valueAt } from './paths';
import { historyOf } from './served';

/** Explains problems of objects of one set of targets. Each field is looked up once, however many objects have it. */
export class Elsewhere {
  private readonly store: SchemaStore;
  private readonly targets: ResolvedTargets;
  private readonly answers: Map<string, Pick<Problem, 'message' | 'fix'> | undefined> = new Map();

  constructor(store: SchemaStore, targets: ResolvedTargets) {
    this.store = store;
    this.targets = targets;
  }

  /** The problem as NS0018 when another line knows the field or the value; otherwise as it is. */
  explain(problem: Problem, schema: KindSchema, object: unknown): Problem {
    const { id, path } = problem;
    if ((id !== 'NS0011' && id !== 'NS0014') || path.length === 0 || path[0] === 'metadata') return problem;
    const last = path[path.length - 1]!;
    const value = id === 'NS0014' ? valueAt(object, path) : undefined;
    if (id === 'NS0011' ? typeof last !== 'string' : typeof value !== 'string') return problem;
    const key = `${schema.line} ${schema.version} ${schema.kind} ${generic(path)}${id === 'NS0014' ? ` ${JSON.stringify(value)}` : ''}`;
    if (!this.answers.has(key)) this.answers.set(key, this.look(schema, path, value as string | undefined));
    const answer = this.answers.get(key);
    return answer ? { id: 'NS0018', path, ...answer } : problem;
  }

  private look(schema: KindSchema, path: FieldPath, value: string | undefined): Pick<Problem, 'message' | 'fix'> | undefined {
    const { group, kind, version } = schema;
    const former = value === undefined ? FORMER_FIELDS[`${group}/${kind} ${generic(path)}`] : undefined;
    const name = value === undefined ? `The field ${String(path[path.length - 1])}` : `The value ${JSON.stringify(value)}`;
    if (former) return { message: `${name} ${former.gone}`, fix: former.fix };
    const has = (other: KindSchema | undefined): boolean => other !== undefined && (value === undefined ? hasField(other, path) : allows(other, path, value));
    if (value !== undefined && !refuses(schema, path, value)) return undefined;
    const versions = this.store.kind(group, kind)?.versions ?? {};
    const lines = (versions[version]?.lines ?? []).filter((line) => has(this.store.at(group, version, kind, line))).map(parseLine);
    if (lines.length > 0) return inLines(name, lines, this.targets, value === undefined ? 'there' : 'allowed');
    for (const other of Object.keys(versions)) {
      if (other === version || !has(this.store.find(group, other, kind, this.targets))) continue;
      const apiVersion = group === '' ? other : `${group}/${other}`;
      return { message: `${name} is of ${apiVersion}, not of ${version}`, fix: `leave it out, or write apiVersion: ${apiVersion}` };
    }
    return undefined;
  }
}

function inLines(name: string, lines: readonly Line[], targets: ResolvedTargets, served: string): Pick<Problem, 'message' | 'fix'> {
  const here = lines.find((line) => line.version === targets[line.system]);
  if (here) {
    const release = `${productName(here.system)} ${here.version}`;
    return {
      message: `${name} is in the experimental channel of ${release} only, and the target is the standard channel`,
      fix: `leave it out, or target ${targetWords(here)} where the experimental definitions are installed`,
    };
  }
  const { words, line, gone } = historyOf(lines, {}, targets, served);
  return { message: `${name} is not in ${targetName(line.system, targets)}: ${words}`, fix: gone ? 'remove it' : `leave it out, or target ${targetWords(line)} if that is what runs` };
}

function hasField(schema: KindSchema, path: FieldPath): boolean {
  return nodeAt(schema, path) !== undefined;
}

function allows(schema: KindSchema, path: FieldPath, value: string): boolean {
  return nodeAt(schema, path)?.enum?.includes(value) === true;
}

/** Whether it is the list of allowed values that refuses the value. */
function refuses(schema: KindSchema, path: FieldPath, value: string): boolean {
  return nodeAt(schema, path)?.enum?.includes(value) === false;
}
