// What keeps a process fast that looks at large systems again and again. V8 forgets the shape of objects once a full collection finds none of them alive, and throws away what it
// has compiled for that shape: almost half of the time of the next run went into compiling it anew. So a few documents of the first large run stay, with all that was derived
// from them.
import type { ManifestDocument } from './documents/document';

const LARGE = 1000;
const OF_EACH_KIND = 4;

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

function fewOf(documents: readonly ManifestDocument[]): readonly ManifestDocument[] {
  const counts = new Map<string, number>();
  return documents.filter(({ object: { kind } }) => {
    const count = counts.get(kind) ?? 0;
    if (count < OF_EACH_KIND) counts.set(kind, count + 1);
    return count < OF_EACH_KIND;
  });
}
