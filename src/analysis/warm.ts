// What keeps a process fast that validates large systems again and again. V8 forgets the shape of objects once a full collection finds none of them alive, and throws away what it
// has compiled for that shape: almost half of the time of the next run went into compiling it anew. So a few documents of the first large run stay, with all that the rules have
// derived from them.
import type { ManifestDocument } from './documents/document';

const LARGE = 1000;
const OF_EACH_KIND = 4;

/** Held only so that it lives. */
let kept: unknown;

/** @param derive what the rules make of a few documents; asked once, by a process that validates a large system */
export function keepWarm(documents: readonly ManifestDocument[], derive: (few: readonly ManifestDocument[]) => unknown): void {
  if (kept !== undefined || documents.length < LARGE) return;
  const few = fewOf(documents);
  kept = few;
  try {
    kept = derive(few);
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
