// "Did you mean".

/** The name that `wrong` was most likely meant to be, or undefined when none is near. */
export function suggest(wrong: string, known: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.min(3, Math.floor(wrong.length / 3)));
  const folded = fold(wrong);
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const name of known) {
    if (fold(name) === folded) return name;
    if (Math.abs(name.length - wrong.length) > limit) continue;
    const distance = editDistance(wrong, name, bestDistance);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** Case and separators aside: `backoff` is `backOff`, `per_try` is `perTry`. */
function fold(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

/** Optimal string alignment: insert, delete, replace, swap neighbours. Gives up at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (a.length > 100 || b.length > 100) return limit;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) value = Math.min(value, before[j - 2]! + 1);
      row[j] = value;
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
