import type { Entry } from '../model/entry';
import { zoneSettings } from '../model/edge';
import type { FieldPath } from '../documents/document';
import { CEILING_SUBJECTS, ceilings } from '../model/tls-conf';
import { istioServers, nginxProtocols, printTls, TLS_SUBJECTS, tlsVersion, traefikOptions } from '../model/tls-range';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS2002',
  class: 'practice',
  title: 'TLS 1.3 is shut out',
  sees: 'The upper end of the TLS range of each hop that takes connections: ClientTrafficPolicy, Istio Gateway, Traefik TLSOption, ssl-protocols of ingress-nginx, ssl_protocols of nginx and ssl-max-ver of HAProxy in ConfigMaps, Consul and Contour, tls_1_3 of a Cloudflare zone.',
  why: 'Clients and hops that ask for TLS 1.3 at least cannot connect any more, and all others pay a round trip more per connection. Such a line often comes with an upgrade that replaced a configuration.',
  fix: 'take the upper end away or set it to 1.3',
  covers: ['R1'],
  docs: ['https://gateway.envoyproxy.io/docs/api/extension_types/#clienttlssettings', 'https://www.rfc-editor.org/rfc/rfc9325'],
  subjects: [...TLS_SUBJECTS, ...CEILING_SUBJECTS, 'terraform:cloudflare_zone_setting', 'terraform:cloudflare_zone_settings_override'],
  failing: {
    documents: `
apiVersion: v1
kind: ConfigMap
metadata: { name: ingress-nginx-controller, namespace: ingress-nginx }
data:
  ssl-protocols: TLSv1.2
`,
    says: 'ConfigMap ingress-nginx/ingress-nginx-controller allows TLS 1.2 at most',
    field: 'data.ssl-protocols',
  },
  passing: {
    documents: `
apiVersion: v1
kind: ConfigMap
metadata: { name: ingress-nginx-controller, namespace: ingress-nginx }
data:
  ssl-protocols: TLSv1.2 TLSv1.3
`,
  },
  check(cluster, report) {
    const say = (at: Entry, path: FieldPath, label: string, max: number): void => {
      if (max < 13) report(at, path, { message: `${label} allows TLS ${printTls(max)} at most` });
    };
    for (const policy of cluster.objects('gateway.envoyproxy.io', 'ClientTrafficPolicy')) {
      const max = tlsVersion(policy.spec.tls?.maxVersion);
      // With HTTP/3 the two contradict each other, which is said elsewhere.
      if (max !== undefined && policy.spec.http3 === undefined) say(policy, ['spec', 'tls', 'maxVersion'], policy.toString(), max);
    }
    for (const { at, path, label, max } of [...cluster.derive(traefikOptions), ...nginxProtocols(cluster), ...ceilings(cluster)]) say(at, path, label, max);
    for (const { at, path, label, max, fields } of istioServers(cluster)) {
      if (fields.tls?.maxProtocolVersion !== undefined) say(at, [...path, 'maxProtocolVersion'], label, max);
    }
  },
  checkWorld(world, report) {
    for (const settings of zoneSettings(world).values()) {
      const tls13 = settings.get('tls_1_3');
      if (tls13?.value === 'off') report(tls13.resource, tls13.path, { message: 'The zone has TLS 1.3 switched off (tls_1_3)' });
    }
  },
};
