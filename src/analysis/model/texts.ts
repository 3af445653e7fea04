// Texts that anybody who reads the manifests can read: variables, arguments, ConfigMaps, annotations, and long fields of custom resources.
import { mayHoldSecret } from '../../core/secret-formats';
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import { each } from './each';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { labelsOf, list, record, text } from './fields';
import type { PodGroup } from './pods';

export interface PlainText {
  readonly entry: Entry;
  readonly path: FieldPath;
  readonly text: string;
  /** The name of the variable, key or field. */
  readonly name: string;
  readonly where: 'variable' | 'argument' | 'config' | 'annotation' | 'field';
}

const DEEPEST = 40;

/** Texts of custom resources that are shorter are names and choices. */
const SHORTEST_FIELD = 20;

/** Names of what must not be read by everybody, as their last word. */
export const SECRET_NAME: RegExp = /(?:^|[_.-])(?:password|passwd|pwd|passphrase|secret|token|api_?key|access_?key|private_?key|secret_?key|credentials?)$/i;

/** A text that is shorter holds no secret of a known format. */
export const SHORTEST_SECRET = 16;

/** Plain texts of a cluster that hold an address, what may be a secret, or the value of what is called one: `cluster.derive(plainTexts)`. Of the many others nothing is kept. */
export function plainTexts(cluster: ClusterModel): readonly PlainText[] {
  const texts: PlainText[] = [];
  each(cluster.entries, readEntry, texts);
  each(cluster.pods, readPods, texts);
  return texts;
}

function readEntry(entry: Entry, texts: PlainText[]): void {
  readMap(entry, METADATA, 'annotations', entry.annotations, 'annotation', texts);
  if (entry.group === '' && entry.kind === 'ConfigMap') readMap(entry, NOWHERE, 'data', labelsOf(entry.object.data), 'config', texts);
  else if (entry.group.includes('.') && !entry.group.endsWith('.k8s.io') && tells(entry.object.spec, 0)) readFields(entry, entry.object.spec, ['spec'], texts, 0);
}

/** Whether a field or anything below it is to be kept: most objects are looked through without a path. */
function tells(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return tellsText(value);
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return false;
  // Texts are looked at where they stand: most values are texts, and a call for each would cost more than the look.
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i];
      if (typeof item === 'string' ? tellsText(item) : typeof item === 'object' && tells(item, depth + 1)) return true;
    }
  } else {
    for (const key in value) {
      const field = (value as Readonly<Record<string, unknown>>)[key];
      if (typeof field === 'string' ? tellsText(field) : typeof field === 'object' && tells(field, depth + 1)) return true;
    }
  }
  return false;
}

function tellsText(value: string): boolean {
  return value.length >= SHORTEST_FIELD && isTelling(value, '', 'field');
}

function readPods(pods: PodGroup, texts: PlainText[]): void {
  const { entry, spec, annotations, metadataPath } = pods;
  if (metadataPath.length > 1) readMap(entry, metadataPath, 'annotations', annotations, 'annotation', texts);
  readContainers(pods, 'containers', list(spec.containers), texts);
  readContainers(pods, 'initContainers', list(spec.initContainers), texts);
}

const METADATA: FieldPath = ['metadata'];
const NOWHERE: FieldPath = [];

function isTelling(text: string, name: string, where: PlainText['where']): boolean {
  return text.includes('://') || (text.length >= SHORTEST_SECRET && mayHoldSecret(text)) || ((where === 'variable' || where === 'config') && SECRET_NAME.test(name));
}

function readContainers({ entry, specPath }: PodGroup, part: string, containers: readonly Fields[], texts: PlainText[]): void {
  for (let i = 0; i < containers.length; i++) {
    const { env, command, args } = record(containers[i]);
    const variables = list(env);
    for (let j = 0; j < variables.length; j++) {
      const { name, value } = record(variables[j]);
      if (typeof value !== 'string' || value === '' || !isTelling(value, String(name), 'variable')) continue;
      texts.push({ entry, path: [...specPath, part, i, 'env', j, 'value'], text: value, name: String(name), where: 'variable' });
    }
    if (command !== undefined) readArguments(entry, [...specPath, part, i, 'command'], 'command', list(command), texts);
    if (args !== undefined) readArguments(entry, [...specPath, part, i, 'args'], 'args', list(args), texts);
  }
}

function readArguments(entry: Entry, path: FieldPath, name: string, words: readonly Fields[], texts: PlainText[]): void {
  for (let j = 0; j < words.length; j++) {
    const word: unknown = words[j];
    if (typeof word === 'string' && isTelling(word, name, 'argument')) texts.push({ entry, path: [...path, j], text: word, name, where: 'argument' });
  }
}

function readMap(entry: Entry, above: FieldPath, field: string, map: Readonly<Record<string, string>>, where: 'annotation' | 'config', texts: PlainText[]): void {
  for (const name in map) {
    const value = map[name]!;
    if (name === 'kubectl.kubernetes.io/last-applied-configuration' || !isTelling(value, name, where)) continue;
    texts.push({ entry, path: [...above, field, name], text: value, name, where });
  }
}

function readFields(entry: Entry, value: unknown, path: Array<string | number>, texts: PlainText[], depth: number): void {
  if (typeof value === 'string') {
    if (value.length >= SHORTEST_FIELD && isTelling(value, '', 'field')) texts.push({ entry, path: [...path], text: value, name: String(path[path.length - 1]), where: 'field' });
    return;
  }
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return;
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
