// Cloudflare Access: who may open what, before a request reaches the tunnel.
import { Duration } from '../core/duration';
import { NetstackError, shorten } from '../core/errors';
import { Hostname } from '../core/hostname';
import { dnsLabel } from '../core/kubernetes-name';
import { Path } from '../core/path';

export interface AccessApplicationOptions {
  /** Stable id: lower-case letters, digits and `-`. */
  readonly id: string;
  readonly hostname: Hostname | string;
  /** The path below which Access asks for a login. @default - the whole host */
  readonly path?: Path | string;
  /** Who is let in; at least one. */
  readonly allow: readonly AccessRule[];
  /** How long a login lasts, in whole minutes. @default 8 hours */
  readonly sessionDuration?: Duration;
}

/** Who is let in: one address, or everybody of a mail domain. */
export type AccessRule = { readonly email: string } | { readonly emailDomain: Hostname | string };

/** Checked and plain. */
export interface AccessApplicationModel {
  readonly id: string;
  /** Host and path, as Access writes them. */
  readonly domain: string;
  readonly include: ReadonlyArray<{ readonly email: { readonly email: string } } | { readonly emailDomain: { readonly domain: string } }>;
  readonly sessionDuration: string;
}

/** @throws NetstackError when nobody is let in, for a path pattern, or for a mail address that is none */
export function accessApplication(options: AccessApplicationOptions): AccessApplicationModel {
  const id = dnsLabel(options.id, 'the id of an Access application');
  const hostname = Hostname.of(options.hostname);
  const path = options.path === undefined ? undefined : Path.of(options.path);
  if (path?.type === 'regex') throw new NetstackError({ what: `Access application ${id} guards the pattern ${shorten(path.value)}`, fix: 'use Path.prefix or Path.exact' });
  if (options.allow.length === 0) throw new NetstackError({ what: `Access application ${id} lets nobody in`, fix: 'name at least one mail address or mail domain in allow' });
  const duration = Duration.of(options.sessionDuration ?? Duration.hours(8)).toMillis();
  if (duration % 60_000 !== 0 || duration === 0) throw new NetstackError({ what: `The session of Access application ${id} lasts ${duration} ms`, fix: 'give whole minutes' });
  return {
    id,
    domain: hostname.value + (path === undefined || path.value === '/' ? '' : path.value.replace(/\/$/, '')),
    include: options.allow.map((rule) => ('email' in rule ? { email: { email: mail(rule.email) } } : { emailDomain: { domain: Hostname.of(rule.emailDomain).value } })),
    sessionDuration: duration % 3_600_000 === 0 ? `${duration / 3_600_000}h` : `${duration / 60_000}m`,
  };
}

function mail(address: string): string {
  if (typeof address !== 'string' || !/^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,253}$/.test(address)) {
    throw new NetstackError({ what: `${shorten(address)} is not a mail address`, fix: 'give one such as alice@example.com' });
  }
  return address.toLowerCase();
}
