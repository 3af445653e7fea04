// The formats that the API server checks, and how. Others are ignored by it, and so here.
// Sources: apiextensions-apiserver pkg/apiserver/validation/formats.go (which), kube-openapi pkg/validation/strfmt (how).
import { isIPv6 } from 'node:net';

/** Says whether a string has the format; undefined for a format that is not checked. */
export function formatCheck(format: string, native: boolean): ((value: string) => boolean) | undefined {
  if (native && format === 'byte') return isGoBase64;
  return FORMATS.get(format.replaceAll('-', ''));
}

const HOSTNAME_LABEL = '[a-zA-Z0-9\\p{S}\\p{L}]';
const HOSTNAME = new RegExp(
  `^(${HOSTNAME_LABEL}((-?${HOSTNAME_LABEL}{0,62})?)|(${HOSTNAME_LABEL}(([a-zA-Z0-9\\-\\p{S}\\p{L}]{0,61}${HOSTNAME_LABEL})?)(\\.)){1,}(${HOSTNAME_LABEL})(-?${HOSTNAME_LABEL}){1,62})$`, 'u');
const TIME = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$/;
const GO_DURATION = /^[-+]?(?:0|(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const DURATION_UNIT = /^(?:ns|nano.*|us|µs|micro.*|ms|milli.*|s|sec.*|m|min.*|h|hr|hour.*|d|day.*|w|wk|week.*)$/;
/** Digits may be missing: a unit alone is nothing of it. */
const QUANTITY = /^(?!$)[+-]?[0-9]*(?:\.[0-9]*)?(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$/;
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const UUID3 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const UUID4 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i;
const UUID5 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i;
const MAC = /^(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}(?:[0-9a-f]{2})(?:(?:\1[0-9a-f]{2}){2}|(?:\1[0-9a-f]{2}){14})?$|^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?:\.[0-9a-f]{4}|(?:\.[0-9a-f]{4}){7})?$/i;
const EMAIL = /^(?:[^<>]*<)?[^\s<>@]+@[^\s<>@]+>?$/;

const FORMATS: ReadonlyMap<string, (value: string) => boolean> = new Map<string, (value: string) => boolean>([
  ['datetime', isDateTime],
  ['date', isDate],
  ['duration', isDuration],
  ['ipv4', (value) => isIp(value) && value.includes('.')],
  ['ipv6', (value) => isIp(value) && value.includes(':')],
  ['cidr', isCidr],
  ['hostname', (value) => HOSTNAME.test(value) && value.length <= 255 && value.split('.').every((label) => label.length <= 63)],
  ['byte', isBase64],
  ['uri', isRequestUri],
  ['email', (value) => EMAIL.test(value)],
  ['mac', (value) => MAC.test(value)],
  ['uuid', (value) => UUID.test(value)],
  ['uuid3', (value) => UUID3.test(value)],
  ['uuid4', (value) => UUID4.test(value)],
  ['uuid5', (value) => UUID5.test(value)],
  ['quantity', (value) => QUANTITY.test(value.trim())],
]);

function isDate(value: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (!match) return false;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
}

function isDateTime(value: string): boolean {
  const [date, time] = value.toLowerCase().split('t');
  const match = time === undefined ? null : TIME.exec(time);
  return match !== null && isDate(date!) && match[1]! <= '23' && match[2]! <= '59' && match[3]! <= '59';
}

/** Go's time.ParseDuration, or Scala's words ("22 ns", "2 hours") anywhere in the text. */
function isDuration(value: string): boolean {
  return GO_DURATION.test(value) || [...value.matchAll(/(?<!\d)\d+\s*([A-Za-zµ]+)/g)].some((match) => DURATION_UNIT.test(match[1]!.toLowerCase()));
}

/** Kubernetes' "sloppy" parser: leading zeros in IPv4 are allowed, zones are not. */
function isIp(value: string): boolean {
  return isIPv4(value) || (!value.includes('%') && isIPv6(withoutZeros(value)));
}

/** An IPv4 address at the end of an IPv6 one, without the zeros that its numbers begin with. */
function withoutZeros(value: string): string {
  const at = value.lastIndexOf(':') + 1;
  const tail = value.slice(at);
  return /^\d[\d.]*$/.test(tail) && tail.includes('.') ? value.slice(0, at) + tail.split('.').map((number) => number.replace(/^0+(?=\d)/, '')).join('.') : value;
}

function isIPv4(value: string): boolean {
  const parts = value.split('.');
  return parts.length === 4 && parts.every((part) => /^\d+$/.test(part) && Number(part) <= 255);
}

function isCidr(value: string): boolean {
  const slash = value.indexOf('/');
  if (slash < 0) return false;
  const address = value.slice(0, slash);
  const mask = value.slice(slash + 1);
  if (!/^\d+$/.test(mask)) return false;
  return isIPv4(address) ? Number(mask) <= 32 : isIp(address) && Number(mask) <= 128;
}

/** Go's url.ParseRequestURI: an absolute URI or an absolute path, no fragment is parsed. */
function isRequestUri(value: string): boolean {
  if (value === '' || /[\u0000-\u0020\u007f]/.test(value) || /%(?![0-9a-fA-F]{2})/.test(value)) return false;
  return value.startsWith('/') || value === '*' || /^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(value);
}

/** By its letters and its length: one expression for all of it would overflow the stack of the engine on long texts. */
function isBase64(value: string): boolean {
  if (value.length === 0 || value.length % 4 !== 0) return false;
  const filled = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0;
  return !/[^A-Za-z0-9+/]/.test(filled === 0 ? value : value.slice(0, -filled));
}

/** encoding/base64 skips line ends, and takes an empty text. */
function isGoBase64(value: string): boolean {
  const text = value.replace(/[\r\n]/g, '');
  return text === '' || isBase64(text);
}
