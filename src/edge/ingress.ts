// The tunnel's ingress rules: first match wins, the last one and only the last catches all (cloudflared ingress/ingress.go).
import { Hostname } from '../core/hostname';
import type { IRoute } from '../core/route';
import type { TunnelIngress } from './terraform/bindings';

/** Where cloudflared reaches the gateway of a route. */
export function serviceUrl(route: IRoute): string {
  const { name, namespace, port, scheme } = route.service;
  return `${scheme}://${name}.${namespace}.svc.${route.entry.workload.cluster.clusterDomain}:${port}`;
}

/** One ingress rule per host name, specific names before wildcards and longer wildcards before shorter, then the catch-all. */
export function renderIngress(routes: ReadonlyMap<string, IRoute>): TunnelIngress[] {
  const rules = [...routes].map(([name, route]) => ({ hostname: Hostname.of(name), route }));
  const labels = ({ value }: Hostname): number => value.split('.').length;
  rules.sort((a, b) => Number(a.hostname.isWildcard) - Number(b.hostname.isWildcard) || (a.hostname.isWildcard ? labels(b.hostname) - labels(a.hostname) : 0)
    || (a.hostname.value < b.hostname.value ? -1 : 1));
  return [
    ...rules.map(({ hostname, route }) => {
      const service = serviceUrl(route);
      if (route.service.scheme === 'http') return { hostname: hostname.value, service };
      // The gateway's certificate is for the public name; a wildcard name lets the request's own name decide.
      const originRequest = { http2Origin: true, ...(hostname.isWildcard ? { matchSnItoHost: true } : { originServerName: hostname.value }) };
      return { hostname: hostname.value, service, originRequest };
    }),
    { service: 'http_status:404' },
  ];
}
