// `'%s is %d'.format([…])`. Source: cel-go ext/formatting.go, which prints numbers the English way (golang.org/x/text/message).
import { compareText } from '../compare';
import { printDuration, printTimestamp } from '../time';
import { decodeText, encodeText, printDouble } from '../text';
import type { CelValue } from '../value';
import { CelFailure, CelList, CelMap, Double, Duration, isInt, Timestamp, typeName, TypeName, Uint } from '../value';

const CLAUSE = /%(?:%|(?:\.(\d+))?([sdfebxXo]))/y;
const PRECISION = 6;

export function format(text: string, values: CelList): string {
  let out = '';
  let used = 0;
  for (let at = 0; at < text.length; ) {
    if (text[at] !== '%') {
      const next = text.indexOf('%', at);
      const end = next < 0 ? text.length : next;
      out += text.slice(at, end);
      at = end;
      continue;
    }
    CLAUSE.lastIndex = at;
    const clause = CLAUSE.exec(text);
    if (!clause) throw new CelFailure(`${JSON.stringify(text.slice(at, at + 4))} is no formatting clause`);
    at = CLAUSE.lastIndex;
    const [whole, precision, verb] = clause;
    if (whole === '%%') {
      out += '%';
      continue;
    }
    if (used >= values.size) throw new CelFailure(`there is no value for clause ${used + 1} of the format`);
    out += print(verb!, precision === undefined ? PRECISION : Number(precision), values.at(used++));
  }
  return out;
}

function print(verb: string, precision: number, value: CelValue): string {
  switch (verb) {
    case 's': return asText(value);
    case 'd': return whole(value, 10, verb);
    case 'b': return typeof value === 'boolean' ? String(Number(value)) : whole(value, 2, verb);
    case 'o': return whole(value, 8, verb);
    case 'x':
    case 'X': {
      const bytes = typeof value === 'string' ? encodeText(value) : value;
      const hex = bytes instanceof Uint8Array ? Buffer.from(bytes).toString('hex') : whole(value, 16, verb);
      return verb === 'X' ? hex.toUpperCase() : hex;
    }
    default: {
      const number = value instanceof Double ? value.value : typeof value === 'string' ? UNUSUAL.get(value) : undefined;
      if (number === undefined) throw wrongClause(verb, value);
      return verb === 'f' ? fixed(number, precision) : scientific(number, precision);
    }
  }
}

const UNUSUAL: ReadonlyMap<string, number> = new Map([['NaN', NaN], ['Infinity', Infinity], ['-Infinity', -Infinity]]);

function wrongClause(verb: string, value: CelValue): CelFailure {
  return new CelFailure(`%${verb} does not print values of type ${typeName(value)}`);
}

function whole(value: CelValue, base: number, verb: string): string {
  if (isInt(value)) return value.toString(base);
  if (value instanceof Uint) return value.value.toString(base);
  throw wrongClause(verb, value);
}

function unusual(number: number): string | undefined {
  return Number.isNaN(number) ? 'NaN' : number === Infinity ? '∞' : number === -Infinity ? '-∞' : undefined;
}

function fixed(number: number, precision: number): string {
  const odd = unusual(number);
  if (odd !== undefined) return odd;
  const [digits, fraction] = rounded(number, Math.min(precision, 70)).split('.') as [string, string | undefined];
  const grouped = digits.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Ties go to the even digit; JavaScript takes them up. */
function rounded(number: number, places: number): string {
  const up = number.toFixed(places);
  const exact = number.toFixed(places + 30);
  if (!/^50*$/.test(exact.slice(exact.length - 30))) return up;
  const down = exact.slice(0, places === 0 ? -31 : -30);
  return Number(down.slice(-1)) % 2 === 0 ? down : up;
}

const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** The precision is taken for the width, upstream too. */
function scientific(number: number, width: number): string {
  const odd = unusual(number);
  if (odd !== undefined) return odd.padStart(width);
  const [mantissa, exponent] = number.toExponential(PRECISION).split('e') as [string, string];
  const digits = exponent.slice(1).padStart(2, '0').replace(/\d/g, (digit) => RAISED[Number(digit)]!);
  return `${mantissa}×10${exponent.startsWith('-') ? '⁻' : ''}${digits}`.padStart(width);
}

/** What `%s` prints. */
function asText(value: CelValue): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string': return value;
    case 'boolean':
    case 'number':
    case 'bigint': return String(value);
  }
  if (value instanceof Double) return printDouble(value.value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Timestamp) return printTimestamp(value);
  if (value instanceof Duration) return printDuration(value.nanos);
  if (value instanceof TypeName) return value.name;
  if (value instanceof CelList) return `[${[...value].map(literal).join(', ')}]`;
  if (value instanceof CelMap) {
    const entries = [...value.keys()].map((key) => [literal(key), literal(value.get(key)!)] as const);
    return `{${entries.sort(([a], [b]) => compareText(a, b)).map(([key, one]) => `${key}:${one}`).join(', ')}}`;
  }
  if (value instanceof Uint8Array) {
    const text = decodeText(value);
    if (text !== undefined) return text;
  }
  throw wrongClause('s', value);
}

/** How a value stands in a list or a map. */
function literal(value: CelValue): string {
  if (typeof value === 'string') return quote(value);
  if (value instanceof Uint8Array) return `b${quote(asText(value))}`;
  if (value instanceof Timestamp) return `timestamp("${printTimestamp(value)}")`;
  if (value instanceof Duration) return `duration("${printDuration(value.nanos)}")`;
  if (value instanceof Double) {
    const odd = Number.isNaN(value.value) ? 'NaN' : value.value === Infinity ? '+Inf' : value.value === -Infinity ? '-Inf' : undefined;
    return odd === undefined ? value.value.toFixed(PRECISION) : quote(odd);
  }
  return asText(value);
}

/** As `%q` of Go's fmt. */
function quote(text: string): string {
  return JSON.stringify(text).replace(/\\u00(07|0b)/g, (_, code: string) => (code === '07' ? '\\a' : '\\v')).replace(/\\u00([01][0-9a-f])/g, '\\x$1').replace(/\x7f/g, '\\x7f');
}
