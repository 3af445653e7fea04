// Prints a DNS zone file. Records are sorted by owner and type: their order has no meaning, and a shuffled declaration must give the same bytes.
import { shorten } from '../../core/errors';
import { checkedAddress, checkedHostname, checkedPort } from '../address';
import { zoneSeconds } from '../duration';
import { refuse } from '../refuse';
import { byText, checkedInteger, checkedText, checkedUnique } from '../text';
import type { Soa, ZoneFile, ZoneRecord } from './model';

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;
/** Data of one record, its length bytes included (RFC 1035 section 3.3). */
const MAX_RDATA = 65_535;

interface Row {
  readonly owner: string;
  readonly type: ZoneRecord['type'];
  readonly ttl: string;
  readonly data: string;
}

/** Prints a zone file. @throws NetstackError for what a name server would refuse to load */
export function printZoneFile(zone: ZoneFile): string {
  const origin = checkedHostname(zone.origin, 'zone');
  const where = `zone ${origin}`;
  const rows = zone.records.map((record) => rowOf(record, origin, where)).sort((a, b) => ownerOrder(a, b) || byText(a.type, b.type) || byText(a.data, b.data));
  checkRows(rows, where);
  const body = rows.map((row) => [row.owner, row.ttl, 'IN', row.type, row.data].filter((part) => part !== '').join(' ')).join('\n');
  const head = (serial: number): string => [
    `$ORIGIN ${origin}.`,
    `$TTL ${zoneSeconds(zone.ttl, `${where}, ttl`)}`,
    `@ IN SOA ${soaText(zone.soa, serial, where)}`,
  ].join('\n');
  const serial = zone.soa.serial === 'content' ? contentSerial(`${head(0)}\n${body}`) : checkedInteger(zone.soa.serial, 1, 4_294_967_295, `${where}, serial`);
  return `${head(serial)}\n${body}\n`;
}

function soaText(soa: Soa, serial: number, where: string): string {
  const times = [soa.refresh, soa.retry, soa.expire, soa.minimum].map((time) => zoneSeconds(time, `${where}, SOA`));
  return `${checkedHostname(soa.mname, where)}. ${mailbox(soa.rname, where)} ${serial} ${times.join(' ')}`;
}

/** A mailbox as a domain name: dots before the @ are escaped. */
function mailbox(address: string, where: string): string {
  const match = /^([A-Za-z0-9._+-]{1,63})@([^@]+)$/.exec(checkedText(address, where));
  if (!match) return refuse(where, `${shorten(address)} is no mailbox`, 'write it as hostmaster@example.com');
  return `${match[1].replace(/\./g, '\\.')}.${checkedHostname(match[2], where)}.`;
}

function rowOf(record: ZoneRecord, origin: string, where: string): Row {
  const owner = ownerName(record.name, origin, where);
  const place = `${where}, ${record.type} ${owner}`;
  const row = (data: string): Row => ({ owner, type: record.type, ttl: record.ttl ? zoneSeconds(record.ttl, place) : '', data });
  switch (record.type) {
    case 'A':
    case 'AAAA': {
      const address = checkedAddress(record.address, place);
      if (address.family !== (record.type === 'A' ? 4 : 6)) refuse(place, `${address.value} is no IPv${record.type === 'A' ? 4 : 6} address`, `use a record of type ${record.type === 'A' ? 'AAAA' : 'A'}`);
      return row(address.value);
    }
    case 'CNAME':
    case 'NS':
      return row(`${checkedHostname(record.target, place)}.`);
    case 'SRV':
      return row([
        checkedInteger(record.priority, 0, 65_535, place), checkedInteger(record.weight, 0, 65_535, place), checkedPort(record.port, place), `${checkedHostname(record.target, place)}.`,
      ].join(' '));
    case 'TXT':
      return row(txtText(record.text, place));
  }
}

function ownerName(name: string, origin: string, where: string): string {
  if (name === '@') return name;
  const text = typeof name === 'string' ? name.toLowerCase() : '';
  const labels = text.split('.');
  const plain = labels[0] === '*' ? labels.slice(1) : labels;
  if (text === '' || !plain.every((label) => LABEL.test(label)) || `${text}.${origin}`.length > 253) {
    refuse(where, `${shorten(name)} is no name within the zone`, 'write it relative to the zone, such as order-1 or _orders._tcp, or @ for the zone itself');
  }
  return text;
}

/** Character strings of at most 255 bytes; what is not printable ASCII stands as `\DDD`. */
function txtText(text: string, where: string): string {
  const bytes = Buffer.from(checkedText(text, where, { maxBytes: 65_536, empty: true }), 'utf8');
  const strings: string[] = [];
  for (let start = 0; start === 0 || start < bytes.length; start += 255) strings.push(`"${[...bytes.subarray(start, start + 255)].map(txtByte).join('')}"`);
  if (bytes.length + strings.length > MAX_RDATA) refuse(where, `The text has ${bytes.length} bytes where a record holds ${MAX_RDATA} with their lengths`, 'shorten it');
  return strings.join(' ');
}

function txtByte(byte: number): string {
  if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, '0')}`;
}

function checkRows(rows: readonly Row[], where: string): void {
  if (!rows.some((row) => row.owner === '@' && row.type === 'NS')) refuse(where, 'It has no NS record of its own', 'add one with the name @');
  checkedUnique(rows.map((row) => `${row.owner} ${row.type} ${row.data}`), 'record', where);
  const count = new Map<string, number>();
  for (const row of rows) count.set(row.owner, (count.get(row.owner) ?? 0) + 1);
  for (const row of rows) {
    if (row.type === 'CNAME' && (row.owner === '@' || count.get(row.owner) !== 1)) {
      refuse(where, `The name ${row.owner} has a CNAME and other records`, 'keep one or the other (RFC 1034 section 3.6.2)');
    }
  }
}

function ownerOrder(a: Row, b: Row): number {
  if (a.owner === b.owner) return 0;
  return a.owner === '@' ? -1 : b.owner === '@' ? 1 : byText(a.owner, b.owner);
}

/** FNV-1a, 32 bits; never 0, which some servers take for "no serial". */
function contentSerial(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash === 0 ? 1 : hash;
}
