// Texts: the strings extension in the versions that Kubernetes has. Indices count code points. Source: cel-go ext/strings.go, apiserver pkg/cel/library/regex.go.
import { find, findAll } from '../regex';
import { runes } from '../text';
import type { CelValue } from '../value';
import { CelFailure, CelList, ItemList } from '../value';
import { format } from './format-text';
import type { Library } from './library';
import { onText, onTexts } from './library';

function position(index: CelValue): number | undefined {
  return typeof index === 'number' ? index : undefined;
}

function outOfRange(index: number): CelFailure {
  return new CelFailure(`the index ${index} is out of range`);
}

function indexOf(text: string, part: string, from: number): number {
  if (part === '') return from;
  if (from < 0) throw outOfRange(from);
  const all = runes(text);
  const wanted = runes(part);
  for (let i = from; i + wanted.length <= all.length; i++) if (wanted.every((rune, j) => all[i + j] === rune)) return i;
  return -1;
}

function lastIndexOf(text: string, part: string, from?: number): number {
  const all = runes(text);
  if (part === '') return from ?? all.length;
  if (from !== undefined && from < 0) throw outOfRange(from);
  const wanted = runes(part);
  if (from !== undefined && from >= all.length) return -1;
  for (let i = Math.min(from ?? all.length, all.length - wanted.length); i >= 0; i--) if (wanted.every((rune, j) => all[i + j] === rune)) return i;
  return -1;
}

function substring(text: string, start: number, end?: number): string {
  const all = runes(text);
  const stop = end ?? all.length;
  if (end !== undefined && start > end) throw new CelFailure(`there is no part of a text from ${start} to ${end}`);
  if (start < 0 || start > all.length) throw outOfRange(start);
  if (stop < 0 || stop > all.length) throw outOfRange(stop);
  return all.slice(start, stop).join('');
}

function charAt(text: string, index: number): string {
  const all = runes(text);
  if (index < 0 || index > all.length) throw outOfRange(index);
  return all[index] ?? '';
}

/** As Go's strings.SplitN. */
function split(text: string, separator: string, limit: number): string[] {
  if (limit === 0) return [];
  const parts = separator === '' ? runes(text) : text.split(separator);
  return limit < 0 || parts.length <= limit ? parts : [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
}

/** As Go's strings.Replace. */
function replace(text: string, old: string, by: string, limit: number): string {
  if (limit === 0) return text;
  if (old !== '') {
    const parts = split(text, old, limit < 0 ? -1 : limit + 1);
    return parts.join(by);
  }
  const all = runes(text);
  let left = limit < 0 ? all.length + 1 : limit;
  return [...all.map((rune) => (left-- > 0 ? by + rune : rune)), left > 0 ? by : ''].join('');
}

function join(list: CelValue, separator: string): string | undefined {
  if (!(list instanceof CelList)) return undefined;
  const parts: string[] = [];
  for (const item of list) {
    if (typeof item !== 'string') throw new CelFailure('only texts can be joined');
    parts.push(item);
  }
  return parts.join(separator);
}

const QUOTED: Readonly<Record<string, string>> = { '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '\\': '\\\\', '"': '\\"' };

/** White space of Unicode, as Go's strings.TrimSpace has it. */
const SPACE = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** From both ends inwards: an expression that is held at the end would look at all white space within. */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && SPACE.test(text[start]!)) start++;
  while (end > start && SPACE.test(text[end - 1]!)) end--;
  return text.slice(start, end);
}

const texts = (items: readonly string[]): ItemList => new ItemList(items);

export const STRINGS: Library = {
  name: 'texts', since: 0,
  functions: {
    '.charAt/1': (text, index) => (typeof text === 'string' && position(index) !== undefined ? charAt(text, index as number) : undefined),
    '.indexOf/1': onTexts((text, part) => indexOf(text, part, 0)),
    '.indexOf/2': (text, part, from) => (typeof text === 'string' && typeof part === 'string' && position(from) !== undefined ? indexOf(text, part, from as number) : undefined),
    '.lastIndexOf/1': onTexts((text, part) => lastIndexOf(text, part)),
    '.lastIndexOf/2': (text, part, from) => (typeof text === 'string' && typeof part === 'string' && position(from) !== undefined ? lastIndexOf(text, part, from as number) : undefined),
    '.lowerAscii/0': onText((text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())),
    '.upperAscii/0': onText((text) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())),
    '.replace/2': (text, old, by) => (typeof text === 'string' && typeof old === 'string' && typeof by === 'string' ? replace(text, old, by, -1) : undefined),
    '.replace/3': (text, old, by, limit) => (
      typeof text === 'string' && typeof old === 'string' && typeof by === 'string' && position(limit) !== undefined ? replace(text, old, by, limit as number) : undefined),
    '.split/1': onTexts((text, separator) => texts(split(text, separator, -1))),
    '.split/2': (text, separator, limit) => (
      typeof text === 'string' && typeof separator === 'string' && position(limit) !== undefined ? texts(split(text, separator, limit as number)) : undefined),
    '.substring/1': (text, start) => (typeof text === 'string' && position(start) !== undefined ? substring(text, start as number) : undefined),
    '.substring/2': (text, start, end) => (
      typeof text === 'string' && position(start) !== undefined && position(end) !== undefined ? substring(text, start as number, end as number) : undefined),
    '.trim/0': onText(trim),
    '.join/0': (list) => join(list, ''),
    '.join/1': (list, separator) => (typeof separator === 'string' ? join(list, separator) : undefined),
    '.find/1': onTexts((text, pattern) => find(text, pattern) ?? ''),
    '.findAll/1': onTexts((text, pattern) => texts(findAll(text, pattern, Infinity))),
    '.findAll/2': (text, pattern, limit) => (
      typeof text === 'string' && typeof pattern === 'string' && position(limit) !== undefined ? texts(findAll(text, pattern, (limit as number) < 0 ? Infinity : limit as number)) : undefined),
  },
};

export const STRINGS_2: Library = {
  name: 'texts, second version', since: 29,
  functions: {
    '.format/1': (text, values) => (typeof text === 'string' && values instanceof CelList ? format(text, values) : undefined),
    'strings.quote/1': onText((text) => `"${text.replace(/[\x07\b\f\n\r\t\v\\"]/g, (sign) => QUOTED[sign]!)}"`),
  },
};
