// Reading sysctl.d, haproxy.cfg, WireGuard and HuJSON back: what was printed, and what people write.
import { printHaproxyConfig } from '../../src/formats/haproxy';
import { readHaproxy } from '../../src/formats/haproxy/read';
import { lineOfKey, readHujson } from '../../src/formats/hujson/read';
import { printSysctl } from '../../src/formats/sysctl';
import { readSysctl } from '../../src/formats/sysctl/read';
import { readWireGuard, wireGuardItems } from '../../src/formats/wireguard/read';
import { haproxyWords } from './readers';
import { haproxyL4, haproxyL7, sysctl } from './scenario';

describe('sysctl', () => {
  test('what the scenario prints is read back', () => {
    const read = new Map(readSysctl(printSysctl(sysctl)).map(({ key, value }) => [key, value]));
    expect(Object.fromEntries(read)).toEqual(Object.fromEntries([...Object.entries(sysctl.settings), ...Object.entries(sysctl.unknownKeys ?? {})].map(([key, value]) => [key, Array.isArray(value) ? value.join(' ') : String(value)])));
  });

  test.each<[string, string, readonly unknown[]]>([
    ['slashes, with dots in a name', 'net/ipv4/conf/eth0.1/rp_filter=1', [['net.ipv4.conf.eth0/1.rp_filter', '1', 1, false]]],
    ['comments of both kinds, and what is no setting', '# a = 1\n ; b = 2\nnothing\n\n  c.d   =\t1   2\r\n', [['c.d', '1 2', 5, false]]],
    ['a key that may fail', '- net.a = 1', [['net.a', '1', 1, true]]],
    ['an empty value', 'kernel.core_pattern =', [['kernel.core_pattern', '', 1, false]]],
  ])('%s', (_, text, expected) => {
    expect(readSysctl(text).map(({ key, value, line, mayFail }) => [key, value, line, mayFail])).toEqual(expected);
  });
});

describe('haproxy.cfg', () => {
  test.each([['the fourth layer', haproxyL4], ['the seventh layer', haproxyL7]])('what the scenario prints is read back: %s', (_, config) => {
    const text = printHaproxyConfig(config);
    const lines = text.split('\n');
    const read = readHaproxy(text);
    expect(read.map(({ kind }) => kind)).toEqual(lines.filter((line) => /^\w/.test(line)).map((line) => line.split(' ')[0]));
    // The words are those of the other reader, which was written apart.
    for (const { words, line } of read.flatMap((section) => section.lines)) expect(words.filter((word) => !word.includes('$'))).toEqual(haproxyWords(lines[line - 1]!).filter((word) => !word.includes('<env>')));
    expect(read.flatMap((section) => section.lines)).toHaveLength(lines.filter((line) => /^\s+\S/.test(line)).length);
  });

  test.each<[string, string, readonly string[]]>([
    ['quotes and escapes', 'global\n  a "b c" d\\ e \'f # g\' "h\\"i" # j', ['a', 'b c', 'd e', 'f # g', 'h"i']],
    ['a comment in a word', 'global\n  a b#c', ['a', 'b']],
    ['quotes within a word', 'global\n  a=b" c "d', ['a=b c d']],
    ['lines of Windows', 'global\r\n  maxconn 17\r\n', ['maxconn', '17']],
  ])('%s', (_, text, words) => {
    expect(readHaproxy(text)[0]?.lines[0]?.words).toEqual(words);
  });

  test('sections with their names and lines; what stands before them is passed over', () => {
    expect(readHaproxy('stray\n\nfrontend web\n  bind :80\nbackend app\n').map(({ kind, name, line, lines }) => [kind, name, line, lines.length])).toEqual([['frontend', 'web', 3, 1], ['backend', 'app', 5, 0]]);
  });
});

describe('WireGuard', () => {
  test('lists over lines, comments and cases', () => {
    const [own, peer, none] = readWireGuard('; x\n[interface]\nAddress=10.0.0.1/24, fd00::1/64\nADDRESS = 10.0.1.1/24 # more\n[Peer]\nAllowedIPs =\n[Other]\nA = 1\n');
    expect(wireGuardItems(own!, 'Address')).toEqual([{ value: '10.0.0.1/24', line: 3 }, { value: 'fd00::1/64', line: 3 }, { value: '10.0.1.1/24', line: 4 }]);
    expect(wireGuardItems(peer!, 'AllowedIPs')).toEqual([]);
    expect(none).toBeUndefined();
  });
});

describe('HuJSON', () => {
  test.each<[string, string, unknown]>([
    ['comments and commas', '{ // a\n "a": [1, 2,], /* , */ "b": {}, }', { a: [1, 2], b: {} }],
    ['signs within texts', '{ "a": "// no comment, }", "b": "\\",]" }', { a: '// no comment, }', b: '",]' }],
    ['no HuJSON', '{ a: 1 }', undefined],
    ['two commas', '[1,,]', undefined],
  ])('%s', (_, text, expected) => {
    expect(readHujson(text)).toEqual(expected);
  });

  test('keys have their lines', () => {
    expect(lineOfKey('{\n // x\n "ssh": [] }', 'ssh')).toBe(3);
    expect(lineOfKey('{}', 'ssh')).toBe(1);
  });
});
