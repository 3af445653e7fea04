// Prints a sysctl.d file: `key = value`, sorted. The format has comment lines only, no quotes and no escapes.
import { shorten } from '../../core/errors';
import { refuse } from '../refuse';
import { byText, checkedInteger, checkedText } from '../text';
import { REMOVED_KEYS, grammarOf } from './keys';
import type { SysctlFile, SysctlGrammar, SysctlValue } from './model';

const KEY = /^[a-z][a-z0-9_]*(\.[A-Za-z0-9_@:+=/-]+)+$/;
const UNKNOWN_VALUE = /^[A-Za-z0-9_.,:/-]+( [A-Za-z0-9_.,:/-]+)*$/;

/** Prints a sysctl.d file. @throws NetstackError for unknown and removed keys, and for values that the kernel would refuse */
export function printSysctl(file: SysctlFile): string {
  const lines = [
    ...Object.entries(file.settings).filter(([, value]) => value !== undefined).map(([key, value]) => [key, settingText(key, value)] as const),
    ...Object.entries(file.unknownKeys ?? {}).filter(([, value]) => value !== undefined).map(([key, value]) => [key, unknownText(key, value)] as const),
  ];
  if (lines.length === 0) refuse('sysctl', 'The file sets nothing', 'give it at least one key');
  return lines.sort(([a], [b]) => byText(a, b)).map(([key, value]) => `${key} = ${value}\n`).join('');
}

function settingText(key: string, value: SysctlValue): string {
  checkKey(key);
  const grammar = grammarOf(key);
  if (!grammar) return refuse('sysctl', `The key ${shorten(key)} is not known`, 'check its spelling; a key that this library does not know goes into `unknownKeys`');
  return valueText(value, grammar, `sysctl ${key}`);
}

function unknownText(key: string, value: SysctlValue): string {
  checkKey(key);
  const where = `sysctl ${key}`;
  if (grammarOf(key)) refuse(where, 'The key is known', 'move it from `unknownKeys` to `settings`, where its value is checked');
  if (typeof value === 'string') {
    if (!UNKNOWN_VALUE.test(checkedText(value, where))) refuse(where, `The value ${shorten(value)} has characters that no setting has`, 'use letters, digits and _ . , : / -, with single spaces between');
    return value;
  }
  return numbers(value).map((number) => checkedInteger(number, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, where)).join(' ');
}

function checkKey(key: string): void {
  if (key.length > 255 || !KEY.test(key)) refuse('sysctl', `${shorten(key)} is no sysctl key`, 'write it with dots, such as net.ipv4.tcp_rmem, with a slash for a dot within an interface name');
  const reason = Object.hasOwn(REMOVED_KEYS, key) ? REMOVED_KEYS[key] : undefined;
  if (reason) refuse('sysctl', `The key ${key} does not exist any more`, reason);
}

function valueText(value: SysctlValue, grammar: SysctlGrammar, where: string): string {
  switch (grammar.kind) {
    case 'integer':
      return String(checkedInteger(value as number, grammar.min, grammar.max, where));
    case 'word':
      if (typeof value !== 'string' || !grammar.pattern.test(value)) refuse(where, `${shorten(value)} is no name that the kernel knows there`, 'use lower-case letters, digits and _');
      return value as string;
    case 'tuple': {
      const list = numbers(value);
      if (list.length !== grammar.length) refuse(where, `${shorten(value)} has ${list.length} numbers`, `give ${grammar.length} numbers`);
      list.forEach((number, i) => {
        checkedInteger(number, grammar.min, grammar.max, where);
        if (grammar.ascending && i > 0 && number < list[i - 1]) refuse(where, `${list.join(' ')} is not in ascending order`, 'put the smallest first');
      });
      return list.join(' ');
    }
  }
}

function numbers(value: SysctlValue): readonly number[] {
  return Array.isArray(value) ? value : [value as number];
}
