// Reading a Corefile back: what was printed, and what people write.
import { printCorefile } from '../../src/formats/corefile';
import type { ReadDirective } from '../../src/formats/corefile/read';
import { readCorefile } from '../../src/formats/corefile/read';
import { corefile } from './scenario';

/** A line as `name arg arg { … }`. */
const words = ({ name, args, body }: ReadDirective): string => [name, ...args, ...body.length > 0 ? ['{', ...body.map(words), '}'] : []].join(' ');
const blocks = (text: string): string[] => readCorefile(text).blocks.map(({ keys, plugins }) => `${keys.join(' ')}: ${plugins.map(words).join('; ')}`);

test('what the scenario prints is read back', () => {
  const read = readCorefile(printCorefile(corefile));
  expect(read.problem).toBeUndefined();
  expect(read.blocks.map(({ keys }) => keys)).toEqual(corefile.servers.map(({ zones }) => zones.map((zone) => `${zone}:53`)));
  expect(read.blocks.map(({ plugins }) => plugins.map(({ name }) => name).sort())).toEqual(corefile.servers.map(({ plugins }) => plugins.map(({ plugin }) => plugin).sort()));
  expect(read.blocks.flatMap(({ plugins }) => plugins).find(({ name, args }) => name === 'cache' && args[0] === '4700')?.body.map(words)).toEqual([
    'success 47000 1700', 'denial 4700 47', 'prefetch 17 28m20s 17%', 'serve_stale 1h',
  ]);
});

test.each([
  ['quotes, comments and braces on one line', '.:53 { # all {\n log . "{remote} \\"x\\""\n kubernetes cluster.local { ttl 30 }\n cache 30#x\n}', ['.:53: log . {remote} "x"; kubernetes cluster.local { ttl 30 }; cache 30']],
  ['keys over lines', 'a.example,\n b.example:1053 {\n whoami\n}', ['a.example b.example:1053: whoami']],
  ['one block without braces', '.:53\nwhoami\ncache 30 {\n success 10\n}\n', ['.:53: whoami; cache 30 { success 10 }']],
  ['snippets', '(common) {\n errors\n cache 30\n}\na {\n import common\n whoami\n}\nb {\n import common\n}', ['a: errors; cache 30; whoami', 'b: errors; cache 30']],
  ['Windows lines', '.:53 {\r\n  cache 30\r\n}\r\n', ['.:53: cache 30']],
  ['nothing', '\n# nothing\n', []],
] as const)('%s', (_, text, expected) => {
  expect(blocks(text)).toEqual(expected);
});

test('lines are counted', () => {
  const [block] = readCorefile('\n.:53 {\n\n  cache 30 {\n    success 1\n  }\n}').blocks;
  expect([block!.line, block!.plugins[0]!.line, block!.plugins[0]!.body[0]!.line]).toEqual([2, 4, 5]);
});

test('files that nobody has here make a block incomplete', () => {
  const { blocks: [first, second], complete } = readCorefile('.:53 {\n cache 30\n import custom/*.override\n}\nb {\n whoami\n}\nimport custom/*.server\n');
  expect([first!.complete, second!.complete, complete]).toEqual([false, true, false]);
});

test.each([
  ['.:53 {\n cache 30 {\n  success 1\n', 2, 'The { of this line is never closed'],
  ['.:53 {\n cache 30\n}\n}\n', 4, 'A } stands where a server block begins'],
  ['.:53,\n {\n whoami\n}', 2, 'A comma stands before the brace, and no further zone'],
  ['(a) {\n errors\n}\n(a) {\n errors\n}', 4, 'The snippet (a) stands twice'],
  [`. {\n${'a {\n'.repeat(5000)}`, 102, 'Braces are nested too deeply'],
])('%#: %j is no Corefile', (text, line, message) => {
  expect(readCorefile(text).problem).toEqual({ line, message });
});
