import { NetstackError } from '../../src/core/errors';

/** The whole message of the NetstackError that `action` throws, with the line of the test written as `<here>`, so that edits above it change nothing. */
export function sentence(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (!NetstackError.is(error)) throw error;
    return error.source === undefined ? error.message : error.message.replace(error.source, '<here>');
  }
  throw new Error('nothing was thrown');
}

/** What every factory must refuse with one sentence or carry unchanged. */
export const HOSTILE: readonly string[] = [
  '', ' ', 'a\nb', 'a"b', "a'b", 'a`b', 'a}b', 'a{b', 'a#b', 'a;b', '${a}', '$(a)', '{{ a }}', 'a\0b', 'a\\b', 'a\tb', 'a\rb', 'é', 'a\u2028b', '\u202eabc', '\ud800', '💥', 'x'.repeat(65_536),
];
