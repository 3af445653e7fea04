// Keys that Kubernetes' reader refuses, and that others turn into text: null, lists and mappings.
// The last are what is left of a template that nobody has filled in: `{{ .Values.name }}: a`.
import type * as Yaml from 'yaml';

/** Few texts have anything like it, so that the careful reader is seldom asked. */
const SUSPECT = /\{[ \t]*[{[]|(?:^|[{,])[ \t-]*(?:\?[ \t]|(?:~|null|Null|NULL|[[{][^\n]{0,200}[\]}])[ \t]*:(?=\s|$))/m;

export interface OddKey {
  /** From the beginning of the text. */
  readonly offset: number;
  readonly what: 'null' | 'a list' | 'a mapping';
}

/** The first key that no object can have, in a text that reads as YAML. */
export function findOddKey(text: string): OddKey | undefined {
  if (!SUSPECT.test(text)) return undefined;
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const yaml = require('yaml') as typeof Yaml;
  let found: OddKey | undefined;
  yaml.visit(yaml.parseDocument(text, { version: '1.1', merge: true, uniqueKeys: false, strict: false, logLevel: 'silent' }), {
    Pair(_, { key }) {
      const what = yaml.isSeq(key) ? 'a list' : yaml.isMap(key) ? 'a mapping' : yaml.isScalar(key) && key.value === null ? 'null' : undefined;
      if (what === undefined) return undefined;
      found = { offset: (key as Yaml.Node).range?.[0] ?? 0, what };
      return yaml.visit.BREAK;
    },
  });
  return found;
}
