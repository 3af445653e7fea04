// The texts of Istio's policies: exact, `prefix*`, `*suffix`, `*` for anything that is there (pilot/pkg/security/authz/matcher), and templates of paths.

/** Whether a text meets a value of a policy. `*` asks that something is there. */
export function meetsText(value: string, text: string, ignoreCase: boolean = false): boolean {
  if (value === '*') return text !== '';
  const [wanted, given] = ignoreCase ? [value.toLowerCase(), text.toLowerCase()] : [value, text];
  if (wanted.startsWith('*')) return given.endsWith(wanted.slice(1));
  return wanted.endsWith('*') ? given.startsWith(wanted.slice(0, -1)) : given === wanted;
}

/** Headers: one that is sent with nothing in it is there, too. */
export function meetsHeader(value: string, text: string, ignoreCase: boolean = false): boolean {
  return value === '*' || meetsText(value, text, ignoreCase);
}

const LETTER = "[a-zA-Z0-9\\-._~%!$&'()+,;:@=]";
const TEMPLATE = /\{\*\*?\}/g;

/** Whether a value of `paths` has `{*}` or `{**}` in it. */
export function isTemplate(value: string): boolean {
  return value.includes('{*}') || value.includes('{**}');
}

const compiled = new Map<string, RegExp>();
const KEPT = 4096;

/** `{*}` is one segment, `{**}` any rest. One operator of each segment, so that nothing is tried twice. */
export function meetsPath(value: string, path: string): boolean {
  if (!isTemplate(value)) return meetsText(value, path);
  let pattern = compiled.get(value);
  if (pattern === undefined) {
    let source = '';
    let last = 0;
    for (const { 0: operator, index } of value.matchAll(TEMPLATE)) {
      source += quote(value.slice(last, index)) + (operator === '{*}' ? `${LETTER}+` : `(?:${LETTER}|/)*`);
      last = index + operator.length;
    }
    pattern = new RegExp(`^${source}${quote(value.slice(last))}$`);
    if (compiled.size >= KEPT) compiled.clear();
    compiled.set(value, pattern);
  }
  return pattern.test(path);
}

function quote(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

/** `*` in the middle of a text stands for anything: the parts follow each other. */
export function hasInOrder(parts: readonly string[], text: string): boolean {
  let at = 0;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}
