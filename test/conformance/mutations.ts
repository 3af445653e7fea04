// Objects with one mistake, or one oddity, each: made from a whole object, at places that a fixed sequence of numbers picks.
import type { Json } from './engines/kube-apiserver/documents';

type Path = readonly (string | number)[];

interface Mutation {
  readonly name: string;
  /** Whether it can be made of this value. */
  readonly fits: (value: unknown, path: Path) => boolean;
  /** The value that stands there instead; `GONE` takes the field away. */
  readonly make: (value: unknown) => unknown;
}

const GONE: unique symbol = Symbol('gone');
const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const isField = (path: Path): boolean => typeof path.at(-1) === 'string';

const MUTATIONS: readonly Mutation[] = [
  { name: 'without it', fits: (_, path) => isField(path), make: () => GONE },
  { name: 'null', fits: () => true, make: () => null },
  { name: 'an unknown field', fits: isMap, make: (value) => ({ ...value as Json, unknownHere: 1 }) },
  { name: 'an empty map', fits: isMap, make: () => ({}) },
  { name: 'an empty list', fits: Array.isArray, make: () => [] },
  { name: 'an item twice', fits: (value) => Array.isArray(value) && value.length > 0, make: (value) => [...value as unknown[], structuredClone((value as unknown[])[0])] },
  { name: 'a null among items', fits: Array.isArray, make: (value) => [...value as unknown[], null] },
  { name: 'a text', fits: (value) => typeof value !== 'string', make: () => 'text' },
  { name: 'another text', fits: (value) => typeof value === 'string', make: (value) => `${String(value)} ~` },
  { name: 'an empty text', fits: (value) => typeof value === 'string', make: () => '' },
  { name: 'a long text', fits: (value) => typeof value === 'string', make: () => 'x'.repeat(5000) },
  { name: 'a number', fits: (value) => typeof value !== 'number', make: () => 7 },
  { name: 'a negative number', fits: (value) => typeof value === 'number', make: () => -7 },
  { name: 'a large number', fits: (value) => typeof value === 'number', make: () => 5_000_000_000 },
  { name: 'a fraction', fits: (value) => typeof value === 'number', make: () => 1.5 },
  { name: 'a boolean', fits: (value) => typeof value !== 'boolean', make: () => true },
  { name: 'a list', fits: (value) => !Array.isArray(value), make: (value) => [value] },
  { name: 'a map', fits: (value) => !isMap(value), make: () => ({ a: 'b' }) },
];

export interface Mutated {
  /** `spec.rules[0].name: a number` */
  readonly name: string;
  readonly object: Json;
}

/** `count` mutations of an object; its apiVersion, kind and metadata stay. The same object gives the same ones. */
export function mutations(object: Json, count: number): Mutated[] {
  const { apiVersion, kind, metadata, ...body } = object;
  const places: Path[] = [];
  const walk = (value: unknown, path: Path): void => {
    if (path.length > 0) places.push(path);
    if (Array.isArray(value)) value.forEach((item, i) => walk(item, [...path, i]));
    else if (isMap(value)) for (const [name, item] of Object.entries(value)) walk(item, [...path, name]);
  };
  walk(body, []);
  if (places.length === 0) return [];
  const next = sequence(JSON.stringify(object));
  const out = new Map<string, Mutated>();
  for (let tries = 0; out.size < count && tries < count * 4; tries++) {
    const path = places[next(places.length)]!;
    const value = path.reduce<unknown>((at, part) => (at as Record<string | number, unknown>)[part], body);
    const fitting = MUTATIONS.filter((one) => one.fits(value, path));
    const mutation = fitting[next(fitting.length)]!;
    const name = `${print(path)}: ${mutation.name}`;
    if (!out.has(name)) out.set(name, { name, object: { apiVersion, kind, metadata, ...put(body, path, mutation.make(value)) as Json } });
  }
  return [...out.values()];
}

function put(value: unknown, path: Path, made: unknown): unknown {
  if (path.length === 0) return made;
  const [part, ...rest] = path;
  const copy = (Array.isArray(value) ? [...value as unknown[]] : { ...value as Json }) as Record<string | number, unknown>;
  const inner = put(copy[part!], rest, made);
  if (inner === GONE) delete copy[part!];
  else copy[part!] = inner;
  return copy;
}

const print = (path: Path): string => path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${part}`)).join('');

/** Numbers below a bound, the same ones for the same text (FNV-1a, then xorshift). */
function sequence(text: string): (below: number) => number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}
