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
    const [, dash, key, value] = /^\s*(-?)\s*([^\s#;=][^=]*?)\s*=\s*(.*?)\s*$/.exec(raw) ?? [];
    return key === undefined ? [] : [{ key: withDots(key), value: value!.replace(/\s+/g, ' '), line: i + 1, mayFail: dash === '-' }];
  });
}

/** Where the first separator is a slash, slashes separate and dots are part of names. */
function withDots(key: string): string {
  return /^[^./]*\//.test(key) ? key.replace(/[./]/g, (sign) => (sign === '/' ? '.' : '/')) : key;
}
