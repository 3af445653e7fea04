// Which DNS names a `matchPattern` of Cilium holds, by the words of pkg/fqdn/matchpattern. Read from left to right without the host's regular expressions: a star
// never crosses a dot, so each label is matched for itself, and of the ways to place what stands between two stars the leftmost is as good as every other.
import { atLeast } from '../../core/targets';

const DOT = 46;
const STAR = 42;

/** Cilium refuses longer patterns. */
const LONGEST = 255;

/** The line since which stars and a dot at the beginning stand for one label or more. */
const SEVERAL_LABELS = '1.19';

/**
 * Whether a pattern holds a name: `*` stands for letters of one label or for none, alone it is every name, and `**.` at the beginning is one label or more, on lines of
 * Cilium that know it.
 */
export function patternHolds(pattern: string, name: string, line: string | undefined): boolean {
  const wanted = canonicalName(pattern.trim());
  const given = canonicalName(name);
  if (wanted.length > LONGEST) return false;
  let stars = 0;
  while (wanted.charCodeAt(stars) === STAR) stars++;
  if (stars > 0 && stars === wanted.length) return true;
  if (stars < 2 || wanted.charCodeAt(stars) !== DOT || !atLeast(line ?? SEVERAL_LABELS, SEVERAL_LABELS)) return labelsHold(wanted, 0, given, 0);
  // The labels behind the prefix stand at the end of the name, and those before them are whole.
  let end = given.length;
  for (let at = wanted.length; at > stars; at--) {
    if (wanted.charCodeAt(at - 1) !== DOT) continue;
    end = given.lastIndexOf('.', end - 1);
    if (end <= 0) return false;
  }
  return areLabels(given, end) && labelsHold(wanted, stars, given, end);
}

/** A name as DNS compares it. */
export function canonicalName(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

/** Whether the rest of a pattern holds the rest of a name, label by label. */
function labelsHold(pattern: string, fromPattern: number, name: string, fromName: number): boolean {
  let p = fromPattern;
  let n = fromName;
  // Behind the last star of this label, and where the name went on when it was met.
  let resume = -1;
  let taken = -1;
  while (n < name.length || p < pattern.length) {
    const wanted = p < pattern.length ? pattern.charCodeAt(p) : -1;
    const given = n < name.length ? name.charCodeAt(n) : -1;
    if (wanted === STAR) {
      resume = ++p;
      taken = n;
    } else if (wanted === given) {
      p++;
      n++;
      // What a star has taken is settled at the end of its label.
      if (given === DOT) resume = -1;
    } else if (resume !== -1 && taken < name.length && isOfLabel(name.charCodeAt(taken))) {
      n = ++taken;
      p = resume;
    } else {
      return false;
    }
  }
  return true;
}

/** Whether a name is labels that are not empty, up to an end. */
function areLabels(name: string, end: number): boolean {
  let before = DOT;
  for (let i = 0; i < end; i++) {
    const code = name.charCodeAt(i);
    if (code === DOT ? before === DOT : !isOfLabel(code)) return false;
    before = code;
  }
  return before !== DOT;
}

/** Small letters, digits, `-` and `_`. */
function isOfLabel(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 45 || code === 95;
}
