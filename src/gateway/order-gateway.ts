import type { Construct } from 'constructs';
import { requireList, requireObject } from '../core/shape';
import { ApiGateway } from './api-gateway';
import type { ApiGatewayProps } from './api-gateway';
import {
  ORDER_ADDRESS_RATE_LIMIT, ORDER_CIRCUIT_BREAKER, ORDER_CLIENT_TIMEOUTS, ORDER_LOAD_BALANCING, ORDER_MAX_REQUESTS_PER_CONNECTION, ORDER_REQUEST_HEADERS,
  ORDER_REQUEST_TIMEOUT, ORDER_RETRIES, ORDER_USER_HEADER, ORDER_USER_RATE_LIMIT, SECURITY_HEADERS,
} from './order-defaults';
import type { RateLimit } from './traffic';

/** Props of an `ApiGateway`; each default is a number of `order-defaults`. The limit per user holds when a token or a proxy in front fills `x-user-id`. */
export type OrderGatewayProps = ApiGatewayProps;

/** The order domain's front door: an `ApiGateway` with that domain's production numbers. */
export class OrderGateway extends ApiGateway {
  constructor(scope: Construct, id: string, props: OrderGatewayProps) {
    super(scope, id, {
      rateLimit: rateLimits(props),
      circuitBreaker: ORDER_CIRCUIT_BREAKER,
      maxRequestsPerConnection: ORDER_MAX_REQUESTS_PER_CONNECTION,
      retries: ORDER_RETRIES,
      loadBalancing: ORDER_LOAD_BALANCING,
      timeouts: { request: ORDER_REQUEST_TIMEOUT },
      clientTimeouts: ORDER_CLIENT_TIMEOUTS,
      requestHeaders: ORDER_REQUEST_HEADERS,
      responseHeaders: SECURITY_HEADERS,
      ...given(props),
    });
  }
}

function rateLimits(props: OrderGatewayProps): readonly RateLimit[] {
  requireObject(props, 'the options of an OrderGateway');
  const believed = [
    ...requireList(props.jwt, 'jwt').flatMap((provider) => Object.values(provider.claimToHeaders ?? {})), ...requireList(props.trustedHeaders, 'trustedHeaders'),
  ];
  const knowsUser = believed.some((header) => String(header).toLowerCase() === ORDER_USER_HEADER);
  return knowsUser ? [ORDER_USER_RATE_LIMIT, ORDER_ADDRESS_RATE_LIMIT] : [ORDER_ADDRESS_RATE_LIMIT];
}

/** An undefined prop is one that was not given. */
function given(props: OrderGatewayProps): OrderGatewayProps {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as unknown as OrderGatewayProps;
}
