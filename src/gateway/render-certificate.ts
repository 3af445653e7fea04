import type { CertificateSpec } from '../../imports/cert-manager.io/v1/Certificate';
import { goDuration } from '../formats/duration';
import type { GatewayState } from './state';

/** cert-manager's Certificate for the gateway's hostnames; undefined when the certificate is somebody else's. */
export function renderCertificate(state: GatewayState): CertificateSpec | undefined {
  if (state.tls.kind !== 'issued') return undefined;
  const { issuer, name, duration, renewBefore } = state.tls;
  return {
    secretName: state.secret.name,
    issuerRef: { group: 'cert-manager.io', kind: issuer, name },
    dnsNames: state.hostnames.map((hostname) => hostname.value),
    ...duration && { duration: goDuration(duration, 'duration of the certificate') },
    renewBefore: goDuration(renewBefore, 'renewBefore of the certificate'),
    privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
    usages: ['digital signature', 'server auth'],
  };
}
