import type { Rule } from './rule';
import { isEnvoyGateway } from '../model/envoy-gateway';
import { record } from '../model/fields';
import { gatewayModel } from '../model/gateway-api';

const SYSTEM = (annotation: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop, annotations: { ${annotation} } }
spec:
  gatewayClassName: envoy
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: api.example.com }]
`;

/** Annotations of Envoy Gateway that carry no settings are passed on to Envoy as metadata; these sound like settings. */
const SETTING = /tls|cipher|http3|quic|timeout|retr|rate-?limit|circuit|cors|jwt|min-version|proxy-protocol/i;

export const rule: Rule = {
  id: 'NS2127',
  class: 'risk',
  title: 'An annotation looks like a setting of Envoy Gateway and is none',
  sees: 'Annotations gateway.envoyproxy.io/… of Gateways and routes that name a setting such as a TLS version, HTTP/3, a timeout or a limit, and tls.options of listeners that do, at Envoy Gateway. '
    + 'It has no such annotations and options: its settings are policies.',
  why: 'Nothing reads it: the listener keeps its defaults, and the version, limit or timeout that was meant is not in force.',
  fix: 'say it in a ClientTrafficPolicy or BackendTrafficPolicy with targetRefs',
  covers: ['R34', 'R1'],
  docs: ['https://gateway.envoyproxy.io/docs/api/extension_types/#clienttrafficpolicy'],
  subjects: ['gateway.networking.k8s.io/Gateway', 'gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute'],
  failing: {
    documents: SYSTEM('gateway.envoyproxy.io/listener-tls-min-version: "1.3"'),
    says: 'Envoy Gateway reads no annotation gateway.envoyproxy.io/listener-tls-min-version', field: 'metadata.annotations["gateway.envoyproxy.io/listener-tls-min-version"]',
  },
  passing: { documents: SYSTEM('gateway.envoyproxy.io/team: orders') },
  check(cluster, report) {
    const { gateways, routes } = cluster.derive(gatewayModel);
    for (const { entry } of [...gateways, ...routes]) {
      for (const key in entry.annotations) {
        if (!key.startsWith('gateway.envoyproxy.io/') || !SETTING.test(key)) continue;
        report(entry, ['metadata', 'annotations', key], { message: `Envoy Gateway reads no annotation ${key}` });
      }
    }
    for (const gateway of gateways) {
      for (const { home, path, fields } of gateway.listeners) {
        const options = Object.keys(record(fields.tls?.options)).filter((key) => SETTING.test(key));
        if (options.length === 0 || !isEnvoyGateway(cluster, gateway)) continue;
        for (const key of options) report(home, [...path, 'tls', 'options', key], { message: `Envoy Gateway reads no option ${key} of a listener` });
      }
    }
  },
};
