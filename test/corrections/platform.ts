// The order platform as it is written, by file and by object.
import { orderPlatform } from '../../examples/order-platform/platform';
import { NetworkApp } from '../../src';
import type { Assembly } from '../../src';

const { objects, ...assembly } = orderPlatform(new NetworkApp()).assembly();

export const files: Assembly['files'] = assembly.files;

/** Manifests are read as data here. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Manifest = any;

/** The manifest of an object of Beijing. */
export function manifest(kind: string, name: string): Manifest {
  const found = objects.filter((one) => one.cluster === 'beijing' && one.kind === kind && one.name === name);
  if (found.length !== 1) throw new Error(`${found.length} objects are ${kind} ${name}`);
  return found[0]!.document;
}

export function kinds(): readonly string[] {
  return [...new Set(objects.map(({ kind }) => kind))].sort();
}

/** The lines of a file, without their indentation. */
export function lines(path: string): readonly string[] {
  const text = files[`files/${path}`];
  if (text === undefined) throw new Error(`no file ${path}`);
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
}

/** The lines of a block of a Corefile, from the line that opens it to the line that closes it. */
export function block(path: string, opening: string): readonly string[] {
  const all = files[`files/${path}`]!.split('\n');
  const start = all.indexOf(opening);
  if (start < 0) throw new Error(`no block ${opening}`);
  return all.slice(start + 1, all.indexOf('}', start)).map((line) => line.trim());
}
