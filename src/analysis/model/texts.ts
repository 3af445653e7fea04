// Texts that anybody who reads the manifests can read: variables, arguments, ConfigMaps, annotations, and long fields of custom resources.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import { labelsOf, list, record, text } from './fields';

export interface PlainText {
  readonly entry: Entry;
  readonly path: FieldPath;
  readonly text: string;
  /** The name of the variable, key or field. */
  readonly name: string;
  readonly where: 'variable' | 'argument' | 'config' | 'annotation' | 'field';
}

/** Texts of custom resources that are shorter are names and choices. */
const SHORTEST_FIELD = 20;

/** The plain texts of a cluster: `cluster.derive(plainTexts)`. */
export function plainTexts(cluster: ClusterModel): readonly PlainText[] {
  const texts: PlainText[] = [];
  for (const entry of cluster.entries) {
    readMap(entry, ['metadata', 'annotations'], entry.annotations, 'annotation', texts);
    if (entry.group === '' && entry.kind === 'ConfigMap') readMap(entry, ['data'], labelsOf(entry.object.data), 'config', texts);
    else if (entry.group.includes('.') && !entry.group.endsWith('.k8s.io')) readFields(entry, entry.object.spec, ['spec'], texts, 0);
  }
  for (const { entry, spec, specPath, annotations, metadataPath } of cluster.pods) {
    if (metadataPath.length > 1) readMap(entry, [...metadataPath, 'annotations'], annotations, 'annotation', texts);
    for (const part of ['containers', 'initContainers']) {
      list(spec[part]).map(record).forEach((container, i) => {
        const path = [...specPath, part, i];
        list(container.env).map(record).forEach(({ name, value }, j) => {
          if (typeof value === 'string' && value !== '') texts.push({ entry, path: [...path, 'env', j, 'value'], text: value, name: String(name), where: 'variable' });
        });
        for (const field of ['command', 'args']) {
          list(container[field]).forEach((word, j) => {
            if (typeof word === 'string') texts.push({ entry, path: [...path, field, j], text: word, name: field, where: 'argument' });
          });
        }
      });
    }
  }
  return texts;
}

function readMap(entry: Entry, path: FieldPath, map: Readonly<Record<string, string>>, where: 'annotation' | 'config', texts: PlainText[]): void {
  for (const name in map) {
    if (name === 'kubectl.kubernetes.io/last-applied-configuration') continue;
    texts.push({ entry, path: [...path, name], text: map[name]!, name, where });
  }
}

function readFields(entry: Entry, value: unknown, path: Array<string | number>, texts: PlainText[], depth: number): void {
  if (typeof value === 'string') {
    if (value.length >= SHORTEST_FIELD) texts.push({ entry, path: [...path], text: value, name: String(path[path.length - 1]), where: 'field' });
    return;
  }
  if (typeof value !== 'object' || value === null || depth > 40) return;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) readBelow(entry, i, value[i], path, texts, depth);
  } else {
    for (const key in value) readBelow(entry, key, (value as Readonly<Record<string, unknown>>)[key], path, texts, depth);
  }
}

function readBelow(entry: Entry, key: string | number, value: unknown, path: Array<string | number>, texts: PlainText[], depth: number): void {
  if (typeof value === 'string' ? value.length < SHORTEST_FIELD : typeof value !== 'object') return;
  path.push(key);
  readFields(entry, value, path, texts, depth + 1);
  path.pop();
}

/** What a text is the value of: `variable DB_URL`, `key app.yaml`. */
export function printText({ where, name, path }: PlainText): string {
  switch (where) {
    case 'argument': return 'an argument';
    case 'config': return `key ${name}`;
    case 'field': return `field ${String(path.filter((part) => typeof part === 'string').pop())}`;
    default: return `${where} ${name}`;
  }
}

/** The first of some annotations that an object has. */
export function annotationOf(entry: Entry, ...names: readonly string[]): { readonly name: string; readonly value: string } | undefined {
  const { annotations } = entry;
  const name = names.find((one) => text(annotations[one]) !== undefined);
  return name === undefined ? undefined : { name, value: annotations[name]! };
}
