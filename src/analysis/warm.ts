// What keeps a process fast that looks at large systems again and again. V8 forgets the shape of objects once a full collection finds none of them alive, and throws away what it
// has compiled for that shape: almost half of the time of the next run went into compiling it anew. So a few documents of the first large run stay, with all that was derived
// from them. What is made by a spread has a shape of its own each time: objects that many look at are written out.
import type { ManifestDocument } from './documents/document';
import { record, text } from './model/fields';

const LARGE = 1000;
const OF_EACH_KIND = 4;
const NAMESPACES = 4;
const MOST = 400;

/** What large systems are asked for. */
export type Work = 'rules' | 'reachability';

/** Held only so that it lives. */
const kept: Map<Work, unknown> = new Map();

/** @param derive what is made of a few documents; asked once, by a process that asks this of a large system */
export function keepWarm(work: Work, documents: readonly ManifestDocument[], derive: (few: readonly ManifestDocument[]) => unknown): void {
  if (kept.has(work) || documents.length < LARGE) return;
  const few = fewOf(documents);
  kept.set(work, few);
  try {
    kept.set(work, derive(few));
  } catch {
    // What is wrong with them is said of the whole system.
  }
}

/** Some of each kind, and those of the first namespaces, because what speaks of each other is there. */
function fewOf(documents: readonly ManifestDocument[]): readonly ManifestDocument[] {
  const counts = new Map<string, number>();
  const namespaces = new Set<string>();
  let kept = 0;
  return documents.filter(({ object: { kind, metadata } }) => {
    const count = counts.get(kind) ?? 0;
    const namespace = text(record(metadata).namespace) ?? '';
    if (namespace !== '' && namespaces.size < NAMESPACES) namespaces.add(namespace);
    if (count >= OF_EACH_KIND && (kept >= MOST || !namespaces.has(namespace))) return false;
    counts.set(kind, count + 1);
    kept++;
    return true;
  });
}
