// Header names and values as HTTP, Gateway API and Envoy all carry them unchanged.
import type { ErrorScope } from '../core/errors';
import { NetstackError, shorten } from '../core/errors';
import { refuseSecrets } from '../core/secrets';
import { requireObject } from '../core/shape';

/** Returns `name` in lower case when it is a field name (RFC 9110 section 5.1), else throws. */
export function headerName(name: string, where: string, scope?: ErrorScope): string {
  if (typeof name === 'string' && /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}$/.test(name)) {
    refuseSecrets(name, where, scope);
    return name.toLowerCase();
  }
  throw new NetstackError({ what: `${where} ${shorten(name)} is not a header name`, ...scope && { scope }, fix: "use 1 to 256 letters, digits and '-', as in 'x-user-id'" });
}

/** Returns the headers in lower case, sorted by name; `where` is the subject of sentences. */
export function checkHeaders(
  headers: Readonly<Record<string, string>> | undefined, where: string, scope: ErrorScope, options: { readonly literal?: boolean } = {},
): readonly HeaderValue[] {
  const checked = new Map<string, string>();
  for (const [name, value] of Object.entries(requireObject(headers ?? {}, where, scope))) {
    const lower = headerName(name, where, scope);
    if (checked.has(lower)) throw new NetstackError({ what: `${where} ${shorten(lower)} is given twice`, scope, fix: 'header names are compared without case; keep one' });
    if (typeof value !== 'string' || !/^[\x21-\x7e](?:[\x20-\x7e]{0,4094}[\x21-\x7e])?$/.test(value)) {
      throw new NetstackError({ what: `${where} ${lower} has the value ${shorten(value)}, which is not a text of 1 to 4096 visible ASCII characters`, scope, fix: 'encode it, or leave the header out' });
    }
    // Envoy reads %…% in a header that it sets as a command.
    if (options.literal && value.includes('%')) {
      throw new NetstackError({ what: `${where} ${lower} has the value ${shorten(value)}, and proxies read "%" in it as a command`, scope, fix: 'write it without "%"' });
    }
    refuseSecrets(value, `${where} ${lower}`, scope);
    checked.set(lower, value);
  }
  if (checked.size > 16) throw new NetstackError({ what: `${where} are ${checked.size}`, scope, fix: 'give at most 16, as many as one filter of Gateway API takes' });
  return [...checked].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => ({ name, value }));
}

export interface HeaderValue {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
}
