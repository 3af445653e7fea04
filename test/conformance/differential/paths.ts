// Fields of a document by their path.
import type { Json } from '../engines/kube-apiserver/documents';

export type Path = readonly (string | number)[];

export const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Takes a field away. */
export const GONE: unique symbol = Symbol('gone');

/** A copy in which `made` stands at the path; what is not on the path is shared. */
export function put(value: unknown, path: Path, made: unknown): unknown {
  if (path.length === 0) return made;
  const [part, ...rest] = path;
  const copy = (Array.isArray(value) ? [...value as unknown[]] : { ...value as Json }) as Record<string | number, unknown>;
  const inner = put(copy[part!], rest, made);
  if (inner !== GONE) copy[part!] = inner;
  else if (Array.isArray(copy)) copy.splice(Number(part), 1);
  else delete copy[part!];
  return copy;
}

export function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, part) => (typeof inner === 'object' && inner !== null ? (inner as Record<string | number, unknown>)[part] : undefined), value);
}

/** Every path below a value, its own first. */
export function pathsOf(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((item, i) => pathsOf(item, [...path, i]))];
  return isMap(value) ? [path, ...Object.entries(value).flatMap(([name, item]) => pathsOf(item, [...path, name]))] : [path];
}

export const printed = (path: Path): string => path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${part}`)).join('');

/** A path as either side prints it, in one form: `spec.ports.0.name`. Keys in brackets lose their brackets and quotes. */
export function plain(field: string): string {
  return field.replace(/\["?|"?\]/g, '.').replace(/\.{2,}/g, '.').replace(/^\.|\.$/g, '');
}

/** The same without places in lists, for messages that do not tell them. */
export function withoutPlaces(field: string): string {
  return plain(field).split('.').filter((part) => !/^\d+$/.test(part)).join('.');
}
