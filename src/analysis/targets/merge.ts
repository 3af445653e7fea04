// Targets of several sources laid over each other, system by system.
import type { Targets } from '../../core/targets';

/**
 * `over` laid over `under`. Of Gateway API, version and channel are two: a version alone leaves the channel as it is.
 */
export function mergeTargets(under: Targets | undefined, over: Targets | undefined): Targets | undefined {
  if (under === undefined || over === undefined) return over ?? under;
  const gatewayApi = mergeGatewayApi(under.gatewayApi, over.gatewayApi);
  return { ...under, ...over, ...(gatewayApi === undefined ? {} : { gatewayApi }) };
}

function mergeGatewayApi(under: Targets['gatewayApi'], over: Targets['gatewayApi']): Targets['gatewayApi'] {
  if (typeof over !== 'object' || under === undefined) return over ?? under;
  return { ...(typeof under === 'string' ? { version: under } : under), ...over };
}
