// The second reader: slower, and it knows where each node stands. Runs only over documents that have findings.
import type * as Yaml from 'yaml';
import { locateInBlocks } from './block-positions';
import type { FieldPath, Position } from './document';

interface Place {
  /** Offset of the key, or of the list item. */
  readonly offset: number;
}

/**
 * Finds `field` in a YAML or JSON text that holds one document.
 *
 * A field that is not there is found at the nearest node above it.
 *
 * @param text - the document's text
 * @param firstLine - the line of the file on which the text begins, from 1
 */
export function makeLocator(text: string, firstLine: number): (field: FieldPath) => Position | undefined {
  const key = {};
  return (field) => {
    const quick = locateInBlocks(text, field);
    return quick ? { line: quick.line + firstLine - 1, column: quick.column } : recently(key, () => prepare(text, firstLine))(field);
  };
}

type Find = (field: FieldPath) => Position | undefined;

/** What was read a second time is large, and soon not asked any more. */
const MOST_KEPT = 16;
const kept: Map<object, Find> = new Map();

function recently(key: object, prepared: () => Find): Find {
  const find = kept.get(key) ?? prepared();
  kept.delete(key);
  kept.set(key, find);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
  return find;
}

/** The slow reader alone, for those who compare. */
export function locateByReading(text: string, firstLine: number): Find {
  return prepare(text, firstLine);
}

function prepare(text: string, firstLine: number): Find {
  // Loaded here: it costs 20 ms, and a clean run never needs it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const yaml = require('yaml') as typeof Yaml;
  const lines = new yaml.LineCounter();
  let root: Yaml.Node | null;
  try {
    root = yaml.parseDocument(text, { lineCounter: lines, version: '1.1', merge: true, uniqueKeys: false, strict: false, logLevel: 'silent' }).contents;
  } catch {
    root = null;
  }
  if (root === null) return () => undefined;
  const anchors = new Map<string, Yaml.Node>();
  yaml.visit(root, {
    Node: (_key, node) => {
      const anchor = (node as { anchor?: string }).anchor;
      if (anchor !== undefined) anchors.set(anchor, node as Yaml.Node);
    },
  });
  const resolve = (node: unknown): unknown => (yaml.isAlias(node) ? anchors.get(node.source) : node);

  const step = (node: unknown, part: string | number): { child: unknown; place: Place } | undefined => {
    const target = resolve(node);
    if (typeof part === 'number') {
      const item = yaml.isSeq(target) ? (target.items[part] as Yaml.Node | undefined) : undefined;
      return item?.range ? { child: item, place: { offset: item.range[0] } } : undefined;
    }
    if (!yaml.isMap(target)) return undefined;
    const pairs = target.items as Yaml.Pair<Yaml.Node, Yaml.Node | null>[];
    const pair = pairs.find((candidate) => isKey(candidate.key, part));
    if (pair?.key.range) return { child: pair.value, place: { offset: pair.key.range[0] } };
    for (const candidate of pairs) {
      if (!isKey(candidate.key, '<<')) continue;
      const merged = resolve(candidate.value);
      for (const source of yaml.isSeq(merged) ? merged.items : [merged]) {
        const found = step(source, part);
        if (found) return found;
      }
    }
    return undefined;
  };
  return (field) => {
    let node: unknown = root;
    let place: Place = { offset: root.range?.[0] ?? 0 };
    for (const part of field) {
      const found = step(node, part);
      if (!found) break;
      node = found.child;
      place = found.place;
    }
    const { line, col } = lines.linePos(place.offset);
    return { line: line + firstLine - 1, column: col };
  };
}

/** The fast reader turns `on: 1` into the key "true"; the text may still be asked for either. */
function isKey(key: unknown, name: string): boolean {
  const scalar = key as { value?: unknown; source?: string } | null;
  return scalar !== null && (scalar.value === name || scalar.source === name || (typeof scalar.value !== 'object' && String(scalar.value) === name));
}
