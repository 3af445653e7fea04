// The edge team: Cloudflare in front of both regions. One tunnel; each region runs its end of it.
import { Duration, EdgeConnector, EdgeTunnel, Expression, Namespace, Path, SecretRef, TerraformVariable } from 'cdk8s-netstack';
import type { NetworkChart, Route } from 'cdk8s-netstack';
import { OFFICE } from './clusters';
import { HOSTNAME } from './gateway';

/** Filled from the tunnel's page by whoever holds the account, never by this program. */
const TOKEN = SecretRef.existing('cloudflared', 'token');
const ADMIN = Path.prefix('/api/v1/orders/admin');

export function edge(chart: NetworkChart, route: Route): EdgeTunnel {
  new Namespace(chart, 'edge');
  return new EdgeTunnel(chart, 'order', {
    zone: 'example.com',
    account: TerraformVariable.named('cloudflare_account_id'),
    token: TOKEN,
    publish: [route],
    plan: 'business',
    waf: [{ id: 'admin-from-the-office-only', when: Expression.hostname(HOSTNAME).and(Expression.path(ADMIN)).and(Expression.from(OFFICE).not()) }],
    rateLimits: [{ id: 'orders-per-client', when: Expression.hostname(HOSTNAME), requests: 4700, period: Duration.seconds(60) }],
    access: [{ id: 'order-admin', hostname: HOSTNAME, path: ADMIN, allow: [{ emailDomain: 'example.com' }] }],
    ddosSensitivity: 'default',
    settings: { http3: true, minTlsVersion: '1.2' },
  });
}

export function joinEdge(chart: NetworkChart, tunnel: EdgeTunnel, route: Route): void {
  new Namespace(chart, 'edge');
  new EdgeConnector(chart, 'order', { tunnel, token: TOKEN, publish: [route] });
}
