// Patterns are written for Go (RE2). Here they are said in the grammar of JavaScript with the `u` flag, so that both accept the same strings.

/**
 * Patterns on which a backtracking engine takes exponential time, and the same language said without ambiguity.
 * Each pair is held equal by a test over all short strings.
 */
export const UNAMBIGUOUS: Readonly<Record<string, string>> = {
  '^([-a-zA-Z0-9_*]+[.]?)+$': '^[-a-zA-Z0-9_*]+([.][-a-zA-Z0-9_*]+)*[.]?$',
  '^([-a-zA-Z0-9_]+[.]?)+$': '^[-a-zA-Z0-9_]+([.][-a-zA-Z0-9_]+)*[.]?$',
  '^[!-~]+([\\t ]?[!-~]+)*$': '^[!-~]+([\\t ][!-~]+)*$',
  '^(([0-9]*(\\.[0-9]*)?(ms|s|h|m|us)+)+|Auto)$': '^(([0-9]*(\\.[0-9]*)?(s|h|m|us))+|Auto)$',
  '^([0-9]+(ns|us|µs|ms|s|m|h)?)+$': '^[0-9]+((ns|us|µs|ms|s|m|h)[0-9]+)*(ns|us|µs|ms|s|m|h)?$',
  '^(\\*|https?:\\/\\/(\\*|(\\*\\.)?(([\\w-]+\\.?)+)?[\\w-]+)(:\\d{1,5})?)$': '^(\\*|https?:\\/\\/(\\*|(\\*\\.)?[\\w-]+(\\.[\\w-]+)*)(:\\d{1,5})?)$',
  '^(\\*|[A-Za-z][A-Za-z0-9+.-]*:\\/\\/(\\*|(\\*\\.)?(([\\w-]+\\.?)+)?[\\w-]+)(:\\d{1,5})?)$':
    '^(\\*|[A-Za-z][A-Za-z0-9+.-]*:\\/\\/(\\*|(\\*\\.)?[\\w-]+(\\.[\\w-]+)*)(:\\d{1,5})?)$',
  // All parts are optional and nothing holds the end: every text matches.
  '^((https?:)(\\/\\/\\/?)([\\w]*(?::[\\w]*)?@)?([\\d\\w\\.-]+)(?::(\\d+))?)?([\\/\\\\\\w\\.()-]*)?(?:([?][^#]*)?(#.*)?)*': '^',
  // Not held at the start: the optional front of the second half changes nothing but the time (cubic).
  '^([0-9]{1,4})|([a-zA-Z0-9]-?)*[a-zA-Z](-?[a-zA-Z0-9])*$': '^([0-9]{1,4})|[a-zA-Z](-?[a-zA-Z0-9])*$',
  '^(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[0-9]{1,4})|([a-zA-Z0-9]-?)*[a-zA-Z](-?[a-zA-Z0-9])*$':
    '^(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[0-9]{1,4})|[a-zA-Z](-?[a-zA-Z0-9])*$',
};

/** A Go pattern in JavaScript's grammar; `undefined` when it cannot be said there. */
export function toJavaScript(pattern: string): string | undefined {
  const safe = UNAMBIGUOUS[pattern] ?? pattern;
  let out = '';
  let fold = false;
  let inClass = false;
  for (let i = 0; i < safe.length; i++) {
    const c = safe[i]!;
    if (!inClass && safe.startsWith('(?i)', i)) {
      // Only at the very start (after an anchor): there it holds for the whole pattern.
      if (!/^\^?$/.test(safe.slice(0, i))) return undefined;
      fold = true;
      i += 3;
    } else if (!inClass && safe.startsWith('(?', i) && safe[i + 2] !== ':') {
      return undefined;
    } else if (c === '\\') {
      const next = safe[++i];
      if (next === undefined) return undefined;
      if (next === 'P' || next === 'p') {
        // Go allows one-letter classes without braces.
        const name = safe[i + 1] === '{' ? /^\{(\^?)([A-Za-z]+)\}/.exec(safe.slice(i + 1)) : null;
        if (safe[i + 1] === '{' && (!name || name[1])) return undefined;
        const category = name ? name[2]! : safe[i + 1]!;
        out += `\\${next}{${category}}`;
        i += name ? name[0].length : 1;
      } else if (next === 's') {
        // Go's \s is ASCII only.
        out += inClass ? '\\t\\n\\f\\r ' : '[\\t\\n\\f\\r ]';
      } else if (next === 'S') {
        if (inClass) return undefined;
        out += '[^\\t\\n\\f\\r ]';
      } else if (next === 'z') {
        out += '$';
      } else if (next === 'A') {
        out += '^';
      } else if (/[aCQEbB0-9]/.test(next)) {
        return undefined;
      } else if (/[dDwWtnrfvx]/.test(next) || /[\^$\\.*+?()[\]{}|/-]/.test(next)) {
        // The `u` flag knows `\-` only inside a class.
        out += next === '-' && !inClass ? '-' : `\\${next}`;
      } else {
        out += next;
      }
    } else if (inClass) {
      if (c === ']') inClass = false;
      if (c === '[' && safe[i + 1] === ':') return undefined;
      if (fold && /[a-zA-Z]/.test(c)) return undefined;
      out += c === '[' ? '\\[' : c;
    } else if (c === '[') {
      inClass = true;
      out += c;
      if (safe[i + 1] === '^') out += safe[++i];
    } else if (c === '.') {
      // Go's dot refuses only the newline, JavaScript's also \r, U+2028 and U+2029.
      out += '[^\\n]';
    } else if (fold && /[a-zA-Z]/.test(c)) {
      out += foldCase(c);
    } else {
      out += c;
    }
  }
  try {
    new RegExp(out, 'u');
  } catch {
    return undefined;
  }
  return out;
}

// Unicode simple folding as RE2 does it: K and S have a third form.
function foldCase(letter: string): string {
  const lower = letter.toLowerCase();
  const more = lower === 'k' ? '\u212a' : lower === 's' ? '\u017f' : '';
  return `[${lower}${letter.toUpperCase()}${more}]`;
}
