// The tunnel's ingress rules: first match wins, the last one and only the last catches all (cloudflared ingress/ingress.go).
import type { Hostname } from '../core/hostname';
import type { IRoute } from '../core/route';
import type { TunnelIngress } from './terraform/bindings';

/** One ingress rule per host name, specific names before wildcards, then the catch-all. */
export function renderIngress(routes: readonly IRoute[], serviceDomain: string): TunnelIngress[] {
  const byHostname = new Map<string, { readonly hostname: Hostname; readonly route: IRoute }>();
  for (const route of routes) for (const hostname of route.hostnames) if (!byHostname.has(hostname.value)) byHostname.set(hostname.value, { hostname, route });
  const rules = [...byHostname.values()].sort((a, b) => Number(a.hostname.isWildcard) - Number(b.hostname.isWildcard) || (a.hostname.value < b.hostname.value ? -1 : 1));
  return [
    ...rules.map(({ hostname, route }) => {
      const { name, namespace, port, scheme } = route.service;
      const service = `${scheme}://${name}.${namespace}.svc.${serviceDomain}:${port}`;
      if (scheme === 'http') return { hostname: hostname.value, service };
      // The gateway's certificate is for the public name; a wildcard name lets the request's own name decide.
      const originRequest = { http2Origin: true, ...(hostname.isWildcard ? { matchSnItoHost: true } : { originServerName: hostname.value }) };
      return { hostname: hostname.value, service, originRequest };
    }),
    { service: 'http_status:404' },
  ];
}
