// Cloudflare Access: who may open what, before a request reaches the tunnel.
import { Duration } from '../core/duration';
import { NetstackError, shorten } from '../core/errors';
import { Hostname } from '../core/hostname';
import { dnsLabel } from '../core/kubernetes-name';
import { Path } from '../core/path';
import { requireList, requireOptions } from '../core/shape';

export interface AccessApplicationOptions {
  /** Stable id: lower-case letters, digits and `-`. */
  readonly id: string;
  readonly hostname: Hostname | string;
  /** The path below which Access asks for a login. @default - the whole host */
  readonly path?: Path | string;
  /** Who is let in; at least one. */
  readonly allow: readonly AccessRule[];
  /** How long a login lasts, in whole minutes, at most a month. @default 8 hours */
  readonly sessionDuration?: Duration;
}

/** Who is let in: one address, or everybody of a mail domain. */
export type AccessRule = { readonly email: string } | { readonly emailDomain: Hostname | string };

/** Checked and plain. */
export interface AccessApplicationModel {
  readonly id: string;
  readonly hostname: Hostname;
  /** Host and path, as Access writes them. */
  readonly domain: string;
  readonly include: ReadonlyArray<{ readonly email: { readonly email: string } } | { readonly emailDomain: { readonly domain: string } }>;
  readonly sessionDuration: string;
}

/** The longest session that Access has: a month. */
const LONGEST_SESSION = Duration.hours(730);

/** @throws NetstackError when nobody is let in, for a path pattern, for a session of no whole minutes, and for a mail address that is none */
export function accessApplication(options: AccessApplicationOptions): AccessApplicationModel {
  const id = dnsLabel(requireOptions(options, { id: true, hostname: true, path: true, allow: true, sessionDuration: true }, 'an Access application').id, 'the id of an Access application');
  const where = `Access application ${id}`;
  const hostname = Hostname.of(options.hostname);
  const path = options.path === undefined ? undefined : Path.of(options.path);
  if (path?.type === 'regex') throw new NetstackError({ what: `${where} guards the pattern ${shorten(path.value)}`, fix: 'use Path.prefix: Access guards a path and everything below' });
  if (path?.value.includes('*')) throw new NetstackError({ what: `${where} guards ${shorten(path.value)}, in which Access reads "*" as any text`, fix: 'guard the path above it' });
  const allow = requireList(options.allow, `allow of ${where}`);
  if (allow.length === 0) throw new NetstackError({ what: `${where} lets nobody in`, fix: 'name at least one mail address or mail domain in allow' });
  const minutes = Duration.of(options.sessionDuration ?? Duration.hours(8)).toMillis() / 60_000;
  const longest = LONGEST_SESSION.toMillis() / 60_000;
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > longest) {
    throw new NetstackError({ what: `The session of ${where} lasts ${minutes} minutes`, fix: `give whole minutes, from 1 to ${longest}` });
  }
  const include = allow.map((rule) => admitted(rule, where));
  const texts = include.map((one) => JSON.stringify(one));
  const twice = texts.findIndex((text, i) => texts.indexOf(text) < i);
  if (twice >= 0) throw new NetstackError({ what: `${where} names ${shorten(Object.values(allow[twice]!)[0])} twice`, fix: 'name everybody once' });
  return {
    id,
    hostname,
    domain: hostname.value + (path === undefined ? '' : path.value.replace(/\/$/, '')),
    include,
    sessionDuration: minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`,
  };
}

function admitted(rule: AccessRule, where: string): AccessApplicationModel['include'][number] {
  const { email, emailDomain } = requireOptions<object>(rule, { email: true, emailDomain: true }, `a rule of ${where}`) as { email?: string; emailDomain?: Hostname | string };
  if ((email === undefined) === (emailDomain === undefined)) {
    throw new NetstackError({ what: `A rule of ${where} names ${email === undefined ? 'neither' : 'both'} a mail address ${email === undefined ? 'nor' : 'and'} a mail domain`, fix: "give { email: 'alice@example.com' } or { emailDomain: 'example.com' }" });
  }
  if (email !== undefined) return { email: { email: mail(email) } };
  const domain = Hostname.of(emailDomain!);
  if (domain.isWildcard) throw new NetstackError({ what: `Mail domain ${domain} of ${where} is a wildcard, and mail domains are compared as they stand`, fix: 'name each domain' });
  return { emailDomain: { domain: domain.value } };
}

function mail(address: string): string {
  const [local, domain] = typeof address === 'string' && address.length <= 320 ? address.split('@') : [];
  if (local === undefined || domain === undefined || !/^[A-Za-z0-9._%+-]{1,64}$/.test(local) || address.split('@').length !== 2) {
    throw new NetstackError({ what: `${shorten(address)} is not a mail address`, fix: 'give one such as alice@example.com' });
  }
  return `${local.toLowerCase()}@${Hostname.of(domain).value}`;
}
