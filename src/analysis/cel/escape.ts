// Names of fields as expressions write them. Source: apiserver pkg/cel/escaping.go.

const RESERVED: ReadonlySet<string> = new Set([
  'true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while',
]);
const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/;
const SPECIAL = /__|[./-]/g;
const ESCAPED: ReadonlyMap<string, string> = new Map([['__', '__underscores__'], ['.', '__dot__'], ['-', '__dash__'], ['/', '__slash__']]);

/** The name of a property in expressions, or undefined when expressions cannot reach it. */
export function escapeName(name: string): string | undefined {
  if (RESERVED.has(name)) return `__${name}__`;
  if (PLAIN.test(name) && !name.includes('__')) return name;
  if (!/^[A-Za-z_./-][A-Za-z0-9_./-]*$/.test(name)) return undefined;
  return name.replace(SPECIAL, (sign) => ESCAPED.get(sign)!);
}

/** Since 1.31 a field that is named like a reserved word answers to that name too. */
export function isReserved(name: string): boolean {
  return RESERVED.has(name);
}
