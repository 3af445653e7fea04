import { Http } from '../../src/core/http';
import { Path } from '../../src/core/path';
import { HOSTILE, sentence } from './sentence';

test('every method has its factory', () => {
  const all = [Http.any(), Http.get(), Http.head(), Http.post(), Http.put(), Http.patch(), Http.delete(), Http.options(), Http.methods(['POST', 'GET', 'POST'])];
  expect(all.map((http) => http.methods.join(' '))).toEqual(['', 'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'GET POST']);
});

test('paths are exact unless they say otherwise, sorted, each once', () => {
  expect(Http.any(['/b', Path.prefix('/a'), '/a', Path.exact('/b')]).paths.map(String)).toEqual(['exact /a', 'exact /b', 'prefix /a']);
  expect(Http.get('/a').paths).toEqual([Path.exact('/a')]);
});

test('each step is a new condition', () => {
  const get = Http.get('/orders');
  const canary = get.withHeader('X-Canary', ['b', 'a', 'b']).withHeader('Accept', 'text/html');
  const known = canary.withJwt({ issuer: 'https://id.example.com', audiences: ['z', 'orders'], claims: { role: ['operator', 'admin'], area: ['cn'] } });
  expect([get.headers, get.jwt]).toEqual([[], undefined]);
  expect(canary.headers).toEqual([{ name: 'accept', values: ['text/html'] }, { name: 'x-canary', values: ['a', 'b'] }]);
  expect(known.headers).toEqual(canary.headers);
  expect(JSON.stringify(known.jwt)).toBe('{"issuer":"https://id.example.com","audiences":["orders","z"],"claims":{"area":["cn"],"role":["admin","operator"]}}');
  expect(String(known)).toBe('GET exact /orders accept="text/html" x-canary="a"|"b" jwt https://id.example.com');
});

test('nothing of it can be changed', () => {
  const http = Http.get('/a').withHeader('a', 'b').withJwt({ issuer: 'i', claims: { role: ['a'] } });
  const { methods, paths, headers, jwt } = http;
  for (const part of [http, methods, paths, headers, headers[0], headers[0]?.values, jwt, jwt?.audiences, jwt?.claims, jwt?.claims.role]) {
    expect(part !== undefined && Object.isFrozen(part)).toBe(true);
  }
});

test('keys are equal exactly where conditions are, in whatever order they were said', () => {
  const said = Http.methods(['GET', 'POST'], ['/b', '/a']).withHeader('x', ['1', '2']).withHeader('Y', '3').withJwt({ issuer: 'i', claims: { a: ['1'], b: ['2'] } });
  const otherwise = Http.methods(['POST', 'GET'], ['/a', '/b']).withJwt({ issuer: 'i', claims: { b: ['2'], a: ['1'] } }).withHeader('y', '3').withHeader('X', ['2', '1']);
  expect(otherwise.key()).toBe(said.key());
  const all = [Http.any(), Http.get(), Http.get('/a'), Http.get(Path.prefix('/a')), Http.get().withHeader('a', 'b'), Http.get().withJwt({ issuer: 'i' }), Http.get().withJwt({ issuer: 'i', audiences: ['a'] })];
  expect(new Set(all.map((http) => http.key())).size).toBe(all.length);
});

test('a claim may be called __proto__', () => {
  const claims = JSON.parse('{"__proto__":["a"]}') as Record<string, string[]>;
  expect(JSON.stringify(Http.any().withJwt({ issuer: 'i', claims }).jwt?.claims)).toBe('{"__proto__":["a"]}');
});

const token = `ghp_${'a1'.repeat(18)}`;
const secret = "holds a secret (GitHub token) (<here>): keep the secret out of the program and pass a SecretRef, such as SecretRef.existing('name', 'key')";
test.each<[() => unknown, string]>([
  [() => Http.methods([]), "HTTP methods [] are not a list with one method or more (<here>): name them, as in Http.methods(['GET', 'POST']), or write Http.any()."],
  [() => Http.methods('GET' as never), "HTTP methods \"GET\" are not a list with one method or more (<here>): name them, as in Http.methods(['GET', 'POST']), or write Http.any()."],
  [() => Http.methods(['get' as never]), 'HTTP method "get" is not known (<here>): give one of CONNECT, DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, TRACE.'],
  [() => Http.get([]), "HTTP paths [] are neither a path nor a list of them (<here>): give one such as Path.prefix('/orders'), or leave it out for any path."],
  [() => Http.get(7 as never), "HTTP paths 7 are neither a path nor a list of them (<here>): give one such as Path.prefix('/orders'), or leave it out for any path."],
  [() => Http.get('/a/*'), "Path \"/a/*\" holds a \"*\", which is no wildcard here (<here>): write Path.prefix('/a') for everything below a path, or Path.regex(…)."],
  [() => Http.get().withHeader('x canary', '1'), "HTTP header name \"x canary\" is not a token (<here>): use 1 to 256 letters, digits and \"-\", as in 'x-canary'."],
  [() => Http.get().withHeader('a', '1').withHeader('A', '2'), "HTTP header \"a\" is matched twice (<here>): give its values together, as in withHeader('a', ['a', 'b'])."],
  [() => Http.get().withHeader('a', []), 'Value of HTTP header "a" [] is not a list with one text or more (<here>): give one exact value or a list of them, in visible ASCII.'],
  [() => Http.get().withHeader('a', 'b\r\nc: d'), 'Value of HTTP header "a" "b\\r\\nc: d" is not a text of 1 to 4096 visible ASCII characters (<here>): give one exact value or a list of them, in visible ASCII.'],
  [() => Http.get().withHeader('authorization', `Bearer ${token}`), `Value of HTTP header "authorization" ${secret}.`],
  [() => Http.get().withHeader(token, 'a'), `The HTTP header name ${secret}.`],
  [() => Http.get().withJwt(null as never), "JWT requirement null is not an object (<here>): give { issuer: 'https://id.example.com' }."],
  [() => Http.get().withJwt({ issuer: '' }), "JWT issuer \"\" is not a text of 1 to 4096 visible ASCII characters (<here>): give the iss claim, such as 'https://id.example.com'."],
  [() => Http.get().withJwt({ issuer: 'i', audiences: 'orders' as never }), "JWT audience \"orders\" is not a list with one text or more (<here>): give a list of aud claims, such as ['orders']."],
  [() => Http.get().withJwt({ issuer: 'i', claims: { role: [7 as never] } }), "Value of JWT claim \"role\" 7 is not a text of 1 to 4096 visible ASCII characters (<here>): give a list of exact values, such as ['admin']."],
  [() => Http.get().withJwt({ issuer: 'i' }).withJwt({ issuer: 'j' }), 'HTTP condition already requires a token of "i" (<here>): call withJwt once, with all audiences and claims.'],
])('%s', (action, message) => {
  expect(sentence(action)).toBe(message);
});

test.each(HOSTILE)('hostile %p is one sentence, or carried unchanged', (text) => {
  const visible = /^[\x21-\x7e]{1,100}$/.test(text) || text === '{{ a }}';
  if (visible) {
    expect(Http.get().withHeader('a', text).headers[0]?.values).toEqual([text]);
    expect(Http.get().withJwt({ issuer: text, claims: { [text]: [text] } }).jwt).toEqual({ issuer: text, audiences: [], claims: { [text]: [text] } });
    return;
  }
  for (const action of [() => Http.get().withHeader('a', text), () => Http.get().withHeader(`a ${text}`, 'b'), () => Http.get().withJwt({ issuer: text }), () => Http.get().withJwt({ issuer: 'i', claims: { [text]: ['a'] } })]) {
    expect(sentence(action)).toMatch(/^[^\n]* \(<here>\): [^\n]*\.$/);
  }
});
