import * as fc from 'fast-check';
import { NetstackError } from '../../src/core/errors';

/** Texts that break out of badly quoted places. */
export const HOSTILE: readonly string[] = [
  'a\nb', 'a\r\nb', 'a\u0000b', 'a\u0007b', 'a\tb', 'a\u0085b', 'a\u2028b', '\ud800', 'a"b', "a'b", 'a`b', 'a\\', 'a\\"b', '\\\\"', '}', '{', 'a}b', '; drop', 'a;b', '#c', 'a #c', 'a#b',
  '${HOME}', '$HOME', '{$HOME}', '{%HOME%}', '{{ .Name }}', '{{', '{', '{{{', '}}', '%[src]', '100%', '%%', '-i', '--', '-f /etc/passwd', ' lead', 'trail ', 'two  spaces',
  'ключ', '你好', '🙂', 'é', 'null', 'yes', '0x1f', '1e3', '2020-01-01', '- a', 'a: b', '*', '&a', '!tag', '|', '>', '@', '', 'x'.repeat(65_536), 'é'.repeat(32_768),
];

const PIECES = ['\n', '\r', '\u0000', '"', "'", '`', '\\', '{', '}', ';', '#', '$', '%', '[', ']', '(', ')', ' ', '{{', '}}', '${', '%[', '-', '=', ':', ',', 'é', '🙂', 'a', '1', '/', '*', '@'];

/** Any text, thick with what the lexers of configuration languages look at. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

/** What `print` gives, or undefined when it refuses with a sentence of ours. Any other error is a bug and passes through. */
export function printedOrRefused<T>(print: () => T): T | undefined {
  try {
    return print();
  } catch (error) {
    if (!NetstackError.is(error)) throw error;
    expect(error.message).not.toMatch(/[\n\r\u0000]/);
    expect(error.message.length).toBeLessThan(600);
    return undefined;
  }
}

/** For every text: the printer refuses it, or its reader gives back the very same text. At least some must be carried, or the test shows nothing. */
export function expectReadBack(print: (text: string) => string, read: (file: string) => unknown): void {
  let carried = 0;
  const hold = (text: string): void => {
    const file = printedOrRefused(() => print(text));
    if (file === undefined) return;
    carried += 1;
    expect(read(file)).toEqual(text);
  };
  HOSTILE.forEach(hold);
  fc.assert(fc.property(anyText, hold), { numRuns: 400 });
  expect(carried).toBeGreaterThan(0);
}
