import { Path } from '../../src/core/path';
import { HOSTILE, sentence } from './sentence';

test.each([
  [Path.exact('/'), 'exact', '/'],
  [Path.exact('/api/v1/orders/'), 'exact', '/api/v1/orders/'],
  [Path.of('/caf%C3%A9'), 'exact', '/caf%C3%A9'],
  [Path.exact("/a-b_c.d~!$&'()+,;=:@"), 'exact', "/a-b_c.d~!$&'()+,;=:@"],
  [Path.exact('/...'), 'exact', '/...'],
  [Path.prefix('/'), 'prefix', '/'],
  [Path.prefix('/orders/'), 'prefix', '/orders'],
  [Path.regex('/orders/[0-9]+'), 'regex', '/orders/[0-9]+'],
])('%s', (path, type, value) => {
  expect([path.type, path.value, path.key(), String(path), JSON.parse(JSON.stringify(path)), Object.isFrozen(path)]).toEqual([type, value, `${type} ${value}`, `${type} ${value}`, { type, value }, true]);
  expect(Path.of(path)).toBe(path);
});

test.each<[() => unknown, string]>([
  [() => Path.of(7 as never), "Path 7 is not a string (<here>): give an absolute path, such as Path.exact('/api/v1/orders')."],
  [() => Path.of('orders'), "Path \"orders\" does not begin with \"/\" (<here>): give an absolute path, such as Path.exact('/api/v1/orders')."],
  [() => Path.prefix(''), "Path \"\" does not begin with \"/\" (<here>): give an absolute path, such as Path.prefix('/api/v1/orders')."],
  [() => Path.of('/orders/*'), "Path \"/orders/*\" holds a \"*\", which is no wildcard here (<here>): write Path.prefix('/orders') for everything below a path, or Path.regex(…)."],
  [() => Path.of('/orders*'), "Path \"/orders*\" holds a \"*\", which is no wildcard here (<here>): write Path.prefix('/api/v1/orders') for everything below a path, or Path.regex(…)."],
  [() => Path.exact('/a?b=1'), 'Path "/a?b=1" holds a "?" (<here>): leave the query out; it is no part of the path.'],
  [() => Path.exact('/a#b'), 'Path "/a#b" holds a "#" (<here>): leave the fragment out; it never reaches a server.'],
  [() => Path.exact('/a//b'), 'Path "/a//b" holds "//" (<here>): write each "/" once; proxies merge them.'],
  [() => Path.exact('/a/../b'), 'Path "/a/../b" holds a "." or ".." segment (<here>): write the path that it leads to; proxies resolve them.'],
  [() => Path.prefix('/a/.'), 'Path "/a/." holds a "." or ".." segment (<here>): write the path that it leads to; proxies resolve them.'],
  [() => Path.exact('/a%2Fb'), 'Path "/a%2Fb" holds an encoded "/" (<here>): write a plain "/"; engines disagree on %2F.'],
  [() => Path.exact('/café'), "Path \"/café\" holds a character that no URL path carries (<here>): percent-encode it, as in '/caf%C3%A9'."],
  [() => Path.exact('/a%zz'), "Path \"/a%zz\" holds a character that no URL path carries (<here>): percent-encode it, as in '/caf%C3%A9'."],
  [() => Path.exact(`/${'x'.repeat(1024)}`), `Path "/${'x'.repeat(43)}…" (1025 characters) is longer than 1024 characters (<here>): shorten it.`],
  [() => Path.exact(`/hook/ghp_${'a1'.repeat(18)}`), "The path holds a secret (GitHub token) (<here>): keep the secret out of the program and pass a SecretRef, such as SecretRef.existing('name', 'key')."],
  [() => Path.regex(''), "Path \"\" is empty (<here>): give a pattern, such as Path.regex('/orders/[0-9]+')."],
  [() => Path.regex(/x/ as never), "Path an instance of RegExp is not a string (<here>): give a pattern, such as Path.regex('/orders/[0-9]+')."],
  [() => Path.regex('/a b'), 'Path "/a b" holds a space, a control character or a non-ASCII character (<here>): match the percent-encoded form, which is what arrives.'],
  [() => Path.regex('/(?!admin)'), 'Path "/(?!admin)" is not an RE2 pattern: it has a look-around (<here>): see https://github.com/google/re2/wiki/Syntax.'],
  [() => Path.regex('x'.repeat(1025)), `Path "${'x'.repeat(44)}…" (1025 characters) is longer than 1024 characters (<here>): shorten it.`],
])('%s', (action, message) => {
  expect(sentence(action)).toBe(message);
});

test.each(HOSTILE.filter((text) => !["a'b", '$(a)', 'a;b', ''].includes(text)))('hostile %p is one sentence', (text) => {
  for (const make of [Path.exact, Path.prefix, Path.of]) expect(sentence(() => make(`/${text}`))).toMatch(/^Path .* \(<here>\): [^\n]*\.$/);
});
