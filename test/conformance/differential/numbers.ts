// Numbers that look random and are the same for the same seed.

/** A whole number from 0 to below the bound. */
export type Next = (below: number) => number;

/** FNV-1a of a text, then xorshift. */
export function sequence(text: string): Next {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193) >>> 0;
  if (state === 0) state = 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

export function pick<T>(items: readonly T[], next: Next): T {
  return items[next(items.length)]!;
}
