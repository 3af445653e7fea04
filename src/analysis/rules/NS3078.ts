import { list, record } from '../model/fields';
import type { Rule } from './rule';

const scene = (name: string, config: string): string => `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: api-version, namespace: shop }
spec:
  priority: 10
  configPatches:
    - applyTo: ${name}
      match: { context: SIDECAR_INBOUND }
      patch: { operation: ${config} }
`;

export const rule: Rule = {
  id: 'NS3078',
  class: 'practice',
  title: 'An EnvoyFilter does what a WasmPlugin or an API of Istio does',
  sees: 'EnvoyFilters that insert a wasm or Lua filter, a JWT, an external authorization, or a local rate limit by hand.',
  why: 'An EnvoyFilter is written against the inside of one release: an upgrade moves the filters that it stands beside, and it goes nowhere without a word. Lua and wasm for one purpose are two programs to keep.',
  fix: 'write a WasmPlugin (or RequestAuthentication, AuthorizationPolicy, Telemetry), and keep EnvoyFilter for what has no API',
  covers: ['R17', 'R45'],
  docs: ['https://istio.io/latest/docs/reference/config/proxy_extensions/wasm-plugin/', 'https://istio.io/latest/docs/reference/config/networking/envoy-filter/'],
  subjects: ['networking.istio.io/EnvoyFilter'],
  failing: {
    documents: scene('HTTP_FILTER', 'INSERT_BEFORE, value: { name: envoy.filters.http.lua, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua } }'),
    says: 'The filter envoy.filters.http.lua is put in by hand, and a WasmPlugin does this by an API of Istio',
    field: 'spec.configPatches[0].patch.value',
  },
  passing: { documents: scene('CLUSTER', 'MERGE, value: { upstream_connection_options: { tcp_keepalive: { keepalive_time: 47 } } }') },
  check(cluster, report) {
    for (const filter of cluster.objects('networking.istio.io', 'EnvoyFilter')) {
      for (const [index, patch] of list(filter.spec.configPatches).map(record).entries()) {
        const value = record(record(patch.patch).value);
        const typed = `${String(value.name)} ${String(record(value.typed_config ?? value.typedConfig)['@type'])}`;
        const found = APIS.find(([pattern]) => pattern.test(typed));
        if (!found || patch.applyTo !== 'HTTP_FILTER' || record(patch.patch).operation === 'REMOVE') continue;
        report(filter, ['spec', 'configPatches', index, 'patch', 'value'], { message: `The filter ${String(value.name)} is put in by hand, and ${found[1]} does this by an API of Istio` });
      }
    }
  },
};

const APIS: ReadonlyArray<readonly [RegExp, string]> = [
  [/http\.wasm/, 'a WasmPlugin'],
  [/http\.lua/, 'a WasmPlugin'],
  [/jwt_authn/, 'a RequestAuthentication'],
  [/ext_authz/, 'an AuthorizationPolicy with action CUSTOM'],
];
