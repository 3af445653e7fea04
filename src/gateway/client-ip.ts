// Whose address a gateway believes to be the client's. Rate limits and access logs stand on it.
import { NetstackError, shorten } from '../core/errors';

/** What a `ClientIp` is. */
export type ClientIpSource =
  | { readonly kind: 'connection' }
  | { readonly kind: 'x-forwarded-for'; readonly trustedHops: number }
  | { readonly kind: 'header'; readonly name: string; readonly required: boolean };

/** Where a gateway reads the client's address. */
export class ClientIp {
  /** The other end of the connection: right when nothing stands in front of the gateway. */
  static connection(): ClientIp {
    return new ClientIp({ kind: 'connection' });
  }

  /**
   * `X-Forwarded-For`, counted from its right end.
   *
   * @param count how many proxies in front of the gateway are ours, 1 to 16
   */
  static trustedHops(count: number): ClientIp {
    if (!Number.isInteger(count) || count < 1 || count > 16) {
      throw new NetstackError({ what: `ClientIp.trustedHops(${shorten(count)}) is not a whole number from 1 to 16`, fix: 'count the proxies of ours in front of the gateway' });
    }
    return new ClientIp({ kind: 'x-forwarded-for', trustedHops: count });
  }

  /**
   * A header that whoever stands in front sets, such as `CF-Connecting-IP` behind Cloudflare. Sound only when nobody can go round it.
   *
   * @param options.required refuse requests that lack it; the gateway is then of no use to clients inside the cluster. @default false
   */
  static header(name: string, options: { readonly required?: boolean } = {}): ClientIp {
    if (typeof name !== 'string' || !/^[A-Za-z0-9-]{1,255}$/.test(name)) {
      throw new NetstackError({ what: `Client address header ${shorten(name)} is not a header name`, fix: "use letters, digits and '-', as in ClientIp.header('CF-Connecting-IP')" });
    }
    return new ClientIp({ kind: 'header', name, required: options.required ?? false });
  }

  readonly source: ClientIpSource;

  private constructor(source: ClientIpSource) {
    this.source = Object.freeze(source);
    Object.freeze(this);
  }
}
