// The typed model of haproxy.cfg (HAProxy 3.0). Property names are the directives of the manual in camel case; choices are its own words.
//
// Left out on purpose: `daemon`, `nbthread`, `cpu-map` (facts of the host or of its service manager), TLS 1.2 cipher lists (dead under TLS 1.3), and
// every directive that holds a secret. Passwords, keys and certificates are files, put there by a Secret.
import type { DurationLike } from '../duration';
import type { Acl, Condition, Sample } from './expression';

/** A whole haproxy.cfg. */
export interface HaproxyConfig {
  readonly global?: Global;
  readonly defaults?: Defaults;
  readonly resolvers?: readonly Resolvers[];
  readonly frontends?: readonly Frontend[];
  readonly listens?: readonly Listen[];
  readonly backends?: readonly Backend[];
}

export type SyslogLevel = 'emerg' | 'alert' | 'crit' | 'err' | 'warning' | 'notice' | 'info' | 'debug';

export interface LogTarget {
  /** A socket path such as `/dev/log`, or `stdout`. */
  readonly target: string;
  readonly format?: 'rfc3164' | 'rfc5424' | 'raw' | 'short';
  readonly facility: 'local0' | 'local1' | 'local2' | 'local3' | 'local4' | 'local5' | 'local6' | 'local7' | 'daemon' | 'user';
  readonly level?: SyslogLevel;
}

export interface Global {
  readonly log?: readonly LogTarget[];
  readonly chroot?: string;
  readonly statsSocket?: { readonly path: string; readonly mode?: string; readonly level?: 'user' | 'operator' | 'admin'; readonly exposeFdListeners?: boolean };
  readonly statsTimeout?: DurationLike;
  readonly user?: string;
  readonly group?: string;
  readonly maxconn?: number;
  /** Search patterns such as `/etc/haproxy/lua/?.lua`; printed before `lua-load`, which needs them. */
  readonly luaPrependPath?: readonly string[];
  readonly luaLoad?: readonly string[];
  /** QUIC on a TLS library without a QUIC interface (stock OpenSSL before 3.5): works, without 0-RTT. @default false */
  readonly limitedQuic?: boolean;
  readonly sslDefaultBindCiphersuites?: readonly string[];
  readonly sslDefaultBindOptions?: { readonly sslMinVer?: 'TLSv1.2' | 'TLSv1.3'; readonly noTlsTickets?: boolean };
}

export type Mode = 'http' | 'tcp';

/** `option` lines without arguments. */
export type ProxyOption =
  | 'clitcpka' | 'dontlog-normal' | 'dontlognull' | 'forwardfor' | 'http-server-close' | 'httplog' | 'logasap' | 'redispatch' | 'splice-auto' | 'srvtcpka' | 'tcplog' | 'tcp-smart-accept';

/** `timeout` lines, by the manual's word. */
export interface Timeouts {
  readonly 'check'?: DurationLike;
  readonly 'client'?: DurationLike;
  readonly 'client-fin'?: DurationLike;
  readonly 'connect'?: DurationLike;
  readonly 'http-keep-alive'?: DurationLike;
  readonly 'http-request'?: DurationLike;
  readonly 'queue'?: DurationLike;
  readonly 'server'?: DurationLike;
  readonly 'server-fin'?: DurationLike;
  readonly 'tarpit'?: DurationLike;
  readonly 'tunnel'?: DurationLike;
}

/** What every proxy section may have. */
export interface ProxySettings {
  readonly mode?: Mode;
  readonly logGlobal?: boolean;
  readonly options?: readonly ProxyOption[];
  readonly timeouts?: Timeouts;
  readonly maxconn?: number;
  readonly retries?: number;
}

export interface Defaults extends ProxySettings {
  readonly name?: string;
}

/** Rules of a proxy section, printed phase by phase in the order in which the engine runs them. */
export interface ProxyRules {
  readonly acls?: readonly Acl[];
  /** How long `tcp-request content` waits for enough bytes, such as a TLS hello. */
  readonly inspectDelay?: DurationLike;
  readonly tcpRequest?: readonly TcpRequestRule[];
  readonly httpRequest?: readonly HttpRequestRule[];
  readonly httpResponse?: readonly HeaderRule[];
  /** Also runs for answers that HAProxy makes itself. */
  readonly httpAfterResponse?: readonly HeaderRule[];
  readonly stickTable?: StickTable;
}

export interface Frontend extends ProxySettings, ProxyRules {
  readonly name: string;
  readonly binds: readonly Bind[];
  readonly useBackend?: readonly { readonly backend: string; readonly condition: Condition }[];
  readonly defaultBackend?: string;
}

export interface Backend extends ProxySettings, ProxyRules {
  readonly name: string;
  readonly balance?: Balance;
  readonly healthCheck?: HealthCheck;
  readonly defaultServer?: ServerSettings;
  readonly servers?: readonly Server[];
  readonly serverTemplates?: readonly ServerTemplate[];
}

/** Frontend and backend in one. */
export interface Listen extends Backend {
  readonly binds: readonly Bind[];
}

/** Where a proxy listens. One `dual` QUIC bind is two lines, for QUIC has no v4v6. */
export interface Bind {
  readonly port: number;
  /** @default - every address of the family */
  readonly address?: string;
  /** @default 'dual' without an address, otherwise the address's own */
  readonly family?: 'ipv4' | 'ipv6' | 'dual';
  /** @default 'tcp' */
  readonly transport?: 'tcp' | 'quic';
  /** Expects a PROXY header (v1 or v2) from the one in front. @default false */
  readonly acceptProxy?: boolean;
  readonly ssl?: BindSsl;
  readonly name?: string;
}

export interface BindSsl {
  /** File or folder with certificate and key, put there by a Secret. */
  readonly crt: string;
  readonly alpn?: readonly ('h3' | 'h2' | 'http/1.1')[];
  /** CA file that client certificates are verified against. @default - clients need no certificate */
  readonly clientCaFile?: string;
  readonly verify?: 'required' | 'optional';
  /** Accepts 0-RTT data, which an attacker can replay; add a `wait-for-handshake` rule for unsafe methods. @default false */
  readonly allow0rtt?: boolean;
}

export interface StickTable {
  /** `ipv6` holds both families, `ip` IPv4 only. */
  readonly type: 'ip' | 'ipv6' | 'integer' | 'string';
  /** Greatest length, for `string`. */
  readonly length?: number;
  /** Entries. */
  readonly size: number;
  readonly expire?: DurationLike;
  readonly store: readonly StickCounter[];
}

export type StickCounter =
  | { readonly counter: 'conn_cur' | 'conn_cnt' | 'http_req_cnt' | 'bytes_in_cnt' | 'bytes_out_cnt' | 'gpc0' }
  | { readonly counter: 'http_req_rate' | 'http_err_rate' | 'conn_rate' | 'sess_rate' | 'bytes_in_rate' | 'bytes_out_rate'; readonly period: DurationLike };

export interface TrackRule {
  readonly action: 'track-sc0' | 'track-sc1' | 'track-sc2';
  readonly key: Sample;
  /** Proxy whose stick-table counts. @default - this one's */
  readonly table?: string;
  readonly condition?: Condition;
}

export interface SetVarRule {
  readonly action: 'set-var';
  readonly variable: string;
  readonly value: Sample;
  readonly condition?: Condition;
}

export type TcpRequestRule = { readonly phase: 'connection' | 'session' | 'content' } & (
  | { readonly action: 'accept' | 'reject'; readonly condition?: Condition }
  | TrackRule
  | SetVarRule);

/** A text with samples in it: literal parts are strings, `%` in them means itself. */
export type LogFormat = string | readonly (string | Sample)[];

export type HeaderRule =
  | { readonly action: 'set-header' | 'add-header'; readonly name: string; readonly value: LogFormat; readonly condition?: Condition }
  | { readonly action: 'del-header'; readonly name: string; readonly condition?: Condition };

export type HttpRequestRule =
  | HeaderRule
  | TrackRule
  | SetVarRule
  | { readonly action: 'deny'; readonly status?: number; readonly condition?: Condition }
  | { readonly action: 'redirect'; readonly scheme: 'https'; readonly code?: 301 | 302 | 303 | 307 | 308; readonly condition?: Condition }
  | { readonly action: 'wait-for-handshake'; readonly condition?: Condition };

export type Balance =
  | 'roundrobin' | 'static-rr' | 'leastconn' | 'first' | 'source' | 'random' | 'uri'
  | { readonly hash: Sample };

/** Active health check. `tcp` only connects. */
export type HealthCheck =
  | { readonly kind: 'tcp' }
  | { readonly kind: 'http'; readonly method?: 'GET' | 'HEAD' | 'OPTIONS'; readonly uri: string; readonly host: string; readonly expectStatus?: number };

export interface ServerSettings {
  readonly check?: boolean;
  readonly inter?: DurationLike;
  readonly fastinter?: DurationLike;
  readonly downinter?: DurationLike;
  readonly rise?: number;
  readonly fall?: number;
  readonly maxconn?: number;
  /** 0 to 256. */
  readonly weight?: number;
  /** Sends a PROXY header with the client's address. */
  readonly sendProxy?: 'v1' | 'v2';
  readonly backup?: boolean;
  /** TLS towards the server; `caFile` verifies it. */
  readonly ssl?: { readonly caFile: string; readonly sni?: Sample; readonly alpn?: readonly ('h2' | 'http/1.1')[] };
}

export interface Server extends ServerSettings, Resolution {
  readonly name: string;
  /** Address, or a host name, which needs `resolvers`. */
  readonly address: string;
  readonly port: number;
}

/** Servers found by DNS. */
export interface ServerTemplate extends ServerSettings, Resolution {
  /** Servers are named `<prefix>1`, `<prefix>2` … */
  readonly prefix: string;
  /** How many at most. */
  readonly count: number;
  /** `_service._proto.name` (SRV, which brings the port) or a host name with `port`. */
  readonly fqdn: string;
  readonly port?: number;
}

/** How a server's name is resolved. Means nothing for an address, and is refused there. */
export interface Resolution {
  readonly resolvers?: string;
  readonly resolvePrefer?: 'ipv4' | 'ipv6';
  readonly allowDupIp?: boolean;
}

export interface Resolvers {
  readonly name: string;
  readonly nameservers: readonly { readonly name: string; readonly address: string; readonly port: number }[];
  /** Bytes of a UDP answer. */
  readonly acceptedPayloadSize?: number;
  readonly resolveRetries?: number;
  readonly timeouts?: { readonly resolve?: DurationLike; readonly retry?: DurationLike };
  readonly hold?: { readonly [status in 'nx' | 'obsolete' | 'other' | 'refused' | 'timeout' | 'valid']?: DurationLike };
}
