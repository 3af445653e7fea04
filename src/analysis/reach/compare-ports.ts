// What one set of ports has and another has not.
import { joinRanges } from './connections';
import type { PortRange } from './pairs';

/** The ports of `a` that are not in `b`. */
export function withoutRanges(a: readonly PortRange[], b: readonly PortRange[]): readonly PortRange[] {
  const holes = joinRanges(b);
  return joinRanges(a).flatMap(({ protocol, from, to }): readonly PortRange[] => {
    const rest: PortRange[] = [];
    let start = from;
    for (const hole of holes) {
      if (hole.protocol !== protocol || hole.to < start || hole.from > to) continue;
      if (hole.from > start) rest.push({ protocol, from: start, to: hole.from - 1 });
      start = hole.to + 1;
    }
    if (start <= to) rest.push({ protocol, from: start, to });
    return rest;
  });
}
