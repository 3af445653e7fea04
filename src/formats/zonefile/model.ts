// The typed model of a DNS zone file (RFC 1035 section 5).
import type { DurationLike } from '../duration';

/** A zone. */
export interface ZoneFile {
  /** The zone's name, such as `internal.example.com`. */
  readonly origin: string;
  /** Time to live of records that have none of their own, in whole seconds. */
  readonly ttl: DurationLike;
  readonly soa: Soa;
  readonly records: readonly ZoneRecord[];
}

export interface Soa {
  /** The primary name server. */
  readonly mname: string;
  /** Mailbox of the person in charge, as an address: `hostmaster@example.com`. */
  readonly rname: string;
  /**
   * `'content'` numbers the zone by its own content: it changes when and only when the records do, which is what CoreDNS looks at. Secondary servers
   * that fetch the zone need a number that grows: give one.
   */
  readonly serial: number | 'content';
  readonly refresh: DurationLike;
  readonly retry: DurationLike;
  readonly expire: DurationLike;
  /** How long a "no such name" is kept. */
  readonly minimum: DurationLike;
}

interface Owned {
  /** Relative to the zone: `order-1`, `*.apps`, `_orders._tcp`; `@` is the zone itself. */
  readonly name: string;
  readonly ttl?: DurationLike;
}

/** One record. Names in its data are absolute, without trailing dot. */
export type ZoneRecord =
  | Owned & { readonly type: 'A' | 'AAAA'; readonly address: string }
  | Owned & { readonly type: 'CNAME' | 'NS'; readonly target: string }
  | Owned & { readonly type: 'SRV'; readonly priority: number; readonly weight: number; readonly port: number; readonly target: string }
  | Owned & { readonly type: 'TXT'; readonly text: string };
