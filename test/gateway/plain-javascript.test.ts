// Without types a misspelt or mistyped option of a gateway must not be passed over: 'false' would ask for no token.
import { OrderGateway } from '../../src/gateway';
import { sentence } from '../core/sentence';
import { JWT, orderChart, orderGateway, orderWorkload } from './scenario';

const route = (options: object): unknown => {
  const chart = orderChart();
  const gateway = orderGateway(chart);
  return gateway.addRoute('orders', { path: '/orders', to: orderWorkload(chart).ports.http, ...options });
};
const gateway = (props: object): unknown => orderGateway(orderChart(), props);
const OPTIONS = 'anonymous, canary, circuitBreaker, headers, idempotent, loadBalancing, maxRequestsPerConnection, methods, mirror, namespace, path, rateLimit, requestHeaders, '
  + 'responseHeaders, retries, timeouts, to, version';

test.each<[string, () => unknown, string]>([
  ['no options of a route', () => orderGateway(orderChart()).addRoute('orders', undefined as never),
    'Route orders is undefined (orders/gateway/routes/orders, <here>): give an object with its options.'],
  ['a misspelt condition', () => route({ method: ['GET'] }), `Route orders has no option "method" (orders/gateway/routes/orders, <here>): name one of ${OPTIONS}.`],
  ['a text for anonymous', () => route({ anonymous: 'false' }), 'Anonymous of route orders is "false" (orders/gateway/routes/orders, <here>): give true or false.'],
  ['a text for idempotent', () => route({ idempotent: 'no' }), 'Idempotent of route orders is "no" (orders/gateway/routes/orders, <here>): give true or false.'],
  ['a list of headers', () => route({ headers: ['x-a'] }), 'Headers of route orders is ["x-a"] (orders/gateway/routes/orders, <here>): give an object with its options.'],
  ['a number for timeouts', () => route({ timeouts: 5 }), 'Timeouts of route orders is 5 (orders/gateway/routes/orders, <here>): give an object with its options.'],
  ['no options of a gateway', () => new OrderGateway(orderChart(), 'gateway', undefined as never), 'The options of an OrderGateway is undefined (<here>): give an object with its options.'],
  ['a text for HTTP/3', () => gateway({ http3: 'off' }), 'Http3 of gateway gateway is "off" (orders/gateway, <here>): give true or false.'],
  ['a text for the redirect', () => gateway({ httpRedirect: 'off' }), 'HttpRedirect of gateway gateway is "off" (orders/gateway, <here>): give true or false.'],
  ['one issuer for a list', () => gateway({ jwt: JWT }), 'Jwt is {"issuer": "https://id.example.com", …}, not a list (<here>): put it into [ ].'],
  ['a misspelt part of an issuer', () => gateway({ jwt: [{ ...JWT, audience: ['orders'] }] }),
    'JWT provider has no option "audience" (orders/gateway, <here>): name one of audiences, claimToHeaders, issuer, jwksUri, name.'],
  ['one header for a list', () => gateway({ trustedHeaders: 'x-user-id' }), 'TrustedHeaders is "x-user-id", not a list (<here>): put it into [ ].'],
  ['a misspelt limit', () => gateway({ circuitBreaker: { maxConnection: 5 } }),
    'The circuit breaker of gateway gateway has no option "maxConnection" (orders/gateway, <here>): name one of maxConnections, maxParallelRequests, maxParallelRetries, maxPendingRequests.'],
  ['a text for a label', () => gateway({ accessLabel: 'x' }), 'The access label of gateway gateway is "x" (orders/gateway, <here>): give an object with its options.'],
])('%s', (_, action, message) => {
  expect(sentence(action)).toBe(message);
});
