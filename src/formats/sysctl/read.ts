// Reads a sysctl.d file back (sysctl.conf(5), sysctl.d(5)): `key = value` lines, comments of # and ;, a dash before keys that may fail.

export interface ReadSysctl {
  /** With dots, whichever separator was written. */
  readonly key: string;
  readonly value: string;
  /** Counted from 1. */
  readonly line: number;
  /** A dash stands before the key: nobody minds when the kernel refuses it. */
  readonly mayFail: boolean;
}

/** The settings of a file in their order; of a key that stands twice the last one counts. */
export function readSysctl(text: string): readonly ReadSysctl[] {
  return text.split(/\r?\n/).flatMap((raw, i): ReadSysctl[] => {
    const equals = raw.indexOf('=');
    const said = raw.slice(0, Math.max(equals, 0)).trim();
    const mayFail = said.startsWith('-') && said.length > 1;
    const key = mayFail ? said.slice(1).trimStart() : said;
    return key === '' || key.startsWith('#') || key.startsWith(';') ? [] : [{ key: withDots(key), value: raw.slice(equals + 1).trim().replace(/\s+/g, ' '), line: i + 1, mayFail }];
  });
}

/** Where the first separator is a slash, slashes separate and dots are part of names. */
function withDots(key: string): string {
  return /^[^./]*\//.test(key) ? key.replace(/[./]/g, (sign) => (sign === '/' ? '.' : '/')) : key;
}
