// Where the certificate of a gateway comes from.
import { Duration } from '../core/duration';
import { NetstackError } from '../core/errors';
import { dnsLabel, dnsSubdomain } from '../core/kubernetes-name';
import { requireOptions } from '../core/shape';

export interface IssuedCertificateOptions {
  /** Name of the Secret that cert-manager writes. @default - `<gateway>-tls` */
  readonly secretName?: string;
  /** How long a certificate is valid; at least one hour. @default - what cert-manager asks for by default, 90 days */
  readonly duration?: Duration;
  /** How long before its end it is renewed; at least five minutes. @default 30 days */
  readonly renewBefore?: Duration;
}

export interface ExistingCertificateOptions {
  /** A namespace that allows it gets a ReferenceGrant. @default - the namespace of the gateway */
  readonly namespace?: string;
}

/** What a `Tls` is. */
export type TlsSource =
  | { readonly kind: 'issued'; readonly issuer: 'Issuer' | 'ClusterIssuer'; readonly name: string; readonly secretName?: string; readonly duration?: Duration; readonly renewBefore: Duration }
  | { readonly kind: 'existing'; readonly secretName: string; readonly namespace?: string };

/** cert-manager's own default duration, https://cert-manager.io/docs/usage/certificate/ */
const DEFAULT_DURATION = Duration.days(90);
/** A third of the default duration, which is what cert-manager and Let's Encrypt advise. */
const DEFAULT_RENEW_BEFORE = Duration.days(30);

/** The certificate of a gateway: issued by cert-manager, or a Secret that somebody else keeps. */
export class Tls {
  /** A certificate of a ClusterIssuer: `Tls.clusterIssuer('letsencrypt-prod')`. */
  static clusterIssuer(name: string, options: IssuedCertificateOptions = {}): Tls {
    return issued('ClusterIssuer', name, options);
  }

  /** A certificate of an Issuer in the namespace of the gateway. */
  static issuer(name: string, options: IssuedCertificateOptions = {}): Tls {
    return issued('Issuer', name, options);
  }

  /** A Secret of type `kubernetes.io/tls` that is there already. */
  static certificate(secretName: string, options: ExistingCertificateOptions = {}): Tls {
    requireOptions(options, { namespace: true }, 'the options of Tls.certificate');
    return new Tls({
      kind: 'existing',
      secretName: dnsSubdomain(secretName, 'Secret of Tls.certificate'),
      ...options.namespace !== undefined && { namespace: dnsLabel(options.namespace, 'Namespace of Tls.certificate') },
    });
  }

  readonly source: TlsSource;

  /** @internal */
  constructor(source: TlsSource) {
    this.source = Object.freeze(source);
    Object.freeze(this);
  }
}

function issued(issuer: 'Issuer' | 'ClusterIssuer', name: string, options: IssuedCertificateOptions): Tls {
  requireOptions(options, { secretName: true, duration: true, renewBefore: true }, `the options of a certificate of ${issuer}`);
  const duration = options.duration && Duration.of(options.duration);
  const renewBefore = Duration.of(options.renewBefore ?? DEFAULT_RENEW_BEFORE);
  if (duration && duration.compare(Duration.hours(1)) < 0) {
    throw new NetstackError({ what: `A certificate of ${issuer} ${name} would be valid for ${duration}`, fix: 'give a duration of one hour or more, as cert-manager asks' });
  }
  if (renewBefore.compare(Duration.minutes(5)) < 0 || renewBefore.compare(duration ?? DEFAULT_DURATION) >= 0) {
    throw new NetstackError({
      what: `A certificate of ${issuer} ${name}, valid for ${duration ?? DEFAULT_DURATION}, would be renewed ${renewBefore} before its end`,
      fix: 'give a renewBefore of five minutes or more that is shorter than the duration',
    });
  }
  return new Tls({
    kind: 'issued',
    issuer,
    name: dnsSubdomain(name, `Name of the ${issuer}`),
    ...options.secretName !== undefined && { secretName: dnsSubdomain(options.secretName, `Secret of ${issuer} ${name}`) },
    ...duration && { duration },
    renewBefore,
  });
}
