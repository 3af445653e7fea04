// Where requests for a URL go, with their shares: for those who test routes.
import { NetstackError, shorten } from '../../core/errors';
import type { ClusterModel } from '../model/cluster-model';
import type { Endpoint } from './endpoints';
import { behindRoute, protocolOf } from './entries';
import type { Facts, Request } from './flow';
import type { Routing } from './gateway/routing';
import { gatewayRouting } from './gateway/routing';

export interface UrlBackend {
  readonly namespace: string;
  readonly name: string;
  readonly port: number | undefined;
  /** Between 0 and 1. */
  readonly share: number;
  readonly endpoints: ReadonlyArray<{ readonly endpoint: Endpoint; readonly port: number }>;
}

export interface UrlBackends {
  readonly backends: readonly UrlBackend[];
  /** What each gateway does, in words. */
  readonly said: readonly string[];
  /** Why nobody knows, where nobody does. */
  readonly unknown?: string | undefined;
}

/** Asks the gateways of some clusters: the first cluster in which one takes the URL answers. @throws NetstackError for a text that is no URL */
export function backendsOfUrl(clusters: readonly ClusterModel[], text: string, said: Pick<Request, 'method' | 'headers'>, facts: Facts): UrlBackends {
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw new NetstackError({ what: `${shorten(text)} is no URL`, fix: 'write one such as https://shop.example.com/cart' });
  const url = new URL(text);
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  const port = url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port);
  const request: Request = { method: 'GET', ...said, host: url.hostname, path: url.pathname, scheme, ...url.search.length > 1 && { query: url.search.slice(1) } };
  for (const cluster of clusters) {
    const routings = cluster.derive(gatewayRouting).route({ request, facts, port });
    if (routings.length === 0) continue;
    const unknown = routings.find(({ verdict }) => verdict.outcome === 'undetermined');
    return {
      said: routings.map(describe), ...unknown && { unknown: unknown.verdict.because },
      backends: routings.flatMap(({ backends, route }) => backends.map((backend) => ({
        namespace: backend.namespace, name: backend.name, port: backend.port, share: backend.share,
        endpoints: behindRoute(cluster, backend, protocolOf(route)).backends.flatMap((one) => (one.is === 'endpoint' ? [{ endpoint: one.endpoint, port: one.port }] : [])),
      }))),
    };
  }
  return { backends: [], said: [`no gateway and no Ingress listens for ${url.hostname} on port ${port}`] };
}

function describe({ gateway, listener, verdict, backends }: Routing): string {
  const at = `${gateway.toString()}${listener === undefined ? '' : `, listener ${listener.name}`}: ${verdict.because}`;
  const goes = backends.map(({ kind, namespace, name, port, share }) => `  ${Math.round(share * 1e4) / 100} % to ${kind} ${namespace}/${name}${port === undefined ? '' : `:${port}`}`);
  return [at, ...goes].join('\n');
}
