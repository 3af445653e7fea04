// The paths of a kind's references, laid together as one tree, so that an object is walked once whatever the number of its references.
import type { FieldPath } from '../../documents/document';
import type { FieldReference } from './reference';

/** A step down an object. */
interface Step {
  readonly keys: string[];
  /** The place of each key among them. */
  readonly places: Map<string, number>;
  /** The step of each key. */
  readonly fields: Step[];
  items: Step | undefined;
  /** `*`: any one field. */
  any: Step | undefined;
  /** `**`: any depth. */
  deep: Step | undefined;
  readonly references: FieldReference[];
}

/** The tree of a kind. */
export type ReferenceTree = Step;

/** A value that refers, as it stands in a document. */
export interface FoundReference {
  readonly field: FieldReference;
  readonly path: FieldPath;
  readonly value: unknown;
}

/** The segments of a pattern: keys, `[]`, `*` and `**`. */
export function segments(at: string | readonly string[]): readonly string[] {
  if (typeof at !== 'string') return at;
  return at.split('.').flatMap((part) => {
    const items = part.indexOf('[]');
    return items === -1 ? [part] : [part.slice(0, items), ...Array.from({ length: (part.length - items) / 2 }, () => '[]')];
  });
}

/** Lays references together. */
export function referenceTree(references: readonly FieldReference[]): ReferenceTree {
  const root = step();
  for (const reference of references) {
    let at = root;
    for (const segment of segments(reference.at)) {
      if (segment === '[]') at = at.items ??= step();
      else if (segment === '*') at = at.any ??= step();
      else if (segment === '**') at = at.deep ??= step();
      else {
        const known = at.keys.indexOf(segment);
        if (known === -1) {
          at.places.set(segment, at.keys.length);
          at.keys.push(segment);
          at.fields.push(step());
        }
        at = at.fields[known === -1 ? at.fields.length - 1 : known]!;
      }
    }
    at.references.push(reference);
  }
  return root;
}

/** Is given every value that refers. The path is reused: whoever keeps it copies it. */
export interface Visitor {
  found(field: FieldReference, path: FieldPath, value: unknown): void;
}

/** Calls `visitor` for every value of an object that the tree names. Whoever walks many objects gives one empty list for their paths. */
export function eachReference(object: unknown, tree: ReferenceTree, visitor: Visitor, path: Array<string | number> = []): void {
  visit(object, tree, path, visitor);
}

/** Every value of an object that the tree names. */
export function findReferences(object: unknown, tree: ReferenceTree): FoundReference[] {
  const found: FoundReference[] = [];
  eachReference(object, tree, { found: (field, path, value) => found.push({ field, path: [...path], value }) });
  return found;
}

function visit(value: unknown, at: Step, path: Array<string | number>, found: Visitor): void {
  if (at.references.length > 0) for (const field of at.references) found.found(field, path, value);
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    if (at.items) descendAll(value, at.items, path, found);
    if (at.deep) dive(value, at.deep, path, found);
    return;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const only = at.keys.length < FEW ? SEVERAL : onlyKey(fields, at.places);
  if (only >= 0) descend(fields[at.keys[only]!], at.fields[only]!, at.keys[only]!, path, found);
  // No field of a kind is called as what JavaScript gives every object.
  else if (only === SEVERAL) for (let i = 0; i < at.keys.length; i++) {
    const below = fields[at.keys[i]!];
    if (below !== undefined) descend(below, at.fields[i]!, at.keys[i]!, path, found);
  }
  if (at.any) for (const key in fields) descend(fields[key], at.any, key, path, found);
  if (at.deep) dive(fields, at.deep, path, found);
}

/** So few keys are asked for one by one. */
const FEW = 4;
const SEVERAL = -2;

/** The place of the only key that an object has, -1 for none: most have fewer fields than a step has keys. */
function onlyKey(fields: Readonly<Record<string, unknown>>, places: ReadonlyMap<string, number>): number {
  let only = -1;
  for (const key in fields) {
    const place = places.get(key);
    if (place === undefined || fields[key] === undefined) continue;
    if (only !== -1) return SEVERAL;
    only = place;
  }
  return only;
}

/** Asks for the rest of the pattern here and everywhere below. */
function dive(value: unknown, rest: Step, path: Array<string | number>, found: Visitor): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) visit(value, rest, path, found);
  const entries: Iterable<[string | number, unknown]> = Array.isArray(value) ? value.entries() : Object.entries(value);
  for (const [key, below] of entries) {
    path.push(key);
    dive(below, rest, path, found);
    path.pop();
  }
}

function descendAll(values: readonly unknown[], at: Step, path: Array<string | number>, found: Visitor): void {
  for (let i = 0; i < values.length; i++) descend(values[i], at, i, path, found);
}

function descend(value: unknown, at: Step, key: string | number, path: Array<string | number>, found: Visitor): void {
  path.push(key);
  visit(value, at, path, found);
  path.pop();
}

function step(): Step {
  return { keys: [], places: new Map(), fields: [], items: undefined, any: undefined, deep: undefined, references: [] };
}
