// The YAML of cdk8s, faster. Where the bytes are not certain to be the same, cdk8s' own `Yaml` writes the document.
import { Yaml } from 'cdk8s';
import { emitDocument } from './document';

/** One value of every form, to hold the installed cdk8s against. */
const PROBE: Readonly<Record<string, unknown>> = {
  plain: ['text', 'a:b', 'x-y_z', 'café'],
  looksLikeSomethingElse: ['', 'yes', 'null', '0755', '1_000', '12:30', 'e1234567', '2001-01-01', '- a', 'a: b', 'a #b', '*', '~', '<<', "it's", '"q"'],
  lines: ['a\nb', 'a\nb\n', ' a\nb\n\n', '\n a', 'a\n ', '"a\nb"', `${'long '.repeat(9)}\x01\n\nline\n`],
  unprintable: ['\0\x07\x1b[0m', '\ud800', '\u0085'],
  numbers: [0, -0, 1.5, 1e21, Number.NaN, Number.POSITIVE_INFINITY],
  others: [true, false, null, undefined, [], {}, [[]], [['a'], { b: [{ c: 1 }] }]],
  '---': 1,
  'on': { 'a b': 1, '': 2, '%x': 3, '\n': 4 },
};

let agrees: boolean | undefined;

/** Whether the installed cdk8s writes `PROBE` as we do. Asked once, at the first document. */
function agreesWithCdk8s(): boolean {
  return (agrees ??= emitDocument(PROBE, false) === Yaml.stringify(PROBE));
}

/**
 * `document` as `Yaml.stringify(document)` of cdk8s writes it.
 *
 * @param freshTree no object occurs twice in it; see `emitDocument`
 */
export function stringifyDocument(document: unknown, freshTree: boolean): string {
  if (typeof document === 'object' && document !== null && agreesWithCdk8s()) {
    const text = emitDocument(document, freshTree);
    if (text !== undefined) return text;
  }
  return Yaml.stringify(document);
}
