// ClientTrafficPolicy: what stands between clients and the listeners. Fields that lines 1.2.8 and 1.9.0 both have.
import type { ClientTrafficPolicySpec, ClientTrafficPolicySpecClientIpDetection } from '../../../imports/gateway.envoyproxy.io/v1alpha1/ClientTrafficPolicy';
import { gatewayApiDuration } from '../../formats/duration';
import type { ClientIpSource } from '../client-ip';
import type { GatewayState } from '../state';
import { gatewayTarget } from './targets';

export function renderClientTrafficPolicy(state: GatewayState): ClientTrafficPolicySpec {
  const { requestReceived, idle } = state.clientTimeouts;
  const detection = renderClientIp(state.clientIp);
  // Headers that claims are copied into are believed further inside, so what a client sends under their names goes first of all.
  const believed = [...new Set(state.jwt.flatMap((provider) => provider.claimToHeaders.map(({ header }) => header)))].sort();
  return {
    targetRefs: [gatewayTarget(state.name)],
    // No ciphers: with 1.3 they have no effect and are refused.
    tls: {
      minVersion: state.minTlsVersion,
      ...state.clientValidation && {
        clientValidation: {
          ...state.clientValidation.optional && { optional: true },
          caCertificateRefs: [{ group: '', kind: state.clientValidation.ca.kind, name: state.clientValidation.ca.name }],
        },
      },
    },
    ...state.http3 && { http3: {} },
    ...detection && { clientIPDetection: detection },
    ...(requestReceived || idle) && {
      timeout: {
        http: {
          ...requestReceived && { requestReceivedTimeout: gatewayApiDuration(requestReceived, 'clientTimeouts.requestReceived') },
          ...idle && { idleTimeout: gatewayApiDuration(idle, 'clientTimeouts.idle') },
        },
      },
    },
    ...believed.length > 0 && { headers: { earlyRequestHeaders: { remove: believed } } },
  };
}

function renderClientIp(source: ClientIpSource): ClientTrafficPolicySpecClientIpDetection | undefined {
  switch (source.kind) {
    case 'connection': return undefined;
    case 'x-forwarded-for': return { xForwardedFor: { numTrustedHops: source.trustedHops } };
    case 'header': return { customHeader: { name: source.name, failClosed: source.required } };
    default: return source satisfies never;
  }
}
