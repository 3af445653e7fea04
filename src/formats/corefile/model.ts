// The typed model of a Corefile (CoreDNS 1.12): server blocks of plugins, each plugin with the arguments that its setup reads.
import type { DurationLike } from '../duration';

/** A whole Corefile. */
export interface Corefile {
  readonly servers: readonly ServerBlock[];
}

/** Zones served on one port and the plugins that answer for them. */
export interface ServerBlock {
  /** `.` is every name. A reverse zone is served only where it stands here. */
  readonly zones: readonly string[];
  /** @default 53, or 853 for tls */
  readonly port?: number;
  /** @default 'dns' */
  readonly transport?: 'dns' | 'tls';
  /** In any order: CoreDNS runs them in an order of its own, and so they are printed. */
  readonly plugins: readonly Plugin[];
}

export type Plugin =
  | MetadataPlugin | ReloadPlugin | BindPlugin | ReadyPlugin | HealthPlugin | PrometheusPlugin | ErrorsPlugin | LogPlugin | LoadbalancePlugin | CachePlugin | RewritePlugin
  | AutopathPlugin | HostsPlugin | KubernetesPlugin | FilePlugin | LoopPlugin | ForwardPlugin;

export interface MetadataPlugin { readonly plugin: 'metadata' }
export interface ErrorsPlugin { readonly plugin: 'errors' }
/** Stops the server when it forwards to itself. */
export interface LoopPlugin { readonly plugin: 'loop' }
export interface LoadbalancePlugin { readonly plugin: 'loadbalance'; readonly policy?: 'round_robin' }

/** Reads the Corefile again when it changes. */
export interface ReloadPlugin {
  readonly plugin: 'reload';
  /** At least 2 s. @default 30 s */
  readonly interval?: DurationLike;
  /** @default 15 s */
  readonly jitter?: DurationLike;
}

export interface BindPlugin { readonly plugin: 'bind'; readonly addresses: readonly string[] }

/** An address and port that an HTTP endpoint of CoreDNS listens on. */
export interface ListenOn {
  /** @default - every address */
  readonly address?: string;
  readonly port?: number;
}

export interface ReadyPlugin extends ListenOn { readonly plugin: 'ready' }
export interface PrometheusPlugin extends ListenOn { readonly plugin: 'prometheus' }
export interface HealthPlugin extends ListenOn {
  readonly plugin: 'health';
  /** How long it goes on answering after it was told to stop. */
  readonly lameduck?: DurationLike;
}

export interface LogPlugin {
  readonly plugin: 'log';
  /** @default - the zones of the block */
  readonly names?: readonly string[];
  /** `common`, `combined`, or placeholders such as `{remote} {name} {rcode}`. Needs `names`. @default 'common' */
  readonly format?: string;
  /** @default - all */
  readonly classes?: readonly ('success' | 'denial' | 'error' | 'all')[];
}

/** Answers of one kind: how many are kept, and for how long. */
export interface CacheShare {
  readonly capacity: number;
  readonly ttl?: DurationLike;
  readonly minTtl?: DurationLike;
}

export interface CachePlugin {
  readonly plugin: 'cache';
  /** Longest time that an answer is kept, in whole seconds. @default 3600 s */
  readonly ttl?: DurationLike;
  readonly success?: CacheShare;
  readonly denial?: CacheShare;
  /** Fetches again before expiry what was asked `amount` times within `duration`, at `percentage` (10-90) of its life. */
  readonly prefetch?: { readonly amount: number; readonly duration?: DurationLike; readonly percentage?: number };
  /** How long expired answers may still be served. */
  readonly serveStale?: DurationLike;
}

/** EDNS Client Subnet: sends the client's network upstream, cut to these prefix lengths. */
export interface RewritePlugin {
  readonly plugin: 'rewrite';
  readonly edns0Subnet: { readonly mode: 'set' | 'replace' | 'append'; readonly v4: number; readonly v6: number };
}

/** Answers search-path queries at once; needs a kubernetes plugin in the same block with `pods: 'verified'`. */
export interface AutopathPlugin { readonly plugin: 'autopath' }

export interface HostsPlugin {
  readonly plugin: 'hosts';
  readonly entries: readonly { readonly address: string; readonly names: readonly string[] }[];
  readonly ttl?: DurationLike;
  readonly fallthrough?: boolean;
}

export interface KubernetesPlugin {
  readonly plugin: 'kubernetes';
  /** Must lie within the zones of the block. @default - the zones of the block */
  readonly zones?: readonly string[];
  readonly pods?: 'disabled' | 'insecure' | 'verified';
  /** Zones whose unknown names go to the next plugin; `true` for all. */
  readonly fallthrough?: readonly string[] | true;
  /** 0 to 3600 s. @default 5 s */
  readonly ttl?: DurationLike;
}

/** Serves a zone file. */
export interface FilePlugin {
  readonly plugin: 'file';
  readonly path: string;
  /** @default - the zones of the block */
  readonly zones?: readonly string[];
  /** How often the file is looked at; it is read again when its serial changes. @default 1 m */
  readonly reload?: DurationLike;
}

/** A name server that queries are sent to. */
export interface Upstream {
  readonly address: string;
  /** @default 53, or 853 for tls */
  readonly port?: number;
  readonly tls?: boolean;
}

export interface ForwardPlugin {
  readonly plugin: 'forward';
  /** Which names. @default '.' */
  readonly from?: string;
  /** Name servers, at most 15, or the host's `/etc/resolv.conf`. */
  readonly to: readonly Upstream[] | '/etc/resolv.conf';
  readonly except?: readonly string[];
  readonly forceTcp?: boolean;
  readonly preferUdp?: boolean;
  readonly maxFails?: number;
  readonly maxConcurrent?: number;
  readonly expire?: DurationLike;
  readonly healthCheck?: DurationLike;
  readonly policy?: 'random' | 'round_robin' | 'sequential';
  /** The name in the certificate of the TLS upstreams: all of one provider. */
  readonly tlsServername?: string;
}

