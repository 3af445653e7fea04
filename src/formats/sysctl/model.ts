// The typed model of a sysctl.d file, with the keys that network hosts set.

/** A file for /etc/sysctl.d. */
export interface SysctlFile {
  /** Known keys, each with a value of its own grammar. */
  readonly settings: { readonly [key: string]: SysctlValue };
  /** Keys that this library does not know. Their values are carried as they are. */
  readonly unknownKeys?: { readonly [key: string]: SysctlValue };
}

/** A number, the numbers of a tuple in their order, or a word. */
export type SysctlValue = number | readonly number[] | string;

/** What a known key takes. */
export type SysctlGrammar =
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'tuple'; readonly length: number; readonly min: number; readonly max: number; readonly ascending: boolean }
  | { readonly kind: 'word'; readonly pattern: RegExp };
